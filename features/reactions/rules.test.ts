import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { emojiIn } from './emoji.ts';
import { counted, EACH_MOST, EMOJI_MOST, fullFor, KINDS_MOST, pillsOf, QUICK } from './rules.ts';
import type { Counts } from './rules.ts';

test('every emoji of the list is taken as it stands, and the quick ones are among them', () => {
  for (const it of QUICK) assert.equal(emojiIn(it), it);
  assert.equal(emojiIn('👨‍👩‍👧‍👦'), '👨‍👩‍👧‍👦');
  assert.equal(emojiIn('👍🏽'), '👍🏽', 'with a colour of skin');
  assert.equal(emojiIn('🇻🇳'), '🇻🇳');
  assert.equal(emojiIn('🏴󠁧󠁢󠁥󠁮󠁧󠁿'), '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'a flag made of tags');
});

test('the same emoji typed with and without the mark of pictures is one', () => {
  assert.equal(emojiIn('❤'), '❤️');
  assert.equal(emojiIn('❤️'), '❤️');
  assert.equal(emojiIn('👁‍🗨'), emojiIn('👁️‍🗨️'));
});

test('what is no single emoji is none', () => {
  for (const it of [
    '',
    ' ',
    'a',
    '1',
    '👍👍',
    '👍 ',
    'a👍',
    '🏽',
    '🇻',
    '\u200d',
    '\ufe0f',
    '👨‍👨‍👨‍👨‍👨',
    '<b>',
    'ok👌',
    '__proto__',
  ])
    assert.equal(emojiIn(it), undefined, JSON.stringify(it));
});

test('no emoji of the list is longer than what the wire takes', () => {
  const longest = '👩🏽‍❤️‍💋‍👩🏿';
  assert.equal(emojiIn(longest), longest);
  assert.ok(longest.length <= EMOJI_MOST);
});

test('a person gives five and a message carries twenty kinds; what is there already can always be given', () => {
  const mine = ['👍', '❤️', '🙏', '👏', '😮'];
  const counts: Counts = mine.map((it) => [it, 1]);
  assert.equal(fullFor(counts, mine.slice(0, EACH_MOST - 1), '🎉'), undefined);
  assert.equal(fullFor(counts, mine, '🎉'), 'own');
  assert.equal(fullFor(counts, mine, '👍'), undefined);
  const twenty: Counts = Array.from({ length: KINDS_MOST }, (_, at) => [String.fromCodePoint(0x1f600 + at), 2]);
  assert.equal(fullFor(twenty, [], '🎉'), 'kinds');
  assert.equal(fullFor(twenty, [], twenty[7]![0]), undefined);
});

const emoji = fc.constantFrom(...QUICK, '🎉', '✅');
const givers = fc.array(fc.record({ who: fc.integer({ min: 0, max: 4 }), emoji, on: fc.boolean() }), { maxLength: 60 });

test('totals are the number of those who give each, whatever the order of giving and taking back', () => {
  fc.assert(
    fc.property(givers, (acts) => {
      let counts: Counts = [];
      const given = new Map<string, Set<number>>();
      for (const { who, emoji: it, on } of acts) {
        const people = given.get(it) ?? new Set<number>();
        given.set(it, people);
        if (people.has(who) === on) continue;
        if (on) people.add(who);
        else people.delete(who);
        counts = counted(counts, it, on ? 1 : -1);
      }
      assert.deepEqual(
        new Map(counts),
        new Map([...given].flatMap(([it, people]) => (people.size > 0 ? [[it, people.size] as const] : []))),
      );
    }),
  );
});

test('what a person does meanwhile is shown as it will be, and as it is once it is known', () => {
  fc.assert(
    fc.property(givers, fc.array(fc.record({ emoji, on: fc.boolean() }), { maxLength: 12 }), (others, wishes) => {
      let counts: Counts = [];
      const given = new Set<string>();
      for (const { who, emoji: it, on } of others) {
        if (given.has(`${who} ${it}`) === on) continue;
        if (on) given.add(`${who} ${it}`);
        else given.delete(`${who} ${it}`);
        counts = counted(counts, it, on ? 1 : -1);
      }
      const mine = [...given].flatMap((it) => (it.startsWith('0 ') ? [it.slice(2)] : []));
      const shown = pillsOf(counts, mine, wishes);
      // The same once the server has done them all, in their order.
      const own = new Set(mine);
      let after = counts;
      for (const { emoji: it, on } of wishes) {
        if (own.has(it) === on) continue;
        if (on) own.add(it);
        else own.delete(it);
        after = counted(after, it, on ? 1 : -1);
      }
      assert.deepEqual(shown, pillsOf(after, [...own]));
      assert.deepEqual(
        pillsOf(
          after,
          [...own],
          wishes.filter((it, at) => wishes.findLastIndex((one) => one.emoji === it.emoji) === at),
        ),
        shown,
      );
    }),
  );
});
