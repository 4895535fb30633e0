import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { Crowd } from '../testing/crowd.ts';
import type { Arrival, Place } from '../testing/crowd.ts';
import { createNodes } from '../testing/nodes.ts';
import type { TestNodes } from '../testing/nodes.ts';
import type { Program } from '../testing/program.ts';
import { Random } from '../testing/random.ts';

/**
 * Two real nodes and a NATS between them, and people at both: nodes killed, NATS killed, stopped and wiped. `FAULT_NODES=30` for
 * so many faults: see docs/reliability.md.
 */
const TIMES = Number(process.env.FAULT_NODES ?? 0);
const SEED = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1e9));
const LONG = TIMES > 0;
/** The longest wait of a node between two tries. */
const RECONNECT_MS = 500;
const random = new Random(SEED);
const limits = { timeout: 3_600_000 };

let nodes: TestNodes;
let crowd: Crowd;

before(async () => {
  nodes = await createNodes(2);
  await Promise.all(nodes.programs.map((it) => it.start()));
  const place: Place = {
    address: nodes.programs[0]!.address,
    addresses: nodes.programs.map((it) => it.address),
    get said() {
      return nodes.programs.map((it) => it.said).join('\n');
    },
    databaseUrl: () => Promise.resolve(nodes.databaseUrl),
  };
  // The short form has people who write more often.
  crowd = await Crowd.create(place, 2, LONG ? 10 : 6, LONG ? {} : { paceMs: 300 });
});

function p99(arrivals: readonly Arrival[], since: number, until: number): number {
  const late = arrivals
    .filter((it) => it.ackedAt >= since && it.ackedAt < until)
    .map((it) => it.at - it.ackedAt)
    .toSorted((a, b) => a - b);
  return late[Math.min(late.length - 1, Math.floor(late.length * 0.99))] ?? 0;
}

async function kill(it: Program): Promise<void> {
  await it.kill('SIGKILL');
  await it.start();
}

const nats = {
  async killed(during: () => Promise<void>) {
    await nodes.nats.kill();
    await during();
    await nodes.nats.start();
  },
  async stopped(during: () => Promise<void>) {
    nodes.nats.stop();
    await during();
    nodes.nats.goOn();
  },
  async wiped(during: () => Promise<void>) {
    await nodes.nats.kill();
    await during();
    await nodes.nats.wipe();
  },
};

async function withoutNats(t: TestContext, faults: readonly (keyof typeof nats)[]): Promise<void> {
  const down: [number, number][] = [];
  const healed: [number, number][] = [];
  const { acked, repeated, arrivals } = await crowd.underLoad(async (state) => {
    const more = async (): Promise<void> => {
      const enough = state.acked + crowd.people.length * (LONG ? 8 : 2);
      while (state.acked < enough) await pause(20);
    };
    await more();
    for (const fault of faults) {
      const since = performance.now();
      await nats[fault](more);
      down.push([since, performance.now()]);
      // It takes connections; nodes look for it so often. What is promised is promised from then on.
      const back = performance.now() + RECONNECT_MS;
      await more();
      healed.push([back, performance.now()]);
    }
  });
  const worst = (spans: readonly [number, number][]): number =>
    Math.max(...spans.map(([since, until]) => p99(arrivals, since, until)));
  t.diagnostic(
    `FAULT_SEED=${SEED}: ${faults.length} times, ${acked} acknowledged, ${repeated} sent again; delivered, p99: ` +
      `${worst(down).toFixed(0)} ms without NATS, ${worst(healed).toFixed(0)} ms after it is back`,
  );
  assert.ok(worst(down) <= 10_000, `without NATS: ${worst(down)} ms`);
  // In a whole run of the tests this machine does other things beside.
  assert.ok(worst(healed) <= (LONG ? 2_000 : 4_000), `after it is back: ${worst(healed)} ms`);
}

test('NATS killed, stopped, wiped: nothing is lost, doubled or disordered, and everybody hears in time', limits, (t) =>
  withoutNats(
    t,
    LONG
      ? Array.from({ length: TIMES }, () => random.pick(Object.keys(nats) as (keyof typeof nats)[]))
      : [random.pick(['killed', 'stopped', 'wiped'])],
  ),
);

test('nodes killed one at a time: people go to the other', limits, async (t) => {
  const times = LONG ? TIMES : 1;
  const { acked, repeated, refused } = await crowd.underLoad(async (state) => {
    for (let time = 0; time < times; time += 1) {
      const enough = state.acked + crowd.people.length;
      while (state.acked < enough) await pause(20);
      await kill(random.pick(nodes.programs));
    }
    const enough = state.acked + crowd.people.length;
    while (state.acked < enough) await pause(20);
  });
  t.diagnostic(
    `FAULT_SEED=${SEED}: ${times} times, ${acked} acknowledged, ${repeated} sent again, ${JSON.stringify(refused)}`,
  );
});

if (LONG) {
  test(`${TIMES} chains: nodes and NATS killed, also while they come back`, limits, async (t) => {
    const chain: (() => Promise<void>)[] = [
      () => kill(random.pick(nodes.programs)),
      async () => {
        const it = random.pick(nodes.programs);
        await it.kill('SIGKILL');
        it.launch();
        await pause(random.next() * 1_500);
        await kill(it);
      },
      () => nats.killed(() => pause(random.next() * 2_000)),
      () => nats.stopped(() => pause(random.next() * 5_000)),
      async () => {
        await nodes.nats.kill();
        await kill(random.pick(nodes.programs));
        await nodes.nats.start();
      },
    ];
    const { acked, repeated } = await crowd.underLoad(async (state) => {
      for (let time = 0; time < TIMES; time += 1) {
        const enough = state.acked + crowd.people.length;
        while (state.acked < enough) await pause(20);
        for (let left = 2 + random.below(3); left > 0; left -= 1) await random.pick(chain)();
      }
    });
    t.diagnostic(`FAULT_SEED=${SEED}: ${TIMES} chains, ${acked} acknowledged, ${repeated} sent again`);
  });
}
