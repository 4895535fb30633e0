import { FOREVER } from '../rules.ts';
import { handlers } from '../../../server/handler.ts';
import type { HandlersOf } from '../../../server/handler.ts';
import { chatActions } from '../protocol.ts';
import { saveArchive, saveMark, saveMute, saveNotify } from '../store/peace.ts';
import type { MutedUntil } from '../store/peace.ts';

const { 'chat.mute': mute, 'chat.follow': follow, 'chat.archive': archive, 'chat.mark': mark } = chatActions;
const peaceActions = { 'chat.mute': mute, 'chat.follow': follow, 'chat.archive': archive, 'chat.mark': mark };

/** As the wire tells it: milliseconds, the last there are for a chat that is muted until it is turned on. */
export function mutedTime(until: MutedUntil): number | null {
  if (until === null) return null;
  return until instanceof Date ? until.getTime() : FOREVER;
}

/** What makes a person's list quiet and orderly. All of it is told to their own devices only. */
export function peaceHandlers(): HandlersOf<typeof peaceActions> {
  return handlers(peaceActions, {
    'chat.mute': async ({ actor, db, id, now, announce }, { group, until }) => {
      const wanted = until === null || until <= now.getTime() ? null : until;
      const stored = wanted === FOREVER ? 'infinity' : wanted === null ? null : new Date(wanted);
      const { cameBack } = await saveMute(db, { group, account: actor.account, until: stored, now });
      // So that muting does not put away again what a message had brought back.
      if (cameBack) announce('chat.archived', actor.account, { group, upTo: null });
      announce('chat.muted', actor.account, { group, until: wanted, act: id });
      return {};
    },

    'chat.follow': async ({ actor, db, id, announce }, { group, notify }) => {
      await saveNotify(db, group, actor.account, notify);
      announce('chat.followed', actor.account, { group, notify, act: id });
      return {};
    },

    'chat.archive': async ({ actor, db, id, now, announce }, { group, upTo }) => {
      const saved = await saveArchive(db, { group, account: actor.account, upTo, now });
      if (saved.unpinned) announce('chat.pinned', actor.account, { group, at: null });
      announce('chat.archived', actor.account, { group, upTo: saved.upTo, act: id });
      return {};
    },

    'chat.mark': async ({ actor, db, id, now, announce }, { group, unread }) => {
      await saveMark(db, group, actor.account, unread ? now : null);
      announce('chat.marked', actor.account, { group, unread, act: id });
      return {};
    },
  });
}
