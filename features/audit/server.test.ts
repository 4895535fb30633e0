import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { codeFor, TestBrowser } from '../../testing/browser.ts';
import type { CastName } from '../../testing/cast.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { openAppender } from './access.ts';
import { copiesOf, copyCheckpoints, readCopy, signCheckpoint } from './chain/checkpoint.ts';
import { openWalker } from './chain/walker.ts';
import type { AuditEntry, AuditExport, AuditVerdict } from './protocol.ts';
import { CHECKPOINT_MINUTES, REFUSED_EACH } from './rules.ts';
import { chainJob, walkJob } from './server.ts';

const MINUTE = 60_000;

let house: TestHouse;
before(async () => {
  house = await openTestHouse({ limits: false });
  await sql`
    insert into agency (name, area, help_name, help_phone) values ('UBND xã Ia Grai', '23764', 'Siu H’Nga', '+84905318464')`.execute(
    house.db,
  );
});

interface PageOf {
  readonly entries: AuditEntry[];
  readonly more: boolean;
}

async function ask<T>(who: CastName | TestPerson, name: string, input: unknown): Promise<T> {
  const { status, body } = await house.post(who, name, input);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
  return body as T;
}

async function refusal(who: CastName | TestPerson, name: string, input: unknown): Promise<string> {
  const { status, body } = await house.post(who, name, input);
  assert.ok(status >= 400, `${name} was done`);
  return (body as { code: string }).code;
}

const list = (input: object = {}, who: CastName | TestPerson = 'administrator'): Promise<PageOf> =>
  ask(who, 'audit.list', input);
const ofGroup = (who: CastName, input: object = {}): Promise<PageOf> =>
  ask(who, 'audit.ofGroup', { group: house.group, ...input });

test('what was changed stands in the log with what it was before, by name', async () => {
  await ask('deputy', 'group.change', {
    group: house.group,
    name: 'Phòng chống thiên tai xã',
    description: '0905318462',
  });
  const [entry] = (await ofGroup('clerk')).entries;
  assert.equal(entry!.act, 'group.change');
  assert.deepEqual(entry!.actor?.name, 'Đặng Thị Bích Phượng');
  assert.deepEqual(entry!.details, {
    name: { from: 'Phòng chống bão lũ xã Ia Grai', to: 'Phòng chống thiên tai xã' },
    silent: ['description'],
  });
  assert.deepEqual([entry!.group?.name, entry!.address], ['Phòng chống thiên tai xã', '']);
  const [whole] = (await list({ group: house.group })).entries;
  assert.deepEqual({ ...whole, address: '' }, entry);
  assert.ok(whole!.address.length > 0, 'administrators see from where');
});

test('leaders see their group and nothing else, administrators and auditors everything, others nothing', async () => {
  const other = await house.addGroup([house.cast.stranger, house.cast.member]);
  await ask('stranger', 'group.change', { group: other, topic: 'Cải cách hành chính' });
  for (const who of ['leader', 'deputy', 'clerk'] as const) {
    const { entries } = await ofGroup(who);
    assert.ok(entries.length > 0 && entries.every((it) => it.group?.id === house.group));
    assert.equal(await refusal(who, 'audit.list', {}), 'forbidden');
    assert.equal(await refusal(who, 'audit.ofGroup', { group: other }), 'not_found');
  }
  for (const who of ['member', 'reader'] as const)
    assert.equal(await refusal(who, 'audit.ofGroup', { group: house.group }), 'forbidden');
  const auditor = await house.addPerson('Phan Thị Thu');
  assert.equal(await refusal(auditor, 'audit.list', {}), 'forbidden');
  await ask('administrator', 'audit.appoint', { account: auditor.id, on: true });
  const { auditors } = await ask<{ auditors: { account: string }[] }>('administrator', 'audit.auditors', {});
  assert.deepEqual(
    auditors.map((it) => it.account),
    [auditor.id],
  );
  assert.ok((await list({ group: other }, auditor)).entries.length > 0);
  for (const name of ['agency.change', 'account.requests', 'audit.appoint'])
    assert.equal(await refusal(auditor, name, {}), 'forbidden');
  // Half an hour without an act: the rights rest until a fresh code, like an administrator's.
  await sql`update sessions set governed_at = now() - interval '31 minutes' where id = ${auditor.session}`.execute(
    house.db,
  );
  assert.equal(await refusal(auditor, 'audit.list', {}), 'confirm_needed');
  await sql`update sessions set governed_at = now() where id = ${auditor.session}`.execute(house.db);
  await ask('administrator', 'audit.appoint', { account: auditor.id, on: false });
  assert.equal(await refusal(auditor, 'audit.list', {}), 'forbidden');
});

test('the log is chosen from by person, kind, refusal and time, page by page without a gap', async () => {
  const people = await Promise.all(Array.from({ length: 3 }, () => house.addPerson()));
  const group = await house.addGroup([people[0]!, people[1]!]);
  for (let round = 0; round < 25; round += 1) await ask(people[0]!, 'group.change', { group, topic: `Đợt ${round}` });
  await ask(people[0]!, 'member.add', { group, accounts: [people[2]!.id] });
  assert.equal(await refusal(people[1]!, 'group.change', { group, topic: 'Khác' }), 'forbidden');

  const found: AuditEntry[] = [];
  let before: { at: number; seq: number } | null = null;
  for (;;) {
    const page: PageOf = await list({ group, before, limit: 7 });
    found.push(...page.entries);
    if (!page.more) break;
    const last: AuditEntry = page.entries.at(-1)!;
    before = { at: last.at, seq: last.seq };
  }
  assert.equal(found.length, 27);
  assert.equal(new Set(found.map((it) => it.seq)).size, 27);
  assert.deepEqual(
    found.map((it) => it.at),
    found.map((it) => it.at).sort((a, b) => b - a),
  );
  const acts = async (input: object): Promise<string[]> =>
    (await list({ group, limit: 100, ...input })).entries.map((it) => it.act);
  assert.deepEqual(await acts({ refused: true }), ['group.change']);
  assert.deepEqual(await acts({ topic: 'member' }), ['member.add']);
  assert.deepEqual(await acts({ person: people[2]!.id }), ['member.add'], 'to whom it was done counts too');
  assert.equal((await acts({ person: people[0]!.id })).length, 26);
  const from = found[10]!.at;
  assert.equal((await acts({ from })).length, found.filter((it) => it.at >= from).length);
  assert.equal((await acts({ to: from })).length, found.filter((it) => it.at < from).length);
  assert.deepEqual(
    (await list({ group, above: found[2]!.seq })).entries.map((it) => it.seq),
    found.slice(0, 2).map((it) => it.seq),
  );
});

test('sign-ins stand in the log: the right code, the wrong one, the end', async () => {
  const phone = '+84905318469';
  const browser = new TestBrowser(house, { address: '198.18.7.7' });
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  const wrong = String((Number(code) + 1) % 10 ** 8).padStart(8, '0');
  assert.equal((await browser.post('account.verifyCode', { challenge, code: wrong })).result, 'wrong');
  assert.equal((await browser.post('account.verifyCode', { challenge, code })).result, 'in');
  await browser.post('device.signOutThis', {});
  const { entries } = await list({ person: house.cast.stranger.id, topic: 'sign_in' });
  assert.deepEqual(
    entries.map((it) => [it.act, it.result, it.actor?.id ?? null, it.address]),
    [
      ['device.signOutThis', 'done', house.cast.stranger.id, '198.18.7.7'],
      ['account.verifyCode', 'done', house.cast.stranger.id, '198.18.7.7'],
      ['account.verifyCode', 'failed', null, '198.18.7.7'],
    ],
  );
  const { challenge: _c, ...details } = entries[2]!.details;
  assert.deepEqual(details, { result: 'wrong', number: '0905 ••• 469', left: 4, of: 5, silent: ['code'] });
  assert.deepEqual(
    entries[2]!.people.map((it) => it.id),
    [house.cast.stranger.id],
  );
  const text = JSON.stringify(entries);
  for (const secret of [code, wrong, '905318469']) assert.ok(!text.includes(secret));
});

test('nobody floods the log: past a number refusals are counted, and the count stands at the next', async () => {
  const person = await house.addPerson();
  for (let n = 0; n < REFUSED_EACH.burst + 15; n += 1)
    assert.equal(await refusal(person, 'audit.list', {}), 'forbidden');
  assert.equal((await list({ person: person.id, limit: 100 })).entries.length, REFUSED_EACH.burst);
  house.pass(4 * MINUTE);
  assert.equal(await refusal(person, 'audit.list', {}), 'forbidden');
  const [last] = (await list({ person: person.id })).entries;
  assert.equal(last!.more, 15);
});

test('an export leaves the house after a fresh code and with a second person, to whoever asked', async () => {
  const second = await house.addPerson('Phan Thị Thu');
  await ask('administrator', 'audit.appoint', { account: second.id, on: true });
  await sql`update sessions set proved_at = now() - interval '11 minutes' where id = ${house.cast.administrator.session}`.execute(
    house.db,
  );
  assert.equal(await refusal('administrator', 'audit.askExport', {}), 'confirm_needed');
  await sql`update sessions set proved_at = now() + interval '1 hour'`.execute(house.db);
  const asked = await ask<{ export: string; agreed: boolean }>('administrator', 'audit.askExport', { topic: 'group' });
  assert.equal(asked.agreed, false);
  const fetch = { export: asked.export };
  assert.equal(await refusal('administrator', 'audit.fetchExport', fetch), 'audit.not_agreed');
  assert.equal(await refusal('administrator', 'audit.agree', fetch), 'audit.own_export');
  assert.equal(await refusal('leader', 'audit.agree', fetch), 'forbidden');
  const waiting = await ask<{ exports: AuditExport[] }>(second, 'audit.exports', {});
  assert.deepEqual(
    waiting.exports.map((it) => [it.id, it.by.id, it.agreedBy]),
    [[asked.export, house.cast.administrator.id, null]],
  );
  await ask(second, 'audit.agree', fetch);
  assert.equal(await refusal(second, 'audit.agree', fetch), 'audit.agreed_already');
  // What comes after it was asked for is not part of it.
  await ask('deputy', 'group.change', { group: house.group, topic: 'Sau đó' });
  const page = await ask<PageOf>('administrator', 'audit.fetchExport', fetch);
  assert.ok(page.entries.length > 25 && page.entries.every((it) => it.topic === 'group'));
  assert.ok(page.entries.every((it) => (it.details['topic'] as { to?: string } | undefined)?.to !== 'Sau đó'));
  assert.equal(await refusal(second, 'audit.fetchExport', fetch), 'not_found');
  assert.equal(await refusal('leader', 'audit.fetchExport', fetch), 'not_found');
  const acts = (await list({ topic: 'log', limit: 4 })).entries
    .filter((it) => it.result === 'done')
    .map((it) => it.act);
  assert.deepEqual(acts.slice(0, 2), ['audit.agree', 'audit.askExport']);
  house.pass(25 * 60 * MINUTE);
  await sql`update sessions set proved_at = now() + interval '26 hours', governed_at = now() + interval '26 hours'`.execute(
    house.db,
  );
  assert.equal(await refusal('administrator', 'audit.fetchExport', fetch), 'not_found');
});

test('a group’s log is taken out by one leader with another; by who stopped leading it is not', async () => {
  const asked = await ask<{ export: string; agreed: boolean }>('deputy', 'audit.askGroupExport', {
    group: house.group,
  });
  assert.equal(asked.agreed, false);
  assert.equal(
    await refusal('deputy', 'audit.agreeGroup', { group: house.group, export: asked.export }),
    'audit.own_export',
  );
  assert.equal(await refusal('administrator', 'audit.agree', { export: asked.export }), 'not_found');
  await ask('clerk', 'audit.agreeGroup', { group: house.group, export: asked.export });
  const page = await ask<PageOf>('deputy', 'audit.fetchExport', { export: asked.export });
  assert.ok(page.entries.every((it) => it.group?.id === house.group && it.address === ''));
  await sql`update members set role = 'member' where group_id = ${house.group} and account = ${house.cast.deputy.id}`.execute(
    house.db,
  );
  house.features.groups.forget(house.group);
  assert.equal(await refusal('deputy', 'audit.fetchExport', { export: asked.export }), 'not_found');
  // Where nobody else leads there is nobody to agree; that is written down.
  const alone = await house.addGroup([house.cast.leader, house.cast.member]);
  const own = await ask<{ export: string; agreed: boolean }>('leader', 'audit.askGroupExport', { group: alone });
  assert.equal(own.agreed, true);
  const { entries } = await ask<PageOf>('leader', 'audit.ofGroup', { group: alone });
  assert.deepEqual([entries[0]!.act, entries[0]!.details['alone']], ['audit.askGroupExport', true]);
});

test('acts of many at once are in the chain once each, in one row of numbers', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, () => house.addPerson()));
  const groups = await Promise.all(people.map((it) => house.addGroup([it, house.cast.member])));
  const beside = await openTestHouse({ beside: house, limits: false });
  const ids = groups.flatMap(() => [newId(), newId(), newId(), newId()]);
  await Promise.all(
    ids.map(async (id, at) => {
      const node = at % 2 === 0 ? house : beside;
      const { status } = await node.post(
        people[at % 20],
        'group.change',
        { group: groups[at % 20], topic: `${at}` },
        id,
      );
      assert.equal(status, 200);
    }),
  );
  await list();
  const { rows } = await sql<{ request: string; count: number }>`
    select entry ->> 'request' as request, count(*) as count from audit where entry ->> 'request' = any(${ids}::text[]) group by 1`.execute(
    house.db,
  );
  assert.deepEqual([rows.length, rows.every((it) => it.count === 1)], [ids.length, true]);
  const { rows: numbers } = await sql<{
    count: number;
    last: number;
  }>`select count(*) as count, max(seq) as last from audit`.execute(house.db);
  assert.equal(numbers[0]!.count, numbers[0]!.last);
  assert.equal((await sql`select from audit_waiting`.execute(house.db)).rows.length, 0);
});

test('the chain is signed when it is time, copied outside, walked at the start and at night, and says so', async () => {
  const appender = openAppender(house.house);
  const walker = openWalker(house.house, appender);
  const chain = chainJob(house.house, appender);
  const walk = walkJob(house.house, walker);
  await chain.run();
  const first = await readCopy(copiesOf(house.house.config)[0]!);
  assert.equal(first.length, 1);
  await ask('leader', 'group.change', { group: house.group, topic: 'Mới' });
  await chain.run();
  assert.equal((await readCopy(copiesOf(house.house.config)[0]!)).length, 1, 'not before its time');
  house.pass(CHECKPOINT_MINUTES * MINUTE);
  await chain.run();
  await copyCheckpoints(house.house);
  const copies = await readCopy(copiesOf(house.house.config)[0]!);
  assert.equal(copies.length, 2, 'each once');

  await walk.run();
  const state = await ask<{ head: number; checkpoint: { seq: number }; walked: { verdict: AuditVerdict } }>(
    'administrator',
    'audit.state',
    {},
  );
  assert.equal(state.walked.verdict.broken, null);
  assert.deepEqual([state.checkpoint.seq, state.walked.verdict.anchored], [copies[1]!.seq, copies[1]!.seq]);
  const own = (await list({ topic: 'log' })).entries.filter((it) => it.door === 'house').map((it) => it.act);
  assert.deepEqual(own.slice(0, 2), ['house.walked', 'house.started']);
  await walk.run();
  const again = (await list({ topic: 'log' })).entries.filter((it) => it.act === 'house.walked');
  assert.equal(again.length, 1, 'once a night');

  // Another copy the operator keeps elsewhere counts too: one that knows more than the database has.
  const verdict = await ask<AuditVerdict>('administrator', 'audit.verify', {});
  assert.equal(verdict.broken, null);
  await signCheckpoint(house.house, { atOnce: true });
  await copyCheckpoints(house.house);
  const file = join(house.house.config.dataDir, 'audit', 'checkpoints.jsonl');
  const lines = await readFile(file, 'utf8');
  await sql`alter table audit disable trigger all`.execute(house.db);
  await sql`alter table audit_checkpoints disable trigger all`.execute(house.db);
  await sql`delete from audit_checkpoints where seq = (select max(seq) from audit_checkpoints)`.execute(house.db);
  await sql`delete from audit where seq >= (select max(seq) - 1 from audit)`.execute(house.db);
  const cut = await ask<AuditVerdict>('administrator', 'audit.verify', {});
  // The walk over the cut log is itself the next entry, and takes the number of one that is gone.
  assert.equal(cut.broken?.what, 'truncated');
  await writeFile(file, '');
  const elsewhere = await ask<AuditVerdict>('administrator', 'audit.verify', { outside: lines });
  assert.ok(elsewhere.broken, 'a copy that was kept elsewhere tells');
  const shown = await ask<{ walked: { verdict: AuditVerdict } }>('administrator', 'audit.state', {});
  assert.ok(shown.walked.verdict.broken);
});

test('the log cannot be changed by the program', async () => {
  const fresh = await openTestHouse();
  await sql`insert into audit (seq, entry, hash) values (1, '{"at":1,"topic":"log","act":"a.b","people":[]}', '\\x00')`.execute(
    fresh.db,
  );
  for (const statement of [sql`update audit set hash = '\\x01'`, sql`delete from audit`, sql`truncate audit`]) {
    await assert.rejects(statement.execute(fresh.db), /only added to/);
  }
});
