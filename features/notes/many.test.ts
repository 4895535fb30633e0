import assert from 'node:assert/strict';
import { randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { NoteReader, NoteTally } from './protocol.ts';
import { NOTE_READERS_PAGE_MOST } from './rules.ts';

/** Members of the group. `READERS=5000` for the size the product promises. */
const READERS = Number(process.env.READERS ?? 400);

test('thousands acknowledge at once: each counts once, the group is told totals, not each of them', async (t) => {
  const house = await openTestHouse({ limits: false });
  const owner = await house.addPerson('Nguyễn Hoàng Phúc');
  const people = Array.from({ length: READERS }, () => randomUUIDv7());
  await sql`insert into streams (id, kind) select unnest(${people}::uuid[]), 'account'`.execute(house.db);
  await sql`
    insert into accounts (id, name, registered_at, search) select id, 'Rơ Châm ' || n, now(), 'ro cham ' || n
    from unnest(${people}::uuid[]) with ordinality as t(id, n)`.execute(house.db);
  const group = await house.addGroup([owner, ...people.map((id) => ({ id }))], 'announcement');
  const note = newId();
  const wish = { group, title: 'Lịch trực', text: 'x', ask: true };
  assert.equal((await house.post(owner, 'note.create', wish, note)).status, 200);
  const line = await house.connect(owner);

  const since = performance.now();
  const act = (account: string, id: string): Promise<unknown> =>
    house.perform({
      name: 'note.acknowledge',
      id,
      input: { group, note, version: 1 },
      caller: { door: 'program', address: '', device: '', actor: { account, session: '', administrator: false } },
    });
  const ids = people.map(() => newId());
  // Every tenth answer is lost: it is done again.
  await Promise.all(people.flatMap((it, at) => [act(it, ids[at]!), ...(at % 10 === 0 ? [act(it, ids[at]!)] : [])]));
  const took = performance.now() - since;

  const told = (): { read: number; of: number }[] =>
    line.events.filter((it) => it.on === 'note.counted').map((it) => it.with as { read: number; of: number });
  await line.until(() => told().at(-1)?.read === READERS);
  assert.deepEqual([told().at(-1)?.read, told().at(-1)?.of], [READERS, READERS]);
  // Four times a second at most, however many there are, and the first at once.
  assert.ok(told().length <= took / 250 + 3, `${told().length} broadcasts in ${Math.round(took)} ms`);
  t.diagnostic(`${READERS} acknowledged in ${Math.round(took)} ms, told in ${told().length} events`);

  const began = performance.now();
  const seen = new Set<string>();
  let tallies: NoteTally[] = [];
  for (let after = 0; ; after += NOTE_READERS_PAGE_MOST) {
    const { status, body } = await house.post(owner, 'note.readers', {
      group,
      note,
      after,
      limit: NOTE_READERS_PAGE_MOST,
    });
    assert.equal(status, 200);
    const page = body as { people: NoteReader[]; tallies: NoteTally[] };
    if (after === 0) tallies = page.tallies;
    for (const it of page.people) seen.add(it.account);
    if (page.people.length < NOTE_READERS_PAGE_MOST) break;
  }
  t.diagnostic(`all pages of the list in ${Math.round(performance.now() - began)} ms`);
  assert.equal(seen.size, READERS);
  assert.deepEqual(tallies, [{ under: '', members: READERS, read: READERS }]);

  // Fifty such notes on one board.
  for (let n = 0; n < 49; n += 1) {
    const id = newId();
    assert.equal((await house.post(owner, 'note.create', { ...wish, title: `Ghi chú ${n}` }, id)).status, 200);
    await sql`
      insert into note_acknowledgements (note, account, version, at) select ${id}, unnest(${people}::uuid[]), 1, now()`.execute(
      house.db,
    );
    await sql`update notes set read = ${READERS} where id = ${id}`.execute(house.db);
  }
  await sql`analyze note_acknowledgements`.execute(house.db);
  const listing = performance.now();
  const { body } = await house.post(owner, 'note.list', { group, limit: 50 });
  t.diagnostic(`fifty notes with ${READERS} readers each listed in ${Math.round(performance.now() - listing)} ms`);
  assert.ok((body as { notes: { ask: { read: number } }[] }).notes.every((it) => it.ask.read === READERS));
});
