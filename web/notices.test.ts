import assert from 'node:assert/strict';
import { test } from 'node:test';

import { language } from './language.ts';
import { noticeOf, noticeOfDigest, noticeOfRing, noticeOfTrouble } from './service-worker/notices.ts';
import type { ShownChat, ShownRing } from './service-worker/notices.ts';

const CHAT: ShownChat = {
  group: '01941f29-7c00-7000-8000-000000000001',
  seq: 7,
  unread: 3,
  urgency: 0,
  mentions: false,
  silent: false,
  missed: 0,
  reply: true,
};

const RING: ShownRing = {
  call: '01941f29-7c00-7000-8000-000000000002',
  group: CHAT.group,
  kind: 'voice',
  urgency: 0,
  until: 1_800_000_000_000,
  loud: true,
  through: false,
  fresh: true,
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

test('a call stays, beats and can be answered; it names only where the device shows names, and is silent in quiet hours', () => {
  const plain = noticeOfRing(RING, 2);
  assert.equal(plain.title, 'Nhà Rông');
  assert.equal(plain.options.body, 'Cuộc gọi thoại đến');
  assert.equal(plain.options.tag, `call-${RING.call}`);
  assert.equal(plain.options.requireInteraction, true);
  assert.equal(plain.options.renotify, true);
  assert.ok(plain.options.vibrate!.length > 2);
  assert.ok(plain.options.vibrate!.reduce((a, b) => a + b) < 45_000, 'it beats no longer than it rings');
  assert.deepEqual(plain.options.data, { group: RING.group, call: RING.call });
  assert.deepEqual(
    plain.options.actions?.map((it) => it.title),
    ['Trả lời', 'Từ chối'],
  );
  const pair = noticeOfRing({ ...RING, kind: 'video', by: 'Nguyễn Hoàng Phúc' }, 2);
  assert.equal(pair.title, 'Nguyễn Hoàng Phúc');
  assert.equal(pair.options.body, 'Cuộc gọi video đến');
  const many = noticeOfRing({ ...RING, by: 'Nguyễn Hoàng Phúc', name: 'Phòng chống bão lũ', through: true }, 2);
  assert.equal(many.title, 'Phòng chống bão lũ');
  assert.equal(
    many.options.body,
    'Nguyễn Hoàng Phúc · Cuộc gọi thoại đến · Cuộc gọi khẩn, đổ chuông cả giờ yên tĩnh',
    'and says why it rings at night',
  );
  const quiet = noticeOfRing({ ...RING, loud: false }, 2);
  assert.equal(quiet.options.silent, true);
  assert.equal(quiet.options.vibrate, undefined);
  assert.equal(quiet.options.renotify, false);
});

test('a missed call is said in its words, and is no message beside', () => {
  assert.equal(noticeOf({ ...CHAT, unread: 1, missed: 1 }, 2).options.body, 'Cuộc gọi nhỡ');
  assert.equal(noticeOf({ ...CHAT, unread: 2, missed: 2 }, 2).options.body, '2 cuộc gọi nhỡ');
  assert.equal(noticeOf({ ...CHAT, unread: 3, missed: 1 }, 2).options.body, 'Cuộc gọi nhỡ · 2 tin nhắn mới');
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
