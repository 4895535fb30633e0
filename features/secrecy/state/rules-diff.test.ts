import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Rule } from '../rules/ruleset.ts';
import { changesBetween, termsIn } from './rules-diff.ts';

const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id,
  kind: 'phrase',
  weight: 'strong',
  on: true,
  terms: ['một'],
  ...more,
});

test('what differs between two versions is said, and nothing else', () => {
  assert.deepEqual(changesBetween([rule('a'), rule('b')], [rule('a'), rule('b')]), []);
  assert.deepEqual(
    changesBetween(
      [rule('a'), rule('b'), rule('c')],
      [rule('a', { on: false }), rule('b', { weight: 'weak', terms: ['hai'] }), rule('d')],
    ),
    [
      { id: 'a', added: [], dropped: [], on: [true, false] },
      { id: 'b', added: ['hai'], dropped: ['một'], weight: ['strong', 'weak'] },
      { id: 'd', added: ['một'], dropped: [], on: [false, true] },
      { id: 'c', added: [], dropped: ['một'], on: [true, false] },
    ],
  );
});

test('terms are one a line, each once', () => {
  assert.deepEqual(termsIn(' độ mật \n\nđộ mật\nmức mật'), ['độ mật', 'mức mật']);
});
