import { problem } from '../../protocol/problem.ts';
import type { Database } from '../../server/database.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { Actor, House, Standing } from '../../server/house.ts';
import { openTally } from '../../server/tally.ts';
import { readPeopleQuery } from '../directory/rules.ts';
import { boardFilesAmong, dropBoardFiles, keepBoardFiles, takeFiles } from '../files/access.ts';
import type { File } from '../files/protocol.ts';
import { isOpen } from '../groups/access.ts';
import { roleIn } from '../members/access.ts';
import type { Cards } from '../messages/access.ts';
import { acceptedFor } from '../regulation/access.ts';
import { noteActions, noteProblems } from './protocol.ts';
import { canEditNote, canGovernNote, NOTE_VERSIONS_MOST } from './rules.ts';
import type { NoteActor } from './rules.ts';
import { acknowledgeTogether } from './server/acknowledging.ts';
import {
  deleteNote,
  insertNote,
  insertVersion,
  noteIn,
  noteReadersOf,
  notesAmong,
  notesOf,
  noteTallies,
  saveAsk,
  saveEditors,
  versionOf,
  versionsOf,
  wholeNote,
} from './store.ts';
import type { NoteStanding } from './store.ts';

interface Writing {
  readonly db: Database;
  readonly actor: Actor;
  readonly standing: Standing;
  readonly now: Date;
}

/** A note somebody wants to do something with, and how they stand to it. Not found where it is none of this group. */
async function noteFor(
  { db, actor, standing, now }: Writing,
  note: string,
): Promise<{ it: NoteStanding; mayEdit: boolean; mayGovern: boolean }> {
  const it = await noteIn(db, standing.group, note);
  if (!it) throw problem('not_found');
  const role = (await roleIn(db, standing.group, actor.account, now)) ?? 'reader';
  const state = (await isOpen(db, standing.group)) ? 'open' : 'archived';
  const self: NoteActor = { account: actor.account, role, state };
  const makerRole = (await roleIn(db, standing.group, it.maker, now)) ?? null;
  const made = { maker: { id: it.maker }, makerRole, editors: it.editors };
  return { it, mayEdit: canEditNote(self, made), mayGovern: canGovernNote(self, made) };
}

const idsOf = (files: readonly File[] | null): string => (files ?? []).map((it) => it.id).join();

/** What a note is to carry, in the order asked for: what it carried before, and what its writer has uploaded. */
async function carriedBy(
  { db, actor, standing }: Writing,
  note: string | undefined,
  ids: readonly string[],
): Promise<{ files: File[]; fresh: string[] }> {
  if (ids.length === 0) return { files: [], fresh: [] };
  const wanted = [...new Set(ids)];
  const known = new Map((note ? await boardFilesAmong(db, note, wanted) : []).map((it) => [it.id, it]));
  const fresh = wanted.filter((id) => !known.has(id));
  if (fresh.length > 0) {
    for (const file of await takeFiles(db, actor.account, fresh)) known.set(file.id, file);
    if (!standing.can('file.send')) throw problem('forbidden', { right: 'file.send' });
  }
  return { files: wanted.map((id) => known.get(id)!), fresh };
}

export function noteHandlers(house: House, cards: Cards): HandlersOf<typeof noteActions> {
  return handlers(noteActions, {
    'note.create': async (context, { group, title, text, files: ids, editors, ask }) => {
      const { actor, db, standing, now, id, announce, note } = context;
      if (standing.accepted === false) await acceptedFor(db, standing, actor.account);
      if (ask && !standing.can('message.askReading')) throw problem('forbidden', { right: 'message.askReading' });
      const { files, fresh } = await carriedBy(context, undefined, ids);
      await insertNote(db, { id, group, maker: actor.account, at: now, editors });
      await insertVersion(db, { note: id, version: 1, title, text, files, by: actor.account, at: now });
      if (ask) await saveAsk(db, id, { version: 1, by: actor.account, at: now });
      await keepBoardFiles(db, { thing: id, group, files: fresh });
      await cards.send(context, { id, group, sender: actor.account, text: title, card: { kind: 'note', id } });
      announce('note.changed', group, { id, version: 1 });
      note({ object: id });
      return { note: id, version: 1 };
    },

    'note.edit': async (context, { group, note, version, title, text, files: ids, editors, ask }) => {
      const { actor, db, standing, now, announce } = context;
      if (standing.accepted === false) await acceptedFor(db, standing, actor.account);
      const { it, mayEdit, mayGovern } = await noteFor(context, note);
      if (!mayEdit && !mayGovern) throw problem('forbidden', { right: 'note.edit' });
      const rules = editors !== undefined && editors !== it.editors;
      if (rules && !mayGovern) throw problem('forbidden', { right: 'note.govern' });
      const asks = ask === true || (ask === false && it.askVersion !== null);
      const mayAsk = standing.can('message.askReading') || (ask === false && (mayGovern || it.askBy === actor.account));
      if (asks && !mayAsk) throw problem('forbidden', { right: 'message.askReading' });

      const same = title === it.title && text === it.text && ids.join() === idsOf(it.files);
      if (!same) {
        if (!mayEdit) throw problem('forbidden', { right: 'note.edit' });
        if (version !== it.version) throw noteProblems('note.changed_meanwhile', { version: it.version });
        if (it.version >= NOTE_VERSIONS_MOST)
          throw noteProblems('note.too_many_versions', { most: NOTE_VERSIONS_MOST });
        const { files, fresh } = await carriedBy(context, note, ids);
        await insertVersion(db, { note, version: it.version + 1, title, text, files, by: actor.account, at: now });
        await keepBoardFiles(db, { thing: note, group, files: fresh });
      }
      const stands = same ? it.version : it.version + 1;
      if (rules) await saveEditors(db, note, editors);
      const askChanges = asks && (!ask || it.askVersion !== stands);
      if (askChanges) await saveAsk(db, note, ask ? { version: stands, by: actor.account, at: now } : null);
      if (title !== it.title) await cards.retitle(context, [note], title);
      if (!same || rules || askChanges) announce('note.changed', group, { id: note, version: stands });
      return { version: stands };
    },

    'note.restore': async (context, { group, note, version, from }) => {
      const { actor, db, standing, now, announce } = context;
      if (standing.accepted === false) await acceptedFor(db, standing, actor.account);
      const { it, mayEdit } = await noteFor(context, note);
      if (!mayEdit) throw problem('forbidden', { right: 'note.edit' });
      const old = await versionOf(db, group, note, from);
      if (!old) throw problem('not_found');
      if (version !== it.version) throw noteProblems('note.changed_meanwhile', { version: it.version });
      const { title, text, files } = old;
      if (title === it.title && text === it.text && idsOf(files) === idsOf(it.files)) return { version };
      if (version >= NOTE_VERSIONS_MOST) throw noteProblems('note.too_many_versions', { most: NOTE_VERSIONS_MOST });
      const next = { note, version: version + 1, title, text, files, by: actor.account, at: now, restored: from };
      await insertVersion(db, next);
      if (title !== it.title) await cards.retitle(context, [note], title);
      announce('note.changed', group, { id: note, version: version + 1 });
      return { version: version + 1 };
    },

    'note.remove': async (context, { group, note }) => {
      const { actor, db, announce, note: keep } = context;
      const { it, mayGovern } = await noteFor(context, note);
      if (!mayGovern) throw problem('forbidden', { right: 'note.remove' });
      await cards.recall(context, [note]);
      await dropBoardFiles(db, note);
      await deleteNote(db, note);
      announce('note.removed', group, { id: note });
      keep(it.maker === actor.account ? {} : { people: [it.maker] });
      return {};
    },

    'note.get': async ({ actor, db, now }, { group, note: id }) => {
      const note = await wholeNote(db, { account: actor.account, group, now }, id);
      if (!note) throw problem('not_found');
      return { note };
    },

    'note.list': async ({ actor, db, now }, { group, before, limit }) => {
      const { notes, total } = await notesOf(db, { account: actor.account, group, now }, { before, limit });
      return { notes: notes.slice(0, limit), total, more: notes.length > limit };
    },

    'note.read': async ({ actor, db, now }, { group, ids }) => ({
      notes: await notesAmong(db, { account: actor.account, group, now }, ids),
    }),

    'note.versions': async ({ db }, { group, note, before, limit }) => {
      if (!(await noteIn(db, group, note))) throw problem('not_found');
      const found = await versionsOf(db, note, { before, limit });
      return { versions: found.slice(0, limit), more: found.length > limit };
    },

    'note.version': async ({ db }, { group, note, version }) => {
      const found = await versionOf(db, group, note, version);
      if (!found) throw problem('not_found');
      return found;
    },

    'note.acknowledge': openTally(house, 'note.acknowledge', acknowledgeTogether),

    'note.readers': async ({ actor, db, standing }, { group, note, show, by, query, after, limit }) => {
      const it = await noteIn(db, group, note);
      if (!it) throw problem('not_found');
      const own = it.maker === actor.account || it.askBy === actor.account;
      if (!own && !standing.can('message.readers')) throw problem('forbidden', { right: 'message.readers' });
      const { askVersion, askBy } = it;
      if (askVersion === null || askBy === null) throw noteProblems('note.not_asked');
      const asked = readPeopleQuery(query);
      const words = asked.by === 'words' ? asked.words : [];
      const wish = { group, note, askVersion, askBy, show, by, words, after, limit };
      // Numbers and what holds no letter find nobody here.
      const nobody = query !== '' && asked.by !== 'words';
      const [page, tallies] = await Promise.all([
        nobody ? { people: [], total: 0 } : noteReadersOf(db, wish),
        after === 0 ? noteTallies(db, wish) : [],
      ]);
      return { ...page, tallies };
    },
  });
}
