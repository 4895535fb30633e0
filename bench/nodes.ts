// One group, and many senders, over one, two and three nodes: real processes on one PostgreSQL and one NATS, everybody's devices
// spread over them. All nodes and NATS share one core, so that more of them cannot be faster: what is measured is what a delivery, a
// send and an event cost more of processor when they have to cross.
import { Load, Measured, MeasuredNode } from './measured.ts';
import type { Flood } from './measured.ts';
import { installPeers, missingPeers, PeerServer, secondsOf } from './peer/servers.ts';
import { median, ms, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

const WINDOW = 16;
const RATE = 20;

interface Crossed {
  readonly messages: number;
  readonly bytes: number;
}

interface Figure {
  readonly flood: Flood;
  /** Seconds of processor: of all nodes, and of NATS. */
  readonly nodes: number;
  readonly bus: number;
  /** What NATS passed on. */
  readonly crossed: Crossed;
}

export async function nodes(scale: Scale): Promise<Row[]> {
  if (!scale.quick) await installPeers();
  if (missingPeers().includes('nats-server')) {
    console.error('nodes: not measured, since nats-server is not installed');
    return [];
  }
  const rows: Row[] = [];
  let alone: { fan: number; send: number; seen: number } | undefined;
  // 0: one node that knows of no bus.
  for (const count of scale.quick ? [0, 2] : [0, 1, 2, 3]) {
    const it = await measure(count, scale);
    const fan = median(it.fan.map((one) => (one.nodes + one.bus) / one.flood.heard)) * 1e6;
    const send = median(it.sends.map((one) => (one.nodes + one.bus) / one.flood.acked)) * 1e6;
    alone ??= { fan, send, seen: it.p50 };
    const where = count === 0 ? 'one node without a bus' : count === 1 ? 'one node with a bus' : `${count} nodes`;
    const { people, senders } = it;
    const events = (one: Figure): number => Math.max(1, one.flood.heard / people);
    const rate = (figures: readonly Figure[], read: (flood: Flood) => number): string =>
      whole(median(figures.map((one) => read(one.flood) / one.flood.seconds)));
    rows.push({
      bench: 'nodes',
      what: `${where}: one writes to ${whole(people)}, ${WINDOW} under way`,
      figure: `${fan.toFixed(2)} s of processor a million deliveries`,
      limit: `${alone.fan.toFixed(2)} s on one node without a bus`,
      ratio: alone.fan / fan,
      note:
        `${rate(it.fan, (flood) => flood.deliveries)} deliveries/s on one core for all` +
        (count === 0
          ? ''
          : `; NATS ${median(it.fan.map((one) => (one.bus / events(one)) * 1e6)).toFixed(0)} µs an event of it, passing on ` +
            `${median(it.fan.map((one) => one.crossed.messages / events(one))).toFixed(2)} messages and ` +
            `${whole(median(it.fan.map((one) => one.crossed.bytes / events(one))))} bytes an event`),
    });
    rows.push({
      bench: 'nodes',
      what: `${where}: ${senders} write into ${senders} groups`,
      figure: `${send.toFixed(0)} µs of processor an acknowledged send`,
      limit: `${alone.send.toFixed(0)} µs on one node without a bus`,
      ratio: alone.send / send,
      note: `${rate(it.sends, (flood) => flood.acked)} acked/s; ack p50 ${ms(median(it.sends.map((one) => one.flood.p50)))}, p99 ${ms(median(it.sends.map((one) => one.flood.p99)))}`,
    });
    rows.push({
      bench: 'nodes',
      what: `${where}: ${RATE}/s until all ${whole(people)} have seen it`,
      figure: `p50 ${ms(it.p50)}, p99 ${ms(it.p99)}`,
      limit: `p50 ${ms(alone.seen)} on one node without a bus`,
      ratio: alone.seen / it.p50,
    });
  }
  return rows;
}

async function measure(
  count: number,
  scale: Scale,
): Promise<{ people: number; senders: number; fan: Figure[]; sends: Figure[]; p50: number; p99: number }> {
  const people = scale.quick ? 24 : 1_000;
  const senders = scale.quick ? 8 : 64;
  const nats = count === 0 ? undefined : await PeerServer.open('nats-server, subject', 0);
  const url = nats && `nats://127.0.0.1:${nats.port}`;
  const measured = await Measured.open({
    people,
    groups: senders,
    each: 1,
    messages: 0,
    ...(url ? { nats: url } : {}),
  });
  const { house } = measured;
  const others: MeasuredNode[] = [];
  for (let at = 2; at <= count; at += 1)
    others.push(await MeasuredNode.open({ house, nats: url!, name: `node-${at}` }));
  const addresses = [house.address, ...others.map((it) => it.address)];
  const pids = [house.pid, ...others.map((it) => it.pid)];

  const flood = async (load: Load, wish: Parameters<Load['flood']>[0]): Promise<Figure> => {
    const spent = (): { nodes: number; bus: number } => ({
      nodes: pids.reduce((sum, pid) => sum + secondsOf(pid), 0),
      bus: nats?.cpuSeconds ?? 0,
    });
    const [before, passed] = [spent(), await crossed(nats)];
    const done = await load.flood(wish);
    const [after, then] = [spent(), await crossed(nats)];
    return {
      flood: done,
      nodes: after.nodes - before.nodes,
      bus: after.bus - before.bus,
      crossed: { messages: then.messages - passed.messages, bytes: then.bytes - passed.bytes },
    };
  };
  const at = (place: number): { cookie: string; address: string } => ({
    cookie: house.cookies[place]!,
    address: addresses[place % addresses.length]!,
  });
  const rounds = async (load: Load, wish: Parameters<Load['flood']>[0]): Promise<Figure[]> => {
    const figures: Figure[] = [];
    // The first is for warming up.
    for (let round = -1; round < scale.rounds; round += 1) figures.push(await flood(load, wish));
    return figures.slice(1);
  };

  const all = await Load.open(
    house.address,
    house.cookies.map((_, place) => ({ ...at(place), group: house.groups[0]! })),
  );
  await all.connect(people);
  const fan = await rounds(all, { senders: 1, window: WINDOW, seconds: scale.seconds, listeners: people });
  const { p50, p99 } = await all.pace({ rate: RATE, seconds: scale.quick ? 0.5 : 5, listeners: people });
  await all.close();

  // In each group one is connected and writes; the node after theirs has them too, so that every message crosses.
  const writing = await Load.open(
    house.address,
    Array.from({ length: senders * 2 }, (_, place) => {
      const who = place % senders;
      return {
        cookie: house.cookies[who]!,
        address: addresses[(who + (place < senders ? 0 : 1)) % addresses.length]!,
        group: house.groups[1 + who]!,
      };
    }),
  );
  await writing.connect(senders * 2);
  const sends = await rounds(writing, { senders, window: 1, seconds: scale.seconds, listeners: 2 });
  await writing.close();

  for (const it of others) await it.close();
  await measured.close();
  await nats?.close();
  return { people, senders, fan, sends, p50, p99 };
}

/** What NATS has passed on to its subscribers so far. */
async function crossed(nats: PeerServer | undefined): Promise<Crossed> {
  if (!nats) return { messages: 0, bytes: 0 };
  const told = (await (await fetch(`http://${nats.monitor}/varz`)).json()) as { out_msgs: number; out_bytes: number };
  return { messages: told.out_msgs, bytes: told.out_bytes };
}
