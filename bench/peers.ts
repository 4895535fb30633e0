// One writes, all of a room hear it: ours, which also keeps every message, beside group chats, a broker and a bus from Debian, which
// do not, and beside the bare broadcaster. All on the same core in turns, in the same run.
import { installPeers, missingPeers, PEERS, PeerServer, versionOf } from './peer/servers.ts';
import { Broadcaster, Load, Measured, RoomLoad } from './measured.ts';
import type { Flood } from './measured.ts';
import { median, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** Messages of the writer on their way at once. */
const WINDOWS = [1, 16];
/** Ours ÷ theirs, deliveries for each second of processor. */
const AIMS: Readonly<Record<string, number>> = { 'ejabberd, group chat': 10, 'nats-server, subject': 1 };
const LIMIT_AIM = 0.6;

interface Side {
  readonly name: string;
  readonly version: string;
  flood(window: number): Promise<Flood>;
  cpuSeconds(): number | Promise<number>;
  close(): Promise<void>;
}

interface Figure {
  /** Deliveries a second by the clock, and for each second of the server's processor. */
  readonly rate: number;
  readonly perCpu: number;
  readonly bytes: number;
  readonly loadBusy: number;
}

export async function peers(scale: Scale): Promise<Row[]> {
  const people = scale.quick ? 20 : 1_000;
  if (!scale.quick) await installPeers();
  const missing = missingPeers();
  if (missing.length > 0) console.error(`peers: not measured beside ${missing.join(', ')}, which are not installed`);
  const { seconds } = scale;

  const measured = await Measured.open({ people, groups: 0, each: 0, messages: 0 });
  const broadcaster = await Broadcaster.open();
  const { address, cookies, groups } = measured.house;
  const devices = cookies.map((cookie) => ({ cookie, group: groups[0]! }));
  const own = await Load.open(address, devices);
  const bare = await Load.open(broadcaster.address, devices);
  await own.connect(people);
  await bare.connect(people);
  const wish = { senders: 1, seconds, listeners: people };
  const ours: Side = {
    name: 'ours',
    version: '',
    flood: (window) => own.flood({ ...wish, window }),
    cpuSeconds: async () => (await measured.usage()).cpuSeconds,
    close: async () => {
      await own.close();
      await measured.close();
    },
  };
  const others: Side[] = [
    {
      name: 'the bare broadcaster (the limit)',
      version: '',
      flood: (window) => bare.flood({ ...wish, window }),
      cpuSeconds: () => broadcaster.cpuSeconds(),
      close: async () => {
        await bare.close();
        await broadcaster.close();
      },
    },
  ];
  for (const [name, kind] of Object.entries(PEERS)) {
    if (missing.includes(kind.package)) continue;
    const server = await PeerServer.open(name, people);
    const load = await RoomLoad.open(kind, server.port, people);
    await load.connect(people);
    others.push({
      name,
      version: versionOf(kind),
      flood: (window) => load.flood(window, seconds),
      cpuSeconds: () => server.cpuSeconds,
      close: async () => {
        await load.close();
        await server.close();
      },
    });
  }

  const rows: Row[] = [];
  for (const window of WINDOWS) {
    const figures = new Map<Side, Figure[]>();
    let database = 0;
    let deliveries = 0;
    for (let round = -1; round < scale.rounds; round += 1) {
      for (const side of [ours, ...others]) {
        const before = (await measured.usage()).postgresSeconds;
        const it = await timed(side, window);
        // The first is for warming up.
        if (round < 0) continue;
        figures.set(side, [...(figures.get(side) ?? []), it.figure]);
        if (side !== ours) continue;
        database += (await measured.usage()).postgresSeconds - before;
        deliveries += it.flood.heard;
      }
    }
    const of = (side: Side, read: (it: Figure) => number): number => median(figures.get(side)!.map(read));
    const ownPerCpu = of(ours, (it) => it.perCpu);
    for (const side of others) {
      const limit = side === others[0];
      // Round by round, since the machine changes from one to the next.
      const ratio = median(figures.get(ours)!.map((it, at) => it.perCpu / figures.get(side)![at]!.perCpu));
      const aim = limit ? LIMIT_AIM : AIMS[side.name];
      rows.push({
        bench: 'peers',
        what: `${whole(people)} hear one, ${window} under way: beside ${side.name}${side.version ? ` ${side.version}` : ''}`,
        figure: `${whole(ownPerCpu)} deliveries a CPU second`,
        limit: `${whole(of(side, (it) => it.perCpu))} a CPU second`,
        ratio,
        ...(aim === undefined ? {} : { aim: `≥ ${aim}`, met: ratio >= aim }),
        note:
          `by the clock ${whole(of(ours, (it) => it.rate))}/s beside ${whole(of(side, (it) => it.rate))}/s; ` +
          `a delivery is ${whole(of(ours, (it) => it.bytes))} bytes beside ${whole(of(side, (it) => it.bytes))}; ` +
          `load at most ${Math.round(
            100 *
              Math.max(
                of(ours, (it) => it.loadBusy),
                of(side, (it) => it.loadBusy),
              ),
          )} %` +
          (limit
            ? `; PostgreSQL ${((database / deliveries) * 1e6).toFixed(2)} s a million beside it, on the other core`
            : ''),
      });
    }
  }
  for (const side of [ours, ...others]) await side.close();
  return rows;
}

async function timed(side: Side, window: number): Promise<{ figure: Figure; flood: Flood }> {
  const before = await side.cpuSeconds();
  const flood = await side.flood(window);
  const used = (await side.cpuSeconds()) - before;
  return {
    flood,
    figure: {
      rate: flood.deliveries / flood.seconds,
      perCpu: flood.heard / used,
      bytes: flood.bytes / flood.deliveries,
      loadBusy: flood.cpu / flood.seconds,
    },
  };
}
