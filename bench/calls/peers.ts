// Devices in a call, in a process of their own, so that what they cost is not counted to the server. Each asks by way of its parent.
import type { Ask, Reply } from '../../features/calls/protocol.ts';
import { TestPeer } from '../../testing/peer.ts';

export type ToPeers =
  | { readonly id: number; readonly do: 'publish'; readonly seat: string }
  | { readonly id: number; readonly do: 'watch'; readonly seat: string; readonly seats: readonly string[] }
  | { readonly id: number; readonly do: 'hear'; readonly seat: string; readonly seats: readonly string[] }
  | { readonly id: number; readonly do: 'tell' }
  | { readonly asked: number; readonly reply?: Reply; readonly refused?: string };

export type FromPeers =
  | { readonly id: number; readonly told?: Told; readonly failed?: string }
  | { readonly ask: Ask; readonly seat: string; readonly asked: number };

export interface Told {
  readonly cpuMs: number;
  readonly sent: number;
  readonly got: number;
}

const HEAR_MS = 30_000;
const peers = new Map<string, TestPeer>();
const asking = new Map<number, { done(reply: Reply): void; fail(error: Error): void }>();
let count = 0;

const say = (message: FromPeers): void => void process.send!(message);

function peerOf(seat: string): TestPeer {
  let peer = peers.get(seat);
  if (!peer) {
    peer = new TestPeer(
      seat,
      (ask) =>
        new Promise((done, fail) => {
          count += 1;
          asking.set(count, { done, fail });
          say({ ask, seat, asked: count });
        }),
    );
    peers.set(seat, peer);
  }
  return peer;
}

async function act(message: Exclude<ToPeers, { asked: number }>): Promise<Told | undefined> {
  if (message.do === 'tell') {
    const { user, system } = process.cpuUsage();
    const all = [...peers.values()];
    const sum = (of: ReadonlyMap<string, number>): number => [...of.values()].reduce((a, b) => a + b, 0);
    return {
      cpuMs: (user + system) / 1_000,
      sent: all.reduce((a, it) => a + sum(it.sent), 0),
      got: all.reduce((a, it) => a + sum(it.got), 0),
    };
  }
  const peer = peerOf(message.seat);
  if (message.do === 'publish') await peer.publish(['mic']);
  else if (message.do === 'watch') await peer.watch(message.seats);
  else await hear(peer, message.seats);
  return undefined;
}

/** Watches until all of these are heard. */
async function hear(peer: TestPeer, seats: readonly string[]): Promise<void> {
  const deadline = Date.now() + HEAR_MS;
  const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 20));
  for (;;) {
    const { lines } = await peer.watch(seats);
    if (seats.every((seat) => lines.some((it) => it.seat === seat))) break;
    if (Date.now() > deadline) throw new Error('somebody is never offered');
    await pause();
  }
  while (!seats.every((seat) => peer.heard(seat) > 0)) {
    if (Date.now() > deadline) throw new Error('somebody is never heard');
    await pause();
  }
}

process.on('message', (message: ToPeers) => {
  if ('asked' in message) {
    const waits = asking.get(message.asked);
    asking.delete(message.asked);
    if (message.reply) waits?.done(message.reply);
    else waits?.fail(new Error(message.refused));
    return;
  }
  act(message).then(
    (told) => say({ id: message.id, ...(told ? { told } : {}) }),
    (error: unknown) => say({ id: message.id, failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
