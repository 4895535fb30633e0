import assert from 'node:assert/strict';
import { test } from 'node:test';

import { badgeOf, FOREVER, isArchived, isUnread, mentionsOf, muteEnd, namesMe, urgencyOf } from './rules.ts';
import type { Standing } from './rules.ts';

const plain: Standing = {
  messages: 10,
  readOrdinal: 10,
  readSeq: 20,
  mutedUntil: null,
  archivedUpTo: null,
  markedUnread: false,
  notify: 'all',
  mentioned: [],
  urgent: [0, 0, 0],
};

test('a mute ends after its hours, at the next eight in the morning of the device, or never', () => {
  const at = (text: string): number => new Date(text).getTime();
  const now = at('2026-11-19T14:05:30');
  assert.equal(muteEnd('hour', now), now + 3_600_000);
  assert.equal(muteEnd('hours', now), now + 4 * 3_600_000);
  assert.equal(muteEnd('morning', now), at('2026-11-20T08:00:00'));
  assert.equal(muteEnd('morning', at('2026-11-19T07:59:59')), at('2026-11-19T08:00:00'));
  assert.equal(muteEnd('morning', at('2026-11-19T08:00:00')), at('2026-11-20T08:00:00'));
  assert.equal(muteEnd('morning', at('2026-12-31T23:00:00')), at('2027-01-01T08:00:00'));
  assert.equal(muteEnd('always', now), FOREVER);
});

test('put away until somebody writes; a muted chat stays away', () => {
  assert.equal(isArchived(plain, 0), false);
  assert.equal(isArchived({ ...plain, archivedUpTo: 10 }, 0), true);
  assert.equal(isArchived({ ...plain, archivedUpTo: 10, messages: 11 }, 0), false);
  const muted = { ...plain, archivedUpTo: 10, messages: 11, mutedUntil: 100 };
  assert.equal(isArchived(muted, 99), true);
  // Its mute has ended: what came meanwhile brings it back.
  assert.equal(isArchived(muted, 100), false);
});

test('named and urgent is only what has not been read', () => {
  const chat = { ...plain, mentioned: [18, 20, 21, 25], urgent: [22, 19, 0] };
  assert.equal(mentionsOf(chat), 2);
  assert.equal(urgencyOf(chat), 1);
  assert.equal(urgencyOf({ ...chat, urgent: [22, 23, 0] }), 2);
  assert.equal(urgencyOf({ ...chat, urgent: [22, 23, 21] }), 3);
  assert.equal(urgencyOf({ ...chat, readSeq: 23 }), 0);
});

test('the icon counts what would have called the person, and a marked chat as one', () => {
  const chat = { ...plain, readOrdinal: 7, mentioned: [21] };
  assert.equal(badgeOf(chat, 0), 3);
  assert.equal(badgeOf({ ...chat, notify: 'mentions' }, 0), 1);
  assert.equal(badgeOf({ ...chat, notify: 'nothing' }, 0), 0);
  assert.equal(badgeOf({ ...chat, mutedUntil: 5 }, 4), 0);
  assert.equal(badgeOf({ ...chat, mutedUntil: 5 }, 5), 3);
  assert.equal(badgeOf({ ...plain, markedUnread: true }, 0), 1);
  assert.equal(isUnread(plain), false);
  assert.equal(isUnread({ ...plain, markedUnread: true }), true);
});

test('a message names a person by name, by all, by their unit and by their role', () => {
  const me = { account: 'a', unit: 'u', role: 'deputy' };
  assert.equal(namesMe(undefined, me), false);
  assert.equal(namesMe([{ who: 'account', id: 'b' }], me), false);
  assert.equal(
    namesMe(
      [
        { who: 'account', id: 'b' },
        { who: 'account', id: 'a' },
      ],
      me,
    ),
    true,
  );
  assert.equal(namesMe([{ who: 'all' }], me), true);
  assert.equal(namesMe([{ who: 'unit', id: 'u' }], me), true);
  assert.equal(namesMe([{ who: 'unit', id: 'u' }], { ...me, unit: undefined }), false);
  assert.equal(namesMe([{ who: 'role', id: 'deputy' }], me), true);
  assert.equal(namesMe([{ who: 'role', id: 'owner' }], me), false);
});
