import assert from 'node:assert/strict';
import { createHash, randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';

import { sql } from 'kysely';
import pg from 'pg';

import { newId } from '../../protocol/id.ts';
import { fingerprint } from '../../testing/fingerprint.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestPerson } from '../../testing/house.ts';
import type { CastName } from '../../testing/cast.ts';
import { searchText } from '../directory/rules.ts';
import { lookAt } from './document/look.ts';
import { REMIND_AGAIN_MS } from './rules.ts';
import type { RegulationDocument } from './rules.ts';

const house = await openTestHouse({ limits: false });
const { cast, db } = house;
await sql`
  insert into agency (name, area, help_name, help_phone) values ('UBND xã Ia Grai', '23764', 'Siu H’Nga', '+84905318464')`.execute(
  db,
);
const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;

type Who = CastName | TestPerson;

/** The answer, whatever it is. */
async function ask(who: Who, name: string, input: unknown, id?: string): Promise<Record<string, never>> {
  const { status, body } = await house.post(who, name, input, id);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as Record<string, never>;
}

async function refused(who: Who, name: string, input: unknown): Promise<Record<string, unknown>> {
  const { status, body } = await house.post(who, name, input);
  assert.notEqual(status, 200, name);
  return body as Record<string, unknown>;
}

async function templateOf(group: string): Promise<RegulationDocument> {
  return (await ask('leader', 'regulation.template', { group }))['document'] as unknown as RegulationDocument;
}

/** A version in force, as the leader wrote it. */
async function publish(group: string, who: Who = 'leader', title?: string): Promise<number> {
  const draft = await templateOf(group);
  const document = title === undefined ? draft : { ...draft, title };
  const { revision } = await ask(who, 'regulation.save', { group, revision: 0, document });
  return (await ask(who, 'regulation.publish', { group, revision })).version!;
}

async function newGroup(): Promise<string> {
  const group = await house.addGroup([cast.leader, cast.deputy, cast.member, cast.other]);
  await sql`update members set role = 'deputy' where group_id = ${group} and account = ${cast.deputy.id}`.execute(db);
  return group;
}

test('nobody writes before accepting the version in force, except who published it; accepting counts at once', async () => {
  const group = await newGroup();
  const [leader, member, second] = await Promise.all([
    house.connect('leader'),
    house.connect('member', { [group]: 0 }),
    house.connect('member', { [group]: 0 }),
  ]);
  await member.call('message.send', { group, text: 'Trước khi có quy chế' });
  assert.equal(await publish(group), 1);

  await leader.call('message.send', { group, text: 'Người ban hành đã đồng ý' });
  const id = newId();
  await assert.rejects(
    member.call('message.send', { group, text: 'Chưa đồng ý' }, id),
    code('regulation.not_accepted'),
  );
  assert.equal((await refused('deputy', 'message.send', { group, text: 'x' }))['version'], 1, 'other leaders too');
  await member.until(() => member.of(group).some((it) => it.on === 'regulation.published'));

  await assert.rejects(member.call('regulation.accept', { group, version: 2 }), code('regulation.superseded'));
  await member.call('regulation.accept', { group, version: 1 });
  // The very message that was refused, with its own id.
  await member.call('message.send', { group, text: 'Chưa đồng ý' }, id);
  await second.until(() => second.of(cast.member.id).some((it) => it.on === 'regulation.accepted'));
  const { current, accepted, governing } = await member.call('regulation.get', { group });
  assert.deepEqual([current?.version, accepted, governing], [1, 1, null]);
  assert.match(current?.document?.date ?? '', /^\d{4}-\d{2}-\d{2}$/, 'it is dated the day it came into force');

  assert.equal(await publish(group, 'deputy', 'Bản thứ hai'), 2);
  await assert.rejects(member.call('message.send', { group, text: 'Lại' }), code('regulation.not_accepted'));
  await assert.rejects(leader.call('message.send', { group, text: 'Lại' }), code('regulation.not_accepted'));
  const [chat] = (await member.call('chat.list', { groups: [group] })).chats;
  assert.deepEqual(chat?.regulation, { version: 2, accepted: 1 });
  const { versions } = await member.call('regulation.versions', { group });
  assert.deepEqual(
    versions.map((it) => [it.version, it.by]),
    [
      [2, 'Đặng Thị Bích Phượng'],
      [1, 'Nguyễn Hoàng Phúc'],
    ],
  );
  assert.equal((await member.call('regulation.version', { group, version: 1 })).document?.place, 'Ia Grai');
});

test('accepting and publishing twice by one id is once', async () => {
  const group = await newGroup();
  const { revision } = await ask('leader', 'regulation.save', {
    group,
    revision: 0,
    document: await templateOf(group),
  });
  const twice = async (who: Who, name: string, input: unknown): Promise<void> => {
    const id = newId();
    const first = await ask(who, name, input, id);
    const after = await fingerprint(db);
    assert.deepEqual(await ask(who, name, input, id), first);
    assert.equal(await fingerprint(db), after, name);
  };
  await twice('leader', 'regulation.publish', { group, revision });
  await twice('member', 'regulation.accept', { group, version: 1 });
  const member = await house.connect('member', { [cast.member.id]: 0 });
  await ask('member', 'regulation.accept', { group, version: 1 });
  await member.until(() => member.of(cast.member.id).some((it) => it.on === 'regulation.accepted'));
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from events where name = 'regulation.accepted' and body ->> 'group' = ${group}`.execute(
    db,
  );
  assert.equal(rows[0]!.n, 1, 'who has accepted accepts no second time');
  await twice('leader', 'regulation.remind', { group });
});

test('a message costs no statement more where a regulation is in force', async () => {
  const bare = await newGroup();
  const ruled = await newGroup();
  await publish(ruled);
  await ask('member', 'regulation.accept', { group: ruled, version: 1 });
  const member = await house.connect('member');
  // Every statement with values is bound once, whether it was prepared before or not; one without is sent as it is.
  const wire = pg.Connection.prototype as unknown as Record<'bind' | 'query', (...all: unknown[]) => unknown>;
  const statements = async (group: string): Promise<number> => {
    // What is remembered of the member is remembered now.
    await member.call('message.send', { group, text: 'Làm nóng' });
    await member.call('message.send', { group, text: 'Làm nóng' });
    const { bind, query } = wire;
    let seen = 0;
    const counts: number[] = [];
    const counting = (real: typeof bind) =>
      function (this: unknown, ...all: unknown[]) {
        seen += 1;
        return real.apply(this, all);
      };
    Object.assign(wire, { bind: counting(bind), query: counting(query) });
    try {
      for (let at = 0; at < 20; at += 1) {
        seen = 0;
        await member.call('message.send', { group, text: 'Đếm' });
        counts.push(seen);
      }
    } finally {
      Object.assign(wire, { bind, query });
    }
    // The fewest: what else the house has to do meanwhile is none of the message's.
    return Math.min(...counts);
  };
  const without = await statements(bare);
  assert.equal(without, 1);
  assert.equal(await statements(ruled), without);
});

test(
  'no message decided before a version came into force commits after it: 100 races',
  { timeout: 120_000 },
  async () => {
    const group = await newGroup();
    const member = await house.connect('member', { [group]: 0 });
    await publish(group);
    for (let round = 1; round <= 100; round += 1) {
      await member.call('regulation.accept', { group, version: round });
      const draft = await ask('leader', 'regulation.save', { group, revision: 0, document: await templateOf(group) });
      const sends = Array.from({ length: 4 }, async (_, at) => {
        if (at > 1) await new Promise((resolve) => setImmediate(resolve));
        await member.call('message.send', { group, text: `${round}.${at}` });
      });
      const [, ...sent] = await Promise.allSettled([
        ask('leader', 'regulation.publish', { group, revision: draft['revision'] }),
        ...sends,
      ]);
      for (const it of sent)
        if (it.status === 'rejected') assert.equal((it.reason as ClientProblem).code, 'regulation.not_accepted');
    }
    const { rows } = await sql<{ name: string; text: string | null; version: number | null }>`
    select e.name, m.text, (e.body ->> 'version')::int as version from events e left join messages m on m.id = e.message
    where e.stream = ${group} and e.name in ('message.sent', 'regulation.published') order by e.seq`.execute(db);
    let version = 0;
    for (const it of rows) {
      if (it.name === 'regulation.published') version = it.version!;
      else
        assert.equal(Number(it.text!.split('.')[0]), version, 'each stands before the version it was not accepted for');
    }
    assert.equal(version, 101);
  },
);

test('a draft is saved over only by who has seen it, published whole, thrown away, and seen by leaders alone', async () => {
  const group = await newGroup();
  const document = await templateOf(group);
  await ask('leader', 'regulation.save', { group, revision: 0, document });
  const late = await refused('deputy', 'regulation.save', { group, revision: 0, document });
  assert.deepEqual([late['code'], late['revision']], ['regulation.draft_changed', 1]);
  await ask('deputy', 'regulation.save', { group, revision: 1, document: { ...document, title: '' } });
  const lacking = await refused('leader', 'regulation.publish', { group, revision: 2 });
  assert.deepEqual([lacking['code'], lacking['missing']], ['regulation.incomplete', 'title']);
  const seen = await ask('leader', 'regulation.get', { group });
  const { draft, offer } = seen['governing'] as unknown as {
    draft: { by: string; revision: number; id: string };
    offer: unknown;
  };
  assert.deepEqual([draft.by, draft.revision, offer], ['Đặng Thị Bích Phượng', 2, null]);
  assert.equal((await ask('member', 'regulation.get', { group }))['governing'], null);
  assert.equal((await download('leader', draft.id, 'pdf')).status, 200);
  for (const who of ['member', 'stranger', 'administrator'] as const)
    assert.equal((await download(who, draft.id, 'pdf')).status, 404, who);
  await ask('leader', 'regulation.discard', { group, revision: 2 });
  assert.equal((await refused('leader', 'regulation.publish', { group, revision: 0 }))['code'], 'regulation.no_draft');
});

async function download(
  who: Who,
  id: string,
  form: string,
): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
  const { cookie } = typeof who === 'string' ? cast[who] : who;
  const response = await fetch(`${house.address}/regulations/${id}/${form}`, { headers: { cookie } });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

test('as a file: for members only, to be saved and never shown; what was uploaded comes back byte by byte', async () => {
  const group = await newGroup();
  await publish(group);
  const { current } = await ask('member', 'regulation.get', { group });
  const { id } = current as unknown as { id: string };
  for (const form of ['pdf', 'docx'] as const) {
    const { status, headers, bytes } = await download('member', id, form);
    assert.equal(status, 200);
    assert.match(headers.get('content-disposition') ?? '', /^attachment; filename="quy-che-[a-z0-9-]+\.(pdf|docx)"/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy') ?? '', /sandbox/);
    assert.deepEqual(lookAt(bytes), { form });
    for (const who of ['stranger', 'administrator'] as const) assert.equal((await download(who, id, form)).status, 404);
  }
  const { bytes } = await download('member', id, 'pdf');

  const upload = { group, revision: 0, title: 'Quy chế đã ký', name: 'Quy chế (đã ký).pdf' };
  const hostile = Buffer.concat([bytes, Buffer.from('\n<</S /JavaScript>>\nstartxref\n0\n%%EOF')]);
  const unfit = await refused('leader', 'regulation.upload', { ...upload, file: hostile.toString('base64') });
  assert.deepEqual([unfit['code'], unfit['reason']], ['regulation.file_unfit', 'active']);
  const { revision } = await ask('leader', 'regulation.upload', { ...upload, file: bytes.toString('base64') });
  assert.equal((await ask('leader', 'regulation.publish', { group, revision })).version, 2);
  const after = (await ask('member', 'regulation.get', { group }))['current'] as unknown as {
    id: string;
    document: unknown;
    file: Record<string, unknown>;
  };
  assert.equal(after.document, null);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  assert.deepEqual(after.file, { name: upload.name, form: 'pdf', size: bytes.length, sha256 });
  const back = await download('member', after.id, 'pdf');
  assert.ok(back.bytes.equals(bytes));
  assert.match(back.headers.get('content-disposition') ?? '', /filename\*=UTF-8''Quy%20ch%E1%BA%BF%20%28/);
  assert.equal((await download('member', after.id, 'docx')).status, 404);

  // A replaced draft leaves no file behind.
  const files = async (): Promise<number> =>
    (await sql<{ n: number }>`select count(*)::int as n from regulation_files`.execute(db)).rows[0]!.n;
  const before = await files();
  await ask('leader', 'regulation.upload', { ...upload, file: bytes.toString('base64') });
  assert.equal(await files(), before + 1);
  await ask('leader', 'regulation.save', { group, revision: 1, document: await templateOf(group) });
  assert.equal(await files(), before);
});

test('a unit’s default is inherited, taken over with one press, and groups that have it are told of the next', async () => {
  const add = async (parent: string | null, name: string): Promise<string> =>
    ((await ask('administrator', 'unit.add', { parent, name }))['unit'] as unknown as { id: string }).id;
  const commune = await add(null, 'UBND xã Ia Krái');
  const office = await add(commune, 'Văn phòng');
  const group = await newGroup();
  await sql`update groups set unit = ${office} where id = ${group}`.execute(db);
  const offerOf = async (): Promise<Record<string, unknown> | null> =>
    (
      (await ask('leader', 'regulation.get', { group }))['governing'] as unknown as {
        offer: Record<string, unknown> | null;
      }
    ).offer;

  const { document } = await ask('administrator', 'regulation.defaultTemplate', { unit: commune });
  await ask('administrator', 'regulation.saveDefault', { unit: commune, revision: 0, document });
  assert.equal(await offerOf(), null, 'a draft is offered to nobody');
  assert.equal(
    (await refused('leader', 'regulation.takeOver', { group, regulation: newId() }))['code'],
    'regulation.none',
  );
  const first = await ask('administrator', 'regulation.publishDefault', { unit: commune, revision: 1 });
  assert.deepEqual(first, { version: 1 });
  const offer = (await offerOf())!;
  assert.deepEqual([offer['unit'], offer['version'], offer['taken']], ['UBND xã Ia Krái', 1, 'no']);
  assert.equal((await download('leader', offer['id'] as string, 'docx')).status, 200, 'it can be read before');
  assert.equal((await download('stranger', offer['id'] as string, 'docx')).status, 404);

  const member = await house.connect('member', { [group]: 0 });
  const wrong = await refused('leader', 'regulation.takeOver', { group, regulation: newId() });
  assert.equal(wrong['code'], 'regulation.superseded');
  assert.deepEqual(await ask('leader', 'regulation.takeOver', { group, regulation: offer['id'] }), { version: 1 });
  assert.deepEqual(
    await ask('leader', 'regulation.takeOver', { group, regulation: offer['id'] }),
    { version: 1 },
    'once',
  );
  assert.equal((await offerOf())!['taken'], 'this');
  await assert.rejects(member.call('message.send', { group, text: 'x' }), code('regulation.not_accepted'));
  assert.equal((await member.call('regulation.get', { group })).current?.from, 'UBND xã Ia Krái');

  await ask('administrator', 'regulation.saveDefault', { unit: commune, revision: 0, document });
  await ask('administrator', 'regulation.publishDefault', { unit: commune, revision: 1 });
  await member.until(() => member.of(group).some((it) => it.on === 'regulation.renewed'));
  assert.equal((await offerOf())!['taken'], 'older', 'the group’s own stays until its leaders take the new one over');
  const { defaults } = await ask('administrator', 'regulation.defaults', {});
  assert.deepEqual(
    (defaults as unknown as { path: string[]; version: number; groups: number; draft: boolean }[]).map((it) => [
      it.path,
      it.version,
      it.groups,
      it.draft,
    ]),
    [[['UBND xã Ia Krái'], 2, 1, false]],
  );

  // The nearer one wins.
  const near = await ask('administrator', 'regulation.defaultTemplate', { unit: office });
  await ask('administrator', 'regulation.saveDefault', { unit: office, revision: 0, document: near['document'] });
  await ask('administrator', 'regulation.publishDefault', { unit: office, revision: 1 });
  assert.deepEqual([(await offerOf())!['unit'], (await offerOf())!['taken']], ['Văn phòng', 'no']);
});

test('who has and who has not: by unit, found without tones, page by page; reminded once a day', async () => {
  const unit = async (name: string): Promise<string> =>
    ((await ask('administrator', 'unit.add', { parent: null, name }))['unit'] as unknown as { id: string }).id;
  const [health, school] = [await unit('Trạm Y tế xã'), await unit('Trường Tiểu học Nay Der')];
  const people = Array.from({ length: 120 }, (_, at) => ({
    id: randomUUIDv7(),
    name: at === 7 ? 'Rơ Châm H’Bích' : `Ksor Người ${at}`,
    unit: at % 3 === 0 ? health : school,
  }));
  await sql`insert into streams (id, kind) select unnest(${people.map((it) => it.id)}::uuid[]), 'account'`.execute(db);
  await sql`
    insert into accounts (id, name, unit, search) select * from unnest(${people.map((it) => it.id)}::uuid[], ${people.map((it) => it.name)}::text[],
      ${people.map((it) => it.unit)}::uuid[], ${people.map((it) => searchText({ name: it.name, position: '', unit: '' }))}::text[])`.execute(
    db,
  );
  const group = await newGroup();
  await sql`insert into members (group_id, account) select ${group}, unnest(${people.map((it) => it.id)}::uuid[])`.execute(
    db,
  );
  assert.equal((await refused('leader', 'regulation.remind', { group }))['code'], 'regulation.none');
  await publish(group);
  await sql`update members set regulation = 1, regulation_at = now() where group_id = ${group} and account = any(${people
    .filter((it) => it.unit === health)
    .map((it) => it.id)}::uuid[])`.execute(db);

  const leader = await house.connect('leader', { [group]: 0 });
  const seen: string[] = [];
  for (let after = 0; ; after += 50) {
    const page = await leader.call('regulation.acceptance', { group, after, limit: 50 });
    assert.equal(page.total, 124);
    assert.equal(page.units.length > 0, after === 0);
    if (after === 0) {
      assert.deepEqual(page.units, [
        { unit: 'Trạm Y tế xã', members: 40, accepted: 40 },
        { unit: 'Trường Tiểu học Nay Der', members: 80, accepted: 0 },
        { unit: '', members: 4, accepted: 1 },
      ]);
    }
    seen.push(...page.people.map((it) => it.account));
    if (seen.length >= page.total) break;
  }
  assert.equal(new Set(seen).size, 124);
  assert.equal((await leader.call('regulation.acceptance', { group, show: 'waiting' })).total, 83);
  const found = await leader.call('regulation.acceptance', { group, query: 'ro cham hbich' });
  assert.deepEqual(
    found.people.map((it) => [it.name, it.unit, it.version, it.at]),
    [['Rơ Châm H’Bích', 'Trường Tiểu học Nay Der', 0, null]],
  );

  assert.deepEqual(await leader.call('regulation.remind', { group }), { waiting: 83 });
  await leader.until(() => leader.of(group).some((it) => it.on === 'regulation.reminded'));
  await assert.rejects(leader.call('regulation.remind', { group }), code('regulation.reminded'));
  house.pass(REMIND_AGAIN_MS);
  assert.deepEqual(await leader.call('regulation.remind', { group }), { waiting: 83 });
  await sql`update members set regulation = 1 where group_id = ${group}`.execute(db);
  house.pass(REMIND_AGAIN_MS);
  await assert.rejects(leader.call('regulation.remind', { group }), code('regulation.all_accepted'));
});

test('two people have none', async () => {
  const { group } = await ask('member', 'group.openPair', { account: cast.other.id });
  assert.equal((await refused('member', 'regulation.template', { group }))['code'], 'forbidden');
  const { current } = await ask('member', 'regulation.get', { group });
  assert.equal(current, null);
});
