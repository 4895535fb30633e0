import { randomUUIDv7 } from 'node:crypto';

import { sql } from 'kysely';

import type { Database } from './database.ts';

/** How long a node may be silent before another takes its work on. */
const LEASE_MS = 60_000;

/**
 * Runs something that only one node does at a time and that is too long for a transaction; answers false where another has it in
 * hand. The lease is by the database's clock and is renewed while `run` goes on: of a node that has ended it is free again a minute
 * later. A node that stood still for longer may meet another at the same work, so `run` must bear being done twice.
 */
export async function withLease(db: Database, name: string, run: () => Promise<void>): Promise<boolean> {
  const holder = randomUUIDv7();
  const take = async (): Promise<boolean> => {
    const { rows } = await sql`
      insert into leases (name, holder, until) values (${name}, ${holder}, now() + ${LEASE_MS} * interval '1 millisecond')
      on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where leases.until < now() or leases.holder = excluded.holder returning name`.execute(db);
    return rows.length > 0;
  };
  if (!(await take())) return false;
  const renewing = setInterval(() => void take().catch(() => undefined), LEASE_MS / 3);
  renewing.unref();
  try {
    await run();
  } finally {
    clearInterval(renewing);
    await sql`delete from leases where name = ${name} and holder = ${holder}`.execute(db).catch(() => undefined);
  }
  return true;
}
