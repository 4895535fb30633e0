import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openTestHouse } from '../../testing/house.ts';
import { searchJob } from './server/indexer.ts';
import { measureQuality, writeCorpus } from '../../testing/search/measure.ts';

// docs/search.md tells the figures of the day; below these nothing may fall.
const RECALL_LEAST = 0.97;
const RANK_LEAST = 0.95;

test('six hundred labelled queries find what they should, and find it first', async (told) => {
  const house = await openTestHouse({ limits: false });
  const group = await house.addGroup([house.cast.leader]);
  const ids = await writeCorpus(house.db, group, house.cast.leader.id);
  await searchJob(house.house).run();
  const leader = await house.connect('leader');
  const found = await measureQuality(ids, async (query, way) => {
    if (way === 'number') return (await leader.call('search.typed', { query })).numbers.map((it) => it.id);
    const { hits } = await leader.call('search.page', { query, kind: 'message', limit: 20 });
    return hits.map((it) => it.id);
  });
  for (const it of found)
    told.diagnostic(`${it.way}: ${it.queries} queries, recall ${it.recall.toFixed(3)}, rank ${it.rank.toFixed(3)}`);
  assert.ok(found.reduce((sum, it) => sum + it.queries, 0) >= 500);
  for (const it of found) {
    assert.ok(it.recall >= RECALL_LEAST, JSON.stringify(it));
    assert.ok(it.rank >= RANK_LEAST, JSON.stringify(it));
  }
});
