import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { problem } from '../../protocol/problem.ts';
import type { Guard } from '../../server/guard.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House, Job } from '../../server/house.ts';
import { keyOf } from '../../server/keys.ts';
import type { NoticeWriter } from '../../server/stream.ts';
import { isApart, openChecker } from './check/run.ts';
import type { Checker } from './check/run.ts';
import { secrecyActions, secrecyProblems } from './protocol.ts';
import type { Incident, OwnIncident } from './protocol.ts';
import type { rulesetActions } from './protocol/ruleset.ts';
import { APPEAL_DAYS, INCIDENT_DAYS } from './rules.ts';
import { openGuard } from './server/guard.ts';
import { openIncidents } from './server/incidents.ts';
import { openRulebook } from './server/rulebook.ts';
import type { Rulebook } from './server/rulebook.ts';
import { rulesetHandlers } from './server/rulesets.ts';
import {
  contactsOf,
  countIncidents,
  countsBy,
  deleteIncidents,
  incidentForUpdate,
  incidentsOf,
  namesOf,
  mayAnotherDecide,
  officersOf,
  ownIncidents,
  saveAppeal,
  saveDecision,
  saveEarly,
  saveOfficer,
  saveProcedure,
  settingsOf,
  totalsOf,
} from './store.ts';
import type { Choice, IncidentRow } from './store.ts';
import { proposedVersion } from './store/rulesets.ts';

const DAY_MS = 86_400_000;
const REMOVED_AT_ONCE = 1_000;
const FIGURES = join(import.meta.dirname, '..', '..', 'bench', 'secrecy', 'figures.json');

/** All there is to secrecy in one running house. */
export interface Secrecy {
  readonly guard: Guard;
  readonly rulebook: Rulebook;
  readonly checker: Checker;
  readonly handlers: HandlersOf<typeof secrecyActions> & HandlersOf<typeof rulesetActions>;
  readonly jobs: readonly Job[];
  close(): Promise<void>;
}

export interface SecrecyOptions {
  /** Another way to have files read; for tests. */
  readonly checker?: Checker;
}

export async function openSecrecy(
  house: House,
  writeNotices: NoticeWriter,
  { checker = openChecker() }: SecrecyOptions = {},
): Promise<Secrecy> {
  const key = keyOf(house.config.keysDir, 'secrecy');
  const rulebook = await openRulebook(house, key);
  const incidents = openIncidents(house, writeNotices);
  const guard = openGuard({ house, key, rulebook, incidents, checker });
  if (!(await isApart()))
    house.log.info(
      'the kernel gives no network namespaces: what reads files has no network by Node’s permissions alone',
    );
  return {
    guard,
    rulebook,
    checker,
    handlers: { ...deskHandlers(rulebook, checker), ...rulesetHandlers(house, rulebook, checker) },
    jobs: [
      { name: 'read the secrecy rules', everySeconds: 15, run: () => rulebook.reload() },
      { name: 'note counted refusals', everySeconds: 60, run: () => incidents.flush() },
      incidentJob(house),
    ],
    async close() {
      rulebook.close();
      await checker.close();
      await incidents.flush();
    },
  };
}

interface Wish extends Omit<Choice, 'from' | 'to'> {
  readonly from: number | null;
  readonly to: number | null;
}

const choiceOf = ({ person, unit, group, channel, rule, kind, waiting, from, to }: Wish): Choice => ({
  person,
  unit,
  group,
  channel,
  rule,
  kind,
  waiting,
  from: from === null ? null : new Date(from),
  to: to === null ? null : new Date(to),
});

const ANY: Wish = {
  person: null,
  unit: null,
  group: null,
  channel: null,
  rule: null,
  kind: null,
  waiting: false,
  from: null,
  to: null,
};

function deskHandlers(rulebook: Rulebook, checker: Checker): HandlersOf<typeof secrecyActions> {
  return handlers(secrecyActions, {
    'secrecy.contacts': async ({ db }) => ({
      officers: await contactsOf(db),
      procedure: (await settingsOf(db)).procedure,
    }),

    'secrecy.rules': async ({ db }, { known }) => {
      const { early } = await settingsOf(db);
      const { set } = rulebook.current;
      return {
        on: early,
        version: set.version,
        rules: early && known !== set.version ? { version: set.version, rules: shown(set.rules) } : null,
      };
    },

    'secrecy.state': async ({ db }) => {
      const { procedure, early } = await settingsOf(db);
      return {
        procedure,
        early,
        version: rulebook.current.set.version,
        broken: rulebook.broken,
        appeals: await countIncidents(db, choiceOf({ ...ANY, waiting: true })),
        proposed: (await proposedVersion(db)) ?? null,
        files: checker.busy,
      };
    },

    'secrecy.setProcedure': async ({ db }, { procedure }) => {
      await saveProcedure(db, procedure);
      return {};
    },

    'secrecy.setEarly': async ({ db }, { on }) => {
      await saveEarly(db, on);
      return {};
    },

    'secrecy.setOfficer': async ({ db, announce }, { account, on }) => {
      if (!(await saveOfficer(db, account, on))) throw problem('not_found');
      announce('account.changed', account, { officer: on });
      return {};
    },

    'secrecy.figures': async () => ({ figures: await figures() }),

    'incident.mine': async ({ db, actor }, { before, limit }) => {
      const found = await ownIncidents(db, actor.account, placeOf(before), limit);
      return { incidents: found.slice(0, limit).map(ownShown), more: found.length > limit };
    },

    'incident.appeal': async ({ db, actor, now, announce }, { incident, reason }) => {
      const found = await incidentForUpdate(db, incident);
      if (found?.account !== actor.account) throw problem('not_found');
      if (found.appealedAt || found.outcome) throw secrecyProblems('incident.appealed');
      if (now.getTime() - found.at.getTime() > APPEAL_DAYS * DAY_MS) throw secrecyProblems('incident.too_late');
      await saveAppeal(db, incident, reason, now);
      for (const officer of await officersOf(db)) announce('incident.appealed', officer, { incident });
      return {};
    },

    'incident.list': async ({ db }, { before, limit, ...wish }) => {
      const found = await incidentsOf(db, choiceOf(wish), placeOf(before), limit);
      const rows = found.slice(0, limit);
      const deciders = await namesOf(
        db,
        rows.flatMap((it) => it.decidedBy ?? []),
      );
      return { incidents: rows.map((it) => incidentShown(it, deciders)), more: found.length > limit };
    },

    'incident.counts': async ({ db }, { from, to }) => {
      const choice = choiceOf({ ...ANY, from, to });
      const units = await countsBy<{ id: string | null; name: string | null; count: number }>(db, choice, 'unit');
      return {
        ...(await totalsOf(db, choice)),
        units: units.map(({ id, name, count }) => ({ unit: id === null ? null : { id, name: name ?? '' }, count })),
        rules: await countsBy(db, choice, 'rule'),
        channels: await countsBy(db, choice, 'channel'),
        days: await countsBy(db, choice, 'day'),
      };
    },

    'incident.export': async ({ db, note }, wish) => {
      const incidents = await countIncidents(db, choiceOf(wish));
      note({ details: { incidents } });
      return { incidents };
    },

    'incident.decide': async ({ db, actor, now, announce }, { incident, outcome, note: words }) => {
      const found = await incidentForUpdate(db, incident);
      if (!found) throw problem('not_found');
      if (found.outcome) throw secrecyProblems('incident.decided');
      if (found.account === actor.account && (await mayAnotherDecide(db, actor.account)))
        throw secrecyProblems('incident.own');
      await saveDecision(db, incident, { outcome, by: actor.account, at: now, note: words });
      const told = new Set([...(found.account === null ? [] : [found.account]), ...(await officersOf(db))]);
      for (const account of told) announce('incident.decided', account, { incident, outcome });
      return {};
    },
  });
}

const placeOf = (before: { at: number; id: string } | null) => before && { at: new Date(before.at), id: before.id };

const shown = (rules: Rulebook['current']['set']['rules']) => rules.map((it) => ({ ...it, terms: [...it.terms] }));

const named = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? '' });

function ownShown(it: IncidentRow): OwnIncident {
  return {
    id: it.id,
    at: it.at.getTime(),
    kind: it.kind,
    file: it.channel === 'file',
    group: named(it.group, it.groupName),
    appealedAt: it.appealedAt?.getTime() ?? null,
    until: it.at.getTime() + APPEAL_DAYS * DAY_MS,
    decision: it.outcome && it.decidedAt && { at: it.decidedAt.getTime(), outcome: it.outcome },
  };
}

function incidentShown(it: IncidentRow, deciders: Awaited<ReturnType<typeof namesOf>>): Incident {
  const { account, outcome, decidedAt, decidedBy } = it;
  const gone = { id: decidedBy ?? '', name: '', photo: null, position: '' };
  return {
    id: it.id,
    at: it.at.getTime(),
    kind: it.kind,
    person:
      account === null ? null : { id: account, name: it.name ?? '', photo: it.photo, position: it.position ?? '' },
    unit: named(it.unit, it.unitName),
    group: named(it.group, it.groupName),
    channel: it.channel,
    rules: it.rules,
    version: it.version,
    bytes: it.bytes,
    digest: it.digest,
    nameDigest: it.nameDigest,
    more: it.more,
    appeal: it.appealedAt && { at: it.appealedAt.getTime(), reason: it.appeal },
    decision:
      outcome && decidedAt && decidedBy !== null
        ? { at: decidedAt.getTime(), by: deciders.get(decidedBy) ?? gone, outcome, note: it.note }
        : null,
  };
}

/** What was measured when this program was made. */
async function figures(): Promise<Record<string, unknown> | null> {
  try {
    return JSON.parse(await readFile(FIGURES, 'utf8')) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** What the guard refused is kept for as long as the house says, a bounded part at a time. */
function incidentJob(house: House): Job {
  return {
    name: 'remove old incidents',
    everySeconds: 3_600,
    async run() {
      const before = new Date(house.now().getTime() - INCIDENT_DAYS * DAY_MS);
      for (let round = 0; round < 20; round += 1)
        if ((await deleteIncidents(house.db, before, REMOVED_AT_ONCE)) < REMOVED_AT_ONCE) break;
    },
  };
}
