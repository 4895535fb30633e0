import assert from 'node:assert/strict';
import { test } from 'node:test';

import { csvOf, plainCell } from '../../../protocol/csv.ts';
import type { call } from '../../../web/connection.ts';
import { language } from '../../../web/language.ts';
import type { AuditEntry } from '../protocol.ts';
import { fetchExport, tableOf } from './export.ts';
import { ALL, isAll, LogPages, wireChoice } from './log.ts';
import { actorName, actTitle, detailWords } from './sentences.ts';

function entry(seq: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    seq,
    at: Date.UTC(2026, 10, 19, 7, 22, 8) + seq,
    act: 'group.change',
    topic: 'group',
    result: 'done',
    actor: { id: '0193', name: 'Siu H’Nga', photo: null },
    door: 'http',
    device: { kind: 'phone', system: 'Android', browser: 'Chrome' },
    address: '113.160.1.7',
    group: { id: '0194', name: 'Phòng chống bão lũ xã Ia Grai' },
    object: null,
    people: [],
    count: 0,
    details: {},
    more: 0,
    ...more,
  };
}

/** A server with a log of so many entries. */
function server(size: () => number) {
  const asked: Record<string, unknown>[] = [];
  const answer = (name: string, input: { before?: { seq: number } | null; above?: number; limit?: number }) => {
    asked.push({ name, ...input });
    const { before, above = 0, limit = 1_000 } = input;
    const top = before ? before.seq - 1 : size();
    const seqs = Array.from({ length: Math.max(0, top - above) }, (_, n) => top - n);
    return Promise.resolve({ entries: seqs.slice(0, limit).map((seq) => entry(seq)), more: seqs.length > limit });
  };
  return { asked, call: answer as unknown as typeof call };
}

test('pages come one after the other; what is new is counted and does not move what is read', async () => {
  let size = 120;
  const { asked, call } = server(() => size);
  const pages = new LogPages(undefined, call);
  await pages.begin();
  assert.deepEqual([pages.entries.value.length, pages.more.value], [50, true]);
  await pages.older();
  await pages.older();
  await pages.older();
  assert.deepEqual([pages.entries.value.length, pages.more.value], [120, false]);
  assert.equal(asked.length, 3, 'after the end nothing is asked');
  size = 123;
  await pages.look();
  assert.deepEqual([pages.fresh.value, pages.entries.value[0]!.seq], [3, 120]);
  await pages.begin();
  assert.deepEqual([pages.fresh.value, pages.entries.value[0]!.seq], [0, 123]);
});

test('a choice made while an older one is under way wins', async () => {
  const waiting: ((answer: unknown) => void)[] = [];
  const slow = (() => new Promise((resolve) => waiting.push(resolve))) as unknown as typeof call;
  const pages = new LogPages('0194', slow);
  const first = pages.begin();
  const second = pages.choose({ ...ALL, topic: 'member' });
  waiting[1]!({ entries: [entry(2)], more: false });
  await second;
  waiting[0]!({ entries: [entry(1)], more: true });
  await first;
  assert.deepEqual([pages.entries.value.map((it) => it.seq), pages.more.value, pages.busy.value], [[2], false, false]);
  const failing = new LogPages(undefined, () => Promise.reject(new TypeError('no line')));
  await failing.begin();
  assert.ok(failing.error.value instanceof TypeError && !failing.busy.value);
});

test('days are days in Vietnam, the last one whole', () => {
  const wire = wireChoice({ ...ALL, from: '2026-11-13', to: '2026-11-19' });
  assert.equal(new Date(wire.from!).toISOString(), '2026-11-12T17:00:00.000Z');
  assert.equal(new Date(wire.to!).toISOString(), '2026-11-19T17:00:00.000Z');
  assert.ok(isAll(ALL) && !isAll({ ...ALL, refused: true }));
});

test('a line says in words who did what, and what it was before', () => {
  language.value = 'vi';
  assert.deepEqual(
    detailWords(entry(1, { details: { name: { from: 'Tổ 1', to: 'Tổ 2' }, approval: true, silent: ['description'] } })),
    ['Tên: Tổ 1 → Tổ 2', 'Duyệt thành viên: có', 'có đổi: giới thiệu'],
  );
  const denied = entry(1, { act: 'member.add', result: 'denied', details: { right: 'member.add' } });
  assert.equal(actTitle(denied), 'Không có quyền: Thêm thành viên');
  assert.deepEqual(detailWords(denied), ['thiếu quyền thêm thành viên']);
  const wrong = entry(1, {
    act: 'account.verifyCode',
    result: 'failed',
    actor: null,
    people: [{ id: '0193', name: 'Kpă Hùng', photo: null }],
    count: 1,
    details: { result: 'wrong', number: '0978 ••• 413', left: 3, of: 5 },
  });
  assert.deepEqual([actTitle(wrong), actorName(wrong)], ['Sai mã đăng nhập', 'Kpă Hùng']);
  assert.deepEqual(detailWords(wrong), ['Số: 0978 ••• 413', 'Còn lại: 3']);
  const added = entry(1, {
    act: 'member.add',
    people: [{ id: '0195', name: 'Puih Thưng', photo: null }],
    count: 4,
    details: { added: 4 },
  });
  assert.deepEqual(detailWords(added), ['Puih Thưng và 3 người khác', 'Số người thêm: 4']);
  assert.deepEqual(detailWords(entry(1, { details: { rights: { 'message.send': 'leaders' } } })), [
    'gửi tin nhắn: chỉ trưởng, phó nhóm',
  ]);
  const all = { from: 'all', to: 'leaders' };
  assert.deepEqual(
    detailWords(
      entry(1, {
        act: 'group.govern',
        details: {
          'message.send': all,
          rights: { 'message.send': 'leaders' },
          history: { from: 7, to: 'all' },
          approver: { from: null, to: '019a0000-0000-7000-8000-000000000001' },
        },
      }),
    ),
    [
      'gửi tin nhắn: tất cả thành viên → chỉ trưởng, phó nhóm',
      'Thành viên mới đọc tin từ trước: 7 ngày → tất cả tin nhắn',
      'có đổi: người duyệt thành viên',
    ],
  );
  assert.deepEqual(detailWords(entry(1, { act: 'regulation.publish', details: { revision: 3, version: 1 } })), [
    'Bản: 1',
  ]);
  assert.deepEqual(detailWords(entry(1, { act: 'group.create', details: { silent: ['description'] } })), []);
  // What ends at midnight holds until the day before.
  assert.deepEqual(detailWords(entry(1, { details: { until: Date.parse('2027-01-01T00:00:00+07:00') } })), [
    'Đến hết: 31/12/2026',
  ]);
  assert.equal(actorName(entry(1, { actor: null, door: 'house' })), 'Hệ thống');
  assert.equal(actTitle(entry(1, { act: 'later.added' })), 'later.added');
  language.value = 'en';
  assert.equal(actTitle(denied), 'No right: Added members');
  language.value = 'vi';
});

test('an export is fetched whole and holds no formula', async () => {
  const { call } = server(() => 2_345);
  const seen: number[] = [];
  const entries = await fetchExport('0196', (n) => seen.push(n), call);
  assert.deepEqual(
    [entries.length, new Set(entries.map((it) => it.seq)).size, seen],
    [2_345, 2_345, [1_000, 2_000, 2_345]],
  );

  for (const bad of ['=1+1', '+84', '-2', '@sum', '\t=1', ' =cmd', '\r=1', '＝1', '\u200b=1', '|calc'])
    assert.equal(plainCell(bad), `'${bad}`, JSON.stringify(bad));
  for (const fine of ['Siu H’Nga', '19/11/2026', 12, -3]) assert.equal(plainCell(fine), fine);
  const evil = entry(7, {
    group: { id: '0194', name: '=HYPERLINK("http://x","y")' },
    details: { name: { from: 'a', to: 'b, "c"' } },
  });
  const table = tableOf([evil]);
  assert.equal(table.headings.length, table.rows[0]!.length);
  const csv = new TextDecoder('utf-8', { ignoreBOM: true }).decode(csvOf(table));
  assert.ok(csv.startsWith('\ufeffSố thứ tự,'));
  assert.match(csv, /,"'=HYPERLINK\(""http:\/\/x"",""y""\)",/);
  assert.match(csv, /,"Tên: a → b, ""c""",/);
  assert.match(csv, /,19\/11\/2026 14:22:08,/);
});
