import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fileResults, textResults } from './bench.ts';
import { boundsOf, failuresOf, figuresOf } from './measure.ts';
import type { Figure, Result } from './measure.ts';

// The short form: the same corpus, less of it. What only many rows can show is told by npm run bench -- secrecy.
const SIZES = { seed: Number(process.env['SECRECY_SEED'] ?? 2026), texts: 3_000, documents: 8, scans: 0 };

function fails(figure: Figure): boolean {
  const { recall, recallAim = 0, falseRate, falseAim = 1 } = figure;
  return recall < recallAim || falseRate > falseAim;
}

function underAim(results: readonly Result[]): string {
  const under = figuresOf(results).filter(fails);
  if (under.length === 0) return '';
  const told = under.map(
    (it) => `${it.what}: ${it.found} of ${it.marked} found, ${it.falseAlarms} of ${it.harmless} false alarms`,
  );
  return `${told.join('\n')}\n${failuresOf(results)}`;
}

test('of texts every class meets its aim', () => {
  const results = textResults(SIZES);
  assert.ok(results.filter((it) => it.class === 'ordinary').length >= 3_000);
  assert.equal(new Set(results.map((it) => it.class)).size, 7);
  assert.equal(underAim(results), '');
});

test('of documents and archives every class meets its aim', async () => {
  const results = await fileResults(SIZES, () => undefined);
  assert.equal(new Set(results.map((it) => it.class)).size, 4);
  assert.equal(underAim(results), '');
});

test('the bounds are those of Clopper and Pearson', () => {
  const close = (given: number, wanted: number): void =>
    assert.ok(Math.abs(given - wanted) < 0.000_5, `${given}, not ${wanted}`);
  close(boundsOf(0, 10).high, 0.308_5);
  close(boundsOf(10, 10).low, 0.691_5);
  close(boundsOf(5, 10).low, 0.187_1);
  close(boundsOf(5, 10).high, 0.812_9);
  close(boundsOf(3_000, 3_000).low, 0.998_8);
});

test('a class under its aim is told', () => {
  const row = { id: '1', family: '', rules: [], milliseconds: 1, class: 'plain', marked: true };
  const wrong: Result[] = [{ ...row, refused: false, example: 'this one' }];
  assert.match(underAim(wrong), /0 of 1 found[^]*this one/);
  assert.equal(underAim([{ ...row, refused: true }]), '');
});
