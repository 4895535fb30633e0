import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../../protocol/id.ts';
import { openTestHouse } from '../../../testing/house.ts';
import type { TestHouse } from '../../../testing/house.ts';
import { docxOf } from '../../../testing/samples.ts';
import { upload, uploaded } from '../../../testing/uploads.ts';

let house: TestHouse;
before(async () => {
  house = await openTestHouse({ limits: false });
});

const MARKED = 'Độ mật: Tối mật\nSố: 12/BC-UBND';

interface Kept {
  readonly id: string;
  readonly kind: string;
  readonly account: string | null;
  readonly group: string | null;
  readonly channel: string;
  readonly rules: string[];
  readonly bytes: number;
}

async function incidents(): Promise<Kept[]> {
  const { rows } = await sql<Kept>`
    select id, kind, account, group_id as "group", channel, rules, bytes from incidents order by at desc, id desc`.execute(
    house.db,
  );
  return rows;
}

async function send(text: string, id = newId(), who: 'member' | 'leader' | 'deputy' = 'member') {
  const { status, body } = await house.post(who, 'message.send', { group: house.group, text }, id);
  return { status, ...(body as { code?: string; incident?: string; id?: string; seq?: number }) };
}

const word = (text: string): Buffer =>
  docxOf([
    {
      name: 'word/document.xml',
      bytes: `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${text
        .split('\n')
        .map((line) => `<w:p><w:r><w:t>${line}</w:t></w:r></w:p>`)
        .join('')}</w:body></w:document>`,
    },
  ]);

async function refusedUpload(name: string, bytes: Buffer) {
  const it = await upload(house, 'member', bytes, { name });
  assert.equal(it.state, 'refused', JSON.stringify(it));
  return it.problem!;
}

test('a marked text is refused over both doors, nothing of it is kept, and its incident says who, where and by which rule', async () => {
  const refused = await send(MARKED);
  assert.deepEqual([refused.status, refused.code], [422, 'secrecy.marked']);
  const [kept] = await incidents();
  assert.ok(kept);
  const { rules, ...rest } = kept;
  assert.deepEqual(rest, {
    id: refused.incident,
    kind: 'marked',
    account: house.cast.member.id,
    group: house.group,
    channel: 'message.send',
    bytes: Buffer.byteLength(MARKED),
  });
  assert.ok(rules.length > 0);
  const client = await house.connect('member');
  await assert.rejects(client.call('message.send', { group: house.group, text: MARKED }), /secrecy\.marked/);
  assert.equal((await incidents()).length, 2);
});

test('a marked file is refused whatever it is, its upload says so, and what cannot be checked is refused too', async () => {
  const before = (await incidents()).length;
  const txt = await refusedUpload('bao-cao.txt', Buffer.from(`CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n\n${MARKED}\n`));
  assert.equal(txt.code, 'secrecy.marked');
  const docx = await refusedUpload('bao-cao.docx', word(MARKED));
  assert.equal(docx.code, 'secrecy.marked');
  const kept = (await incidents()).slice(0, 2);
  assert.deepEqual(
    kept.map((it) => [it.id, it.kind, it.channel, it.account, it.group]),
    [docx, txt].map((it) => [it.incident, 'marked', 'file', house.cast.member.id, null]),
  );
  const broken = await refusedUpload('hong.docx', word(MARKED).subarray(0, 600));
  assert.match(broken.code, /^file\./);
  assert.equal((await incidents()).length, before + 3);
  const [last] = await incidents();
  assert.deepEqual([last?.id, last?.kind], [broken.incident, 'unchecked']);
});

test('an ordinary file passes', async () => {
  const file = await uploaded(house, 'member', Buffer.from('Lịch trực tuần 47: thứ Hai, ông Nguyễn Văn A'), {
    name: 'lich-truc.txt',
  });
  assert.equal(file.name, 'lich-truc.txt');
});

test('an own marking cut over messages is refused with its last piece, whatever was said between; another person’s pieces are not taken for it', async () => {
  const pieces = ['TU', 'YỆT', 'MẬ', 'T'];
  for (const piece of pieces.slice(0, 3)) assert.equal((await send(piece)).status, 200, piece);
  assert.equal((await send('T', newId(), 'deputy')).status, 200);
  const last = await send('T');
  assert.deepEqual([last.status, last.code], [422, 'secrecy.marked']);
  house.pass(121_000);
  assert.equal((await send('T')).status, 200, 'two minutes later it is no piece of that any more');
});

test('an edit that completes a marking is refused as well, also of a message that is old', async () => {
  house.pass(200_000);
  const first = await send('TUYỆT');
  const second = await send('được');
  assert.equal(second.status, 200);
  house.pass(3_600_000);
  const edit = await house.post('member', 'message.edit', { group: house.group, message: second.id, text: 'MẬT' });
  assert.deepEqual([edit.status, (edit.body as { code: string }).code], [422, 'secrecy.marked']);
  const whole = await house.post('member', 'message.edit', { group: house.group, message: first.id, text: MARKED });
  assert.equal((whole.body as { code: string }).code, 'secrecy.marked');
});

test('a piece that is forwarded is a piece like any other', async () => {
  house.pass(200_000);
  const aside = await house.addGroup([house.cast.member]);
  const piece = await house.post('member', 'message.send', { group: aside, text: 'T' });
  const { id } = piece.body as { id: string };
  for (const text of ['TUYỆT', 'MẬ']) assert.equal((await send(text)).status, 200, text);
  const { status, body } = await house.post('member', 'message.send', {
    group: house.group,
    text: '',
    forward: { group: aside, message: id },
  });
  assert.deepEqual([status, (body as { code?: string }).code], [422, 'secrecy.marked']);
});

test('a marking cut over the fields of one act is refused wherever in it', async () => {
  const others = Array.from({ length: 12 }, (_, at) => `Phương án số ${at + 1}`);
  for (const choices of [
    ['TUYỆT', 'MẬ', 'T', ...others],
    [...others, 'TUYỆT', 'MẬ', 'T'],
  ]) {
    const { body } = await house.post('leader', 'poll.create', { group: house.group, question: 'Chọn gì', choices });
    assert.equal((body as { code?: string }).code, 'secrecy.marked');
  }
  const { status } = await house.post('leader', 'poll.create', { group: house.group, question: 'Gì', choices: others });
  assert.equal(status, 200);
});

test('a staff list is read as a list whatever it is called', async () => {
  const rows = `Họ và tên,Số điện thoại,Chức vụ\nRơ Châm Thưng,0905111222,${MARKED.replace('\n', ' ')}\n`;
  const { administrator } = house.cast;
  const now = house.house.now();
  await sql`update sessions set proved_at = ${now}, governed_at = ${now} where id = ${administrator.session}`.execute(
    house.db,
  );
  for (const name of ['danh sach', 'danh-sach.xls', 'danh-sach.csv']) {
    const asked = { name, file: Buffer.from(rows).toString('base64'), newUnits: true };
    const { digest } = (await house.post(administrator, 'import.check', asked)).body as { digest: string };
    const { body } = await house.post(administrator, 'import.apply', { ...asked, digest, reviewed: true });
    assert.equal((body as { code?: string }).code, 'secrecy.marked', name);
  }
});

test('two pieces sent at the same moment are seen together', async () => {
  house.pass(200_000);
  const answers = await Promise.all([send('TUYỆT', newId(), 'leader'), send('MẬT', newId(), 'leader')]);
  assert.ok(
    answers.some((it) => it.code === 'secrecy.marked'),
    JSON.stringify(answers),
  );
});

test('two edits at the same moment are seen together', async () => {
  house.pass(200_000);
  const [one, two] = [await send('một', newId(), 'leader'), await send('hai', newId(), 'leader')];
  const edit = (message: string | undefined, text: string) =>
    house.post('leader', 'message.edit', { group: house.group, message, text });
  const answers = await Promise.all([edit(one.id, 'TUYỆT'), edit(two.id, 'MẬT')]);
  assert.ok(
    answers.some((it) => (it.body as { code?: string }).code === 'secrecy.marked'),
    JSON.stringify(answers),
  );
});

test('what was accepted stays accepted: sending it again is answered as the first time, whatever came after it', async () => {
  house.pass(200_000);
  const id = newId();
  const first = await send('TUYỆT', id, 'deputy');
  assert.equal(first.status, 200);
  assert.deepEqual(await send('TUYỆT', id, 'deputy'), first);
  // The other piece is refused; the first one, asked for again, still is what it was.
  assert.equal((await send('MẬT', newId(), 'deputy')).code, 'secrecy.marked');
  assert.deepEqual(await send('TUYỆT', id, 'deputy'), first);
  // The id of something accepted does not carry anything else in.
  const other = await send(MARKED, id, 'deputy');
  assert.equal(other.code, 'action.id_reused');
});

test('somebody who tries again and again is refused each time, and counted', async () => {
  const limited = await openTestHouse({ beside: house });
  const person = await house.addPerson();
  const group = await house.addGroup([person]);
  const seen = new Set<string>();
  for (let round = 0; round < 30; round += 1) {
    const { status, body } = await limited.post(person, 'message.send', { group, text: `${MARKED} ${round}` });
    assert.equal(status, 422);
    const { code, incident } = body as { code: string; incident: string };
    assert.equal(code, 'secrecy.marked');
    seen.add(incident);
  }
  assert.equal(seen.size, 20);
  await limited.close();
  const { rows } = await sql<{
    more: number;
  }>`select sum(more)::int as more from incidents where account = ${person.id}`.execute(house.db);
  assert.equal(rows[0]?.more, 10);
});

test('whoever is not signed in passes the same door, without an account', async () => {
  const before = (await incidents()).length;
  const { body } = await house.post(undefined, 'account.register', {
    challenge: newId(),
    name: MARKED.replace('\n', ' '),
  });
  assert.equal((body as { code: string }).code, 'secrecy.marked');
  const [last] = await incidents();
  assert.deepEqual([last?.account, last?.channel, (await incidents()).length], [null, 'account.register', before + 1]);
});

test('a forbidden try leaves nothing of its words in the audit log', async () => {
  const name = 'Nhóm KÍNH CHUYỂN 7731';
  const { status } = await house.post('reader', 'group.change', { group: house.group, name });
  assert.equal(status, 403);
  const { rows } = await sql<{ count: number }>`
    select (select count(*)::int from audit_waiting where entry::text like '%7731%') + (select count(*)::int from audit where entry::text like '%7731%') as count`.execute(
    house.db,
  );
  assert.equal(rows[0]?.count, 0);
});
