import assert from 'node:assert/strict';
import { test } from 'node:test';

import { heardNow, SILENCE } from './speaking.ts';
import type { Speaking } from './speaking.ts';

const STEP_MS = 200;

/** What is heard of seats, one letter a step: `#` loud, `o` less, `.` nothing. */
function hear(voices: Readonly<Record<string, string>>): Speaking[] {
  const steps = Math.max(...Object.values(voices).map((it) => it.length));
  let now = SILENCE;
  return Array.from({ length: steps }, (_, at) => {
    const levels = new Map(
      Object.entries(voices).flatMap(([seat, it]) => {
        const letter = it[at] ?? ' ';
        // Not in the call any more.
        return letter === ' ' ? [] : [[seat, letter === '#' ? 0.4 : letter === 'o' ? 0.1 : 0] as const];
      }),
    );
    now = heardNow(now, levels, at * STEP_MS);
    return now;
  });
}

const speakers = (voices: Readonly<Record<string, string>>): string =>
  hear(voices)
    .map((it) => it.speaker ?? '-')
    .join('');

test('somebody speaks through the pause between two words', () => {
  const list = hear({ a: '#.#......' });
  assert.deepEqual(
    list.map((it) => it.speaking.has('a')),
    [true, true, true, true, true, true, false, false, false],
  );
});

test('a cough makes nobody the speaker; who speaks on becomes it and stays through silence', () => {
  assert.equal(speakers({ a: '##.......' }), '---------');
  assert.equal(speakers({ a: '######......' }), '----aaaaaaaa');
});

test('who speaks is not interrupted; once they have ended the loudest of the others follows', () => {
  assert.equal(
    speakers({ a: '##########..........', b: '...oooooooooooooooo.' }),
    `----${'a'.repeat(9)}${'b'.repeat(7)}`,
  );
  assert.equal(speakers({ a: 'oooooo', b: '######' }), '----bb');
});

test('who has left is the speaker no more', () => {
  assert.equal(speakers({ a: '######  ', b: '........' }), '----aa--');
});

test('while nothing changes it is the same set', () => {
  const list = hear({ a: '####' });
  assert.equal(list[1]!.speaking, list[3]!.speaking);
});
