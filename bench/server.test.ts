import assert from 'node:assert/strict';
import { test } from 'node:test';

import { calls } from './calls/bench.ts';
import { fanout } from './fanout.ts';
import { idle } from './idle.ts';
import { polls } from './polls.ts';
import { reminders } from './reminders.ts';
import { push } from './push.ts';
import { reactions } from './reactions.ts';
import { reading } from './reading.ts';
import { rights } from './rights.ts';
import { search } from './search.ts';
import { seen } from './seen.ts';
import { sends } from './sends.ts';
import { missingPeers, PEERS } from './peer/servers.ts';
import { nodes } from './nodes.ts';
import { peers } from './peers.ts';
import { slope, soak } from './soak.ts';
import { median, quantile, tableOf } from './table.ts';
import type { Row, Scale } from './table.ts';

// How fast it is depends on the machine and is told by npm run bench. Here: that each bench still runs against the real server, that
// nothing was lost, doubled or refused under its load (it fails by itself then), and that it yields its figures.
const SCALE: Scale = { quick: true, rounds: 1, seconds: 0.2 };

const benches: Readonly<Record<string, readonly [(scale: Scale) => Promise<Row[]>, number]>> = {
  fanout: [fanout, 4],
  sends: [sends, 4],
  seen: [seen, 2],
  idle: [idle, 1],
  reading: [reading, 5],
  rights: [rights, 1],
  push: [push, 2],
  reactions: [reactions, 2],
  polls: [polls, 4],
  reminders: [reminders, 4],
  search: [search, 4],
  calls: [calls, 5],
  ...(missingPeers().includes('nats-server') ? {} : { nodes: [nodes, 6] as const }),
  // Beside the limit, and beside those that are installed.
  peers: [peers, 2 * (1 + Object.values(PEERS).filter((it) => !missingPeers().includes(it.package)).length)],
};

for (const [name, [bench, count]] of Object.entries(benches)) {
  test(`the bench ${name} runs and yields its figures`, async () => {
    const rows = await bench(SCALE);
    assert.equal(rows.length, count);
    for (const row of rows) {
      assert.equal(row.bench, name);
      // Of a few idle connections it can be lost in what the process holds anyway; what it holds is in the note.
      const few = name === 'idle';
      assert.match(few ? row.note! : row.figure, /[1-9]/, `${row.what}: a figure that is not nothing`);
      assert.match(row.limit ?? '', few ? /\d/ : /[1-9]/, `${row.what}: measured beside something`);
      if (!few) assert.ok(row.ratio! > 0 && Number.isFinite(row.ratio), `${row.what}: a ratio`);
      assert.equal(row.met === undefined, row.aim === undefined, `${row.what}: an aim is met or not`);
      assert.doesNotMatch(JSON.stringify(row), /NaN|undefined|Infinity|null/);
    }
    assert.equal(tableOf(rows).split('\n').length, count + 2);
  });
}

test('medians and quantiles are members of what was measured', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(quantile([4, 1, 3, 2], 0.99), 4);
  assert.equal(quantile([7], 0.5), 7);
});

test('a soak of a few seconds loses nothing and tells what it saw', async () => {
  const rows = await soak({ ...SCALE, minutes: 0.03 });
  assert.equal(rows.length, 5);
  assert.match(rows[0]!.figure, /^0 of [1-9].*, 0 not seen by all, 0 gaps$/, JSON.stringify(rows[0]));
  assert.doesNotMatch(JSON.stringify(rows), /NaN|undefined|Infinity|null/);
});

test('a slope is found by least squares', () => {
  assert.equal(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
    2,
  );
  assert.equal(slope([[1, 1]]), 0);
});
