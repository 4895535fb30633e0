import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../../protocol/id.ts';
import type { CastName } from '../../../testing/cast.ts';
import { openTestHouse } from '../../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../../testing/house.ts';
import { uploaded } from '../../../testing/uploads.ts';
import type { Finding, Rescan } from '../protocol/rescan.ts';
import { DEFAULT_RULES } from '../rules/ruleset.ts';

/** What nobody would look for before the rules were changed. */
const WORDS = 'Hồ sơ kho báu Ia Grai';

let house: TestHouse;
let officer: TestPerson;
let second: TestPerson;
before(async () => {
  house = await openTestHouse({ limits: false });
  [officer, second] = [await house.addPerson('Hoàng Văn Sự'), await house.addPerson('Siu H’Nga')];
  for (const account of [officer.id, second.id])
    await call('administrator', 'secrecy.setOfficer', { account, on: true });
});

async function call<T>(who: CastName | TestPerson, name: string, input: unknown, id = newId()): Promise<T> {
  const { status, body } = await house.post(who, name, input, id);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as T;
}

const send = async (text: string, more: object = {}, id = newId()): Promise<string> =>
  (await call<{ id: string }>('leader', 'message.send', { group: house.group, text, ...more }, id)).id;

const job = (it: TestHouse = house) => it.features.jobs.find((each) => each.name === 'look at what is stored')!;

/** Begins one, and waits until it is over. */
async function rescanned(what?: readonly string[]): Promise<{ rescan: Rescan; findings: Finding[] }> {
  const { rescan } = await call<{ rescan: string }>(officer, 'rescan.begin', what ? { what } : {});
  await job().run();
  const it = await call<Rescan>(officer, 'rescan.get', { rescan });
  const { findings, more } = await call<{ findings: Finding[]; more: boolean }>(officer, 'rescan.findings', {
    rescan,
    limit: 200,
  });
  assert.equal(more, false);
  return { rescan: it, findings };
}

const kept: Record<string, string> = {};

test('everything that is stored is looked at by the rules of today, and what is found says where, never what', async () => {
  kept['message'] = await send(WORDS);
  kept['version'] = await send(`${WORDS} lần một`);
  await call('leader', 'message.edit', { group: house.group, message: kept['version'], text: 'Lịch trực' });
  const file = await uploaded(house, 'leader', Buffer.from(`Danh mục\n\n${WORDS}\n`), { name: 'danh-muc.txt' });
  kept['fileMessage'] = await send('', { files: [file.id] });
  const plain = await uploaded(house, 'leader', Buffer.from('Lịch trực tuần'), { name: 'lich.txt' });
  await send('', { files: [plain.id] });
  kept['note'] = newId();
  await call('leader', 'note.create', { group: house.group, title: WORDS, text: 'Nội dung' }, kept['note']);
  kept['poll'] = newId();
  await call(
    'leader',
    'poll.create',
    {
      group: house.group,
      question: 'Họp ngày nào?',
      choices: ['Thứ Hai', WORDS],
      most: 1,
      anonymous: false,
      hidden: false,
      open: false,
    },
    kept['poll'],
  );
  kept['sealed'] = await send(`${WORDS} đã thu hồi`);
  await call('leader', 'message.recall', { group: house.group, message: kept['sealed'] });
  await call('leader', 'phrase.save', { phrases: ['Đã nhận', WORDS], offers: true });

  const before = await rescanned();
  assert.deepEqual([before.rescan.state, before.findings], ['done', []]);

  const rules = DEFAULT_RULES.rules.map((it) =>
    it.id === 'stamp.words' ? { ...it, kind: 'phrase', terms: [...it.terms, 'hồ sơ kho báu ia grai'] } : it,
  );
  const { version } = await call<{ version: number }>(officer, 'ruleset.propose', {
    rules,
    reason: 'Từ ngữ địa phương',
  });
  await call(second, 'ruleset.approve', { version });
  const line = await house.connect(officer);
  const { rescan, findings } = await rescanned();
  assert.deepEqual([rescan.state, rescan.version, rescan.at, rescan.unchecked], ['done', 2, null, 0]);
  const found = (what: string): Finding[] => findings.filter((it) => it.what === what);
  assert.deepEqual(
    found('message').map((it) => [it.message, it.group?.id, it.person?.id]),
    // The note and the poll stand in the conversation with their titles.
    [...new Set([kept['message'], ...found('message').map((it) => it.message!)])].map((it) => [
      it,
      house.group,
      house.cast.leader.id,
    ]),
  );
  assert.ok(found('message').some((it) => it.object === kept['message']));
  assert.deepEqual(
    found('version').map((it) => it.message),
    [kept['version']],
  );
  assert.deepEqual(
    found('file').map((it) => [it.object, it.message]),
    [[file.id, kept['fileMessage']]],
  );
  assert.deepEqual(
    found('note').map((it) => it.message),
    [kept['note']],
  );
  assert.deepEqual(
    found('poll').map((it) => it.message),
    [kept['poll']],
  );
  assert.deepEqual(
    found('sealed').map((it) => it.message),
    [kept['sealed']],
  );
  assert.deepEqual(
    found('phrase').map((it) => it.person?.id),
    [house.cast.leader.id],
  );
  assert.equal(rescan.found, findings.length);
  assert.ok(rescan.looked > findings.length);
  assert.ok(!JSON.stringify(findings).includes('kho báu'));
  await line.until(() =>
    line.events.some((it) => it.on === 'rescan.moved' && (it.with as { state: string }).state === 'done'),
  );
});

test('what was found in a message is withdrawn everywhere', async () => {
  const [latest] = (await call<{ rescans: Rescan[] }>(officer, 'rescan.list', {})).rescans;
  const rescan = latest!.id;
  const findings = async (): Promise<Finding[]> =>
    (await call<{ findings: Finding[] }>(officer, 'rescan.findings', { rescan })).findings;
  const found = (await findings()).find((it) => it.object === kept['message'])!;
  assert.equal(found.withdrawn, false);
  await call(officer, 'rescan.withdraw', { rescan, number: found.number, note: 'Đã báo cáo lãnh đạo' });
  const { rows } = await sql<{ text: string | null }>`select text from messages where id = ${kept['message']}`.execute(
    house.db,
  );
  assert.equal(rows[0]?.text ?? null, null);
  assert.equal((await findings()).find((it) => it.object === kept['message'])!.withdrawn, true);
  const phrase = (await findings()).find((it) => it.what === 'phrase')!;
  const { body } = await house.post(officer, 'rescan.withdraw', { rescan, number: phrase.number });
  assert.equal((body as { code: string }).code, 'rescan.no_message');
});

test('one at a time; it is stopped, and goes on where it was on another node', async () => {
  const other = await openTestHouse({ beside: house, limits: false, env: { DATA_DIR: house.house.config.dataDir } });
  const id = newId();
  // As a node left it that has ended: some of it done, and not a word for long.
  await sql`
    insert into rescans (id, state, version, what, begun_by, begun_at, stage, after, looked, taken_by, taken_at)
    values (${id}, 'running', 2, array['message', 'unit'], ${officer.id}, now(), 'unit', '', 1000, ${newId()}, now() - interval '10 minutes')`.execute(
    house.db,
  );
  const { body } = await house.post(officer, 'rescan.begin', {});
  assert.deepEqual([(body as { code: string }).code, (body as { rescan: string }).rescan], ['rescan.running', id]);
  await job(other).run();
  const it = await call<Rescan>(officer, 'rescan.get', { rescan: id });
  assert.deepEqual([it.state, it.at, it.found], ['done', null, 0]);
  assert.ok(it.looked >= 1_000, 'what was done stays done');
  const over = await house.post(officer, 'rescan.stop', { rescan: id });
  assert.equal((over.body as { code: string }).code, 'rescan.over');

  const next = newId();
  await sql`
    insert into rescans (id, state, version, what, begun_by, begun_at, stage, taken_by, taken_at)
    values (${next}, 'running', 2, array['message'], ${officer.id}, now(), 'message', ${newId()}, now())`.execute(
    house.db,
  );
  await job(other).run();
  assert.equal((await call<Rescan>(officer, 'rescan.get', { rescan: next })).looked, 0, 'another node has it');
  await call(officer, 'rescan.stop', { rescan: next });
  assert.equal((await call<Rescan>(officer, 'rescan.get', { rescan: next })).state, 'stopped');
  await other.close();
});

test('what waited to be sent is judged by the rules of the day it is sent; refused, its words go', async () => {
  kept['scheduled'] = newId();
  const at = house.house.now().getTime() + 3_600_000;
  await call('leader', 'scheduled.add', { group: house.group, text: 'Lịch trực', at }, kept['scheduled']);
  // As if it had been accepted by older rules.
  await sql`update scheduled_messages set content = content || ${JSON.stringify({ text: WORDS })}::jsonb where id = ${kept['scheduled']}`.execute(
    house.db,
  );
  house.pass(3_700_000);
  await house.features.jobs.find((it) => it.name === 'send scheduled messages')!.run();
  const { rows } = await sql<{ code: string; text: string }>`
    select refused->>'code' as code, content->>'text' as text from scheduled_messages where id = ${kept['scheduled']}`.execute(
    house.db,
  );
  assert.deepEqual(rows, [{ code: 'secrecy.marked', text: '' }]);
  const { rows: incidents } = await sql<{ channel: string; account: string }>`
    select channel, account from incidents order by at desc limit 1`.execute(house.db);
  assert.deepEqual(incidents, [{ channel: 'message.send', account: house.cast.leader.id }]);
});
