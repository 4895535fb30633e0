// (b) Messages on the disk and acknowledged over WebSocket, against the same statements straight to the same PostgreSQL, and
// against one commit a message.
import { Load, Measured } from './measured.ts';
import { median, ms, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

const AIM = 0.5;
const TIMES = 10;
/** As many as the server has connections to its database. */
const CONNECTIONS = 24;
/** The server writes at most so many in one commit. */
const TOGETHER = 500;

interface Figure {
  /** Messages a second: through the server, straight to the database, one commit each over many connections and over one. */
  readonly rate: number;
  readonly direct: number;
  readonly single: number;
  readonly alone: number;
  readonly p50: number;
  readonly p99: number;
  /** Shares of a core. */
  readonly busy: number;
  readonly loadBusy: number;
  readonly databaseBusy: number;
}

export async function sends(scale: Scale): Promise<Row[]> {
  const counts = scale.quick ? [8] : [64, 512];
  const people = counts.at(-1)!;
  const spread = scale.quick ? 4 : 64;
  const measured = await Measured.open({ people, groups: spread, each: 1, messages: 0 });
  const { address, cookies, groups } = measured.house;
  const rows: Row[] = [];
  for (const parts of [0, spread]) {
    for (const senders of counts) {
      // Of the 64 groups only the senders are connected: in each as many as have to share it.
      const devices = cookies
        .slice(0, senders)
        .map((cookie, at) => ({ cookie, group: parts === 0 ? groups[0]! : groups[1 + (at % parts)]! }));
      const load = await Load.open(address, devices);
      await load.connect(senders);
      const wish = { senders, window: 1, seconds: scale.seconds, listeners: parts === 0 ? senders : senders / parts };
      const writing = { spread: parts, seconds: scale.seconds };
      const figures: Figure[] = [];
      for (let round = -1; round < scale.rounds; round += 1) {
        const before = await measured.usage();
        const flood = await load.flood(wish);
        const after = await measured.usage();
        const it: Figure = {
          rate: flood.acked / flood.seconds,
          p50: flood.p50,
          p99: flood.p99,
          busy: (after.cpuSeconds - before.cpuSeconds) / flood.seconds,
          loadBusy: flood.cpu / flood.seconds,
          databaseBusy: (after.postgresSeconds - before.postgresSeconds) / flood.seconds,
          direct: await measured.writeDirectly({ ...writing, together: Math.min(senders, TOGETHER), writers: 1 }),
          single: await measured.writeDirectly({ ...writing, together: 1, writers: Math.min(senders, CONNECTIONS) }),
          alone: await measured.writeDirectly({ ...writing, together: 1, writers: 1 }),
        };
        if (round >= 0) figures.push(it);
      }
      await load.close();
      const of = (read: (it: Figure) => number): number => median(figures.map(read));
      const what = `${senders} senders, ${parts === 0 ? 'one group' : `${parts} groups`}`;
      const ratio = of((it) => it.rate / it.direct);
      const times = of((it) => it.rate / Math.max(it.single, it.alone));
      rows.push({
        bench: 'sends',
        what,
        figure: `${whole(of((it) => it.rate))} acked/s`,
        limit: `${whole(of((it) => it.direct))}/s`,
        ratio,
        aim: `≥ ${AIM}`,
        met: ratio >= AIM,
        note:
          `ack p50 ${ms(of((it) => it.p50))}, p99 ${ms(of((it) => it.p99))}; busy: server ${percent(of((it) => it.busy))}, ` +
          `load ${percent(of((it) => it.loadBusy))}, PostgreSQL ${percent(of((it) => it.databaseBusy))}`,
      });
      rows.push({
        bench: 'sends',
        what: `${what}: commits`,
        figure: `${whole(of((it) => it.rate))} acked/s`,
        limit: `${whole(of((it) => Math.max(it.single, it.alone)))}/s`,
        ratio: times,
        aim: `≥ ${TIMES}`,
        met: times >= TIMES,
        note: `one commit a message: over ${Math.min(senders, CONNECTIONS)} connections ${whole(of((it) => it.single))}/s, over one ${whole(of((it) => it.alone))}/s`,
      });
    }
  }
  await measured.close();
  return rows;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
