import { handlers } from '../../../server/handler.ts';
import type { HandlersOf } from '../../../server/handler.ts';
import { hidingActions } from '../protocol/hiding.ts';
import { hideLines, showLines } from '../store/hiding.ts';

/** Deleting on one’s own side only. Messages that are not there for the actor are passed over: they see none of them already. */
export function hidingHandlers(): HandlersOf<typeof hidingActions> {
  return handlers(hidingActions, {
    'message.hide': async ({ actor: { account }, db, now, announce }, { group, messages }) => {
      const lines = await hideLines(db, { account, group, messages, at: now });
      if (lines.length > 0) announce('message.hidden', account, { group, messages: lines });
      return {};
    },
    'message.show': async ({ actor: { account }, db, announce }, { group, messages }) => {
      const lines = await showLines(db, { account, group, messages });
      if (lines.length > 0) announce('message.shown', account, { group, messages: lines });
      return {};
    },
  });
}
