import assert from 'node:assert/strict';
import { test } from 'node:test';

import { governs } from '../protocol/action.ts';
import type { ActionSpec } from '../protocol/action.ts';
import { openTestHouse } from '../testing/house.ts';
import { actions } from './contracts.ts';

test('who governs acts at most sixty times a minute, who looks for people thirty times', async () => {
  const house = await openTestHouse();
  const among = async (name: string, input: unknown): Promise<{ done: number; tooFast: number }> => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => house.post('administrator', name, input)));
    const codes = answers.map((it) => (it.status === 200 ? 'done' : (it.body as { code: string }).code));
    const [done, tooFast] = ['done', 'too_fast'].map((code) => codes.filter((it) => it === code).length);
    assert.equal(done! + tooFast!, 200, name);
    return { done: done!, tooFast: tooFast! };
  };
  for (const name of ['account.requests', 'directory.search']) {
    const { done, tooFast } = await among(name, name === 'directory.search' ? { query: 'puih' } : {});
    assert.ok(done >= 60 && tooFast > 0, `${name}: ${done} done, ${tooFast} too fast`);
  }
});

test('no act of governing allows itself more', () => {
  for (const [name, { who, rate }] of Object.entries(actions) as [string, ActionSpec][]) {
    if (!governs(who)) continue;
    assert.ok((rate?.perMinute ?? 60) <= 60, name);
  }
  const search: ActionSpec = actions['directory.search'];
  assert.equal(search.rate?.perMinute, 30);
});
