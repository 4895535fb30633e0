// The package brings no types; these are the parts we use.
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server, Socket } from 'node:net';

  export interface Pdu {
    readonly command: string;
    readonly command_status: number;
    readonly [field: string]: unknown;
    response(fields?: Readonly<Record<string, unknown>>): Pdu;
  }

  type Answer = (pdu: Pdu) => void;

  export interface Session extends EventEmitter {
    readonly socket: Socket;
    /** False where the connection is gone. */
    send(pdu: Pdu, answer?: Answer): boolean;
    bind_transceiver(fields: Readonly<Record<string, unknown>>, answer?: Answer): boolean;
    submit_sm(fields: Readonly<Record<string, unknown>>, answer?: Answer): boolean;
    unbind(answer?: Answer): boolean;
    close(done?: () => void): void;
  }

  const smpp: {
    connect(options: Readonly<Record<string, unknown>>): Session;
    createServer(onSession: (session: Session) => void): Server;
  };
  export default smpp;
}
