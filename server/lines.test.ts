import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { Crowd } from '../testing/crowd.ts';
import { openTestHouse } from '../testing/house.ts';
import { Random } from '../testing/random.ts';
import { ToxicLine } from '../testing/toxic.ts';
import type { Toxic, ToxicKind } from '../testing/toxic.ts';

/**
 * Everything that can be wrong with a line, on the line to the database and on people's lines, while they write. `FAULT_LINES=2`
 * does each of it so many times, as in the long form; the short one takes one of each line at random. See docs/reliability.md.
 */
const ROUNDS = Number(process.env.FAULT_LINES ?? 0);
const SEED = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1e9));
/** A client has an answer or an error by then, whatever the line does. */
const ANSWER_MS = 15_000;
/** And goes on by itself so soon after the line is whole. */
const BACK_MS = 30_000;

const TOXICS: readonly Toxic[] = [
  { kind: 'latency', ms: 150, jitterMs: 300 },
  { kind: 'bandwidth', bytesPerSecond: 10_000 },
  { kind: 'slices', bytes: 1, ms: 1 },
  { kind: 'half-open', way: 'up' },
  { kind: 'half-open', way: 'down' },
  { kind: 'reset', within: 4_000 },
  { kind: 'timeout' },
  { kind: 'limit', bytes: () => 3_000 },
  { kind: 'down' },
];
/** What is over as soon as the line is whole; the rest takes until somebody's patience ends. */
const QUICK = new Set<ToxicKind>(['latency', 'slices', 'reset', 'limit', 'down']);
/** How long each holds: in the long form also longer than the program waits for a statement. */
const HOLDS_MS = ROUNDS > 0 ? 14_000 : 1_500;
/** The short form has people who write more often, so that as much happens. */
const paced = ROUNDS > 0 ? {} : { paceMs: 300 };

async function breakLine(
  t: TestContext,
  crowd: Crowd,
  line: ToxicLine,
  own: Random,
  isAnswered: boolean,
): Promise<void> {
  const toxics =
    ROUNDS > 0
      ? Array.from({ length: ROUNDS }, () => TOXICS).flat()
      : [own.pick(TOXICS.filter((it) => QUICK.has(it.kind)))];
  const slowest: [string, number][] = [];
  const { acked, repeated, refused } = await crowd.underLoad(async (state) => {
    for (const toxic of toxics) {
      await line.set(toxic);
      await pause(HOLDS_MS * (0.6 + 0.4 * own.next()));
      await line.set(undefined);
      const healed = performance.now();
      const before = [...state.ackedEach];
      while (!state.ackedEach.every((it, at) => it > before[at]!)) {
        assert.ok(performance.now() - healed < BACK_MS, `${toxic.kind}: not everybody writes again`);
        await pause(20);
      }
      slowest.push([toxic.kind, Math.round(performance.now() - healed)]);
    }
    if (isAnswered) assert.equal(state.unanswered, 0, 'nobody waits longer than that for an answer or an error');
  });
  t.diagnostic(`FAULT_SEED=${SEED}: ${acked} acknowledged, ${repeated} sent again, ${JSON.stringify(refused)}`);
  t.diagnostic(`everybody writes again after (ms): ${slowest.map(([kind, ms]) => `${kind} ${ms}`).join(', ')}`);
}

test(
  'the line to the database: an answer or an error in time, and everybody goes on',
  { timeout: 3_600_000 },
  async (t) => {
    const place = await mkdtemp(join(tmpdir(), 'nha-rong-lines-'));
    t.after(() => rm(place, { recursive: true, force: true }));
    let line: ToxicLine | undefined;
    let straight = '';
    const house = await openTestHouse({
      async line(url) {
        straight = url;
        const inner = new URL(url);
        const name = `.s.PGSQL.${inner.port || '5432'}`;
        line = await ToxicLine.open(
          { path: join(inner.searchParams.get('host')!, name) },
          { at: { path: join(place, name) }, seed: SEED },
        );
        inner.searchParams.set('host', place);
        return {
          url: inner.href,
          close: () => line!.close(),
        };
      },
    });
    const at = { address: house.address, said: '', databaseUrl: () => Promise.resolve(straight) };
    const crowd = await Crowd.create(at, 2, 6, { ...paced, patienceMs: ANSWER_MS });
    await breakLine(t, crowd, line!, new Random(SEED), true);
  },
);

test('people’s lines: what is not answered is sent again on another, once', { timeout: 3_600_000 }, async (t) => {
  const house = await openTestHouse();
  const line = await ToxicLine.open({ port: Number(new URL(house.address).port) }, { seed: SEED });
  t.after(() => line.close());
  const at = {
    address: `http://127.0.0.1:${line.port}`,
    said: '',
    databaseUrl: () => Promise.resolve(house.databaseUrl),
  };
  // A device gives up after three seconds, and the error is its own: the line says nothing.
  const crowd = await Crowd.create(at, 2, 6, paced);
  await breakLine(t, crowd, line, new Random(SEED + 1), false);
});
