import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { sql } from 'kysely';

import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Log } from './log.ts';

const BEAT_MS = 3_000;
/** Five beats: a node that was not seen for so long is gone, with what only it had. */
const GONE_SECONDS = 15;

/** The version of this program, as operators know it. */
export const VERSION: string = (
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as { version: string }
).version;

export interface KeptNode {
  /** Says no more that this node is here. Its place is kept for some seconds: whoever starts again finds what was its own. */
  stop(): Promise<void>;
}

/** Notes in the database, every three seconds, that this node is here, where, and in which version. Resolves after the first time. */
export async function keepNode(
  db: Database,
  { nodeName, nodeAddress }: Pick<Config, 'nodeName' | 'nodeAddress'>,
  {
    log,
    isDraining,
    onFellows,
  }: {
    readonly log: Log;
    readonly isDraining: () => boolean;
    /** Told after each look whether others serve on this database. */
    readonly onFellows?: (there: boolean) => void;
  },
): Promise<KeptNode> {
  const run = randomUUID();
  let begun: Date | undefined;
  async function beat(): Promise<void> {
    const { rows } = await sql<{ before: string | null; begun: Date; fellows: boolean }>`
      insert into nodes (name, run, address, version, seen_at, draining)
      values (${nodeName}, ${run}, ${nodeAddress ?? null}, ${VERSION}, clock_timestamp(), ${isDraining()})
      on conflict (name) do update set run = excluded.run, address = excluded.address, version = excluded.version,
        seen_at = excluded.seen_at, draining = excluded.draining
      returning seen_at as begun, (select n.run from nodes n where n.name = ${nodeName}) as before,
        -- Not one that ended before this one began, under another name.
        exists (select from nodes n where n.name <> ${nodeName} and n.seen_at > ${begun ?? null}::timestamptz
          and n.seen_at > now() - make_interval(secs => ${GONE_SECONDS})) as fellows`.execute(db);
    const { before, fellows } = rows[0]!;
    const same = begun !== undefined && before !== null && before !== run;
    if (same) log.error({ name: nodeName }, 'another program has the same NODE_NAME: each needs one of its own');
    begun ??= rows[0]!.begun;
    onFellows?.(fellows || same);
    await sql`delete from nodes where seen_at < now() - interval '1 day'`.execute(db);
  }
  await beat();
  let beating: Promise<void> = Promise.resolve();
  let due = true;
  const timer = setInterval(() => {
    if (!due) return;
    due = false;
    beating = beat()
      .catch((error: unknown) =>
        log.warn({ error: (error as Error).message }, 'this node could not say that it is here'),
      )
      .finally(() => (due = true));
  }, BEAT_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await beating;
    },
  };
}

/** A node by its name; undefined where it was not seen for a day. `seen`: it was, within the last seconds. */
export async function nodeNamed(
  db: Database,
  name: string,
): Promise<{ readonly address: string | null; readonly seen: boolean } | undefined> {
  const { rows } = await sql<{ address: string | null; seen: boolean }>`/* prepared node.named */
    select address, seen_at > now() - make_interval(secs => ${GONE_SECONDS}) as seen from nodes where name = ${name}`.execute(
    db,
  );
  return rows[0];
}
