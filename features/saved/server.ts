import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import { withMore } from '../messages/access.ts';
import type { Message, Person } from '../messages/protocol.ts';
import { savedActions, savedProblems } from './protocol.ts';
import type { Saved } from './protocol.ts';
import { SAVED_MOST } from './rules.ts';
import { countSaved, savedOf, saveMessages, unsaveMessages } from './store.ts';
import type { SavedRow } from './store.ts';

export function savedHandlers(): HandlersOf<typeof savedActions> {
  return handlers(savedActions, {
    'message.save': async ({ actor: { account }, db, now, announce }, { group, messages }) => {
      const had = await countSaved(db, account);
      const saved = await saveMessages(db, { account, group, messages }, now);
      if (had + saved.length > SAVED_MOST) throw savedProblems('saved.too_many', { most: SAVED_MOST });
      if (saved.length > 0) announce('message.saved', account, { group, messages: saved });
      return {};
    },
    // What is not marked any more is not, whether it was or not.
    'message.unsave': async ({ actor: { account }, db, announce }, { group, messages }) => {
      const unsaved = await unsaveMessages(db, { account, group, messages });
      if (unsaved.length > 0) announce('message.unsaved', account, { group, messages: unsaved });
      return {};
    },
    'saved.list': async ({ actor: { account }, db }, { before, limit }) => {
      const rows = await savedOf(db, { account, before, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const people = new Map<string, Person>();
      for (const { person } of page) if (person) people.set(person.id, person);
      return { list: page.map(shown), people: [...people.values()], more: rows.length > limit };
    },
  });
}

function shown({ savedAt, group, person: _person, more, at, ...row }: SavedRow): Saved {
  const plain: Message = { ...row, kind: 'text', at: at.getTime(), notice: null, saved: true };
  return { message: withMore(plain, more), group, savedAt: savedAt.getTime() };
}
