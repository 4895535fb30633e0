import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { askedAt, moved, piecesOf, placed, shifted } from './rules.ts';
import type { Place } from './rules.ts';

interface Named extends Place {
  readonly id: string;
}

/** A text in which some pieces name somebody, and the places of these. */
const NAMES = ['@Siu H’Nga', '@All', '@Nguyễn Hoàng Phúc', '@Phòng Nội vụ', '@phó nhóm', '@An'] as const;
const written = fc
  .array(
    fc.oneof(fc.constantFrom(...NAMES), fc.constantFrom(' ', 'a', ' họp lúc 8:00 ', '\n', '@', 'ơi', ' @An ', '😮')),
    {
      maxLength: 12,
    },
  )
  .chain((pieces) =>
    fc.array(fc.boolean(), { minLength: pieces.length, maxLength: pieces.length }).map((named) => {
      let text = '';
      const places: Named[] = [];
      pieces.forEach((piece, at) => {
        if (named[at] && (NAMES as readonly string[]).includes(piece))
          places.push({ from: text.length, to: text.length + piece.length, id: piece });
        text += piece;
      });
      return { text, places };
    }),
  );

/** Every place still points at what it named. */
function holds(text: string, places: readonly Named[]): void {
  assert.ok(placed(text, places), JSON.stringify({ text, places }));
  for (const { from, to, id } of places) assert.equal(text.slice(from, to), id);
}

const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat({ max: 20 }),
    put: fc.oneof(fc.constantFrom('', ' ', '@', '@An', 'n', 'chào ', '@Siu H’Nga'), fc.string({ maxLength: 4 })),
  }),
  { maxLength: 20 },
);

test('whatever is typed, cut or pasted: a place points at the very words that named somebody, or is none', () => {
  fc.assert(
    fc.property(written, edits, (start, list) => {
      let { text, places } = start as { text: string; places: readonly Named[] };
      for (const { at, cut, put } of list) {
        const from = Math.floor(at * text.length);
        const next = text.slice(0, from) + put + text.slice(from + cut);
        places = moved(places, text, next);
        text = next;
        holds(text, places);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('what is not near the edit stays named', () => {
  fc.assert(
    fc.property(
      written,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.string({ maxLength: 5 }),
      ({ text, places }, at, put) => {
        const from = Math.floor(at * text.length);
        const next = text.slice(0, from) + put + text.slice(from);
        // An edit that lies in no place and touches none with a letter that could be read either way.
        if (places.some((it) => it.from < from && from < it.to)) return;
        const kept = moved(places, text, next);
        const far = places.filter((it) => it.to < from - put.length || it.from > from + put.length);
        for (const it of far)
          assert.ok(
            kept.some((one) => one.id === it.id),
            `${it.id} in ${JSON.stringify(next)}`,
          );
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a piece that is put in moves what is behind it and ends what it lies over', () => {
  fc.assert(
    fc.property(
      written,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat({ max: 8 }),
      ({ text, places }, at, cut) => {
        const from = Math.floor(at * text.length);
        const to = Math.min(text.length, from + cut);
        const piece = '@Rơ Châm Bích ';
        const next = text.slice(0, from) + piece + text.slice(to);
        const rest = shifted(places, from, to, piece.length);
        holds(next, [...rest, { from, to: from + piece.length - 1, id: '@Rơ Châm Bích' }]);
        for (const it of places)
          if (it.to <= from || it.from >= to)
            assert.ok(rest.some((one) => one.id === it.id && one.to - one.from === it.to - it.from));
      },
    ),
  );
});

test('pieces put together are the text, and those that name are the places', () => {
  fc.assert(
    fc.property(written, ({ text, places }) => {
      const pieces = piecesOf(text, places);
      assert.equal(pieces.map((it) => it.text).join(''), text);
      assert.deepEqual(
        pieces.flatMap((it) => (it.mention ? [it.text] : [])),
        places.map((it) => it.id),
      );
      for (const { from, text: piece } of pieces) assert.equal(text.slice(from, from + piece.length), piece);
    }),
  );
  // What somebody else’s program sent must not break the log.
  assert.deepEqual(piecesOf('chào @An', [{ from: 3, to: 40 }]), [{ text: 'chào @An', from: 0 }]);
});

test('places are refused that are none: outside, over another, without an @, empty', () => {
  const text = 'Nhờ @An và @Bình';
  assert.ok(
    placed(text, [
      { from: 11, to: 16 },
      { from: 4, to: 7 },
    ]),
  );
  for (const wrong of [
    [{ from: 4, to: 40 }],
    [{ from: 5, to: 7 }],
    [{ from: 4, to: 5 }],
    [{ from: 4, to: 4 }],
    [
      { from: 4, to: 12 },
      { from: 11, to: 16 },
    ],
    [
      { from: 4, to: 7 },
      { from: 4, to: 7 },
    ],
  ])
    assert.equal(placed(text, wrong), undefined, JSON.stringify(wrong));
});

test('somebody is looked for from an @ that begins a word, as long as a name may go on', () => {
  const asked = (text: string): string | undefined => {
    const caret = text.indexOf('|') < 0 ? text.length : text.indexOf('|');
    return askedAt(text.replace('|', ''), caret)?.query;
  };
  assert.equal(asked('@'), '');
  assert.equal(asked('Nhờ @ngu'), 'ngu');
  assert.equal(asked('Nhờ @Nguyễn Hoàng Ph'), 'Nguyễn Hoàng Ph');
  assert.equal(asked('(@siu h’'), 'siu h’');
  assert.equal(asked('@An| họp'), 'An');
  assert.equal(asked('@ đi'), undefined, 'a space after the sign');
  assert.equal(asked('viết cho an@gialai'), undefined, 'an address');
  assert.equal(asked('@An\nhọp'), undefined, 'another line');
  assert.equal(asked('@An, họp'), undefined, 'the name has ended');
  assert.equal(asked('@một hai ba bốn năm sáu bảy'), undefined, 'too many words');
  assert.equal(asked('không có'), undefined);
});
