import type { InputOf } from '../../protocol/action.ts';
import { problem } from '../../protocol/problem.ts';
import { handlers } from '../../server/handler.ts';
import type { ChangeContext, HandlersOf } from '../../server/handler.ts';
import type { Actor, Standing } from '../../server/house.ts';
import { holdFiles } from '../files/access.ts';
import type { messageActions } from '../messages/protocol.ts';
import { scheduledActions, scheduledProblems } from './protocol.ts';
import { isFitTime, PREVIEW_MOST, SCHEDULED_MOST } from './rules.ts';
import type { Sender } from './server/sender.ts';
import {
  countScheduled,
  deleteScheduled,
  insertScheduled,
  saveScheduled,
  scheduledFor,
  scheduledOf,
  takeScheduled,
} from './store.ts';
import type { DueRow, StoredContent } from './store.ts';

type Writing = Parameters<Check>[0];

/** Fails where a message could not be sent so by this person now. */
export type Check = (
  writer: Pick<ChangeContext, 'house' | 'db' | 'now'> & { readonly actor: Actor; readonly standing: Standing },
  message: InputOf<(typeof messageActions)['message.send']>,
) => Promise<unknown>;

export function scheduledHandlers(sender: Sender, check: Check): HandlersOf<typeof scheduledActions> {
  /** Looks at a message as if it were sent now, so that what could never be sent is said at once. */
  async function checked(
    { house, db, actor, standing, now }: Writing,
    group: string,
    content: StoredContent,
    at: Date,
  ): Promise<StoredContent> {
    const { text } = content;
    if (text.trim() !== '' && Object.keys(content).length === 1) return content;
    const { files, mentions, ...rest } = content;
    const lists = { ...(files ? { files: [...files] } : {}), ...(mentions ? { mentions: [...mentions] } : {}) };
    await check({ house, db, actor, standing, now }, { ...rest, ...lists, group });
    if (content.files) await holdFiles(db, actor.account, content.files, at);
    return content;
  }

  /** One that waits; it is gone where it was sent meanwhile. */
  async function waitingFor({ db, actor }: Pick<Writing, 'db' | 'actor'>, id: string): Promise<DueRow> {
    const it = await takeScheduled(db, actor.account, id);
    if (!it || it.sent) throw problem('not_found');
    if (it.sending) throw problem('busy', { wait: 1 });
    return it;
  }

  return handlers(scheduledActions, {
    'scheduled.add': async (context, { group, at, ...content }) => {
      const { actor, db, id, now, announce } = context;
      if (!isFitTime(at, now.getTime())) throw scheduledProblems('scheduled.unfit_time');
      if ((await countScheduled(db, actor.account)) >= SCHEDULED_MOST)
        throw scheduledProblems('scheduled.too_many', { most: SCHEDULED_MOST });
      const then = new Date(at);
      const fit = await checked(context, group, content, then);
      await insertScheduled(db, { id, account: actor.account, group, content: fit, at: then });
      announce('scheduled.changed', actor.account, { scheduled: id, group, what: 'added' });
      sender.expect(at);
      return {};
    },

    'scheduled.change': async (context, { group, scheduled, content, at }) => {
      const { actor, db, now, announce } = context;
      const it = await waitingFor(context, scheduled);
      if (it.group !== group) throw problem('not_found');
      const then = at === undefined ? it.at : new Date(at);
      if (!isFitTime(then.getTime(), now.getTime())) throw scheduledProblems('scheduled.unfit_time');
      const fit = await checked(context, group, content ?? it.content, then);
      await saveScheduled(db, scheduled, { content: fit, at: then });
      announce('scheduled.changed', actor.account, { scheduled, group, what: 'changed' });
      sender.expect(then.getTime());
      return {};
    },

    'scheduled.send': async (context, { scheduled }) => {
      const { actor, db, now, announce, afterCommit } = context;
      const { group, content } = await waitingFor(context, scheduled);
      await saveScheduled(db, scheduled, { content, at: now });
      announce('scheduled.changed', actor.account, { scheduled, group, what: 'changed' });
      // Without waiting: were the program to end here, the next one would send it.
      afterCommit(() => sender.wake());
      return {};
    },

    'scheduled.cancel': async (context, { scheduled }) => {
      const { actor, db, announce } = context;
      const { group } = await waitingFor(context, scheduled);
      await deleteScheduled(db, [scheduled]);
      announce('scheduled.changed', actor.account, { scheduled, group, what: 'cancelled' });
      return {};
    },

    'scheduled.list': async ({ actor, db }) => {
      const rows = await scheduledOf(db, actor.account, PREVIEW_MOST, SCHEDULED_MOST * 2);
      return {
        scheduled: rows.map(({ urgency, refused, at, ...it }) => ({
          ...it,
          at: at.getTime(),
          ...(urgency ? { urgency } : {}),
          ...(refused ? { refused } : {}),
        })),
      };
    },

    'scheduled.get': async ({ actor, db }, { scheduled }) => {
      const it = await scheduledFor(db, actor.account, scheduled);
      if (!it) throw problem('not_found');
      const { files: _ids, mentions, ...content } = it.content;
      return {
        id: it.id,
        group: it.group,
        at: it.at.getTime(),
        ...content,
        ...(mentions ? { mentions: [...mentions] } : {}),
        ...(it.files ? { files: it.files } : {}),
      };
    },
  });
}
