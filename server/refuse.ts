import type { Duplex } from 'node:stream';

import { wireProblem } from '../protocol/problem.ts';
import type { Problem } from '../protocol/problem.ts';

/** What keeps a browser from making anything of an answer that never saw the usual headers. */
const SAFE =
  "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n" +
  'X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\n' +
  'Cache-Control: no-store\r\n';

/** Answers a request for a socket with a refusal and lets go of the line, also where its other end does not hang up. */
export function refuseUpgrade(socket: Duplex, status: number, reason: string, headers = ''): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n${SAFE}${headers}\r\n`);
}

/** Answers bytes that are no request, or too much of one: there is no request to answer in the usual way. */
export function refuseBytes(socket: Duplex, status: number, reason: string, it: Problem): void {
  const body = JSON.stringify({ type: `about:blank#${it.code}`, title: it.code, status, ...wireProblem(it) });
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n${SAFE}\r\n${body}`,
  );
}
