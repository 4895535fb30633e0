import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import type { ActionSpec } from '../protocol/action.ts';
import { newId } from '../protocol/id.ts';
import type { CastName } from '../testing/cast.ts';
import { CAST } from '../testing/cast.ts';
import { ClientProblem } from '../testing/client.ts';
import { openTestDevice } from '../testing/device.ts';
import { openTestHouse } from '../testing/house.ts';
import { closeBefore } from '../testing/postgres.ts';
import type { TestHouse } from '../testing/house.ts';
import { actions } from './contracts.ts';
import type { ActionName } from './contracts.ts';
import { can } from './groups/rights.ts';
import type { Right, Role } from './groups/rights.ts';

/**
 * The four laws, walked over the registry: a stranger gets `not_found`; a member without the right gets `forbidden`; doing
 * it twice does it once; what a connected client shows equals what one fetched afresh shows. An action without an example
 * here does not compile, so a new one cannot be forgotten.
 */
interface Example {
  /** Somebody who may do it; absent before signing in. */
  readonly as?: CastName;
  readonly input: (house: TestHouse) => unknown;
  /** The action needs a state that one call cannot make; here is where doing it twice is proved. */
  readonly provedIn?: string;
}

const made: { unit: string; empty: string; area: string } = { unit: '', empty: '', area: '' };

const examples: Record<ActionName, Example> = {
  'agency.get': { input: () => ({}) },
  'agency.setUp': { input: () => ({}), provedIn: 'features/agency/server.test.ts' },
  'agency.change': { as: 'administrator', input: () => ({ registration: 'directory' }) },
  'account.requestCode': { input: () => ({ phone: '0905 318 462' }), provedIn: 'features/accounts/sign-in.test.ts' },
  'account.verifyCode': { input: () => ({}), provedIn: 'features/accounts/sign-in.test.ts' },
  'account.register': { input: () => ({}), provedIn: 'features/accounts/sign-in.test.ts' },
  'account.confirm': { as: 'administrator', input: () => ({}), provedIn: 'features/accounts/sign-in.test.ts' },
  'account.me': { as: 'member', input: () => ({}) },
  'account.setProfile': { as: 'member', input: () => ({ phoneShown: 'nobody' }) },
  'account.setPhoto': { as: 'member', input: () => ({ photo: null }) },
  'account.requests': { as: 'administrator', input: () => ({}) },
  'account.approve': { as: 'administrator', input: () => ({}), provedIn: 'features/accounts/server.test.ts' },
  'account.refuse': { as: 'administrator', input: () => ({}), provedIn: 'features/accounts/server.test.ts' },
  'account.unlock': { as: 'administrator', input: (house) => ({ account: house.cast.member.id }) },
  'device.list': { as: 'member', input: () => ({}) },
  'device.signOut': { as: 'member', input: () => ({ device: newId() }) },
  'device.signOutOthers': { as: 'member', input: () => ({}) },
  'device.signOutThis': { as: 'member', input: () => ({}), provedIn: 'features/devices/server.test.ts' },
  'directory.search': { as: 'member', input: () => ({ query: 'puih' }) },
  'directory.people': { as: 'member', input: () => ({}) },
  'directory.person': { as: 'member', input: (house) => ({ account: house.cast.leader.id }) },
  'import.check': { as: 'administrator', input: () => ({}), provedIn: 'features/directory/import' },
  'import.apply': { as: 'administrator', input: () => ({}), provedIn: 'features/directory/import' },
  'unit.children': { as: 'member', input: () => ({ parent: null }) },
  'unit.search': { as: 'member', input: () => ({ query: 'so' }) },
  'unit.get': { as: 'member', input: () => ({ unit: made.unit }) },
  'unit.add': { as: 'administrator', input: () => ({ parent: null, name: 'Sở Y tế' }) },
  'unit.change': { as: 'administrator', input: () => ({ unit: made.unit, name: 'Sở Giáo dục và Đào tạo' }) },
  'unit.move': { as: 'administrator', input: () => ({ unit: made.empty, parent: made.unit }) },
  'unit.close': { as: 'administrator', input: () => ({ unit: made.empty }) },
  'area.children': { as: 'member', input: () => ({ parent: '52' }) },
  'area.search': { as: 'member', input: () => ({ query: 'ia grai' }) },
  'area.get': { as: 'member', input: () => ({ code: '52' }) },
  'area.add': { as: 'administrator', input: () => ({ parent: '23764', kind: 'làng', name: 'Làng Jút' }) },
  'area.change': { as: 'administrator', input: () => ({ code: made.area, head: 'Puih Thưng' }) },
  'area.close': { as: 'administrator', input: () => ({ code: made.area }) },
  'group.create': {
    as: 'member',
    input: (house) => ({ name: 'Tổ chuyển đổi số', kind: 'coordination', members: [house.cast.leader.id] }),
  },
  'group.openPair': { as: 'member', input: (house) => ({ account: house.cast.leader.id }) },
  'group.get': { as: 'member', input: (house) => ({ group: house.group }) },
  'group.change': { as: 'deputy', input: (house) => ({ group: house.group, name: 'Phòng chống thiên tai xã' }) },
  'group.setPhoto': { as: 'clerk', input: (house) => ({ group: house.group, photo: null }) },
  'member.list': { as: 'reader', input: (house) => ({ group: house.group }) },
  'member.add': { as: 'clerk', input: (house) => ({ group: house.group, accounts: [house.cast.administrator.id] }) },
  'member.leave': { as: 'other', input: (house) => ({ group: house.group }) },
  'member.readNumbers': { as: 'member', input: () => ({ lines: ['0905 318 462'] }) },
  'chat.list': { as: 'member', input: () => ({}) },
  'chat.pin': { as: 'leader', input: (house) => ({ group: house.group, on: true }) },
  'chat.type': { as: 'member', input: (house) => ({ group: house.group }) },
  'message.send': { as: 'member', input: (house) => ({ group: house.group, text: 'Đã nhận ạ' }) },
  'message.page': { as: 'member', input: (house) => ({ group: house.group }) },
  'receipt.mark': { as: 'leader', input: (house) => ({ marks: [{ group: house.group, read: 1 }] }) },
  'receipt.get': { as: 'member', input: (house) => ({ group: house.group }) },
  'stream.read': { as: 'member', input: (house) => ({ stream: house.group, after: 0 }) },
};

const all = Object.entries(actions) as [ActionName, ActionSpec][];
const changing = all.filter(([, spec]) => spec.kind === 'change' || spec.kind === 'append');

let house: TestHouse;

before(async () => {
  house = await openTestHouse();
  await sql`
    insert into agency (name, area, help_name, help_phone) values ('UBND xã Ia Grai', '23764', 'Siu H’Nga', '+84905318464')`.execute(
    house.db,
  );
  const add = async (name: string, input: unknown): Promise<Record<string, { id?: string; code?: string }>> => {
    const { status, body } = await house.post('administrator', name, input);
    assert.equal(status, 200, JSON.stringify(body));
    return body as Record<string, { id?: string; code?: string }>;
  };
  made.unit = (await add('unit.add', { parent: null, name: 'Sở Giáo dục' })).unit!.id!;
  made.empty = (await add('unit.add', { parent: null, name: 'Phòng Hành chính' })).unit!.id!;
  made.area = (await add('area.add', { parent: '23764', kind: 'làng', name: 'Làng Grăng' })).area!.code!;
});

/** The answer's code over both doors, or `done`; where a door is not offered it is left out. */
async function answers(who: CastName | undefined, name: ActionName, input: unknown): Promise<string[]> {
  const { status, body } = await house.post(who, name, input);
  const codes = [status === 200 ? 'done' : (body as { code: string }).code];
  if (who && actions[name] && (actions[name] as ActionSpec).door !== 'http') {
    const client = await house.connect(who);
    codes.push(
      await client.callRaw(name, input).then(
        () => 'done',
        (error: unknown) => (error instanceof ClientProblem ? error.code : String(error)),
      ),
    );
    await client.close();
  }
  return codes;
}

/** A number that moves when anything lasting changes. */
async function fingerprint(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'actions' order by 1`.execute(
    house.db,
  );
  const parts: string[] = [];
  for (const { name } of tables) {
    // When a session was used last is no effect of an action.
    const row = name === 'sessions' ? sql`(id, ended_at)` : sql`t`;
    const { rows } = await sql<{ sum: string }>`
      select coalesce(sum(hashtextextended(${row}::text, 0)), 0)::text || ' ' || count(*) as sum from ${sql.table(name)} t`.execute(
      house.db,
    );
    parts.push(`${name}: ${rows[0]!.sum}`);
  }
  return parts.join('\n');
}

test('without a session: only what is meant for before signing in is answered', async () => {
  for (const [name, spec] of all) {
    if (spec.who === 'anyone') continue;
    assert.deepEqual(await answers(undefined, name, examples[name].input(house)), ['signed_out'], name);
  }
});

test('an administrator’s act is forbidden to everybody else', async () => {
  for (const [name, spec] of all) {
    if (spec.who !== 'administrator') continue;
    for (const code of await answers('leader', name, examples[name].input(house)))
      assert.equal(code, 'forbidden', name);
  }
});

test('first law: a stranger, and who has left, cannot tell a group from none', async () => {
  for (const [name, spec] of all) {
    if (spec.scope !== 'group' && name !== 'stream.read') continue;
    for (const who of ['stranger', 'left', 'administrator'] as const) {
      for (const code of await answers(who, name, examples[name].input(house)))
        assert.equal(code, 'not_found', `${name} as ${who}`);
    }
  }
});

test('second law: who is in the group and lacks the right is told which one', async () => {
  for (const [name, spec] of all) {
    if (!spec.right) continue;
    for (const who of ['leader', 'deputy', 'clerk', 'member', 'reader'] as const) {
      const role = CAST[who].role satisfies Role;
      if (can({ role, kind: 'directive', approver: false, approval: true }, spec.right as Right)) continue;
      const { status, body } = await house.post(who, name, examples[name].input(house));
      assert.deepEqual(
        [status, (body as { code: string; right: string }).code],
        [403, 'forbidden'],
        `${name} as ${who}`,
      );
      assert.equal((body as { right: string }).right, spec.right);
    }
  }
});

test('third and fourth law: twice is once, and what is live is what is fetched afresh', async () => {
  const live = await openTestDevice(house, 'leader');
  closeBefore(() => live.off());
  await live.until(() => live.device.connection.state.value === 'online' && live.chats.known.value, 'a live line');
  for (const [name] of changing) {
    const { as, input, provedIn } = examples[name];
    if (provedIn) continue;
    assert.ok(as, name);
    const [id, body] = [newId(), input(house)];
    const first = await house.post(as, name, body, id);
    assert.equal(first.status, 200, `${name}: ${JSON.stringify(first.body)}`);
    const after = await fingerprint();
    const again = await house.post(as, name, body, id);
    // Who left by the first call is no member any more: the second is refused, which changes nothing either.
    if (name === 'member.leave') assert.equal(again.status, 404);
    else assert.deepEqual(again, first, name);
    assert.equal(await fingerprint(), after, `${name} twice changed something`);
    if (name === 'receipt.mark') continue;
    const other = await house.post(as, name, { ...(body as object), other: 1 }, id);
    assert.ok(other.status >= 400, `${name}: the same id with another body`);
  }
  const fresh = await openTestDevice(house, 'leader');
  await fresh.until(() => fresh.device.connection.state.value === 'online' && fresh.chats.known.value, 'a live line');
  const groups = fresh.chats.order.value;
  assert.ok(groups.length >= 3);
  await live.until(() => groups.every((it) => live.chats.get(it)?.at === fresh.chats.get(it)?.at), 'the same numbers');
  const plain = (device: typeof live): unknown =>
    device.chats
      .snapshot()
      .chats.map(({ last, lastBy: _by, ...chat }) => ({ ...chat, last: last && { ...last, id: '' } }));
  assert.deepEqual(plain(live), plain(fresh));
  assert.deepEqual(live.chats.order.value, groups);
  await fresh.off();
});
