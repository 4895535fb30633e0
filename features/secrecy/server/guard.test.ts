import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../../protocol/id.ts';
import { openTestHouse } from '../../../testing/house.ts';
import type { TestHouse } from '../../../testing/house.ts';

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
