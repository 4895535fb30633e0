import { problem } from '../../../protocol/problem.ts';
import type { Database } from '../../../server/database.ts';
import { handlers } from '../../../server/handler.ts';
import type { ChangeContext, HandlersOf } from '../../../server/handler.ts';
import type { Actor, House } from '../../../server/house.ts';
import { extensionOf, fileName, isTaken } from '../../files/rules.ts';
import type { Checker } from '../check/run.ts';
import { secrecyProblems } from '../protocol.ts';
import { rulesetActions, rulesetProblems } from '../protocol/ruleset.ts';
import type { Ruleset, Tried } from '../protocol/ruleset.ts';
import { STEP_UP_MINUTES } from '../rules.ts';
import { compile } from '../rules/judge.ts';
import { ruleSetFaults } from '../rules/faults.ts';
import { DEFAULT_RULES } from '../rules/ruleset.ts';
import type { Rule, RuleSet } from '../rules/ruleset.ts';
import type { Verdict } from '../rules/verdict.ts';
import { isOfficer, namesOf, officersOf, provedSince } from '../store.ts';
import {
  decideRuleset,
  holdRulesets,
  insertRuleset,
  lastVersion,
  proposedVersion,
  rulesetOf,
  rulesets,
} from '../store/rulesets.ts';
import type { RulesetRow } from '../store/rulesets.ts';
import { RULES_CHANGED } from './rulebook.ts';
import type { Rulebook } from './rulebook.ts';

const VERSIONS_SHOWN = 100;
/** Files that all officers together try out at once. */
const TRIED_MOST = 3;
/** What is tried out has its own place in the row: it is nobody’s upload. */
const TRYING = 'tried out';

const UNREADABLE: Tried = { refused: true, unchecked: true, rules: [], handling: null };

const SHIPPED: Ruleset = {
  version: DEFAULT_RULES.version,
  state: 'active',
  reason: '',
  proposedBy: null,
  proposedAt: null,
  decidedBy: null,
  decidedAt: null,
  note: '',
  broken: false,
};

export function rulesetHandlers(house: House, rulebook: Rulebook, checker: Checker): HandlersOf<typeof rulesetActions> {
  let trying = 0;

  async function rulesOf(db: Database, version: number | undefined): Promise<RuleSet> {
    const { current } = rulebook;
    if (version === undefined || version === current.set.version) return current.set;
    if (version === DEFAULT_RULES.version) return DEFAULT_RULES;
    const row = await rulesetOf(db, version);
    if (!row) throw problem('not_found');
    return { version, rules: row.rules };
  }

  async function shown(db: Database, rows: readonly RulesetRow[]): Promise<Ruleset[]> {
    const names = await namesOf(
      db,
      rows.flatMap((it) => [it.proposedBy, ...(it.decidedBy === null ? [] : [it.decidedBy])]),
    );
    const person = (id: string | null) => (id === null ? null : { id, name: names.get(id)?.name ?? '' });
    return rows.map((it) => ({
      version: it.version,
      state: it.state,
      reason: it.reason,
      proposedBy: person(it.proposedBy),
      proposedAt: it.proposedAt.getTime(),
      decidedBy: person(it.decidedBy),
      decidedAt: it.decidedAt?.getTime() ?? null,
      note: it.note,
      broken: !rulebook.isGenuine(it),
    }));
  }

  const shipped = (): Ruleset => ({
    ...SHIPPED,
    state: rulebook.current.set.version === DEFAULT_RULES.version ? 'active' : 'replaced',
  });

  /** A proposal that waits, held until the transaction ends. */
  async function waiting(db: Database, version: number): Promise<RulesetRow> {
    await holdRulesets(db);
    const row = await rulesetOf(db, version);
    if (!row) throw problem('not_found');
    if (row.state !== 'proposed') throw rulesetProblems('ruleset.decided');
    return row;
  }

  async function tell({ db, announce }: Pick<ChangeContext, 'db' | 'announce'>, body: object): Promise<void> {
    for (const officer of await officersOf(db)) announce('ruleset.changed', officer, body);
  }

  return handlers(rulesetActions, {
    'ruleset.list': async ({ db }) => ({
      versions: [...(await shown(db, await rulesets(db, VERSIONS_SHOWN))), shipped()],
      active: rulebook.current.set.version,
    }),

    'ruleset.get': async ({ db }, { version: asked }) => {
      // Whoever has just heard of a new version asks for it before this node has taken it up by itself.
      if (asked === undefined) await rulebook.reload();
      const version = asked ?? rulebook.current.set.version;
      if (version === DEFAULT_RULES.version) return { ruleset: shipped(), rules: plain(DEFAULT_RULES) };
      const row = await rulesetOf(db, version);
      if (!row) throw problem('not_found');
      const [ruleset] = await shown(db, [row]);
      return { ruleset: ruleset!, rules: plain({ version, rules: row.rules }) };
    },

    'ruleset.propose': async (context, { rules, reason }) => {
      const { db, actor, now, note, announce } = context;
      await stepUp(context);
      await holdRulesets(db);
      const proposed = await proposedVersion(db);
      if (proposed !== undefined) throw rulesetProblems('ruleset.waiting', { version: proposed });
      const version = Math.max(DEFAULT_RULES.version, await lastVersion(db)) + 1;
      const faults = ruleSetFaults({ version, rules });
      if (faults.length > 0) throw rulesetProblems('ruleset.faulty', { faults });
      const before = rulebook.current.set.rules;
      const changed = changesOf(before, rules);
      if (changed.length === 0) throw rulesetProblems('ruleset.unchanged');
      // What is signed is what the database gives back.
      const signed = { version, rules, proposedBy: actor.account, proposedAt: now };
      await insertRuleset(db, { ...signed, reason, proposal: rulebook.proposalOf(signed) });
      note({ details: { version, changed } });
      await tell({ db, announce }, { version, state: 'proposed' });
      return { version };
    },

    'ruleset.approve': async (context, { version }) => {
      const { db, actor, now, note, announce, afterCommit } = context;
      await stepUp(context);
      const row = await waiting(db, version);
      if (row.proposedBy === actor.account) throw rulesetProblems('ruleset.own');
      if (!(await isOfficer(db, actor.account)) && !(await isOfficer(db, row.proposedBy)))
        throw rulesetProblems('ruleset.officer_missing');
      if (!rulebook.isGenuine(row)) throw rulesetProblems('ruleset.broken');
      const faults = ruleSetFaults({ version, rules: row.rules });
      if (faults.length > 0) throw rulesetProblems('ruleset.faulty', { faults });
      const approval = rulebook.approvalOf({ ...row, decidedBy: actor.account, decidedAt: now });
      await decideRuleset(db, { version, state: 'active', by: actor.account, at: now, approval });
      note({ people: [row.proposedBy], details: { changed: changesOf(rulebook.current.set.rules, row.rules) } });
      await tell({ db, announce }, { version, state: 'active' });
      afterCommit(async () => {
        house.bus.publish(RULES_CHANGED, {});
        await rulebook.reload();
      });
      return {};
    },

    'ruleset.refuse': async ({ db, actor, now, note, announce }, { version, note: words }) => {
      const row = await waiting(db, version);
      if (row.proposedBy === actor.account) throw rulesetProblems('ruleset.own');
      await decideRuleset(db, { version, state: 'refused', by: actor.account, at: now, note: words });
      note({ people: [row.proposedBy] });
      await tell({ db, announce }, { version, state: 'refused' });
      return {};
    },

    'ruleset.withdraw': async ({ db, actor, now, announce }, { version }) => {
      const row = await waiting(db, version);
      if (row.proposedBy !== actor.account) throw problem('not_found');
      await decideRuleset(db, { version, state: 'withdrawn', by: actor.account, at: now });
      await tell({ db, announce }, { version, state: 'withdrawn' });
      return {};
    },

    'ruleset.try': async ({ db }, { text, version }) => {
      const set = await rulesOf(db, version);
      const { current } = rulebook;
      return tried((set === current.set ? current.judge : compile(set)).text(text, { kind: 'chat' }));
    },

    'ruleset.tryFile': async ({ db }, { name: given, file, version }) => {
      const set = await rulesOf(db, version);
      const name = fileName(given);
      const extension = extensionOf(name);
      if (!isTaken(extension)) return UNREADABLE;
      if (trying >= TRIED_MOST) throw secrecyProblems('secrecy.queue', { most: TRIED_MOST, wait: 10 });
      trying += 1;
      try {
        const bytes = Buffer.from(file, 'base64');
        const checked = await checker.check(set, TRYING, {
          name,
          extension,
          bytes: bytes.length,
          async *read() {
            yield bytes;
          },
        });
        if ('starved' in checked) throw problem('busy', { wait: 5 });
        if ('unchecked' in checked) return UNREADABLE;
        return tried(checked);
      } finally {
        trying -= 1;
      }
    },
  });
}

/** The second proof of whoever changes the rules: a code entered on this device just now. */
async function stepUp({
  db,
  now,
  actor,
  caller,
}: Pick<ChangeContext, 'db' | 'now' | 'caller'> & { readonly actor: Actor }): Promise<void> {
  if (caller.door === 'program') return;
  const since = new Date(now.getTime() - STEP_UP_MINUTES * 60_000);
  if (!(await provedSince(db, actor.session, since))) throw problem('confirm_needed');
}

const tried = ({ refused, rules, handling }: Verdict): Tried => ({
  refused,
  unchecked: false,
  rules: [...rules],
  handling: handling ?? null,
});

const plain = ({ version, rules }: RuleSet) => ({
  version,
  rules: rules.map((it) => ({ ...it, terms: [...it.terms] })),
});

const said = ({ id: _id, ...rest }: Rule): string => JSON.stringify([rest.kind, rest.weight, rest.on, rest.terms]);

/** Ids of the rules that one set has otherwise than the other. */
function changesOf(before: readonly Rule[], rules: readonly Rule[]): string[] {
  const was = new Map(before.map((it) => [it.id, said(it)]));
  const is = new Map(rules.map((it) => [it.id, said(it)]));
  return [...new Set([...was.keys(), ...is.keys()])].filter((id) => was.get(id) !== is.get(id));
}
