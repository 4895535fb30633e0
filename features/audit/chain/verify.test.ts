import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../../protocol/id.ts';
import { openDatabase } from '../../../server/database.ts';
import type { Database } from '../../../server/database.ts';
import { closeBefore, newDatabase } from '../../../testing/postgres.ts';
import { insertCheckpoint, insertLinks } from '../store.ts';
import type { CheckpointRow } from '../store.ts';
import { BEGINNING, canonicalJson, linked } from './canonical.ts';
import { checkpointLine, isSignedBy, makeCheckpoint, readLines, signingKey } from './checkpoint.ts';
import { houseEntry } from './entry.ts';
import { verifyLog } from './verify.ts';
import type { Verdict } from './verify.ts';

const ENTRIES = 240;
const EVERY = 50;

let db: Database;
let dataDir: string;
const outside: CheckpointRow[] = [];

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-audit-'));
  db = openDatabase((await newDatabase()).url, () => undefined, 4);
  closeBefore(() => db.destroy());
  // Whoever owns the database can take the guard away: from there on only the chain and its signatures speak.
  await sql`alter table audit disable trigger all`.execute(db);
  await sql`alter table audit_checkpoints disable trigger all`.execute(db);
  const key = signingKey(join(dataDir, 'keys'));
  let hash: Buffer = BEGINNING;
  const links = [];
  for (let seq = 1; seq <= ENTRIES; seq += 1) {
    const at = new Date(Date.UTC(2026, 10, 19) + seq * 1000);
    const entry = canonicalJson({
      ...houseEntry({ act: 'house.walked', topic: 'log', at, people: [newId(at.getTime())], details: { seq } }),
      seq,
    });
    hash = linked(hash, entry);
    links.push({ seq, entry, hash });
    if (seq % EVERY === 0) outside.push(makeCheckpoint(key, { seq, at: at.getTime(), hash }));
  }
  await insertLinks(db, links);
  for (const it of outside) await insertCheckpoint(db, it);
});

after(() => rm(dataDir, { recursive: true, force: true }));

/** Does this to the log, walks it, and undoes it. */
async function walkAfter(
  meddle: (tx: Database) => Promise<unknown>,
  { copies = outside, since }: { copies?: readonly CheckpointRow[]; since?: CheckpointRow } = {},
): Promise<Verdict> {
  let verdict: Verdict | undefined;
  await db
    .transaction()
    .execute(async (tx) => {
      await meddle(tx);
      // A transaction's connection does one thing at a time, so pages cannot overlap; the walk bears that.
      verdict = await verifyLog(tx, { key: signingKey(join(dataDir, 'keys')).open, outside: copies, since, part: 37 });
      throw new Error('undo');
    })
    .catch((error: unknown) => {
      if ((error as Error).message !== 'undo') throw error;
    });
  return verdict!;
}

const brokenAfter = async (...args: Parameters<typeof walkAfter>) => (await walkAfter(...args)).broken;

/** What somebody who owns the database and knows the form of the log can do: every hash from here on made anew. */
async function rehash(tx: Database, from: number): Promise<void> {
  const { rows } = await sql<{
    seq: number;
    entry: string;
    hash: Buffer;
  }>`select seq, entry::text as entry, hash from audit order by seq`.execute(tx);
  let hash = rows[from - 2]?.hash ?? BEGINNING;
  for (const row of rows.slice(from - 1)) {
    hash = linked(hash, row.entry);
    await sql`update audit set hash = ${hash} where seq = ${row.seq}`.execute(tx);
  }
}

test('a whole log holds, all of it and from a checkpoint on', async () => {
  assert.deepEqual(await walkAfter(async () => undefined), {
    entries: ENTRIES,
    from: 0,
    head: ENTRIES,
    checkpoints: 4,
    anchored: 200,
    broken: null,
  });
  const tail = await walkAfter(async () => undefined, { since: outside[2]! });
  assert.deepEqual([tail.entries, tail.from, tail.broken], [ENTRIES - 150, 150, null]);
  const empty = await walkAfter(
    async (tx) => {
      await sql`delete from audit`.execute(tx);
      await sql`delete from audit_checkpoints`.execute(tx);
    },
    { copies: [] },
  );
  assert.deepEqual([empty.entries, empty.broken], [0, null]);
});

test('a changed entry is found, wherever it is and whatever is changed', async () => {
  const text = (seq: number, change: string) => (tx: Database) =>
    sql`update audit set entry = replace(entry::text, '"result":"done"', ${change})::json where seq = ${seq}`.execute(
      tx,
    );
  for (const seq of [1, 37, 38, 120, ENTRIES])
    assert.deepEqual(await brokenAfter(text(seq, '"result":"denied"')), { what: 'changed', seq });
  // The same facts in another form are another text.
  assert.deepEqual(await brokenAfter(text(99, '"result": "done"')), { what: 'changed', seq: 99 });
  assert.deepEqual(
    await brokenAfter((tx) => sql`update audit set hash = ${randomBytes(32)} where seq = 77`.execute(tx)),
    {
      what: 'changed',
      seq: 77,
    },
  );
});

test('a removed entry is found: its number is missing, or those after it say another', async () => {
  assert.deepEqual(await brokenAfter((tx) => sql`delete from audit where seq = 90`.execute(tx)), {
    what: 'removed',
    seq: 90,
  });
  assert.deepEqual(await brokenAfter((tx) => sql`delete from audit where seq = 1`.execute(tx)), {
    what: 'removed',
    seq: 1,
  });
  const closeGap = async (tx: Database): Promise<void> => {
    await sql`delete from audit where seq = 90`.execute(tx);
    for (let seq = 91; seq <= ENTRIES; seq += 1)
      await sql`update audit set seq = ${seq - 1} where seq = ${seq}`.execute(tx);
  };
  assert.deepEqual(await brokenAfter(closeGap), { what: 'moved', seq: 90 });
  assert.deepEqual(
    await brokenAfter(async (tx) => {
      await closeGap(tx);
      await rehash(tx, 90);
    }),
    { what: 'rewritten', seq: 100 },
  );
});

test('an inserted entry is found', async () => {
  const insert = async (tx: Database): Promise<void> => {
    for (let seq = ENTRIES; seq >= 60; seq -= 1)
      await sql`update audit set seq = ${seq + 1} where seq = ${seq}`.execute(tx);
    const entry = canonicalJson({
      ...houseEntry({ act: 'member.add', topic: 'member', at: new Date(0), details: {} }),
      seq: 60,
    });
    await insertLinks(tx, [{ seq: 60, entry, hash: randomBytes(32) }]);
  };
  assert.deepEqual(await brokenAfter(insert), { what: 'changed', seq: 60 });
  const fits = await brokenAfter(async (tx) => {
    await insert(tx);
    await rehash(tx, 60);
  });
  assert.deepEqual(fits, { what: 'rewritten', seq: 100 });
});

test('exchanged entries are found', async () => {
  const swap = async (tx: Database): Promise<void> => {
    await sql`update audit set seq = 100000 where seq = 70`.execute(tx);
    await sql`update audit set seq = 70 where seq = 71`.execute(tx);
    await sql`update audit set seq = 71 where seq = 100000`.execute(tx);
  };
  assert.deepEqual(await brokenAfter(swap), { what: 'moved', seq: 70 });
});

test('a cut-off end is found against the checkpoints, those outside where the ones inside are cut off too', async () => {
  const cutEnd = (tx: Database) => sql`delete from audit where seq > 180`.execute(tx);
  assert.deepEqual(await brokenAfter(cutEnd), { what: 'truncated', seq: 181 });
  const both = async (tx: Database): Promise<void> => {
    await cutEnd(tx);
    await sql`delete from audit_checkpoints where seq > 180`.execute(tx);
  };
  assert.deepEqual(await brokenAfter(both), { what: 'truncated', seq: 181 });
  assert.deepEqual(await brokenAfter(both, { since: outside[3]! }), { what: 'truncated', seq: 181 });
  const none = async (tx: Database): Promise<void> => {
    await sql`delete from audit`.execute(tx);
    await sql`delete from audit_checkpoints`.execute(tx);
  };
  assert.deepEqual(await brokenAfter(none), { what: 'truncated', seq: 1 });
});

test('a log written anew, with hashes that fit, is another than the one that was signed', async () => {
  const anew = async (tx: Database): Promise<void> => {
    await sql`update audit set entry = replace(entry::text, '"result":"done"', '"result":"failed"')::json where seq = 20`.execute(
      tx,
    );
    await rehash(tx, 20);
  };
  assert.deepEqual(await brokenAfter(anew), { what: 'rewritten', seq: 50 });
  const unsigned = async (tx: Database): Promise<void> => {
    await anew(tx);
    await sql`delete from audit_checkpoints`.execute(tx);
  };
  assert.deepEqual(await brokenAfter(unsigned), { what: 'rewritten', seq: 50 });
  // A checkpoint of the new log can only be signed with another key.
  const resigned = async (tx: Database): Promise<void> => {
    await unsigned(tx);
    const { rows } = await sql<{ hash: Buffer }>`select hash from audit where seq = 200`.execute(tx);
    const stranger = signingKey(await mkdtemp(join(dataDir, 'other-')));
    await insertCheckpoint(tx, makeCheckpoint(stranger, { seq: 200, at: 0, hash: rows[0]!.hash }));
  };
  assert.deepEqual(await brokenAfter(resigned, { copies: [] }), { what: 'checkpoint_forged', seq: 200 });
});

test('checkpoints that were taken away, forged or exchanged are found', async () => {
  assert.deepEqual(await brokenAfter((tx) => sql`delete from audit_checkpoints where seq = 150`.execute(tx)), {
    what: 'checkpoint_missing',
    seq: 150,
  });
  assert.deepEqual(
    await brokenAfter((tx) => sql`update audit_checkpoints set at = at + 1 where seq = 100`.execute(tx)),
    {
      what: 'checkpoint_forged',
      seq: 100,
    },
  );
  const [first] = outside;
  assert.deepEqual(await brokenAfter(async () => undefined, { copies: [{ ...first!, signature: randomBytes(64) }] }), {
    what: 'checkpoint_forged',
    seq: 50,
  });
});

test('columns that are searched by cannot be given other values than the entry has', async () => {
  await assert.rejects(
    db.transaction().execute((tx) => sql`update audit set result = 'done' where seq = 1`.execute(tx)),
    /generated|only be updated to DEFAULT/,
  );
  const broken = await brokenAfter(async (tx) => {
    await sql`alter table audit alter column result drop expression`.execute(tx);
    await sql`update audit set result = 'denied' where seq = 1`.execute(tx);
  });
  assert.deepEqual(broken, { what: 'table_altered', seq: 0 });
});

test('of many random changes none goes unnoticed', async () => {
  let seed = 4_694;
  const below = (n: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % n;
  };
  for (let round = 0; round < 100; round += 1) {
    const seq = 1 + below(ENTRIES);
    const other = 1 + ((seq + below(ENTRIES - 1)) % ENTRIES);
    const kinds = [
      // Of what no checkpoint stands for yet the very last could be cut off: that is what checkpoints are for.
      (tx: Database) => sql`delete from audit where seq = ${Math.min(seq, 200)}`.execute(tx),
      (tx: Database) => sql`update audit set entry = (entry::text || ' ')::json where seq = ${seq}`.execute(tx),
      (tx: Database) =>
        sql`update audit a set entry = b.entry, hash = b.hash from audit b where a.seq = ${seq} and b.seq = ${other}`.execute(
          tx,
        ),
      (tx: Database) => sql`update audit set hash = ${randomBytes(32)} where seq = ${seq}`.execute(tx),
    ];
    const kind = below(kinds.length);
    const act = kinds[kind]!;
    const verdict = await walkAfter(act);
    assert.ok(verdict.broken, `round ${round}: ${kind} at ${seq} ${other}`);
    assert.equal(verdict.broken.seq, kind === 0 ? Math.min(seq, 200) : seq);
  }
});

test('a line of a copy says all that a checkpoint is', () => {
  const [first, second] = outside;
  const text = `\n${checkpointLine(first!)}\n{"at":"2026-11-19T00:0\n${checkpointLine(second!)}\n\nnot one\n`;
  const read = readLines(text);
  assert.deepEqual(read, [first, second]);
  assert.ok(read.every((it) => isSignedBy(signingKey(join(dataDir, 'keys')).open, it)));
});
