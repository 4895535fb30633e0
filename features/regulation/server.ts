import { createHash, randomUUID, randomUUIDv7 } from 'node:crypto';

import { isId } from '../../protocol/id.ts';
import { problem } from '../../protocol/problem.ts';
import type { Database } from '../../server/database.ts';
import { handlers, preparing } from '../../server/handler.ts';
import type { ChangeContext, HandlersOf } from '../../server/handler.ts';
import type { House, Route, Served } from '../../server/house.ts';
import { readPeopleQuery } from '../directory/rules.ts';
import { firstSettings } from '../groups/rights.ts';
import { unitPath } from '../units/access.ts';
import { fileOf, lookAtFile } from './document/run.ts';
import { mayBeFit } from './document/look.ts';
import type { Look } from './document/look.ts';
import { regulationActions, regulationProblems } from './protocol.ts';
import type { Draft, Text, Version } from './protocol.ts';
import { FILE_MOST, missingIn, REMIND_AGAIN_MS } from './rules.ts';
import { hasAccepted } from './rules/accepted.ts';
import type { Form, RegulationDocument } from './rules.ts';
import { fileStem } from './rules/outline.ts';
import { template } from './rules/template.ts';
import {
  acceptanceByUnit,
  acceptanceOf,
  acceptorOf,
  agencyFacts,
  copyVersion,
  currentOf,
  defaultsOf,
  deleteFilesUnused,
  deleteRegulation,
  draftOf,
  fileIdOf,
  groupFacts,
  groupsUnder,
  handedOutTo,
  insertDraft,
  insertFile,
  offerFor,
  progressOf,
  publishDraft,
  putInForce,
  saveAcceptance,
  saveDraft,
  saveReminder,
  standingTexts,
  takeUnit,
  unitFacts,
  unitTakenFrom,
  versionOf,
  versionsOf,
} from './store.ts';
import type { Owner, RegulationRow, Written } from './store.ts';

type Change = Pick<ChangeContext, 'db' | 'now'> & { readonly actor: { readonly account: string } };

export function regulationHandlers(_house: House): HandlersOf<typeof regulationActions> {
  return handlers(regulationActions, {
    'regulation.get': async ({ db, actor, standing }, { group }) => {
      const acceptor = await acceptorOf(db, group, actor.account);
      if (!acceptor) throw problem('not_found');
      const governs = standing.can('regulation.publish');
      const { current, draft } = await standingTexts(db, { group });
      return {
        current: current ? shownText(current) : null,
        accepted: acceptor.accepted,
        acceptedAt: acceptor.acceptedAt?.getTime() ?? null,
        governing: governs
          ? {
              ...(await progressOf(db, group)),
              remindedAt: current?.remindedAt?.getTime() ?? null,
              draft: draft ? shownDraft(draft) : null,
              offer: await shownOffer(db, group, current),
            }
          : null,
      };
    },

    'regulation.versions': async ({ db }, { group }) => ({ versions: (await versionsOf(db, group)).map(shownVersion) }),

    'regulation.version': async ({ db }, { group, version }) => {
      const row = await versionOf(db, group, version);
      if (!row) throw problem('not_found');
      return shownText(row);
    },

    'regulation.accept': async ({ db, actor, now, announce }, { group, version }) => {
      // The group's stream is locked since the standing was proved: no other version comes into force meanwhile.
      const acceptor = await acceptorOf(db, group, actor.account);
      if (!acceptor) throw problem('not_found');
      if (acceptor.version === 0) throw regulationProblems('regulation.none');
      if (acceptor.version !== version)
        throw regulationProblems('regulation.superseded', { version: acceptor.version });
      if (hasAccepted(acceptor)) return {};
      await saveAcceptance(db, { group, account: actor.account, version, at: now });
      announce('regulation.accepted', actor.account, { group, version, at: now.getTime() });
      return {};
    },

    'regulation.template': async ({ db }, { group }) => {
      const { name, kind, announcing, unit, leaderName, leaderPosition } = await groupFacts(db, group);
      const agency = await agencyFacts(db);
      const facts = unit === null ? { path: [], place: null } : await unitFacts(db, unit);
      return {
        document: template({
          agency: agency.name,
          units: facts.path,
          place: facts.place ?? agency.place,
          group: { name, kind, announcing: announcing ?? firstSettings(kind).announcing },
          ...(leaderName === null ? {} : { leader: { name: leaderName, position: leaderPosition ?? '' } }),
        }),
      };
    },

    'regulation.save': async (context, { group, revision, document }) =>
      keepDraft(context, { group }, revision, written(document)),

    'regulation.upload': preparing(
      ({ file }) => look(file),
      async (context, { group, ...upload }, looked) => keepUpload(context, { group }, upload, looked),
    ),

    'regulation.discard': async ({ db }, { group, revision }) => throwAway(db, { group }, revision),

    'regulation.publish': async (context, { group, revision }) => {
      const { db, actor, now, announce, note } = context;
      const { version, title } = await publish(context, { group }, revision);
      await putInForce(db, { group, version, by: actor.account, at: now });
      announce('regulation.published', group, { version, title, from: null });
      note({ details: { version } });
      return { version };
    },

    'regulation.takeOver': async ({ db, actor, now, announce, note }, { group, regulation }) => {
      const offer = await offerFor(db, group);
      if (!offer) throw regulationProblems('regulation.none');
      if (offer.id !== regulation) throw regulationProblems('regulation.superseded', { version: offer.version });
      const current = await currentOf(db, { group });
      if (current?.takenFrom === offer.id) return { version: current.version ?? 0 };
      const version = (current?.version ?? 0) + 1;
      await copyVersion(db, { id: randomUUIDv7(), group, version, source: offer.id, by: actor.account, at: now });
      await putInForce(db, { group, version, by: actor.account, at: now });
      announce('regulation.published', group, { version, title: offer.title, from: offer.unit });
      note({ details: { version, from: offer.version } });
      return { version };
    },

    'regulation.acceptance': async ({ db }, { group, show, query, after, limit }) => {
      const current = await currentOf(db, { group });
      const asked = readPeopleQuery(query);
      const remindedAt = current?.remindedAt?.getTime() ?? null;
      const version = current?.version ?? 0;
      // Numbers and what holds no letter find nobody here.
      if (query !== '' && asked.by !== 'words') return { version, total: 0, people: [], units: [], remindedAt };
      const words = asked.by === 'words' ? asked.words : [];
      const { people, total } = await acceptanceOf(db, { group, show, words, after, limit });
      return {
        version,
        total,
        people: people.map((it) => ({ ...it, at: it.at?.getTime() ?? null })),
        units: after === 0 ? await acceptanceByUnit(db, group) : [],
        remindedAt,
      };
    },

    'regulation.remind': async ({ db, now, announce, note }, { group }) => {
      const current = await currentOf(db, { group });
      if (!current) throw regulationProblems('regulation.none');
      const last = current.remindedAt?.getTime();
      if (last !== undefined && now.getTime() - last < REMIND_AGAIN_MS)
        throw regulationProblems('regulation.reminded', { at: last });
      const { members, accepted } = await progressOf(db, group);
      const waiting = members - accepted;
      if (waiting === 0) throw regulationProblems('regulation.all_accepted');
      await saveReminder(db, current.id, now);
      announce('regulation.reminded', group, { version: current.version, waiting });
      note({ details: { version: current.version, waiting } });
      return { waiting };
    },

    'regulation.defaults': async ({ db }) => {
      const defaults = await Promise.all(
        (await defaultsOf(db)).map(async ({ at, ...it }) => ({
          ...it,
          at: at.getTime(),
          path: (await unitPath(db, it.unit)).map((step) => step.name),
        })),
      );
      return { defaults: defaults.sort((a, b) => a.path.join('/').localeCompare(b.path.join('/'), 'vi')) };
    },

    'regulation.default': async ({ db }, { unit }) => {
      const path = (await unitPath(db, unit)).map((it) => it.name);
      if (path.length === 0) throw problem('not_found');
      const { current, draft } = await standingTexts(db, { unit });
      return {
        path,
        current: current ? shownText(current) : null,
        draft: draft ? shownDraft(draft) : null,
        groups: (await groupsUnder(db, unit)).length,
      };
    },

    'regulation.defaultTemplate': async ({ db }, { unit }) => {
      const { path, place } = await unitFacts(db, unit);
      if (path.length === 0) throw problem('not_found');
      const agency = await agencyFacts(db);
      return { document: template({ agency: agency.name, units: path, place: place ?? agency.place }) };
    },

    'regulation.saveDefault': async (context, { unit, revision, document }) => {
      await unitFor(context.db, unit);
      return keepDraft(context, { unit }, revision, written(document));
    },

    'regulation.uploadDefault': preparing(
      ({ file }) => look(file),
      async (context, { unit, ...upload }, looked) => {
        await unitFor(context.db, unit);
        return keepUpload(context, { unit }, upload, looked);
      },
    ),

    'regulation.discardDefault': async ({ db }, { unit, revision }) => {
      await unitFor(db, unit);
      return throwAway(db, { unit }, revision);
    },

    'regulation.publishDefault': async (context, { unit, revision }) => {
      const { db, announce, note } = context;
      const { name } = await unitFor(db, unit);
      const { version, title } = await publish(context, { unit }, revision);
      const groups = await groupsUnder(db, unit);
      for (const group of groups) announce('regulation.renewed', group, { unit: name, version, title });
      note({ details: { version, groups: groups.length } });
      return { version };
    },
  });
}

/** The unit, nobody else changing its default until the end of the transaction; or `not_found`. */
async function unitFor(tx: Database, unit: string): Promise<{ name: string }> {
  const row = await takeUnit(tx, unit);
  if (!row) throw problem('not_found');
  return row;
}

// ——— Drafts, of groups and of units alike

const written = (document: RegulationDocument): Written => ({ title: document.title, document, file: null });

/** The draft at the revision that was seen; undefined where none was and none is. */
async function draftSeen(tx: Database, owner: Owner, revision: number): Promise<RegulationRow | undefined> {
  const draft = await draftOf(tx, owner);
  if ((draft?.revision ?? 0) !== revision)
    throw regulationProblems('regulation.draft_changed', { revision: draft?.revision ?? 0 });
  return draft;
}

async function keepDraft(
  { db, actor, now }: Change,
  owner: Owner,
  revision: number,
  it: Written,
): Promise<{ revision: number }> {
  const draft = await draftSeen(db, owner, revision);
  if (!draft) {
    await insertDraft(db, { ...it, id: randomUUIDv7(), owner, by: actor.account, at: now });
    return { revision: 1 };
  }
  const former = await fileIdOf(db, draft.id);
  await saveDraft(db, { ...it, id: draft.id, by: actor.account, at: now });
  if (former !== null) await deleteFilesUnused(db, [former]);
  return { revision: draft.revision + 1 };
}

async function throwAway(tx: Database, owner: Owner, revision: number): Promise<Record<string, never>> {
  const draft = await draftSeen(tx, owner, revision);
  if (!draft) return {};
  const file = await fileIdOf(tx, draft.id);
  await deleteRegulation(tx, draft.id);
  if (file !== null) await deleteFilesUnused(tx, [file]);
  return {};
}

interface Looked {
  readonly bytes: Buffer;
  readonly look: Look | undefined;
}

async function look(base64: string): Promise<Looked> {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > FILE_MOST || !mayBeFit(bytes)) return { bytes, look: { unfit: 'kind' } };
  return { bytes, look: await lookAtFile(bytes) };
}

async function keepUpload(
  context: Change,
  owner: Owner,
  { revision, title, name }: { revision: number; title: string; name: string },
  { bytes, look: it }: Looked,
): Promise<{ revision: number }> {
  if (it === undefined) throw problem('busy', { wait: 5 });
  if ('unfit' in it) throw regulationProblems('regulation.file_unfit', { reason: it.unfit });
  const file = randomUUID();
  const sha256 = createHash('sha256').update(bytes).digest();
  await insertFile(context.db, { id: file, name, form: it.form, sha256, bytes });
  return keepDraft(context, owner, revision, { title, document: null, file });
}

/** The draft becomes the next version; a written one without a date is dated today. */
async function publish(
  { db, actor, now }: Change,
  owner: Owner,
  revision: number,
): Promise<{ version: number; title: string }> {
  const draft = await draftSeen(db, owner, revision);
  if (!draft) throw regulationProblems('regulation.no_draft');
  const missing = draft.document && missingIn(draft.document);
  if (missing) throw regulationProblems('regulation.incomplete', { missing });
  const version = ((await currentOf(db, owner))?.version ?? 0) + 1;
  const document = draft.document && { ...draft.document, date: draft.document.date || dayOf(now) };
  await publishDraft(db, { id: draft.id, version, document, by: actor.account, at: now });
  return { version, title: draft.title };
}

/** “2026-11-19”, in Việt Nam, where documents are dated. */
function dayOf(at: Date): string {
  return at.toLocaleDateString('sv-SE', { timeZone: 'Asia/Ho_Chi_Minh' });
}

// ——— As it goes out

function shownVersion(row: RegulationRow): Version {
  const { id, version, title, at, by, from, file } = row;
  return { id, version: version!, title, at: at.getTime(), by, from, file };
}

function shownText(row: RegulationRow): Text {
  return { ...shownVersion(row), document: row.document };
}

function shownDraft({ id, title, at, by, revision, document, file }: RegulationRow): Draft {
  return { id, title, at: at.getTime(), by, revision, document, file };
}

async function shownOffer(db: Database, group: string, current: RegulationRow | undefined) {
  const offer = await offerFor(db, group);
  if (!offer) return null;
  const { unitId, ...it } = offer;
  const from = current?.takenFrom ?? null;
  const older = from !== null && from !== offer.id && (await unitTakenFrom(db, from)) === unitId;
  return { ...it, taken: from === offer.id ? ('this' as const) : older ? ('older' as const) : ('no' as const) };
}

const TYPES: Readonly<Record<Form, string>> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};

/** One is made after the other: nobody is to keep all others waiting. */
const RATE = { name: 'regulations', burst: 10, perMinute: 20 };

/** Regulations as files, for those who may have them; asked each time. What was written here is made into a file, what was uploaded is handed out as it came. */
export function regulationRoutes(house: House): Route[] {
  const route = (form: Form): Route => ({
    path: `/regulations/:id/${form}`,
    who: 'account',
    rate: RATE,
    async get({ id }, actor) {
      if (!isId(id) || !actor) throw problem('not_found');
      const { account, administrator } = actor;
      const asked = () => handedOutTo(house.db, id, { account, administrator, now: house.now() });
      const row = await asked();
      if (!row || (row.form !== null && row.form !== form)) throw problem('not_found');
      if (row.bytes) return attachment(row.name ?? fileStem(row.title), form, row.bytes);
      const bytes = await fileOf(form, row.document!, row.at);
      if (!bytes) throw problem('busy', { wait: 5 });
      // It took a while: whoever was taken out meanwhile is not handed it.
      if (!(await asked())) throw problem('not_found');
      return attachment(`${fileStem(row.title)}${row.version ? `-ban-${row.version}` : ''}`, form, Buffer.from(bytes));
    },
  });
  return [route('pdf'), route('docx')];
}

/** So that no browser opens a stranger's file in the name of this house: it is saved, never shown. */
function attachment(name: string, form: Form, body: Buffer): Served {
  const named = name.toLowerCase().endsWith(`.${form}`) ? name : `${name}.${form}`;
  const plain = `${fileStem(named.slice(0, -form.length - 1)).replace(/^quy-che-(?=quy-che)/, '')}.${form}`;
  const encoded = encodeURIComponent(named).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    status: 200,
    headers: {
      'content-type': TYPES[form],
      'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'x-download-options': 'noopen',
    },
    body,
  };
}
