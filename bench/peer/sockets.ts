// The limit of idle memory: sockets of the library alone, without sessions, streams or queues. Answers over IPC.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { WebSocketServer } from 'ws';

const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', () => socket.send('{"welcome":{}}'));
});
await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', 1_024, resolve));

process.on('message', (what) => {
  if (what === 'address') process.send!(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  else void collected().then((rss) => process.send!(rss));
});
process.on('disconnect', () => process.exit(0));

async function collected(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return process.memoryUsage.rss();
}
