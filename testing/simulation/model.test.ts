import assert from 'node:assert/strict';
import { createHash, randomUUIDv7 } from 'node:crypto';
import { test } from 'node:test';

import { sql } from 'kysely';

import { chatsOf } from '../../features/chats/store.ts';
import { events } from '../../features/contracts.ts';
import { eventsAfter, headsOf, insertMessages, positionsOf, resumeAt } from '../../features/messages/store.ts';
import { pointersOf, saveMarks } from '../../features/receipts/store.ts';
import { openDatabase } from '../../server/database.ts';
import type { Database } from '../../server/database.ts';
import { insertEventsOfMany } from '../../server/stream.ts';
import { closeBefore, newDatabase } from '../postgres.ts';
import { Random } from '../random.ts';
import { World } from './clock.ts';
import { ModelDatabase } from './database.ts';

/** `SIMULATION_STATEMENTS=…` for more. */
const STATEMENTS = Number(process.env.SIMULATION_STATEMENTS ?? 100);
const SEED = Number(process.env.SIMULATION_SEED ?? 1);
const PEOPLE = 4;

test(`${STATEMENTS} random statements are answered by the model as by PostgreSQL, seed ${SEED}`, async () => {
  const { url } = await newDatabase();
  const real = openDatabase(url, assert.fail);
  closeBefore(() => real.destroy());
  const world = new World(SEED);
  const model = new ModelDatabase(world);
  const modelled = model.open(world.nobody);
  const random = new Random(SEED);
  const people = Array.from({ length: PEOPLE }, () => randomUUIDv7());
  const groups = [randomUUIDv7(), randomUUIDv7()];

  const { tables } = model;
  for (const [at, id] of people.entries()) {
    const name = `Người ${at}`;
    tables.streams.set(id, { id, kind: 'account', head: 0, floor: 0, messages: 0, rightsVersion: 1 });
    tables.accounts.set(id, { id, name });
    await sql`insert into streams (id, kind, rights_version) values (${id}, 'account', 1)`.execute(real);
    await sql`insert into accounts (id, name) values (${id}, ${name})`.execute(real);
  }
  for (const id of groups) {
    tables.streams.set(id, { id, kind: 'group', head: 0, floor: 0, messages: 0, rightsVersion: 1 });
    tables.groups.set(id, { id, kind: 'coordination', name: 'Nhóm' });
    await sql`insert into streams (id, kind, rights_version) values (${id}, 'group', 1)`.execute(real);
    await sql`insert into groups (id, kind, name, created_by, approval) values (${id}, 'coordination', 'Nhóm', ${people[0]}, false)`.execute(
      real,
    );
    for (const [at, account] of people.entries()) {
      const role = at === 0 ? 'owner' : 'member';
      tables.members.set(`${id} ${account}`, {
        group: id,
        account,
        role,
        left: false,
        visibleFrom: 0,
        readSeq: 0,
        receivedSeq: 0,
        readOrdinal: 0,
        addressedFrom: 0,
        pinnedAt: null,
      });
      await sql`insert into members (group_id, account, role) values (${id}, ${account}, ${role})`.execute(real);
    }
  }

  /** Virtual time goes on until the model has answered. */
  const answered = async <T>(asked: Promise<T>): Promise<T> => {
    let over = false;
    void asked.then(
      () => (over = true),
      () => (over = true),
    );
    for (let turn = 0; !over && turn < 100; turn += 1) await world.until(world.time + 10_000, () => over);
    return asked;
  };
  const sent: string[] = [];
  const draw = (): ((db: Database) => Promise<unknown>) => {
    const group = random.pick(groups);
    const account = random.pick(people);
    const seq = random.below(40);
    const at = new Date(Date.UTC(2026, 10, 23) + random.below(1e6));
    switch (random.below(9)) {
      case 0:
      case 1:
      case 2: {
        const list = Array.from({ length: 1 + random.below(4) }, () => {
          const isAgain = sent.length > 0 && random.percent(25);
          const id = isAgain ? random.pick(sent) : randomUUIDv7();
          return {
            id,
            group: random.pick(groups),
            sender: random.pick(people),
            text: `tin ${random.below(1e6)}`,
            digest: createHash('sha256').update(id).digest(),
            at,
            rightsVersion: random.percent(15) ? 7 : 1,
          };
        }).filter((it, n, all) => all.findIndex((other) => other.id === it.id) === n);
        sent.push(...list.map((it) => it.id));
        return async (db) => (await insertMessages(db, list)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      }
      case 3: {
        const marks = groups.map((it) => ({
          account,
          group: it,
          read: random.percent(50) ? 0 : random.below(60),
          received: random.below(60),
        }));
        return async (db) => (await saveMarks(db, marks)).toSorted((a, b) => (a.group < b.group ? -1 : 1));
      }
      case 4: {
        const list = Array.from({ length: 1 + random.below(3) }, () => ({
          name: 'receipt.read' as const,
          stream: random.pick(people),
          by: account,
          body: { group, seq, ordinal: seq },
        }));
        return (db) => db.transaction().execute((tx) => insertEventsOfMany(tx, events, at, list));
      }
      case 5:
        return (db) => pointersOf(db, group);
      case 6:
        return async (db) => (await chatsOf(db, account)).toSorted((a, b) => (a.group < b.group ? -1 : 1));
      case 7: {
        const known = new Map([account, ...groups].map((it) => [it, random.below(30)]));
        return async (db) => [
          await resumeAt(db, account, known, { each: 10, together: 15 }),
          (await positionsOf(db, account)).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        ];
      }
      default:
        return async (db) => [
          (await headsOf(db, [...groups, ...people])).toSorted((a, b) => (a.stream < b.stream ? -1 : 1)),
          await eventsAfter(db, [{ stream: group, after: seq }], 20),
        ];
    }
  };
  for (let n = 0; n < STATEMENTS; n += 1) {
    const ask = draw();
    const [wanted, got] = await Promise.all([ask(real), answered(ask(modelled))]);
    assert.deepEqual(got, wanted, `statement ${n}`);
  }
  assert.deepEqual(model.faults, []);
});
