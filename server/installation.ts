import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { sql } from 'kysely';

import type { Config } from './config.ts';
import type { Database } from './database.ts';
import { keyOf } from './keys.ts';

/** Every key of `KEYS_DIR` that all nodes must have in common. */
export const SHARED_KEYS = ['audit', 'codes', 'files', 'push', 'sealed', 'secrecy', 'sessions'] as const;

/** This node has other keys than the installation it wants to belong to; the message is for the operator. */
export class KeysDifferError extends Error {
  override name = 'KeysDifferError';
}

/** The id that the database was given when it was made; the same for all nodes. */
export async function installationOf(db: Database): Promise<string> {
  const { rows } = await sql<{ id: string }>`select id from installation`.execute(db);
  return rows[0]!.id;
}

/** Of a key, as the database remembers it: tells whether two are the same, and nothing else about them. */
export const markOf = (key: Buffer): Buffer => createHmac('sha256', key).update('nharong key').digest();

/**
 * Compares the keys of this node with those that its installation was begun with, and makes those that nobody has yet. So that a
 * node on which the folder with the keys is missing, or is another’s, is stopped before it writes what nobody else can read. Of
 * two that begin at once on an empty database with different folders, one is refused.
 */
export async function checkKeys(db: Database, config: Pick<Config, 'keysDir'>): Promise<void> {
  const marks = await marksOf(db);
  const missing = SHARED_KEYS.filter((name) => marks.has(name) && !existsSync(join(config.keysDir, name)));
  if (missing.length > 0)
    throw new KeysDifferError(
      `KEYS_DIR ${config.keysDir} lacks the keys ${missing.join(', ')}, which this database was begun with. Copy the folder from another node or from the backup; new keys would open nothing that was kept.`,
    );
  const own = SHARED_KEYS.map((name) => ({ name, mark: markOf(keyOf(config.keysDir, name)) }));
  // In one statement, in one order: of two nodes that begin at once one waits for the other, and all marks are of one of them.
  await sql`
    insert into key_marks (name, mark)
    select * from unnest(${own.map((it) => it.name)}::text[], ${own.map((it) => it.mark)}::bytea[])
    on conflict do nothing`.execute(db);
  const kept = await marksOf(db);
  const other = own.filter((it) => !kept.get(it.name)!.equals(it.mark)).map((it) => it.name);
  if (other.length > 0)
    throw new KeysDifferError(
      `KEYS_DIR ${config.keysDir} holds other keys (${other.join(', ')}) than this database was begun with. All nodes must have the same: copy the folder from another node or from the backup.`,
    );
}

async function marksOf(db: Database): Promise<Map<string, Buffer>> {
  const { rows } = await sql<{ name: string; mark: Buffer }>`select name, mark from key_marks`.execute(db);
  return new Map(rows.map((it) => [it.name, it.mark]));
}
