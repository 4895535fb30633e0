import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Poll } from './protocol.ts';
import {
  againWithin,
  firstRepeated,
  leading,
  pressed,
  QUESTION_MOST,
  sameChoice,
  seesResults,
  shareOf,
  shownState,
  stateAt,
  withVote,
} from './rules.ts';
import { choicesOf, deadlines, emptyDraft, endOf, inputOf, wrongIn } from './state/draft.ts';
import { votersTable } from './state/voters.ts';

test('the deadline counts from its moment on; what has ended is not merely locked', () => {
  const never = { endsAt: null, lockedAt: null, endedAt: null };
  assert.equal(stateAt(never, 5), 'open');
  assert.equal(stateAt({ ...never, endsAt: 5 }, 4), 'open');
  assert.equal(stateAt({ ...never, endsAt: 5 }, 5), 'ended');
  assert.equal(stateAt({ ...never, lockedAt: 3 }, 4), 'locked');
  assert.equal(stateAt({ ...never, lockedAt: 3, endsAt: 5 }, 5), 'ended');
  assert.equal(stateAt({ ...never, endedAt: 3 }, 4), 'ended');
  assert.equal(shownState({ state: 'open', endsAt: 5 }, 5), 'ended');
  assert.equal(shownState({ state: 'locked', endsAt: null }, 5), 'locked');
});

test('who is told a result', () => {
  const plain = { anonymous: false, hidden: false };
  assert.ok(seesResults(plain, 'open', false));
  assert.ok(!seesResults({ ...plain, hidden: true }, 'open', false));
  assert.ok(seesResults({ ...plain, hidden: true }, 'open', true));
  assert.ok(seesResults({ ...plain, hidden: true }, 'locked', false));
  for (const hidden of [false, true])
    for (const voted of [false, true]) {
      assert.ok(!seesResults({ anonymous: true, hidden }, 'open', voted));
      assert.ok(seesResults({ anonymous: true, hidden }, 'ended', voted));
    }
});

test('choices that read the same are one; tones and numbers make others', () => {
  assert.ok(sameChoice('Nhà  văn hóa', ' nhà VĂN hóa '));
  assert.ok(sameChoice('Tuấn', 'Tu\u00e2\u0301n'), 'however the marks are written');
  assert.ok(!sameChoice('má', 'mà'));
  assert.equal(firstRepeated(['Thôn 1', 'Thôn 2', 'thôn 1']), 2);
  assert.equal(firstRepeated(['Thôn 1', 'Thôn 2', 'Thôn 12']), -1);
});

test('a press takes a choice, gives it back, or is one too many', () => {
  assert.deepEqual(pressed({ most: 1 }, [], 2), [2]);
  assert.deepEqual(pressed({ most: 1 }, [0], 2), [2]);
  assert.deepEqual(pressed({ most: 1 }, [2], 2), []);
  assert.deepEqual(pressed({ most: 2 }, [2], 0), [0, 2]);
  assert.deepEqual(pressed({ most: 2 }, [0, 2], 2), [0]);
  assert.equal(pressed({ most: 2 }, [0, 2], 1), undefined);
});

test('bars are shares of those who voted, and those in front are all that have most', () => {
  assert.equal(shareOf(0, 0), 0);
  assert.equal(shareOf(null, 4), 0);
  assert.equal(shareOf(3, 4), 0.75);
  assert.deepEqual(leading([{ votes: 0 }, { votes: null }]), []);
  assert.deepEqual(leading([{ votes: 2 }, { votes: 1 }, { votes: 2 }]), [{ votes: 2 }, { votes: 2 }]);
});

test('five thousand ask again within ten seconds, a few at once', () => {
  assert.ok(againWithin(5) < 500);
  assert.equal(againWithin(5_000), 10_000);
});

const POLL: Poll = {
  id: '019e0000-0000-7000-8000-000000000001',
  group: '019e0000-0000-7000-8000-000000000002',
  by: null,
  at: 0,
  question: 'Điểm tập kết',
  choices: [0, 1, 2, 3].map((id) => ({ id, text: `Thôn ${id}`, votes: 0 })),
  most: 4,
  anonymous: false,
  hidden: false,
  open: false,
  endsAt: null,
  state: 'open',
  closedAt: null,
  version: 1,
  voters: 0,
  members: 9,
  voted: false,
  mine: [],
  lockable: false,
  removable: false,
};

test('what is shown before the server has answered is what it will say', () => {
  const choices = fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(choices, { maxLength: 8 }), choices, choices, (others, first, then) => {
      const counted = (mine: readonly number[]): Poll => {
        const all = [...others, mine].filter((it) => it.length > 0);
        return {
          ...POLL,
          mine: mine.toSorted((a, b) => a - b),
          voted: mine.length > 0,
          voters: all.length,
          choices: POLL.choices.map((it) => ({ ...it, votes: all.filter((one) => one.includes(it.id)).length })),
        };
      };
      assert.deepEqual(withVote(counted(first), then), counted(then));
      assert.deepEqual(withVote(withVote(counted([]), first), then), counted(then));
    }),
  );
  const unknown = { ...POLL, hidden: true, choices: POLL.choices.map((it) => ({ ...it, votes: null })) };
  assert.deepEqual(
    withVote(unknown, [1]).choices.map((it) => it.votes),
    [null, null, null, null],
    'a result that is not known is not made up',
  );
  const secret = { ...unknown, anonymous: true, hidden: false };
  assert.deepEqual(
    [withVote(secret, [1]).voted, withVote(secret, [1]).mine, withVote(secret, [1]).voters],
    [true, [], 1],
  );
});

test('a draft says what is missing, and becomes what the action takes', () => {
  // A Thursday, 14:00 at the office.
  const now = Date.UTC(2026, 10, 19, 7);
  const empty = emptyDraft();
  assert.equal(wrongIn(empty, now)?.what, 'noQuestion');
  const asked = { ...empty, question: 'Tập kết ở đâu?' };
  assert.equal(wrongIn(asked, now)?.what, 'noChoices');
  assert.deepEqual(wrongIn({ ...asked, choices: ['Sân', ' ', 'sân '] }, now), { what: 'repeated', at: 1 });
  const good = { ...asked, choices: ['Sân', '', '  Nhà   văn hóa '] };
  assert.equal(wrongIn(good, now), undefined);
  assert.deepEqual(choicesOf(good), ['Sân', 'Nhà văn hóa']);
  assert.deepEqual(inputOf({ ...good, many: true }, 'g', now), {
    group: 'g',
    question: 'Tập kết ở đâu?',
    choices: ['Sân', 'Nhà văn hóa'],
    most: 2,
    anonymous: false,
    hidden: false,
    open: false,
    endsAt: null,
  });
  const secret = inputOf({ ...good, anonymous: true, hidden: true, open: true }, 'g', now);
  assert.deepEqual([secret.anonymous, secret.hidden, secret.open, secret.most], [true, false, false, 1]);
  assert.equal(inputOf({ ...good, many: true, open: true }, 'g', now).most, 30, 'no limit counts what members add');
  assert.equal(endOf({ ...good, deadline: 'today' }, now), Date.UTC(2026, 10, 19, 10));
  assert.equal(endOf({ ...good, deadline: 'tomorrow' }, now), Date.UTC(2026, 10, 20, 10));
  assert.equal(endOf({ ...good, deadline: 'week' }, now), now + 7 * 86_400_000);
  assert.ok(deadlines(now).includes('today'));
  assert.ok(!deadlines(Date.UTC(2026, 10, 19, 10)).includes('today'), 'five o’clock is over');
  const typed = { ...good, deadline: 'other' as const };
  assert.equal(wrongIn(typed, now)?.what, 'past', 'no date');
  assert.equal(wrongIn({ ...typed, day: '2020-01-01' }, now)?.what, 'past');
  assert.equal(wrongIn({ ...typed, day: '2031-01-01' }, now)?.what, 'far');
  assert.equal(wrongIn({ ...typed, day: '2026-12-01' }, now), undefined);
  assert.equal(Array.from(emptyDraft('Ý kiến '.repeat(90)).question).length, QUESTION_MOST, 'words of a message, cut');
});

test('the table for export: totals on top, a column a choice; of an anonymous poll totals only', () => {
  const person = (name: string, unit: string) => ({ id: name, name, position: 'Công chức', unit, photo: null });
  const poll = {
    ...POLL,
    voters: 1,
    members: 2,
    choices: POLL.choices.map((it) => ({ ...it, votes: it.id === 1 ? 1 : 0 })),
  };
  const words = { headings: ['Tên', 'Chức vụ', 'Đơn vị', 'Bình chọn'], total: 'Tổng', yes: 'Đã', no: 'Chưa' };
  const voted = [{ person: person('Nga', 'Văn phòng'), choices: [1] }];
  const waiting = [{ person: person('Thưng', ''), choices: [] }];
  const { headings, rows } = votersTable(poll, { voted, waiting }, words, (it) => it);
  assert.deepEqual(headings, ['Tên', 'Chức vụ', 'Đơn vị', 'Bình chọn', 'Thôn 0', 'Thôn 1', 'Thôn 2', 'Thôn 3']);
  assert.deepEqual(rows, [
    ['Tổng', '', '', '1/2', 0, 1, 0, 0],
    ['Nga', 'Công chức', 'Văn phòng', 'Đã', '', 'x', '', ''],
    ['Thưng', 'Công chức', '', 'Chưa', '', '', '', ''],
  ]);
  const secret = votersTable(poll, { voted: [{ ...voted[0]!, choices: [] }], waiting }, words, (it) => it);
  assert.deepEqual(secret.rows[1], ['Nga', 'Công chức', 'Văn phòng', 'Đã', '', '', '', '']);
});
