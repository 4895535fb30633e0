import { mac } from '../../../server/keys.ts';
import type { House } from '../../../server/house.ts';
import { writeOwnAct } from '../../audit/access.ts';
import { compile } from '../rules/judge.ts';
import type { Judge } from '../rules/judge.ts';
import { DEFAULT_RULES } from '../rules/ruleset.ts';
import type { RuleSet } from '../rules/ruleset.ts';
import { approvedRulesets } from '../store/rulesets.ts';
import type { RulesetRow } from '../store/rulesets.ts';

export interface Rules {
  readonly set: RuleSet;
  readonly judge: Judge;
}

/** The rules in force on this node. */
export interface Rulebook {
  readonly current: Rules;
  /** What is stored of the newest approved rules is not what was approved. */
  readonly broken: boolean;
  /** Reads them anew. */
  reload(): Promise<void>;
  /** Signs a proposal, and its approval. */
  proposalOf(it: Signed): Buffer;
  approvalOf(it: Signed & Approved): Buffer;
  isGenuine(row: RulesetRow): boolean;
  close(): void;
}

type Signed = Pick<RulesetRow, 'version' | 'rules' | 'proposedBy' | 'proposedAt'>;
interface Approved {
  readonly decidedBy: string;
  readonly decidedAt: Date;
}

/** Told on the bus when other rules are in force; a node that does not hear it finds out by itself. */
export const RULES_CHANGED = 'secrecy.rules';

let shipped: Rules | undefined;
/** What the program came with, made ready once for all houses of a process. */
const shippedRules = (): Rules => (shipped ??= { set: DEFAULT_RULES, judge: compile(DEFAULT_RULES) });

export async function openRulebook(house: House, key: Buffer): Promise<Rulebook> {
  let current = shippedRules();
  let broken = false;
  let reloading: Promise<void> | undefined;
  let again = false;

  const proposalOf = ({ version, rules, proposedBy, proposedAt }: Signed): Buffer =>
    mac(key, 'proposed rules', String(version), stable(rules), proposedBy, proposedAt.toISOString());
  const approvalOf = (it: Signed & Approved): Buffer =>
    mac(key, 'approved rules', proposalOf(it), it.decidedBy, it.decidedAt.toISOString());

  function isGenuine(row: RulesetRow): boolean {
    if (!row.proposal.equals(proposalOf(row))) return false;
    const { decidedBy, decidedAt, approval } = row;
    if (row.state !== 'active' && row.state !== 'replaced' && approval === null) return true;
    if (decidedBy === null || decidedAt === null || approval === null) return false;
    return decidedBy !== row.proposedBy && approval.equals(approvalOf({ ...row, decidedBy, decidedAt }));
  }

  /** The newest that is as it was approved; what the program came with where there is none. What does not hold is not gone by. */
  async function load(): Promise<void> {
    const rows = await approvedRulesets(house.db);
    const good = rows.find(isGenuine);
    const wasBroken = broken;
    const version = good?.version ?? DEFAULT_RULES.version;
    // What this program has read while it held is better than what came before it, whatever became of its row.
    const keeps = current.set.version > version;
    broken = keeps || rows[0] !== good;
    if (version !== current.set.version && !keeps) {
      if (!good) current = shippedRules();
      else {
        const set = { version, rules: good.rules };
        current = { set, judge: compile(set) };
      }
    }
    if (broken && !wasBroken) {
      const details = { version: Math.max(current.set.version, rows[0]?.version ?? 0) };
      house.log.error(details, 'the secrecy rules that are stored are not those that were approved');
      await writeOwnAct(house.db, {
        act: 'house.rulesBroken',
        topic: 'secrecy',
        at: house.now(),
        details,
      });
    }
  }

  /** A load that began before this was called may have missed what changed: then another one follows. */
  function reload(): Promise<void> {
    again = true;
    return (reloading ??= (async () => {
      try {
        while (again) {
          again = false;
          await load();
        }
      } finally {
        reloading = undefined;
      }
    })());
  }

  await load();
  const readAnew = (): void =>
    void reload().catch((error: unknown) =>
      house.log.error({ error: (error as Error).message }, 'the secrecy rules could not be read anew'),
    );
  const stopHearing = house.bus.subscribe(RULES_CHANGED, readAnew);
  // Other nodes may have changed them without being heard.
  const stopTurns = house.bus.line?.onTurn(readAnew);
  const off = (): void => {
    stopHearing();
    stopTurns?.();
  };

  return {
    get current() {
      return current;
    },
    get broken() {
      return broken;
    },
    reload,
    proposalOf,
    approvalOf,
    isGenuine,
    close: off,
  };
}

/** In one form, whatever the order the database keeps their fields in. */
const stable = (rules: RulesetRow['rules']): string =>
  JSON.stringify(rules.map(({ id, kind, weight, on, terms }) => [id, kind, weight, on, terms]));
