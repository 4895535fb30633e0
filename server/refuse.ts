import type { Duplex } from 'node:stream';

/** Answers a request for a socket with a refusal and lets go of the line, also where its other end does not hang up. */
export function refuseUpgrade(socket: Duplex, status: number, reason: string, headers = ''): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n${headers}\r\n`);
}
