// A push service in a thread of its own, so that what it decrypts is not the server's time: makes as many browsers as it is told,
// and counts what each got.
import { parentPort, workerData } from 'node:worker_threads';

import { openPushReceiver } from '../testing/push-receiver.ts';

export interface PushCount {
  readonly pushes: number;
  readonly browsers: number;
  readonly wrong: number;
}

const receiver = await openPushReceiver();
const browsers = Array.from({ length: workerData as number }, (_, n) => receiver.browser(String(n)));
parentPort!.postMessage({ origin: receiver.origin, browsers });
let told = new Set<string>();
let pushes = 0;
parentPort!.on('message', (word) => {
  for (const it of receiver.received) told.add(it.browser);
  pushes += receiver.received.length;
  receiver.received.length = 0;
  const count: PushCount = { pushes, browsers: told.size, wrong: receiver.wrong.length };
  if (word === 'afresh') {
    told = new Set();
    pushes = 0;
  }
  parentPort!.postMessage(count);
});
