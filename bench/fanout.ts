// (a) One writes, all hear it: deliveries a second and the server's processor time for a million, against a bare broadcaster on epoll.
import { Broadcaster, Load, Measured } from './measured.ts';
import type { Flood } from './measured.ts';
import { median, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** Messages of the sender without an answer, for both. */
const WINDOWS = [1, 16];
const AIM = 0.6;

interface Figure {
  readonly rate: number;
  /** Seconds for a million deliveries. */
  readonly cpu: number;
  /** Share of its core that the server, and the load, used. */
  readonly busy: number;
  readonly loadBusy: number;
}

export async function fanout(scale: Scale): Promise<Row[]> {
  const sizes = scale.quick ? [20] : [1_000, 5_000];
  const people = sizes.at(-1)!;
  const measured = await Measured.open({ people, groups: 0, each: 0, messages: 0 });
  const broadcaster = await Broadcaster.open();
  const { address, cookies, groups } = measured.house;
  const devices = cookies.map((cookie) => ({ cookie, group: groups[0]! }));
  const rows: Row[] = [];
  const own = await Load.open(address, devices);
  const bare = await Load.open(broadcaster.address, devices);
  for (const listeners of sizes) {
    await own.connect(listeners);
    await bare.connect(listeners);
    for (const window of WINDOWS) {
      const figures: { own: Figure; bare: Figure }[] = [];
      const wish = { senders: 1, window, seconds: scale.seconds, listeners };
      for (let round = -1; round < scale.rounds; round += 1) {
        const pair = {
          own: await timed(
            () => own.flood(wish),
            async () => (await measured.usage()).cpuSeconds,
          ),
          bare: await timed(
            () => bare.flood(wish),
            () => broadcaster.cpuSeconds(),
          ),
        };
        // The first is for warming up.
        if (round >= 0) figures.push(pair);
      }
      const of = (read: (it: { own: Figure; bare: Figure }) => number): number => median(figures.map(read));
      const ratio = of((it) => it.own.rate / it.bare.rate);
      const cpuRatio = of((it) => it.bare.cpu / it.own.cpu);
      const what = `${whole(listeners)} members, ${window} under way`;
      const load = Math.max(
        of((it) => it.own.loadBusy),
        of((it) => it.bare.loadBusy),
      );
      rows.push({
        bench: 'fanout',
        what,
        figure: `${whole(of((it) => it.own.rate))} deliveries/s`,
        limit: `${whole(of((it) => it.bare.rate))} deliveries/s`,
        ratio,
        aim: `≥ ${AIM}`,
        met: ratio >= AIM,
        note: `core of the server ${percent(of((it) => it.own.busy))}, of the load at most ${percent(load)}`,
      });
      rows.push({
        bench: 'fanout',
        what: `${what}, processor`,
        figure: `${of((it) => it.own.cpu).toFixed(2)} s a million`,
        limit: `${of((it) => it.bare.cpu).toFixed(2)} s a million`,
        ratio: cpuRatio,
        aim: `≥ ${AIM}`,
        met: cpuRatio >= AIM,
      });
    }
  }
  await own.close();
  await bare.close();
  await broadcaster.close();
  await measured.close();
  return rows;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

async function timed(flood: () => Promise<Flood>, cpuSeconds: () => Promise<number>): Promise<Figure> {
  const before = await cpuSeconds();
  const it = await flood();
  const used = (await cpuSeconds()) - before;
  return {
    rate: it.deliveries / it.seconds,
    cpu: (used / it.deliveries) * 1e6,
    busy: used / it.seconds,
    loadBusy: it.cpu / it.seconds,
  };
}
