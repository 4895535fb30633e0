import { stat } from 'node:fs/promises';

import { sql } from 'kysely';

import type { Database } from '../database.ts';
import { broken, warning, well } from './finding.ts';
import type { Finding } from './finding.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface AuditFacts {
  readonly entries: number;
  /** Entries that are written down and not chained yet, and since when. */
  readonly waiting: number;
  /** When the last entry was made, and the last checkpoint; undefined where there is none. */
  readonly lastAt: number | undefined;
  readonly signedAt: number | undefined;
  readonly signedSeq: number;
}

export async function readAudit(db: Database): Promise<AuditFacts> {
  const { rows } = await sql<{
    entries: number;
    waiting: number;
    lastAt: number | null;
    signedAt: number | null;
    signedSeq: number | null;
  }>`
    select coalesce((select max(seq) from audit), 0) as entries, (select count(*) from audit_waiting) as waiting,
      (select at from audit order by seq desc limit 1) as "lastAt",
      (select at from audit_checkpoints order by seq desc limit 1) as "signedAt",
      (select max(seq) from audit_checkpoints) as "signedSeq"`.execute(db);
  const it = rows[0]!;
  return {
    entries: it.entries,
    waiting: it.waiting,
    lastAt: it.lastAt ?? undefined,
    signedAt: it.signedAt ?? undefined,
    signedSeq: it.signedSeq ?? 0,
  };
}

/** `running`: only where the program runs does anything chain and sign. */
export function judgeAudit(
  it: AuditFacts,
  { now, running }: { readonly now: number; readonly running: boolean },
): Finding[] {
  const about = 'audit log';
  if (!running || it.entries === 0) return [well(about, `${it.entries} entries`)];
  if (it.waiting > 10_000)
    return [broken(about, `${it.waiting} entries wait to be chained`, 'look for errors in the program’s log')];
  // A checkpoint is due a quarter of an hour after the last.
  const late =
    it.entries > it.signedSeq && it.lastAt !== undefined && now - Math.max(it.signedAt ?? 0, it.lastAt) > HOUR;
  if (late)
    return [broken(about, 'its end has not been signed for more than an hour', 'look for errors in the program’s log')];
  return [well(about, `${it.entries} entries, signed up to ${it.signedSeq}`)];
}

/** The copy outside: there, and brought up to the database. */
export async function checkAuditCopy(file: string, { signedAt }: AuditFacts): Promise<Finding[]> {
  const about = 'audit copy';
  if (signedAt === undefined) return [];
  const found = await stat(file).catch(() => undefined);
  if (!found)
    return [
      broken(
        about,
        `${file} is not there`,
        'mount it, or make its folder writable; it is brought up to date by itself',
      ),
    ];
  const behind = signedAt - found.mtimeMs;
  if (behind > HOUR)
    return [broken(about, `${file} is ${Math.round(behind / HOUR)} hours behind`, 'look whether it can be written')];
  return [well(about, `${file} is up to date`)];
}

export interface NodeFacts {
  readonly name: string;
  readonly version: string;
  readonly draining: boolean;
}

/** All nodes that were seen just now; several versions at once are for an upgrade only. `heard`: NATS is between them. */
export function judgeNodes(nodes: readonly NodeFacts[], { heard }: { readonly heard: boolean }): Finding[] {
  if (nodes.length === 0) return [];
  if (nodes.length > 1 && !heard)
    return [
      warning(
        'nodes',
        `${nodes.map((it) => it.name).join(', ')} serve on this database without NATS: each finds what the others write only after some seconds`,
        'set NATS_URL on all of them, or end all but one',
      ),
    ];
  const versions = [...new Set(nodes.map((it) => it.version))];
  if (versions.length > 1)
    return [
      warning(
        'nodes',
        `they run different versions: ${nodes.map((it) => `${it.name} ${it.version}`).join(', ')}`,
        'end the upgrade',
      ),
    ];
  const resting = nodes.filter((it) => it.draining);
  if (resting.length > 0)
    return [
      warning(
        'nodes',
        `${resting.map((it) => it.name).join(', ')} takes nothing new`,
        'start it again, or take it away',
      ),
    ];
  return [well('nodes', `${nodes.length}, version ${versions[0]}`)];
}

const DAY = 24 * HOUR;

/** The last walk over the whole log, as `lastWalk` of the audit tells of it: every night and after each start there is one. */
export function judgeWalk(
  it: { readonly at: number; readonly verdict: unknown } | undefined,
  { now, running }: { readonly now: number; readonly running: boolean },
): Finding[] {
  const about = 'audit chain';
  const { broken: found } = (it?.verdict ?? {}) as { broken?: { what: string; seq: number } | null };
  if (it && found)
    return [
      broken(
        about,
        `${agoOf(now - it.at)} ago it did not hold: ${found.what} at entry ${found.seq}`,
        'leave the machine as it is; bin/nharong audit verify says more',
      ),
    ];
  if (!running && !it) return [];
  if (!it || now - it.at > 2 * DAY)
    return [
      warning(
        about,
        it ? `nobody has walked it for ${agoOf(now - it.at)}` : 'it was never walked from end to end',
        'bin/nharong audit verify; a program that runs does it every night: look for errors in its log',
      ),
    ];
  return [well(about, `walked from end to end ${agoOf(now - it.at)} ago, and it holds`)];
}

/** The largest unit that fits: `3 hours`. */
export function agoOf(ms: number): string {
  for (const [unit, size] of [
    ['day', DAY],
    ['hour', HOUR],
    ['minute', MINUTE],
  ] as const) {
    const count = Math.floor(ms / size);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return 'less than a minute';
}
