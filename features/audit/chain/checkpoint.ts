import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Config } from '../../../server/config.ts';
import type { House } from '../../../server/house.ts';
import { keyOf } from '../../../server/keys.ts';
import { CHECKPOINT_ENTRIES, CHECKPOINT_MINUTES } from '../rules.ts';
import { checkpointsAfter, insertCheckpoint, lastCheckpoint, lastLink, takeChain } from '../store.ts';
import type { CheckpointRow } from '../store.ts';
import { canonicalJson } from './canonical.ts';

/** What stands before the seed in the key's usual wrapping (RFC 8410). */
const PRIVATE_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

export interface SigningKey {
  readonly secret: KeyObject;
  /** 32 bytes. */
  readonly open: Buffer;
}

/** The key of this house, which is not in the database: `KEYS_DIR/audit`. */
export function signingKey(keysDir: string): SigningKey {
  const seed = keyOf(keysDir, 'audit');
  const secret = createPrivateKey({ key: Buffer.concat([PRIVATE_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const open = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_HEAD.length);
  return { secret, open };
}

const signed = ({ seq, at, hash }: Pick<CheckpointRow, 'seq' | 'at' | 'hash'>): Buffer =>
  Buffer.from(`nharong audit checkpoint\n${canonicalJson({ at, hash: hash.toString('hex'), seq })}`);

export function makeCheckpoint(key: SigningKey, it: Pick<CheckpointRow, 'seq' | 'at' | 'hash'>): CheckpointRow {
  return { ...it, key: key.open, signature: sign(null, signed(it), key.secret) };
}

/** Whether it was signed with this key. */
export function isSignedBy(open: Buffer, it: CheckpointRow): boolean {
  if (!it.key.equals(open)) return false;
  const key = createPublicKey({ key: Buffer.concat([PUBLIC_HEAD, open]), format: 'der', type: 'spki' });
  return verify(null, signed(it), key, it.signature);
}

/** One line of a copy outside the database. */
export function checkpointLine({ seq, at, hash, key, signature }: CheckpointRow): string {
  return canonicalJson({
    at: new Date(at).toISOString(),
    hash: hash.toString('hex'),
    key: key.toString('base64url'),
    seq,
    signature: signature.toString('base64url'),
  });
}

/** Undefined where the line is none: a piece of one, after the power went. */
export function readCheckpoint(line: string): CheckpointRow | undefined {
  try {
    const { seq, at, hash, key, signature } = JSON.parse(line) as Record<string, unknown>;
    const row = {
      seq: Number(seq),
      at: Date.parse(String(at)),
      hash: Buffer.from(String(hash), 'hex'),
      key: Buffer.from(String(key), 'base64url'),
      signature: Buffer.from(String(signature), 'base64url'),
    };
    const fine = Number.isSafeInteger(row.seq) && row.seq > 0 && Number.isSafeInteger(row.at);
    return fine && row.hash.length === 32 && row.key.length === 32 && row.signature.length === 64 ? row : undefined;
  } catch {
    return undefined;
  }
}

/** Signs the end of the chain where it is time to, or at once. */
export async function signCheckpoint(house: House, { atOnce = false } = {}): Promise<CheckpointRow | undefined> {
  const now = house.now().getTime();
  const due = async (db: House['db']): Promise<{ seq: number; hash: Buffer } | undefined> => {
    const end = await lastLink(db);
    const last = await lastCheckpoint(db);
    if (!end || end.seq <= (last?.seq ?? 0)) return undefined;
    const many = end.seq - (last?.seq ?? 0) >= CHECKPOINT_ENTRIES;
    const old = now - (last?.at ?? 0) >= CHECKPOINT_MINUTES * 60_000;
    return atOnce || many || old ? end : undefined;
  };
  if (!(await due(house.db))) return undefined;
  return house.db.transaction().execute(async (tx) => {
    await takeChain(tx);
    const end = await due(tx);
    if (!end) return undefined;
    const made = makeCheckpoint(signingKey(house.config.keysDir), { ...end, at: now });
    await insertCheckpoint(tx, made);
    // Whoever collects the log has a copy too.
    house.log.info(
      { seq: made.seq, hash: made.hash.toString('hex'), signature: made.signature.toString('base64url') },
      'audit checkpoint',
    );
    return made;
  });
}

/** Where copies stand that the database cannot change: beside the data, and where the operator wants a further one. */
export function copiesOf({ dataDir, auditCopy }: Pick<Config, 'dataDir' | 'auditCopy'>): string[] {
  return [join(dataDir, 'audit', 'checkpoints.jsonl'), ...(auditCopy === undefined ? [] : [auditCopy])];
}

/** Bytes at the end of a copy in which its last whole line is looked for. */
const TAIL = 4_096;
const PART = 1_000;

/** Brings each copy up to the database; what is in a copy is never touched. Fails after all were tried where one cannot be written. */
export async function copyCheckpoints(house: House): Promise<void> {
  const failures: unknown[] = [];
  for (const file of copiesOf(house.config)) {
    try {
      let after = await lastIn(file);
      for (;;) {
        const rows = await checkpointsAfter(house.db, after, PART);
        if (rows.length === 0) break;
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        // A line feed before and after: a line that was cut off by a fault stays alone.
        await appendFile(file, rows.map((it) => `\n${checkpointLine(it)}\n`).join(''), { mode: 0o600, flush: true });
        after = rows.at(-1)!.seq;
      }
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `a copy of the audit checkpoints cannot be written: ${String(failures[0])}`);
}

/** Number of the newest checkpoint in a copy; 0 where there is none. */
async function lastIn(file: string): Promise<number> {
  let handle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL), 0, TAIL, Math.max(0, size - TAIL));
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n');
    return lines.reduce((last, line) => Math.max(last, readCheckpoint(line)?.seq ?? 0), 0);
  } finally {
    await handle.close();
  }
}

/** All checkpoints of a copy; none where there is no copy. */
export async function readCopy(file: string): Promise<CheckpointRow[]> {
  try {
    return readLines(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export function readLines(text: string): CheckpointRow[] {
  return text.split('\n').flatMap((line) => readCheckpoint(line) ?? []);
}
