import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { governs } from '../protocol/action.ts';
import type { ActionSpec } from '../protocol/action.ts';
import { newId } from '../protocol/id.ts';
import type { CastName } from '../testing/cast.ts';
import { CAST } from '../testing/cast.ts';
import { ClientProblem } from '../testing/client.ts';
import type { TestClient } from '../testing/client.ts';
import { openTestDevice } from '../testing/device.ts';
import { furnish, rows } from '../testing/rights.ts';
import type { Things } from '../testing/rights.ts';
import { fingerprint } from '../testing/fingerprint.ts';
import { openTestHouse } from '../testing/house.ts';
import { closeBefore } from '../testing/postgres.ts';
import type { TestHouse } from '../testing/house.ts';
import { actions } from './contracts.ts';
import type { ActionName } from './contracts.ts';
import { can } from './groups/rights.ts';
import type { Right, Role } from './groups/rights.ts';

/**
 * The four laws, walked over the registry: a stranger gets `not_found`; a member without the right gets `forbidden`; doing
 * it twice does it once; what a connected client shows equals what one fetched afresh shows. What each action takes stands in
 * `testing/rights.ts`; one without a row there does not compile, so a new one cannot be forgotten.
 */
const all = Object.entries(actions) as [ActionName, ActionSpec][];
const changing = all.filter(([, spec]) => spec.kind === 'change' || spec.kind === 'append');

let house: TestHouse;
let things: Things;

before(async () => {
  house = await openTestHouse();
  things = await furnish(house);
});

/** One line a person, as an address may not open one for every act. */
const open = new Map<CastName, TestClient>();

async function lineOf(who: CastName): Promise<TestClient> {
  const known = open.get(who);
  if (known && !known.closed) return known;
  const client = await house.connect(who);
  open.set(who, client);
  return client;
}

/** The answer's code over both doors, or `done`; where a door is not offered it is left out. */
async function answers(who: CastName | undefined, name: ActionName, input: unknown): Promise<string[]> {
  const { status, body } = await house.post(who, name, input);
  const codes = [status === 200 ? 'done' : (body as { code: string }).code];
  if (who && actions[name] && (actions[name] as ActionSpec).door !== 'http') {
    const client = await lineOf(who);
    codes.push(
      await client.callRaw(name, input).then(
        () => 'done',
        (error: unknown) => (error instanceof ClientProblem ? error.code : String(error)),
      ),
    );
  }
  return codes;
}

test('without a session: only what is meant for before signing in is answered', async () => {
  for (const [name, spec] of all) {
    if (spec.who === 'anyone') continue;
    assert.deepEqual(await answers(undefined, name, rows[name].input(things)), ['signed_out'], name);
  }
});

test('an administrator’s act, and an auditor’s and an officer’s, is forbidden to everybody else', async () => {
  for (const [name, spec] of all) {
    if (!governs(spec.who)) continue;
    for (const code of await answers('leader', name, rows[name].input(things))) assert.equal(code, 'forbidden', name);
  }
});

test('first law: a stranger, and who has left, cannot tell a group from none', async () => {
  for (const [name, spec] of all) {
    if (spec.scope !== 'group' && name !== 'stream.read') continue;
    for (const who of ['stranger', 'left', 'administrator'] as const) {
      for (const code of await answers(who, name, rows[name].input(things)))
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
      const { status, body } = await house.post(who, name, rows[name].input(things));
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
    const { as, input, provedIn } = rows[name];
    if (provedIn) continue;
    assert.ok(as, name);
    const [id, body] = [newId(), input(things)];
    const first = await house.post(as, name, body, id);
    assert.equal(first.status, 200, `${name}: ${JSON.stringify(first.body)}`);
    const after = await fingerprint(house.db);
    const again = await house.post(as, name, body, id);
    // Who left by the first call is no member any more: the second is refused, which changes nothing either.
    if (name === 'member.leave') assert.equal(again.status, 404);
    else assert.deepEqual(again, first, name);
    assert.equal(await fingerprint(house.db), after, `${name} twice changed something`);
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
