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

const ENTRIES = Number(process.env.BENCH_ENTRIES ?? 1_000_000);
const PART = 5_000;
/** As often as in life. */
const SIGNED_EVERY = 1_000;

const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-bench-audit-'));
const log = openLog('error');
const postgres = await startPostgres({ dataDir, log });
await migrate(postgres.url);
const db = openDatabase(postgres.url, () => undefined, 4);

const pair = generateKeyPairSync('ed25519');
const secret = createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
const open = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(12);
const key: SigningKey = { secret, open };

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

let hash: Buffer = BEGINNING;
for (let from = 1; from <= ENTRIES; from += PART) {
  const links = [];
  const points = [];
  for (let seq = from; seq < from + PART && seq <= ENTRIES; seq += 1) {
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
if (verdict.broken || verdict.entries !== ENTRIES) throw new Error(`not whole: ${JSON.stringify(verdict)}`);
const size = await sql<{ bytes: number }>`select pg_total_relation_size('audit') as bytes`.execute(db);
console.log(
  `audit: ${ENTRIES} entries and ${verdict.checkpoints} signatures walked in ${seconds.toFixed(1)} s: ${(ENTRIES / seconds).toFixed(0)} entries/s; ` +
    `CPU ${((user + system) / ENTRIES).toFixed(1)} µs an entry; memory +${((most - before) / 2 ** 20).toFixed(0)} MiB; ` +
    `${(size.rows[0]!.bytes / ENTRIES).toFixed(0)} bytes an entry with indexes`,
);

// What an act pays, and how fast the chain follows.
const appender = openAppender({ db, log } as House);
const acts = 5_000;
const texts = Array.from({ length: acts }, (_, n) => canonicalJson(entry(ENTRIES + n)));
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
console.log(
  `audit: ${acts} acts, each a commit: ${((1000 * acts) / (written - start)).toFixed(0)} acts/s; all in the chain ${(chained - written).toFixed(0)} ms after the last`,
);

await appender.close();
await db.destroy();
await postgres.stop();
await rm(dataDir, { recursive: true, force: true });
