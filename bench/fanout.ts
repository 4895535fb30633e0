// One sender, many connected members of one group: deliveries per second, and the server's CPU for a million of them.
import { randomUUIDv7 } from 'node:crypto';

import { Measured } from './run.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const IN_FLIGHT = 4;

async function measure(members: number): Promise<void> {
  const measured = await Measured.open({ people: members, groups: 1 });
  const [group] = measured.house.groups;
  let bytes = 0;
  let acked = 0;
  let running = true;
  const sockets = [];
  for (let at = 1; at < members; at += 1) sockets.push(await measured.connect(at, (data) => (bytes += data.length)));
  const idle = await measured.usage();
  let size = 0;
  const next = (): void => {
    if (running)
      sender.send(
        `{"id":"${randomUUIDv7()}","do":"message.send","with":{"group":"${group}","text":"Đã nhận, thôn 2 có 14 hộ."}}`,
      );
  };
  const sender = await measured.connect(0, (data) => {
    if (data[2] === 105 && data[3] === 100) {
      acked += 1;
      next();
    } else size = data.length;
  });
  const before = await measured.usage();
  const start = performance.now();
  for (let at = 0; at < IN_FLIGHT; at += 1) next();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  running = false;
  const seconds = (performance.now() - start) / 1000;
  const after = await measured.usage();
  const deliveries = bytes / size;
  console.log(
    `${members} members: ${(acked / seconds).toFixed(0)} messages/s, ${(deliveries / seconds).toFixed(0)} deliveries/s, ` +
      `${((1e6 * (after.cpuSeconds - before.cpuSeconds)) / deliveries).toFixed(2)} server CPU seconds a million, ` +
      `${((idle.rss - 0) / 1e6).toFixed(0)} MB with all connected`,
  );
  for (const socket of sockets) socket.terminate();
  sender.terminate();
  await measured.close();
}

await measure(1_000);
