import { setImmediate } from 'node:timers/promises';

import type { Database } from '../../../server/database.ts';
import type { WhatBroke } from '../rules.ts';
import { checkpointsAfter, generatedColumns, lastLink, linksAfter } from '../store.ts';
import type { CheckpointRow, LinkRow } from '../store.ts';
import { BEGINNING, linked } from './canonical.ts';
import { isSignedBy } from './checkpoint.ts';

export interface Broken {
  readonly what: WhatBroke;
  /** Number of the first entry, or of the checkpoint, that does not hold. */
  readonly seq: number;
}

export interface Verdict {
  /** Entries that were looked at, from `from` on. */
  readonly entries: number;
  readonly from: number;
  readonly head: number;
  readonly checkpoints: number;
  /** The newest entry that a checkpoint stands for; behind it the chain alone holds. */
  readonly anchored: number;
  readonly broken: Broken | null;
}

export interface VerifyOptions {
  /** The house's public key. */
  readonly key: Buffer;
  /** Checkpoints that were kept outside the database. */
  readonly outside: readonly CheckpointRow[];
  /** Only what came after this checkpoint; all where absent. */
  readonly since?: CheckpointRow | undefined;
  readonly part?: number;
}

const COLUMNS = ['act', 'at', 'group', 'people', 'result', 'topic'];
const PART = 2_000;
/** A log of so many entries without any checkpoint did not come about by itself. */
const UNSIGNED_MOST = 10_000;

/**
 * Walks the chain, page by page, and says where it does not hold first. Nothing is kept but one page and the checkpoints; the next page
 * is on its way while one is hashed.
 */
export async function verifyLog(db: Database, options: VerifyOptions): Promise<Verdict> {
  const { key, outside, since, part = PART } = options;
  const from = since?.seq ?? 0;
  const head = (await lastLink(db))?.seq ?? 0;
  let checkpoints = 0;
  let anchored = 0;
  const verdict = (entries: number, broken: Broken | null): Verdict => ({
    entries,
    from,
    head,
    checkpoints,
    anchored,
    broken,
  });

  const made = await generatedColumns(db);
  if (COLUMNS.some((it) => !made.includes(it))) return verdict(0, { what: 'table_altered', seq: 0 });

  const signed = new Map<number, CheckpointRow>();
  for (const it of outside) {
    if (!isSignedBy(key, it)) return verdict(0, { what: 'checkpoint_forged', seq: it.seq });
    const known = signed.get(it.seq);
    if (known && !known.hash.equals(it.hash)) return verdict(0, { what: 'rewritten', seq: it.seq });
    signed.set(it.seq, it);
  }
  const inside = new Set<number>();
  for (let after = 0; ;) {
    const rows = await checkpointsAfter(db, after, PART);
    for (const it of rows) {
      if (!isSignedBy(key, it)) return verdict(0, { what: 'checkpoint_forged', seq: it.seq });
      const known = signed.get(it.seq);
      if (known && !known.hash.equals(it.hash)) return verdict(0, { what: 'rewritten', seq: it.seq });
      signed.set(it.seq, it);
      inside.add(it.seq);
    }
    if (rows.length < PART) break;
    after = rows.at(-1)!.seq;
  }
  checkpoints = signed.size;
  const numbers = [...signed.keys()].sort((a, b) => a - b);

  let hash = since?.hash ?? BEGINNING;
  let seq = from;
  let entries = 0;
  let next = linksAfter(db, seq, part);
  for (;;) {
    const rows = await next;
    const last = rows.at(-1);
    if (!last) break;
    next = linksAfter(db, last.seq, part);
    // Where this page does not hold, nobody waits for the next one.
    next.catch(() => undefined);
    for (const row of rows) {
      if (row.seq > head) break;
      if (row.seq !== seq + 1) return verdict(entries, { what: 'removed', seq: seq + 1 });
      seq = row.seq;
      hash = linked(hash, row.entry);
      if (!hash.equals(row.hash)) return verdict(entries, { what: whyNot(row), seq });
      entries += 1;
      const point = signed.get(seq);
      if (point) {
        if (!point.hash.equals(hash)) return verdict(entries, { what: 'rewritten', seq });
        anchored = seq;
      }
    }
    if (last.seq >= head) break;
    // The house goes on living meanwhile.
    await setImmediate();
  }
  await next.catch(() => undefined);
  if (since && seq === from && head < from) return verdict(entries, { what: 'truncated', seq: head + 1 });
  if (seq < head) return verdict(entries, { what: 'removed', seq: seq + 1 });
  const beyond = numbers.find((it) => it > head);
  if (beyond !== undefined) return verdict(entries, { what: 'truncated', seq: head + 1 });
  const lacking = numbers.find((it) => !inside.has(it));
  if (lacking !== undefined) return verdict(entries, { what: 'checkpoint_missing', seq: lacking });
  if (signed.size === 0 && head >= UNSIGNED_MOST) return verdict(entries, { what: 'checkpoint_missing', seq: head });
  return verdict(entries, null);
}

/** An entry whose hash is not the one it should have: was its text changed, or does it stand in another's place? */
function whyNot({ seq, entry }: LinkRow): WhatBroke {
  try {
    return (JSON.parse(entry) as { seq?: unknown }).seq === seq ? 'changed' : 'moved';
  } catch {
    return 'changed';
  }
}
