import { problem } from '../../protocol/problem.ts';
import type { Problem } from '../../protocol/problem.ts';
import type { Database } from '../../server/database.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House } from '../../server/house.ts';
import { openTally } from '../../server/tally.ts';
import type { SmallAct, Tallied } from '../../server/tally.ts';
import { messageSeenBy } from '../messages/access.ts';
import { emojiIn } from './emoji.ts';
import { reactionActions, reactionProblems } from './protocol.ts';
import { counted, EACH_MOST, fullFor, KINDS_MOST } from './rules.ts';
import type { Counts } from './rules.ts';
import { deleteReactions, insertReactions, reactablesOf, reactionsOf, saveCounts } from './store.ts';

interface Wish {
  readonly group: string;
  readonly message: string;
  readonly emoji: string;
  readonly on: boolean;
}

export function reactionHandlers(house: House): HandlersOf<typeof reactionActions> {
  const give = openTally<Wish>(house, 'reaction.give', giveTogether);

  return handlers(reactionActions, {
    'reaction.give': (context, wish) => {
      const emoji = emojiIn(wish.emoji);
      if (emoji === undefined) throw reactionProblems('reaction.unknown');
      return give(context, { ...wish, emoji });
    },

    'reaction.list': async ({ db, actor }, { group, message, emoji, after, limit }) => {
      if (!(await messageSeenBy(db, actor.account, group, message))) throw problem('not_found');
      const { rows, counts } = await reactionsOf(db, { group, message, emoji, after, limit: limit + 1 });
      return {
        counts: counts.map(([it, count]) => [it, count]),
        reactions: rows.slice(0, limit).map(({ account, name, position, unit, photo, emoji: given, at }) => ({
          person: { id: account, name, position, unit, photo },
          emoji: given,
          at: at.getTime(),
        })),
        more: rows.length > limit,
      };
    },
  });
}

/** Many wishes of many people, in their order: each is decided on what those before it have made of the message. */
async function giveTogether(tx: Database, acts: readonly SmallAct<Wish>[], at: Date): Promise<Tallied> {
  const keyOf = (account: string, message: string): string => `${account} ${message}`;
  const found = await reactablesOf(
    tx,
    acts.map(({ account, input: { group, message } }) => ({ account, group, message })),
  );
  const before = new Map(found.map((it) => [keyOf(it.account, it.message), it]));
  const counts = new Map<string, Counts>(found.map((it) => [it.message, it.counts]));
  const mine = new Map<string, readonly string[]>(found.map((it) => [keyOf(it.account, it.message), it.mine]));

  const refused = acts.map(({ account, input: { group, message, emoji, on } }): Problem | undefined => {
    const key = keyOf(account, message);
    const [all, own] = [counts.get(message), mine.get(key)];
    if (!all || !own || before.get(key)?.group !== group) return problem('not_found');
    if (own.includes(emoji) === on) return undefined;
    const full = on ? fullFor(all, own, emoji) : undefined;
    if (full === 'own') return reactionProblems('reaction.too_many', { most: EACH_MOST });
    if (full === 'kinds') return reactionProblems('reaction.kinds_full', { most: KINDS_MOST });
    mine.set(key, on ? [...own, emoji] : own.filter((it) => it !== emoji));
    counts.set(message, counted(all, emoji, on ? 1 : -1));
    return undefined;
  });

  // What was given and taken back within the batch was never there.
  const changed = found.filter((it) => {
    const now = mine.get(keyOf(it.account, it.message))!;
    return now.length !== it.mine.length || now.some((emoji) => !it.mine.includes(emoji));
  });
  const rows = changed.map((it) => ({ ...it, now: mine.get(keyOf(it.account, it.message))! }));
  const added = rows.flatMap(({ group, account, message, mine: was, now }) =>
    now.filter((it) => !was.includes(it)).map((emoji) => ({ group, account, message, emoji })),
  );
  const taken = rows.flatMap(({ group, account, message, mine: was, now }) =>
    was.filter((it) => !now.includes(it)).map((emoji) => ({ group, account, message, emoji })),
  );
  const groups = new Map(changed.map((it) => [it.message, it.group]));
  const told = new Map([...groups.keys()].map((message) => [message, counts.get(message)!]));
  await insertReactions(tx, added, at);
  await deleteReactions(tx, taken);
  await saveCounts(
    tx,
    [...told].map(([message, it]) => ({ group: groups.get(message)!, message, counts: it })),
  );

  return {
    refused,
    announcements: [
      ...[...told].map(([message, it]) => ({
        name: 'reaction.counted',
        stream: groups.get(message)!,
        by: null,
        body: { message, counts: it },
      })),
      ...rows.map(({ account, group, message, now }) => ({
        name: 'reaction.given',
        stream: account,
        by: account,
        body: { group, message, emoji: now },
      })),
    ],
  };
}
