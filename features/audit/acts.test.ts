import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import type { ActionSpec } from '../../protocol/action.ts';
import { newId } from '../../protocol/id.ts';
import { CAST } from '../../testing/cast.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { furnish, rows } from '../../testing/rights.ts';
import type { Things } from '../../testing/rights.ts';
import { language } from '../../web/language.ts';
import { actions } from '../contracts.ts';
import type { ActionName } from '../contracts.ts';
import { actWords } from './state/sentences.ts';

/** What the audit log keeps, walked over the registry: of every change exactly one entry, of every forbidden try one too. */
const all = Object.entries(actions) as [ActionName, ActionSpec][];
const isKept = ({ audit }: ActionSpec): boolean => audit !== undefined && !('none' in audit);

let house: TestHouse;
let things: Things;
before(async () => {
  house = await openTestHouse({ limits: false });
  things = await furnish(house);
});

interface Kept {
  readonly act: string;
  readonly topic: string;
  readonly result: string;
  readonly actor: string | null;
  readonly door: string;
  readonly group: string | null;
  readonly request: string | null;
  readonly people: string[];
  readonly details: Record<string, unknown>;
}

/** All that was written, whether it is in the chain yet or not. */
async function kept(): Promise<Kept[]> {
  const { rows } = await sql<{ entry: Kept }>`
    select entry from (select entry, 0 as part, seq from audit union all select entry, 1, place from audit_waiting) t order by part, seq`.execute(
    house.db,
  );
  return rows.map((it) => it.entry);
}

test('every change says what the log keeps of it, or why nothing', () => {
  for (const [name, { kind, audit }] of all) {
    if (kind !== 'change') continue;
    assert.ok(audit, name);
    if ('none' in audit) assert.ok(audit.none.length > 10, `${name}: why?`);
  }
  const silent = all.filter(([, { audit }]) => audit && 'none' in audit).map(([name]) => name);
  // Nothing that governs is among them: each new one here is looked at by somebody.
  for (const name of silent)
    assert.doesNotMatch(name, /^(group\.(?!openPair)|member|unit|area|agency|import|device|audit)/, name);
});

test('every act that is kept has words in both languages', () => {
  for (const [name, spec] of all) {
    if (!isKept(spec)) continue;
    for (const tongue of ['vi', 'en'] as const) {
      language.value = tongue;
      assert.ok(actWords(name) !== undefined, `${name} has no words for the log: features/audit/strings.ts`);
    }
  }
  language.value = 'vi';
});

test('a change that succeeds is one entry, also when it is sent twice; what is not kept is none', async () => {
  const texts = Object.values(CAST).map((it) => it.phone.slice(3));
  for (const [name, spec] of all) {
    const { as, input, provedIn } = rows[name];
    if ((spec.kind !== 'change' && spec.kind !== 'append') || provedIn) continue;
    assert.ok(as, name);
    const was = (await kept()).length;
    const [id, body] = [newId(), input(things)];
    const first = await house.post(as, name, body, id);
    assert.equal(first.status, 200, `${name}: ${JSON.stringify(first.body)}`);
    await house.post(as, name, body, id);
    const fresh = (await kept()).slice(was);
    if (!isKept(spec)) {
      assert.deepEqual(fresh, [], name);
      continue;
    }
    assert.equal(fresh.length, 1, `${name}: ${JSON.stringify(fresh)}`);
    const [entry] = fresh;
    const person = house.cast[as].id;
    const { group = null } = spec.scope === 'group' ? (body as { group: string }) : {};
    assert.deepEqual(
      [entry!.act, entry!.result, entry!.actor, entry!.request, entry!.door],
      [name, 'done', person, id, 'http'],
    );
    if (group !== null) assert.equal(entry!.group, group, name);
    for (const text of texts) assert.ok(!JSON.stringify(entry).includes(text), `${name} keeps a phone number`);
  }
});

test('a forbidden try is one entry that names the right', async () => {
  let tried = 0;
  for (const [name, spec] of all) {
    if (!isKept(spec)) continue;
    const governs = spec.who === 'administrator' || spec.who === 'auditor';
    const forbidden = governs
      ? 'member'
      : rows[name].rights.ours.forbidden?.find((it) => it === 'reader' || it === 'member');
    if (forbidden !== 'member' && forbidden !== 'reader') continue;
    tried += 1;
    // Each by somebody of their own: how often one person's tries are kept has its own test.
    const person = await house.addPerson();
    await sql`insert into members (group_id, account, role) values (${house.group}, ${person.id}, ${forbidden})`.execute(
      house.db,
    );
    const was = (await kept()).length;
    const { status, body } = await house.post(person, name, rows[name].input(things));
    assert.deepEqual([status, (body as { code: string }).code], [403, 'forbidden'], name);
    const fresh = (await kept()).slice(was);
    assert.equal(fresh.length, 1, name);
    const { right } = body as { right: string };
    assert.deepEqual(
      [fresh[0]!.act, fresh[0]!.result, fresh[0]!.actor, fresh[0]!.details['right']],
      [name, 'denied', person.id, right],
    );
  }
  assert.ok(tried >= 15, `only ${tried}`);
});

test('what fails is not kept, and what is kept was done', async () => {
  const was = (await kept()).length;
  const { status } = await house.post('deputy', 'group.change', { group: house.group, area: '99999' });
  assert.equal(status, 422);
  assert.equal((await house.post('stranger', 'group.change', { group: house.group, name: 'Tổ 9' })).status, 404);
  assert.equal((await house.post('deputy', 'group.change', { group: house.group, name: '' })).status, 400);
  assert.equal((await kept()).length, was);
});
