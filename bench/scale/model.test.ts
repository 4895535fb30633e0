import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { HOUSES, MEASURED, needOf, tableOf } from './model.ts';

test('docs/scale.md has the table that the model calculates', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/scale.md'), 'utf8');
  assert.ok(page.includes(tableOf(HOUSES.map(needOf))), 'node bench/scale/model.ts prints it');
});

test('a larger house never needs less, and nothing is used beyond what it bears', () => {
  const needs = HOUSES.map(needOf);
  for (const [at, it] of needs.entries()) {
    assert.ok(it.interested <= it.nodes + 1e-9);
    assert.ok(it.sends / it.postgres <= MEASURED.sendsPerPostgres / 2 + 1);
    const before = needs[at - 1];
    if (before) assert.ok(it.nodes >= before.nodes && it.postgres >= before.postgres && it.gbAYear >= before.gbAYear);
  }
});
