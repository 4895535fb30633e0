import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House } from '../../server/house.ts';
import { factsOf, rightsOf } from '../groups/rights.ts';
import { withMore } from '../messages/access.ts';
import type { Message } from '../messages/protocol.ts';
import { chatActions } from './protocol.ts';
import { mutedTime, peaceHandlers } from './server/peace.ts';
import { chatsOf, headOf, savePin } from './store.ts';
import type { ChatRow } from './store.ts';

function lineOf({ more, ...line }: NonNullable<ChatRow['last']>): Message {
  return withMore<Message>(line, more ?? null);
}

export function chatHandlers(house: House): HandlersOf<typeof chatActions> {
  return handlers(chatActions, {
    'chat.list': async ({ actor, db }, { groups }) => {
      // The head is read first: an event between the two statements is then applied to a picture that has it already.
      const at = await headOf(db, actor.account);
      const rows = await chatsOf(db, actor.account, groups);
      return {
        at,
        chats: rows.map((row) => {
          const facts = factsOf(row);
          return {
            ...row,
            last: row.last && lineOf(row.last),
            settings: facts.settings,
            roleUntil: facts.roleUntil ?? null,
            dissolvesAt: row.dissolvesAt?.getTime() ?? null,
            wroteAt: row.wroteAt?.getTime() ?? null,
            pinnedAt: row.pinnedAt?.getTime() ?? null,
            mutedUntil: mutedTime(row.mutedUntil),
            rights: rightsOf(facts),
          };
        }),
      };
    },

    'chat.pin': async ({ actor, db, id, now, announce }, { group, on }) => {
      const at = on ? now : null;
      await savePin(db, group, actor.account, at);
      announce('chat.pinned', actor.account, { group, at: at?.getTime() ?? null, act: id });
      return {};
    },

    ...peaceHandlers(),

    'chat.type': async ({ actor }, { group }) => {
      house.bus.publish(`signal.${group}`, { signal: 'chat.typing', in: group, by: actor.account, with: {} });
      return {};
    },
  });
}
