import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { processBus } from '../../server/bus/in-process.ts';
import type { Bus } from '../../server/bus/bus.ts';
import { openLog } from '../../server/log.ts';
import { stableJson } from '../../server/perform.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';

/**
 * What an administrator can read: every row of every table with what the database knows about it, the log at its loudest, what
 * goes between the nodes, and the figures. Two polls are voted in by the same people in the same order, each alone, with the
 * same result, and different people behind it: nothing that is left of them may tell the two apart.
 */
let house: TestHouse;
const logged: string[] = [];
const published: string[] = [];

before(async () => {
  const inner = processBus();
  const bus: Bus = {
    publish(subject, payload) {
      published.push(JSON.stringify([subject, payload]));
      inner.publish(subject, payload);
    },
    subscribe: (subject, hear) => inner.subscribe(subject, hear),
  };
  const log = openLog('trace', { write: (line: string) => void logged.push(line) });
  house = await openTestHouse({ limits: false, bus, log });
});

interface Row {
  readonly table: string;
  readonly row: string;
  readonly xmin: string;
  readonly xmax: string;
  readonly ctid: string;
}

/** Every row there is, in the order in which it lies in its file. */
async function everything(): Promise<Row[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') order by 1`.execute(
    house.db,
  );
  const all: Row[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<Row>`
      select ${name} as table, to_jsonb(t)::text as row, t.xmin::text as xmin, t.xmax::text as xmax, t.ctid::text as ctid
      from ${sql.raw(name)} t order by t.ctid`.execute(house.db);
    all.push(...rows);
  }
  return all;
}

const keyOf = ({ table, row, xmin, xmax, ctid }: Row): string => [table, row, xmin, xmax, ctid].join(' ');

/** Rows that were written, or locked, since then. */
function since(earlier: readonly Row[], now: readonly Row[]): Row[] {
  const known = new Set(earlier.map(keyOf));
  return now.filter((it) => !known.has(keyOf(it)));
}

/** The same for two runs that did the same at other times with other things. */
function likeness(rows: readonly Row[], names: ReadonlyMap<string, string>): string[] {
  const transactions = [...new Set(rows.map((it) => it.xmin))].sort((a, b) => Number(a) - Number(b));
  const plain = (text: string): string => {
    let said = text;
    for (const [id, name] of names) said = said.replaceAll(id, name);
    return said
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+\+00:00/g, 'TIME')
      .replace(/\b1[67]\d{11}\b/g, 'TIME')
      .replace(/\\\\x[0-9a-f]+/g, 'BYTES')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
      .replace(/"(seq|head|version|n|at|told)": ?\d+/g, '"$1": N');
  };
  // Which partition it is says whose group it is.
  const tableOf = ({ table }: Row): string => table.replace(/_\d+$/, '');
  return rows.map((it) => `${tableOf(it)} ${plain(it.row)} ${transactions.indexOf(it.xmin)} ${it.xmax === '0'}`).sort();
}

const done = async (who: TestPerson, name: string, input: unknown, id = newId()): Promise<void> => {
  const { status, body } = await house.post(who, name, input, id);
  assert.equal(status, 200, `${name}: ${JSON.stringify(body)}`);
};

const QUESTION = { question: 'Tín nhiệm tổ trưởng', choices: ['Đồng ý', 'Không đồng ý', 'Không ý kiến'] };
/** By voter. The same result, and nobody’s vote is the same. */
const [ONE, OTHER] = [
  [0, 1, 2, 1],
  [1, 2, 1, 0],
];
/** What is written for a request whatever it is, when it comes by: when a session and a device were there last. */
const BESIDE = new Set(['sessions', 'members', 'push_cursors', 'search_cursor']);

test('two anonymous polls with the same voters and the same result leave the same behind, whoever voted what', async () => {
  const leader = await house.addPerson('Nguyễn Hoàng Phúc');
  const voters = await Promise.all(
    ['Siu H’Nga', 'Puih Thưng', 'Ksor H’Bích', 'Kpă Y Lan'].map((it) => house.addPerson(it)),
  );
  const found: { open: string[]; closed: string[] }[] = [];
  const acts: { account: string; id: string; group: string; poll: string }[] = [];

  for (const votes of [ONE, OTHER]) {
    const group = await house.addGroup([leader, ...voters]);
    const poll = newId();
    await done(leader, 'poll.create', { group, ...QUESTION, anonymous: true }, poll);
    const names = new Map([
      [poll, 'POLL'],
      [group, 'GROUP'],
      [leader.id, 'LEADER'],
      ...voters.map((it, at) => [it.id, `VOTER${at}`] as const),
    ]);
    const [start, said, told] = [await everything(), logged.length, published.length];
    for (const [at, who] of voters.entries()) {
      const id = newId();
      const choice = votes[at]!;
      acts.push({ account: who.id, id, group, poll });
      // Each alone, which is the worst there is; and each once more, as after a lost answer.
      await done(who, 'poll.vote', { group, poll, choices: [choice] }, id);
      if (at === 0) await done(who, 'poll.vote', { group, poll, choices: [choice] }, id);
    }
    const rows = since(start, await everything()).filter((it) => !BESIDE.has(it.table));

    // Of the people who voted nothing is written anywhere but in the box, not even the lock of a row of theirs.
    const touched = new Set(rows.filter((it) => voters.some((who) => it.row.includes(who.id))).map((it) => it.table));
    assert.deepEqual([...touched], ['poll_boxes']);
    const boxes = rows.filter((it) => it.table === 'poll_boxes');
    assert.equal(boxes.length, 1, 'one row for all');
    const box = JSON.parse(boxes[0]!.row) as { voters: string[]; votes: number[] };
    assert.deepEqual(box.voters, voters.map((it) => it.id).sort(), 'in the order of ids, not of voting');
    assert.deepEqual(box.votes, [1, 2, 1]);
    // Nothing else has the numbers of a choice in it: not the events, nor what is shown before it is closed.
    for (const it of rows.filter((one) => one.table === 'poll_choices')) assert.match(it.row, /"votes": 0/);
    for (const it of rows.filter((one) => one.table === 'events')) assert.doesNotMatch(it.row, /votes|choice/);
    assert.deepEqual(
      rows.filter((it) => it.table === 'actions' || it.table.startsWith('audit')),
      [],
      'nor an act, nor an entry of the log of acts',
    );
    // Each transaction that put something in is gone from the rows but for the last, in which nobody stands by themselves.
    for (const line of [...logged.slice(said), ...published.slice(told)]) {
      assert.doesNotMatch(line, /"choices"|"votes"/);
      for (const who of voters) assert.ok(!(line.includes(who.id) && line.includes(poll)), line);
    }
    const open = likeness(rows, names);
    await done(leader, 'poll.lock', { group, poll });
    const closed = likeness(
      since(start, await everything()).filter((it) => !BESIDE.has(it.table)),
      names,
    );
    found.push({ open, closed });
  }

  assert.deepEqual(found[0]!.open, found[1]!.open);
  assert.deepEqual(found[0]!.closed, found[1]!.closed);
  assert.ok(found[0]!.open.length >= 5, 'there was something to compare');

  // A digest of a vote is as good as the vote: three choices are tried in no time.
  const whole = (await everything()).map((it) => it.row).join('\n');
  for (const { account, id, group, poll } of acts) {
    for (const choice of [0, 1, 2]) {
      const choices = [choice];
      const inputs = [{ group, poll, choices }, { poll, choices }, { choices }, choices, choice];
      for (const input of inputs) {
        const json = stableJson(input);
        for (const text of [
          json,
          `poll.vote\n${json}`,
          `${account}\n${json}`,
          `${id}\n${json}`,
          `vote\n${account}\n${id}\n${json}`,
        ]) {
          for (const algorithm of ['sha256', 'sha1', 'md5']) {
            const digest = createHash(algorithm).update(text).digest('hex');
            assert.ok(!whole.includes(digest.slice(0, 32)), `${algorithm} of ${text}`);
          }
        }
      }
    }
    // The act itself cannot be found by its id either, in which its time stands.
    assert.ok(!whole.includes(id));
  }
});

test('what the database remembers of statements says nothing of a vote, and the figures count no choices', async () => {
  const leader = await house.addPerson();
  const group = await house.addGroup([leader, await house.addPerson()]);
  const poll = newId();
  await done(leader, 'poll.create', { group, ...QUESTION, anonymous: true }, poll);
  await done(leader, 'poll.vote', { group, poll, choices: [2] });
  const { rows: running } = await sql<{
    query: string;
  }>`select query from pg_stat_activity where query is not null`.execute(house.db);
  const { rows: extensions } = await sql`select from pg_extension where extname = 'pg_stat_statements'`.execute(
    house.db,
  );
  const { rows: kept } =
    extensions.length > 0
      ? await sql<{ query: string }>`select query from pg_stat_statements`.execute(house.db)
      : { rows: [] };
  const statements = [...running, ...kept].map((it) => it.query);
  assert.ok(statements.some((it) => it.length > 0));
  for (const it of statements) assert.ok(!it.includes(poll) && !it.includes(leader.id), it);
  const figures = await house.house.metrics.registry.metrics();
  assert.match(figures, /poll\.vote/);
  for (const it of [poll, leader.id, group]) assert.ok(!figures.includes(it));
});
