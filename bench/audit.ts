// Walking the audit log: a million entries in PostgreSQL, their chain and signatures, in pages; entries a second and memory.
// And what an act pays for being written down: the statement in its transaction, and the chain that follows.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sql } from 'kysely';

import { migrate } from '../database/migrate.ts';
import { openAppender } from '../features/audit/access.ts';
import { BEGINNING, canonicalJson, linked } from '../features/audit/chain/canonical.ts';
import { makeCheckpoint } from '../features/audit/chain/checkpoint.ts';
import type { SigningKey } from '../features/audit/chain/checkpoint.ts';
import { verifyLog } from '../features/audit/chain/verify.ts';
import { insertCheckpoint, insertLinks, insertWaiting } from '../features/audit/store.ts';
import { openDatabase } from '../server/database.ts';
import type { House } from '../server/house.ts';
import { openLog } from '../server/log.ts';
import { startPostgres } from '../server/postgres.ts';
import { whole } from './table.ts';
import type { Row, Scale } from './table.ts';

const PART = 5_000;
/** As often as in life. */
const SIGNED_EVERY = 1_000;
const AIM = 50_000;

const people = Array.from({ length: 200 }, () => randomUUIDv7());
const groups = Array.from({ length: 50 }, () => randomUUIDv7());

/** An entry as it is in life: somebody renamed a group, from a phone. */
function entry(seq: number): Record<string, unknown> {
  return {
    v: 1,
    at: 1_763_900_000_000 + seq * 1_000,
    act: 'group.change',
    topic: 'group',
    result: 'done',
    actor: people[seq % people.length],
    session: 'f3a1c0b24d5e6f70',
    door: 'http',
    address: '113.160.1.7',
    device: { kind: 'phone', system: 'Android', browser: 'Chrome' },
    group: groups[seq % groups.length],
    object: null,
    people: [],
    details: { name: { from: 'Phòng chống bão lũ xã Ia Grai', to: `Phòng chống thiên tai xã Ia Grai ${seq}` } },
    request: people[(seq * 7) % people.length],
  };
}

/** The log of an agency that has kept it for ten years. */
export async function audit({ quick }: Scale): Promise<Row[]> {
  const entries = quick ? 10_000 : 1_000_000;
  const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-bench-audit-'));
  const log = openLog('error');
  const postgres = await startPostgres({ dataDir, log });
  await migrate(postgres.url);
  const db = openDatabase(postgres.url, () => undefined, 4);

  const pair = generateKeyPairSync('ed25519');
  const secret = createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const open = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(12);
  const key: SigningKey = { secret, open };

  let hash: Buffer = BEGINNING;
  for (let from = 1; from <= entries; from += PART) {
    const links = [];
    const points = [];
    for (let seq = from; seq < from + PART && seq <= entries; seq += 1) {
      const text = canonicalJson({ ...entry(seq), seq });
      hash = linked(hash, text);
      links.push({ seq, entry: text, hash });
      if (seq % SIGNED_EVERY === 0) points.push(makeCheckpoint(key, { seq, at: seq, hash }));
    }
    await insertLinks(db, links);
    for (const it of points) await insertCheckpoint(db, it);
  }
  await sql`analyze audit`.execute(db);

  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
  const cpu = process.cpuUsage();
  const since = performance.now();
  const verdict = await verifyLog(db, { key: open, outside: [] });
  const seconds = (performance.now() - since) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  if (verdict.broken || verdict.entries !== entries) throw new Error(`not whole: ${JSON.stringify(verdict)}`);
  const size = await sql<{ bytes: number }>`select pg_total_relation_size('audit') as bytes`.execute(db);
  // What an act pays, and how fast the chain follows.
  const appender = openAppender({ db, log } as House);
  const acts = quick ? 200 : 5_000;
  const texts = Array.from({ length: acts }, (_, n) => canonicalJson(entry(entries + n)));
  const start = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let at = next++; at < acts; at = next++) {
        await insertWaiting(db, texts[at]!);
        appender.wake();
      }
    }),
  );
  const written = performance.now();
  await appender.settle();
  const chained = performance.now();
  await appender.close();
  await db.destroy();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });

  const rate = entries / seconds;
  return [
    {
      bench: 'audit',
      what: `walk ${whole(entries)} entries, ${whole(verdict.checkpoints)} signatures`,
      figure: `${whole(rate)}/s`,
      aim: `≥ ${whole(AIM)}/s`,
      met: rate >= AIM,
      note: `${((user + system) / entries).toFixed(1)} µs CPU an entry; memory +${((most - before) / 2 ** 20).toFixed(0)} MiB; ${(size.rows[0]!.bytes / entries).toFixed(0)} bytes an entry on disk`,
    },
    {
      bench: 'audit',
      what: 'acts written down, each a commit, 4 at once',
      figure: `${whole((1000 * acts) / (written - start))}/s`,
      note: `all in the chain ${(chained - written).toFixed(0)} ms after the last`,
    },
  ];
}
