import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { sql } from 'kysely';

import { objectionsTo } from '../database/fence.ts';
import { migrate, readMigrations } from '../database/migrate.ts';
import { Crowd, withDatabase } from '../testing/crowd.ts';
import type { Place } from '../testing/crowd.ts';
import { createNodes } from '../testing/nodes.ts';
import type { Program } from '../testing/program.ts';
import { nextVersion } from '../testing/version.ts';

/** Times that all nodes are rolled, and messages acknowledged between two steps. `ROLLS=10 ROLL_ACKED=2000` in the long form. */
const ROLLS = Number(process.env['ROLLS'] ?? 1);
const ACKED = Number(process.env['ROLL_ACKED'] ?? 15);

test('two versions side by side: nodes are rolled one after the other while people write', async (t) => {
  const { programs, databaseUrl } = await createNodes(2, { env: { DRAIN_SECONDS: '1' } });
  const [one, two] = programs as [Program, Program];
  await Promise.all([one.start(), two.start()]);
  const place: Place = {
    address: one.address,
    addresses: programs.map((it) => it.address),
    get said() {
      return programs.map((it) => it.said).join('\n');
    },
    databaseUrl: async () => databaseUrl,
  };
  const crowd = await Crowd.create(place, 2, 3, ROLLS > 1 ? {} : { paceMs: 300 });

  const last = (await readMigrations()).length;
  const beside = `-- beside: ${String(last).padStart(4, '0')}\n`;
  const older = one.root;
  // One of each way that a migration may run, on tables that everybody writes to.
  const newer = await nextVersion('99.0.0', [
    ['roofs', `${beside}create table roofs (id uuid primary key);\nalter table members add column roof text;`],
    [
      'roofs-index',
      `${beside}-- outside a transaction\ncreate index concurrently if not exists members_by_roof on members (roof);`,
    ],
    [
      'roofs-filled',
      `${beside}-- in batches\nupdate members set roof = '' where (group_id, account) in (select group_id, account from members where roof is null limit 3);`,
    ],
  ]);
  const folder = join(newer, 'database', 'migrations');
  for (const migration of (await readMigrations(folder)).slice(last)) assert.deepEqual(objectionsTo(migration), []);

  let steps = 0;
  const outcome = await crowd.underLoad(async (state) => {
    async function writing(): Promise<void> {
      const from = state.acked;
      await one.comesTo(() => state.acked >= from + ACKED);
    }
    async function roll(node: Program, root: string): Promise<void> {
      assert.equal(await node.kill('SIGTERM'), 0, `it stops in time and in order: ${node.said}`);
      node.root = root;
      await node.start();
      steps += 1;
      await writing();
    }
    await writing();
    for (let times = 0; times < ROLLS; times += 1) {
      await roll(one, newer);
      // The version before, started anew on a database that is newer.
      await roll(two, older);
      await roll(two, newer);
      // And back, as whoever finds that the new one is no good.
      if (times + 1 < ROLLS) for (const node of [one, two]) await roll(node, older);
    }
  });
  const refused = Object.values(outcome.refused).reduce((sum, it) => sum + it, 0);
  t.diagnostic(
    `${steps} steps, ${outcome.acked} acknowledged, ${outcome.repeated} sent again, ${refused} refused on the way: ${JSON.stringify(outcome.refused)}`,
  );
  // A node that goes says so and answers, so nobody waits in vain; what is refused is only ever told to come again.
  for (const code of Object.keys(outcome.refused)) assert.ok(['closed', 'busy'].includes(code), code);
  // Each person meets each node's end once, not more: nobody is sent to a node that refuses again and again.
  assert.ok(refused <= steps * crowd.people.length * 6, `${refused} refused`);

  assert.deepEqual(await migrate(databaseUrl, folder), [], 'done once');
  const left = await withDatabase(
    place,
    async (db) => (await sql`select from members where roof is null`.execute(db)).rows,
  );
  assert.equal(left.length, 0);
});
