import { sql } from 'kysely';

import type { Database } from '../../../server/database.ts';
import type { RulesetState } from '../rules.ts';
import type { Rule } from '../rules/ruleset.ts';

export interface RulesetRow {
  readonly version: number;
  readonly state: RulesetState;
  readonly rules: readonly Rule[];
  readonly reason: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly proposal: Buffer;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly note: string;
  readonly approval: Buffer | null;
}

const columns = sql`version, state, rules, reason, proposed_by as "proposedBy", proposed_at as "proposedAt", proposal,
  decided_by as "decidedBy", decided_at as "decidedAt", note, approval`;

/** Those that are or were in force, the newest first; the approval is signed, the state is not. */
export async function approvedRulesets(db: Database): Promise<RulesetRow[]> {
  const { rows } = await sql<RulesetRow>`
    select ${columns} from rulesets where state in ('active', 'replaced') or approval is not null order by version desc limit 20`.execute(
    db,
  );
  return rows;
}

export async function rulesets(db: Database, most: number): Promise<RulesetRow[]> {
  const { rows } = await sql<RulesetRow>`select ${columns} from rulesets order by version desc limit ${most}`.execute(
    db,
  );
  return rows;
}

export async function rulesetOf(db: Database, version: number): Promise<RulesetRow | undefined> {
  const { rows } = await sql<RulesetRow>`select ${columns} from rulesets where version = ${version}`.execute(db);
  return rows[0];
}

/** Until the transaction ends nobody else proposes or decides. */
export async function holdRulesets(tx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('rulesets', 0))`.execute(tx);
}

export async function proposedVersion(db: Database): Promise<number | undefined> {
  const { rows } = await sql<{ version: number }>`select version from rulesets where state = 'proposed'`.execute(db);
  return rows[0]?.version;
}

export async function lastVersion(db: Database): Promise<number> {
  const { rows } = await sql<{
    version: number;
  }>`select coalesce(max(version), 0)::int as version from rulesets`.execute(db);
  return rows[0]!.version;
}

export async function insertRuleset(
  tx: Database,
  it: Pick<RulesetRow, 'version' | 'rules' | 'reason' | 'proposedBy' | 'proposedAt' | 'proposal'>,
): Promise<void> {
  await sql`
    insert into rulesets (version, state, rules, reason, proposed_by, proposed_at, proposal)
    values (${it.version}, 'proposed', ${JSON.stringify(it.rules)}::jsonb, ${it.reason}, ${it.proposedBy}, ${it.proposedAt}::timestamptz,
      ${it.proposal})`.execute(tx);
}

export async function decideRuleset(
  tx: Database,
  it: {
    readonly version: number;
    readonly state: RulesetState;
    readonly by: string;
    readonly at: Date;
    readonly note?: string;
    readonly approval?: Buffer;
  },
): Promise<void> {
  if (it.state === 'active') await sql`update rulesets set state = 'replaced' where state = 'active'`.execute(tx);
  await sql`
    update rulesets set state = ${it.state}, decided_by = ${it.by}, decided_at = ${it.at}::timestamptz, note = ${it.note ?? ''},
      approval = ${it.approval ?? null}
    where version = ${it.version}`.execute(tx);
}
