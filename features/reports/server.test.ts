import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestPerson } from '../../testing/house.ts';
import { plainPdf } from '../../testing/samples.ts';
import { uploaded } from '../../testing/uploads.ts';
import { changeUnattended } from '../../server/unattended.ts';
import { insertNotices } from '../messages/store.ts';
import { sealedKey } from '../sealed/access.ts';
import { withdraw } from './access.ts';
import { DEVICES_KEPT_DAYS, READ_MS } from './rules.ts';

const house = await openTestHouse({ limits: false });
const { cast, db } = house;
const DAY = 86_400_000;

const refused = (code: string) => (error: unknown) => {
  assert.ok(error instanceof ClientProblem, String(error));
  assert.equal(error.code, code);
  return true;
};

/** Everything that stands in the tables, as text, by table. */
async function tables(): Promise<Map<string, string>> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(
    db,
  );
  const all = new Map<string, string>();
  for (const { name } of rows) {
    const { rows: found } = await sql<{ it: string }>`select t::text as it from ${sql.table(name)} t`.execute(db);
    all.set(name, found.map((row) => row.it).join('\n'));
  }
  return all;
}

async function tablesWith(canary: string): Promise<string[]> {
  return [...(await tables())].flatMap(([name, text]) =>
    text.toLowerCase().includes(canary.toLowerCase()) ? [name] : [],
  );
}

async function blobsOnDisk(): Promise<number> {
  const folder = join(house.house.config.dataDir, 'files');
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all.filter((it) => it.isFile()).length;
}

const key = sealedKey(house.house);
const runJob = (name: string): Promise<void> => house.features.jobs.find((it) => it.name === name)!.run();
const NOTE = 'Thuộc danh mục bí mật nhà nước';

async function makeOfficer(): Promise<TestPerson> {
  const person = await house.addPerson('Rmah H’Duyên');
  await sql`update accounts set officer = true where id = ${person.id}`.execute(db);
  return person;
}

test('reported once by each member; officers hear of it, open it, and the group is told', async () => {
  const officer = await makeOfficer();
  const group = await house.addGroup([cast.leader, cast.member, cast.other]);
  const [leader, member, other, desk] = await Promise.all([
    house.connect('leader', { [group]: 0 }),
    house.connect('member'),
    house.connect('other'),
    house.connect(officer),
  ]);
  const { id } = await leader.call('message.send', { group, text: 'Bản nháp lần một, chờ góp ý' });
  await leader.call('message.edit', { group, message: id, text: 'Bản nháp lần hai, chờ góp ý' });
  const act = newId();
  await member.call('report.make', { group, message: id, reason: 'Trông như văn bản có đóng dấu' }, act);
  await member.call('report.make', { group, message: id, reason: 'Trông như văn bản có đóng dấu' }, act);
  await member.call('report.make', { group, message: id });
  await other.call('report.make', { group, message: id });
  await assert.rejects(
    house.connect('stranger').then((it) => it.call('report.make', { group, message: id })),
    refused('not_found'),
  );
  await desk.until(() => desk.of(officer.id).filter((it) => it.on === 'report.changed').length === 2);

  const { reports, open } = await desk.call('report.list', {});
  const row = reports.find((it) => it.message === id)!;
  assert.deepEqual(
    [row.state, row.reporters, row.sender?.id, row.kind, row.opened],
    ['open', 2, cast.leader.id, 'text', 0],
  );
  assert.ok(open >= 1);
  assert.ok(!JSON.stringify(reports).includes('Bản nháp'), 'a list tells nothing of what was said');
  const { report: whole } = await desk.call('report.get', { report: row.id });
  assert.deepEqual(
    whole.voices.map((it) => [it.by?.id, it.reason]),
    [
      [cast.member.id, 'Trông như văn bản có đóng dấu'],
      [cast.other.id, ''],
    ],
  );

  await assert.rejects(leader.call('report.list', {}), refused('forbidden'));
  const opening = newId();
  await assert.rejects(desk.call('report.read', { report: row.id, act: opening }), refused('not_found'));
  await desk.call('report.open', { report: row.id }, opening);
  const read = await desk.call('report.read', { report: row.id, act: opening });
  assert.deepEqual(
    read.versions.map((it) => it.text),
    ['Bản nháp lần một, chờ góp ý', 'Bản nháp lần hai, chờ góp ý'],
  );
  await leader.until(() => leader.of(group).some((it) => it.on === 'report.opened'));
  const { messages } = await leader.call('message.page', { group });
  assert.deepEqual([messages.at(-1)?.notice?.on, messages.at(-1)?.by], ['report.opened', officer.id]);
  const { rows: kept } = await sql<{ it: string }>`select a::text as it from actions a`.execute(db);
  assert.ok(!kept.some(({ it }) => it.includes('Bản nháp')), 'in the answers that are kept');
  house.pass(READ_MS);
  await assert.rejects(desk.call('report.read', { report: row.id, act: opening }), refused('not_found'));
  house.pass(-READ_MS);

  // Found to be none: who reported it hears so, the message stays; reported again by somebody else it waits again.
  await desk.call('report.decide', { report: row.id, decision: 'dismiss', note: 'Văn bản công khai trên cổng' });
  await assert.rejects(
    desk.call('report.decide', { report: row.id, decision: 'withdraw', note: NOTE }),
    refused('report.decided'),
  );
  await member.until(() => member.of(cast.member.id).some((it) => it.on === 'report.decided'));
  const heard = member.of(cast.member.id).find((it) => it.on === 'report.decided')!;
  assert.deepEqual(heard.with, { group, message: id, decision: 'dismiss' });
  assert.equal(
    (await leader.call('message.page', { group })).messages.find((it) => it.id === id)?.text,
    'Bản nháp lần hai, chờ góp ý',
  );
  await leader.call('report.make', { group, message: id });
  assert.equal((await desk.call('report.get', { report: row.id })).report.state, 'open');
  const { rows: log } = await sql<{ it: string }>`
    select entry::text as it from audit union all select entry::text from audit_waiting`.execute(db);
  assert.ok(log.some(({ it }) => it.includes('"report.open"') && it.includes(officer.id) && it.includes(id)));
  assert.ok(!log.some(({ it }) => it.includes('Bản nháp') || it.includes('đóng dấu')));
});

test('withdrawn: not a byte of it is left in any table, in the index or in the store, wherever it had gone', async () => {
  const officer = await makeOfficer();
  const first = await house.addGroup([cast.leader, cast.member, cast.deputy]);
  const second = await house.addGroup([cast.deputy, cast.other]);
  const third = await house.addGroup([cast.other, cast.leader]);
  const [leader, member, deputy, other, desk] = await Promise.all([
    house.connect('leader', { [first]: 0 }),
    house.connect('member', { [first]: 0 }),
    house.connect('deputy', { [second]: 0 }),
    house.connect('other', { [third]: 0 }),
    house.connect(officer),
  ]);
  const WORD = 'zqxcanhdong';
  const TEXT = `Số liệu ${WORD} tuyến biên giới phía tây, https://${WORD}.example/ban-do`;
  const before = await blobsOnDisk();
  const send = async (who: 'leader' | 'other', name: string) =>
    uploaded(house, who, Buffer.concat([plainPdf(), Buffer.from(`% ${WORD}`)]), { name, kind: 'document' });
  const file = await send('leader', `Ke-hoach-${WORD}.pdf`);
  const { id } = await leader.call('message.send', { group: first, text: `${TEXT} bản đầu`, files: [file.id] });
  await leader.call('message.edit', { group: first, message: id, text: TEXT });
  await member
    .call('pin.add', { group: first, thing: id })
    .catch(() => leader.call('pin.add', { group: first, thing: id }));
  await member.call('message.save', { group: first, messages: [id] });
  const answer = await member.call('message.send', { group: first, text: 'Tôi đã xem', reply: id });
  // Forwarded, forwarded again, and the same file sent anew by somebody else under another name.
  const copy = await deputy.call('message.send', { group: second, text: '', forward: { group: first, message: id } });
  const further = await other.call('message.send', {
    group: third,
    text: '',
    forward: { group: second, message: copy.id },
  });
  const same = await send('other', `khac-ten-${WORD}.pdf`);
  const again = await other.call('message.send', { group: third, text: 'Gửi lại cho rõ', files: [same.id] });
  // On the board, to be sent later, among the phrases.
  const { note } = await leader.call('note.create', { group: first, title: 'Trích', text: `Chép lại: ${TEXT}` });
  await leader.call('note.edit', { group: first, note, version: 1, title: 'Trích', text: 'Đã sửa' });
  const { id: poll } = await leader.call('poll.create', {
    group: first,
    question: TEXT.slice(0, 90),
    choices: ['Có', 'Không'],
  });
  await other.call('scheduled.add', { group: third, text: `Nhắc: ${TEXT}`, at: Date.now() + DAY });
  // Recalled by its sender, and sealed.
  const recalled = await deputy.call('message.send', {
    group: second,
    text: '',
    forward: { group: first, message: id },
  });
  await deputy.call('message.recall', { group: second, message: recalled.id });
  // Words beside it, which stay.
  const other1 = await leader.call('message.send', { group: first, text: 'Mai họp lúc 8 giờ ở phòng thảoluậnxyz' });
  await runJob('search index');
  assert.ok((await member.call('search.typed', { query: WORD })).messages.hits.length > 0);
  await member.call('report.make', { group: first, message: id, reason: `Nguyên văn: ${TEXT}` });

  assert.ok((await blobsOnDisk()) > before);
  for (const table of [
    'messages',
    'message_versions',
    'files',
    'search_parts',
    'note_versions',
    'scheduled_messages',
    'report_voices',
  ])
    assert.ok((await tablesWith(WORD)).includes(table), `${table} had it`);
  const [row] = (await desk.call('report.list', {})).reports;
  assert.equal(row!.message, id);
  const act = newId();
  const answerOf = await desk.call('report.decide', { report: row!.id, decision: 'withdraw', note: NOTE }, act);
  assert.deepEqual(
    await desk.call('report.decide', { report: row!.id, decision: 'withdraw', note: NOTE }, act),
    answerOf,
  );

  assert.deepEqual(await tablesWith(WORD), [], 'without waiting for any job');
  assert.deepEqual((await member.call('search.typed', { query: WORD })).messages.hits, []);
  assert.equal(
    (await member.call('search.typed', { query: 'thảoluậnxyz' })).messages.hits.length,
    1,
    'others are found as before',
  );
  assert.equal(await blobsOnDisk(), before);
  const folder = join(house.house.config.dataDir, 'files');
  for (const it of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (it.isFile()) assert.ok(!(await readFile(join(it.parentPath, it.name))).includes(WORD));

  // What is left: lines without a word, the answer in its own words, the other message.
  const page = await leader.call('message.page', { group: first });
  const line = page.messages.find((it) => it.id === id)!;
  assert.deepEqual([line.text, line.files, line.recalled?.secrecy], [null, undefined, true]);
  const reply = page.messages.find((it) => it.id === answer.id)!;
  assert.deepEqual([reply.text, reply.quote?.gone, reply.quote?.text], ['Tôi đã xem', true, '']);
  assert.ok(page.messages.some((it) => it.id === other1.id && it.text !== null));
  for (const [client, group, message] of [
    [deputy, second, copy.id],
    [other, third, further.id],
    [other, third, again.id],
  ] as const) {
    const there = (await client.call('message.page', { group })).messages.find((it) => it.id === message)!;
    assert.deepEqual([there.text, there.files, there.recalled?.secrecy], [null, undefined, true]);
    await client.until(() => client.of(group).some((it) => it.on === 'message.withdrawn'));
  }
  const told = leader.of(first).find((it) => it.on === 'message.withdrawn')!.with as {
    messages: string[];
    files: string[];
  };
  assert.deepEqual([told.messages.includes(id), [...told.files].sort()], [true, [file.id, same.id].sort()]);
  assert.ok(leader.of(first).some((it) => it.on === 'note.removed' && (it.with as { id: string }).id === note));
  assert.ok(leader.of(first).some((it) => it.on === 'poll.removed' && (it.with as { id: string }).id === poll));
  assert.equal((await fetch(`${house.address}/f/${file.id}`, { headers: { cookie: cast.leader.cookie } })).status, 404);
  assert.deepEqual((await other.call('scheduled.list', {})).scheduled, []);
  // It goes nowhere any more, and is not reported again.
  await assert.rejects(
    leader.call('message.send', { group: third, text: '', forward: { group: first, message: id } }),
    refused('message.gone'),
  );
  await assert.rejects(leader.call('report.make', { group: first, message: id }), refused('message.gone'));

  // Devices say that they keep nothing of it; the minute counts them.
  const minute = async () => (await desk.call('report.minute', { withdrawal: answerOf.withdrawal! })).minute;
  const start = await minute();
  assert.deepEqual(
    [
      start.removed.messages,
      start.removed.groups,
      start.removed.files,
      start.removed.sealed,
      start.removed.notes,
      start.removed.polls,
    ],
    [7, 3, 2, 1, 1, 1],
  );
  assert.deepEqual(
    [start.removed.pins, start.removed.saved, start.removed.quotes, start.removed.scheduled],
    [1, 1, 1, 1],
  );
  assert.deepEqual([start.piecesLeft, start.devices.confirmed, start.note, start.reporters], [0, 0, NOTE, 1]);
  assert.equal(start.devices.told, 4, 'one device of each of leader, member, deputy, other');
  assert.ok(!JSON.stringify(start).includes(WORD));
  const { purges } = await member.call('withdrawal.pending', {});
  assert.deepEqual(
    purges.map((it) => it.withdrawal),
    [answerOf.withdrawal],
  );
  assert.ok(
    purges[0]!.messages.every((it) => it.group === first),
    'of other groups nothing is told',
  );
  for (const _ of [1, 2]) await member.call('withdrawal.confirm', { withdrawals: [answerOf.withdrawal!] });
  await desk.call('withdrawal.confirm', { withdrawals: [answerOf.withdrawal!] });
  assert.deepEqual((await member.call('withdrawal.pending', {})).purges, []);
  assert.deepEqual((await minute()).devices, { told: 4, confirmed: 1, signedOut: 0 });
  await sql`update sessions set ended_at = now() where id = ${cast.other.session}`.execute(db);
  assert.deepEqual((await minute()).devices, { told: 4, confirmed: 1, signedOut: 1 });
  house.pass((DEVICES_KEPT_DAYS + 1) * DAY);
  await runJob('count up withdrawals');
  assert.equal(
    (await sql`select from withdrawal_devices where withdrawal = ${answerOf.withdrawal}`.execute(db)).rows.length,
    0,
  );
  house.pass(-(DEVICES_KEPT_DAYS + 1) * DAY);
  assert.deepEqual((await minute()).devices, { told: 4, confirmed: 1, signedOut: 1 });
  await sql`update sessions set ended_at = null where id = ${cast.other.session}`.execute(db);
  assert.deepEqual(
    (
      await sql<{
        it: string;
      }>`select entry::text as it from audit union all select entry::text from audit_waiting`.execute(db)
    ).rows.filter(({ it }) => it.includes(WORD)),
    [],
  );
});

test('two officers at once withdraw once; minutes are numbered without a gap; a job withdraws too', async () => {
  const [one, two] = [await makeOfficer(), await makeOfficer()];
  const group = await house.addGroup([cast.leader, cast.member], 'area');
  const [leader, member, a, b] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect(one),
    house.connect(two),
  ]);
  const { id } = await leader.call('message.send', { group, text: 'nội dung cần thu hồi' });
  await member.call('report.make', { group, message: id });
  const { reports } = await a.call('report.list', {});
  const report = reports.find((it) => it.message === id)!.id;
  const outcomes = await Promise.allSettled([
    a.call('report.decide', { report, decision: 'withdraw', note: NOTE }),
    b.call('report.decide', { report, decision: 'withdraw', note: NOTE }),
  ]);
  assert.deepEqual(outcomes.map((it) => it.status).sort(), ['fulfilled', 'rejected']);
  const lost = outcomes.find((it) => it.status === 'rejected') as PromiseRejectedResult;
  assert.equal((lost.reason as ClientProblem).code, 'report.decided');

  const { id: next } = await leader.call('message.send', { group, text: 'tìm thấy khi rà soát lại' });
  let withdrawal = '';
  await changeUnattended(house.house, insertNotices, async (context) => {
    withdrawal = (await withdraw(context, { group, message: next, by: null, cause: 'rescan', key })).withdrawal;
  });
  const { minute } = await a.call('report.minute', { withdrawal });
  assert.deepEqual([minute.cause, minute.by, minute.message.id], ['rescan', null, next]);
  const { rows } = await sql<{ number: number }>`select number from withdrawals order by number`.execute(db);
  assert.deepEqual(
    rows.map((it) => it.number),
    rows.map((_, at) => at + 1),
  );
  assert.equal(
    (await leader.call('message.page', { group })).messages.find((it) => it.id === next)?.recalled?.secrecy,
    true,
  );
  await assert.rejects(a.call('report.minute', { withdrawal: newId() }), refused('not_found'));
});

test('what its sender recalls after it was reported is found elsewhere all the same: words, files, forwarded copies', async () => {
  const officer = await makeOfficer();
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member, desk] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect(officer),
  ]);
  const words = 'Phương án thurecall bảo vệ mục tiêu của xã';
  const [sent, again] = [
    await uploaded(house, 'leader', plainPdf(), { name: 'thurecall.pdf', kind: 'document' }),
    await uploaded(house, 'member', plainPdf(), { name: 'thurecall-2.pdf', kind: 'document' }),
  ];
  const { id } = await leader.call('message.send', { group, text: words, files: [sent.id] });
  await member.call('message.send', { group, text: '', forward: { group, message: id } });
  await member.call('note.create', { group, title: 'Chép lại', text: `Nội dung: ${words}` });
  await member.call('note.create', { group, title: 'Tệp', text: '', files: [again.id] });
  await member.call('report.make', { group, message: id });
  await leader.call('message.recall', { group, message: id });
  const report = (await desk.call('report.list', {})).reports.find((it) => it.message === id)!.id;
  await desk.call('report.decide', { report, decision: 'withdraw', note: NOTE });
  assert.deepEqual(await tablesWith('thurecall'), []);
});

test('a note that was reported goes with all its versions and cards; a message with a file of its own is opened with it', async () => {
  const officer = await makeOfficer();
  const group = await house.addGroup([cast.leader, cast.member]);
  const [leader, member, desk] = await Promise.all([
    house.connect('leader'),
    house.connect('member'),
    house.connect(officer),
  ]);
  const file = await uploaded(house, 'leader', plainPdf(), { name: 'bien-ban.pdf', kind: 'document' });
  const { note } = await leader.call('note.create', {
    group,
    title: 'Tiêu đề riêngabc',
    text: 'Nội dung ghi chú riêngabc',
    files: [file.id],
  });
  await member.call('report.make', { group, message: note });
  const report = (await desk.call('report.list', {})).reports.find((it) => it.message === note)!;
  assert.equal(report.kind, 'note');
  const act = newId();
  await desk.call('report.open', { report: report.id }, act);
  const read = await desk.call('report.read', { report: report.id, act });
  assert.deepEqual(read.thing, ['Tiêu đề riêngabc', 'Nội dung ghi chú riêngabc']);
  assert.deepEqual(
    read.files.map((it) => it.id),
    [file.id],
  );
  await desk.call('report.decide', { report: report.id, decision: 'withdraw', note: NOTE });
  assert.deepEqual(await tablesWith('riêngabc'), []);
  assert.deepEqual(await tablesWith('bien-ban.pdf'), []);

  const photo = await uploaded(house, 'leader', plainPdf(), { name: 'khac.pdf', kind: 'document' });
  const { id } = await leader.call('message.send', { group, text: '', files: [photo.id] });
  const fetched = () => fetch(`${house.address}/f/${photo.id}`, { headers: { cookie: officer.cookie } });
  await member.call('report.make', { group, message: id });
  assert.equal((await fetched()).status, 404);
  const other = (await desk.call('report.list', {})).reports.find((it) => it.message === id)!;
  await desk.call('report.open', { report: other.id });
  assert.equal((await fetched()).status, 200);
  house.pass(READ_MS + 1);
  assert.equal((await fetched()).status, 404);
  house.pass(-READ_MS - 1);
});
