import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { INVITATION_DAYS, INVITATIONS_A_DAY } from './rules.ts';
import { takeInvitations } from './access.ts';

let house: TestHouse;
let leader: TestClient;

before(async () => {
  house = await openTestHouse({ limits: false });
  leader = await house.connect('leader');
});

const code = (expected: string) => (error: unknown) => error instanceof ClientProblem && error.code === expected;

const newGroup = (): Promise<string> =>
  house.addGroup([house.cast.leader, { id: house.cast.deputy.id, role: 'deputy' }, house.cast.member]);

/** Somebody who wants to be asked, on a device. */
async function careful(): Promise<{ person: TestPerson; client: TestClient }> {
  const person = await house.addPerson('Siu H’Yên');
  const client = await house.connect(person);
  await client.call('account.setProfile', { askedFirst: true });
  return { person, client };
}

async function invited(group: string, one: { person: TestPerson; client: TestClient }): Promise<string> {
  const { added, asked } = await leader.call('member.add', { group, accounts: [one.person.id] });
  assert.deepEqual([added, asked.map((it) => it.account)], [[], [one.person.id]]);
  const { invitations } = await one.client.call('invitation.mine', {});
  return invitations[0]!.id;
}

test('who asked to be asked is invited, comes in by accepting, and the one who invited is told', async () => {
  const group = await newGroup();
  const one = await careful();
  assert.equal((await one.client.call('account.me', {})).account.askedFirst, true);
  const invitation = await invited(group, one);
  await one.client.until(() => one.client.of(one.person.id).some((it) => it.on === 'invitation.made'));
  const [shown] = (await one.client.call('invitation.mine', {})).invitations;
  assert.deepEqual(Object.keys(shown!).sort(), [
    'at',
    'by',
    'endsAt',
    'id',
    'kind',
    'leaders',
    'members',
    'name',
    'unit',
  ]);
  assert.equal(shown!.endsAt - shown!.at, INVITATION_DAYS * 86_400_000);
  await assert.rejects(one.client.call('group.get', { group }), code('not_found'));
  const deputy = await house.connect('deputy');
  assert.deepEqual(
    (await deputy.call('invitation.list', { group })).people.map((it) => [it.account, it.by.name]),
    [[one.person.id, 'Nguyễn Hoàng Phúc']],
  );
  // Asked once, however often they are added.
  await leader.call('member.add', { group, accounts: [one.person.id] });
  assert.equal((await one.client.call('invitation.mine', {})).invitations.length, 1);
  assert.deepEqual(await one.client.call('invitation.answer', { invitation, answer: 'accept' }), { group });
  await one.client.until(() => one.client.of(one.person.id).some((it) => it.on === 'chat.added'));
  await leader.until(() =>
    leader
      .of(leader.account)
      .some((it) => it.on === 'invitation.answered' && (it.with as { group: string }).group === group),
  );
  assert.deepEqual((await deputy.call('invitation.list', { group })).people, []);
  await assert.rejects(one.client.call('invitation.answer', { invitation, answer: 'accept' }), code('invitation.over'));
});

test('declined, declined for good, withdrawn, over after seven days', async () => {
  const group = await newGroup();
  const one = await careful();
  let invitation = await invited(group, one);
  assert.deepEqual(await one.client.call('invitation.answer', { invitation, answer: 'decline' }), { group: null });
  assert.deepEqual((await one.client.call('invitation.mine', {})).invitations, []);
  invitation = await invited(group, one);
  assert.equal((await leader.call('invitation.withdraw', { group, invitations: [invitation] })).withdrawn, 1);
  await assert.rejects(one.client.call('invitation.answer', { invitation, answer: 'accept' }), code('invitation.over'));
  invitation = await invited(group, one);
  await sql`update invitations set ends_at = now() - interval '1 second' where id = ${invitation}`.execute(house.db);
  assert.deepEqual((await one.client.call('invitation.mine', {})).invitations, []);
  await assert.rejects(one.client.call('invitation.answer', { invitation, answer: 'accept' }), code('invitation.over'));
  invitation = await invited(group, one);
  await one.client.call('invitation.answer', { invitation, answer: 'block' });
  const { asked, unwilling } = await leader.call('member.add', { group, accounts: [one.person.id] });
  assert.deepEqual([asked, unwilling.map((it) => it.account)], [[], [one.person.id]]);
  const stranger = await house.connect('stranger');
  await assert.rejects(stranger.call('invitation.answer', { invitation, answer: 'accept' }), code('not_found'));
});

test('frozen groups take nobody, nor do those that keep somebody out', async () => {
  const group = await newGroup();
  const one = await careful();
  const invitation = await invited(group, one);
  await leader.call('group.archive', { group, on: true });
  await assert.rejects(one.client.call('invitation.answer', { invitation, answer: 'accept' }), code('invitation.over'));
  assert.deepEqual((await one.client.call('invitation.mine', {})).invitations, []);
  await leader.call('group.archive', { group, on: false });
  await sql`insert into removals (group_id, account, by, blocked, at) values (${group}, ${one.person.id}, ${house.cast.leader.id}, true, now())`.execute(
    house.db,
  );
  await assert.rejects(one.client.call('invitation.answer', { invitation, answer: 'accept' }), code('invitation.over'));
  await sql`update removals set blocked = false where group_id = ${group}`.execute(house.db);
  assert.deepEqual(await one.client.call('invitation.answer', { invitation, answer: 'accept' }), { group });
});

test('added by a plain member they wait first, and are asked when that is approved; by themselves they come at once', async () => {
  const group = await newGroup();
  const one = await careful();
  const member = await house.connect('member');
  await member.call('member.add', { group, accounts: [one.person.id] });
  assert.deepEqual((await one.client.call('invitation.mine', {})).invitations, []);
  const { requests } = await leader.call('request.list', { group });
  const done = await leader.call('request.approve', { group, requests: [requests[0]!.id] });
  assert.deepEqual([done.approved, done.invited], [0, 1]);
  assert.equal((await one.client.call('invitation.mine', {})).invitations.length, 1);
  const two = await careful();
  const { link } = await leader.call('link.make', { group });
  const asked = await two.client.call('link.join', { code: link.code });
  assert.ok(asked.result === 'waiting');
  assert.equal((await leader.call('request.approve', { group, requests: [asked.request] })).approved, 1);
});

test('a number invited by somebody who does not admit members waits once it registers', async () => {
  const group = await newGroup();
  const person = await house.addPerson('Đinh Thị Hoa');
  await sql`
    insert into invitations (id, group_id, phone, invited_by, ends_at)
    values (gen_random_uuid(), ${group}, '+84978318299', ${house.cast.member.id}, now() + interval '7 days')`.execute(
    house.db,
  );
  const told: string[] = [];
  await house.db
    .transaction()
    .execute((db) =>
      takeInvitations(
        { db, now: new Date(), announce: (name) => void told.push(name) },
        { id: person.id, name: 'Đinh Thị Hoa', phone: '+84978318299' },
      ),
    );
  assert.ok(told.includes('request.made') && !told.includes('chat.added'), told.join(' '));
  assert.equal((await leader.call('request.list', { group })).requests[0]!.account, person.id);
});

test('a hundred a day are asked by one person, and not more', async () => {
  const group = await newGroup();
  const { cast, db } = house;
  await sql`
    insert into invitations (id, group_id, phone, invited_by, ends_at)
    select gen_random_uuid(), ${group}, '+8497' || lpad(n::text, 7, '0'), ${cast.deputy.id}, now() + interval '7 days'
    from generate_series(1, ${INVITATIONS_A_DAY}) n`.execute(db);
  const one = await careful();
  const deputy = await house.connect('deputy');
  await assert.rejects(deputy.call('member.add', { group, accounts: [one.person.id] }), code('invitation.too_many'));
});
