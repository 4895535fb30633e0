import assert from 'node:assert/strict';
import { test } from 'node:test';

import { language } from './language.ts';
import { noticeOf, noticeOfDigest, noticeOfTrouble } from './service-worker/notices.ts';
import type { ShownChat } from './service-worker/notices.ts';

const CHAT: ShownChat = {
  group: '01941f29-7c00-7000-8000-000000000001',
  seq: 7,
  unread: 3,
  urgency: 0,
  mentions: false,
  silent: false,
  reply: true,
};

test('a notification says how much waits, and names only where the device shows them', () => {
  const plain = noticeOf(CHAT, 2);
  assert.equal(plain.title, 'Nhà Rông');
  assert.equal(plain.options.body, '3 tin nhắn mới');
  assert.equal(plain.options.tag, `chat-${CHAT.group}`, 'one a chat');
  assert.deepEqual(plain.options.data, { group: CHAT.group, seq: 7, reply: true });
  const named = noticeOf({ ...CHAT, name: 'Phòng chống bão lũ', by: ['Siu H’Nga', 'Puih Thưng'] }, 3);
  assert.equal(named.title, 'Phòng chống bão lũ');
  assert.equal(named.options.body, 'Siu H’Nga, Puih Thưng · 3 tin nhắn mới');
  assert.deepEqual(
    named.options.actions?.map((it) => it.title),
    ['Trả lời', 'Đã đọc', 'Mở'],
  );
});

test('what fits of the actions, the useful first; who may not write is not offered to', () => {
  assert.deepEqual(
    noticeOf(CHAT, 2).options.actions?.map((it) => it.action),
    ['reply', 'read'],
  );
  assert.deepEqual(
    noticeOf({ ...CHAT, reply: false }, 2).options.actions?.map((it) => it.action),
    ['read', 'open'],
  );
  assert.deepEqual(noticeOf(CHAT, 0).options.actions, []);
});

test('urgent stays and beats, quiet hours are silent', () => {
  const urgent = noticeOf({ ...CHAT, unread: 1, urgency: 3 }, 2);
  assert.equal(urgent.options.body, 'Có tin hỏa tốc');
  assert.equal(urgent.options.requireInteraction, true);
  assert.deepEqual(urgent.options.vibrate, [200, 120, 200]);
  const silent = noticeOf({ ...CHAT, silent: true, mentions: true, unread: 1 }, 2);
  assert.equal(silent.options.body, 'Có tin nhắc đến bạn');
  assert.equal(silent.options.silent, true);
  assert.equal(silent.options.renotify, false);
  assert.equal(silent.options.vibrate, undefined, 'a silent one with a beat is refused by browsers');
});

test('an act that did not get through keeps what was written, under the id it was tried with', () => {
  const kept = { group: CHAT.group, seq: 7, reply: true, waiting: { id: 'x', text: 'Đã nhận ạ' } };
  const trouble = noticeOfTrouble('Nhà Rông', kept, 'notSent', 2);
  assert.deepEqual(trouble.options.data, kept);
  assert.equal(trouble.options.tag, `chat-${CHAT.group}`);
  assert.deepEqual(
    trouble.options.actions?.map((it) => it.title),
    ['Gửi lại', 'Mở'],
  );
  assert.ok(!JSON.stringify({ ...trouble, options: { ...trouble.options, data: undefined } }).includes('Đã nhận'));
});

test('both languages', () => {
  language.value = 'en';
  assert.equal(noticeOf({ ...CHAT, unread: 1 }, 2).options.body, '1 new message');
  assert.equal(noticeOfDigest({ messages: 5, groups: 3 }).options.body, '5 unread messages in 3 chats');
  language.value = 'vi';
  assert.equal(noticeOfDigest({ messages: 5, groups: 3 }).options.body, '5 tin chưa đọc trong 3 nhóm');
});
