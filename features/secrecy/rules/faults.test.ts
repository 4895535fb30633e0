import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleSetFaults } from './faults.ts';
import type { Rule, RuleSet } from './ruleset.ts';
import { DEFAULT_RULES } from './ruleset.ts';

const edited = (...rules: readonly Rule[]): RuleSet => ({ version: 2, rules: [...DEFAULT_RULES.rules, ...rules] });
const phrase = (...terms: readonly string[]): Rule => ({
  id: 'own.phrase',
  kind: 'phrase',
  weight: 'strong',
  on: true,
  terms,
});
const faults = (ruleset: RuleSet): readonly string[] => ruleSetFaults(ruleset).map((it) => it.fault);

test('the rules that come with the program are sound', () => assert.deepEqual(ruleSetFaults(DEFAULT_RULES), []));

test('a good term of one’s own is', () => assert.deepEqual(faults(edited(phrase('chuyên án sao hôm'))), []));

test('terms that are empty, too long or too short', () => {
  assert.deepEqual(faults(edited(phrase('  '))), ['term.empty']);
  assert.deepEqual(faults(edited(phrase('…'))), ['term.empty']);
  assert.deepEqual(faults(edited(phrase('a'.repeat(200)))), ['term.long']);
  assert.deepEqual(faults(edited(phrase('một hai ba bốn năm sáu bảy tám chín mười mười một'))), ['term.long']);
  assert.deepEqual(faults(edited(phrase('họp'))), ['term.short']);
});

test('rules that are named twice, or are none', () => {
  assert.deepEqual(faults(edited(DEFAULT_RULES.rules[0]!)), ['rule.twice']);
  assert.deepEqual(faults({ version: 2, rules: [] }), ['rules.none']);
  assert.deepEqual(faults(edited({ ...phrase('sao hôm'), id: 'Không hợp lệ' })), ['rule.id']);
});

test('rules that refuse what offices write, or pass what the law marks', () => {
  assert.ok(faults(edited(phrase('họp giao ban'))).includes('refuses.ordinary'));
  const off = { version: 2, rules: DEFAULT_RULES.rules.map((rule) => ({ ...rule, on: false })) };
  assert.ok(faults(off).includes('passes.marked'));
});
