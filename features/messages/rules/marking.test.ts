import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { nextOfList, toggleList, toggleSign } from './marking.ts';
import type { Selected } from './marking.ts';
import type { Sign } from './markup.ts';

/** “họp [mai] nhé”: what stands in brackets is selected, [] is the caret. */
function of(marked: string): Selected {
  const from = marked.indexOf('[');
  const to = marked.indexOf(']') - 1;
  return { text: marked.replace('[', '').replace(']', ''), from, to };
}
const back = ({ text, from, to }: Selected): string =>
  `${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)}`;

const sign = (marked: string, it: Sign): string => back(toggleSign(of(marked), it));
const list = (marked: string, kind: 'bullet' | 'number'): string => back(toggleList(of(marked), kind));

test('a sign is put around what is selected, and taken away again', () => {
  assert.equal(sign('họp [chiều mai] nhé', '*'), 'họp *[chiều mai]* nhé');
  assert.equal(sign('họp *[chiều mai]* nhé', '*'), 'họp [chiều mai] nhé');
  assert.equal(sign('họp [*chiều mai*] nhé', '*'), 'họp [chiều mai] nhé');
  assert.equal(sign('họp [ chiều ] nhé', '_'), 'họp  _[chiều]_  nhé');
  assert.equal(sign('họp []', '~'), 'họp ~[]~');
  assert.equal(sign('họp ~[]~', '~'), 'họp []');
  assert.equal(sign('[   ]', '*'), '[   ]');
});

test('several lines are marked one by one, and not what makes them lines of a list', () => {
  assert.equal(sign('[một\n\n- hai\n1. ba]', '*'), '*[một*\n\n- *hai*\n1. *ba]*');
  assert.equal(sign('*[một*\n\n- *hai*\n1. *ba]*', '*'), '[một\n\n- hai\n1. ba]');
});

test('lines become a list, another list, and lines again', () => {
  assert.equal(list('[một\nhai]', 'bullet'), '[- một\n- hai]');
  assert.equal(list('[- một\n- hai]', 'number'), '[1. một\n2. hai]');
  assert.equal(list('[1. một\n2. hai]', 'number'), '[một\nhai]');
  assert.equal(list('đầu\n[hai\n\nba]\ncuối', 'number'), 'đầu\n[1. hai\n\n2. ba]\ncuối');
  assert.equal(list('4. bốn\nnă[]m', 'number'), '4. bốn\n5. nă[]m');
  assert.equal(list('[]', 'bullet'), '- []');
});

test('a new line of a list begins like the one before; an empty one ends it', () => {
  const next = (marked: string): string | undefined => {
    const it = nextOfList(of(marked));
    return it && back(it);
  };
  assert.equal(next('- một[]'), '- một\n- []');
  assert.equal(next('9. chín[]'), '9. chín\n10. []');
  assert.equal(next('- một\n- []'), '- một\n[]');
  assert.equal(next('một[]'), undefined);
  assert.equal(next('[]- một'), undefined);
});

test('marking and unmarking whatever is selected leaves the words as they were', () => {
  const words = fc
    .array(fc.constantFrom('a', 'đ', ' ', '\n', '- ', '1. ', 'Ặ'), { maxLength: 30 })
    .map((it) => it.join(''));
  fc.assert(
    fc.property(words, fc.nat(40), fc.nat(40), fc.constantFrom<Sign>('*', '_', '~'), (text, a, b, it) => {
      const [from, to] = [Math.min(a, b, text.length), Math.min(Math.max(a, b), text.length)];
      const marked = toggleSign({ text, from, to }, it);
      assert.equal(marked.text.replaceAll(it, ''), text);
      assert.equal(toggleSign(marked, it).text, text);
      const letters = (one: string): string => one.replaceAll(/[^ađẶ]/gu, '');
      for (const kind of ['bullet', 'number'] as const)
        assert.equal(letters(toggleList({ text, from, to }, kind).text), letters(text));
    }),
    { numRuns: 2_000 },
  );
});
