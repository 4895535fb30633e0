import { hash } from 'node:crypto';

import type { EventFrame } from '../../../protocol/frame.ts';
import type { Database } from '../../../server/database.ts';
import type { ChangeContext } from '../../../server/handler.ts';
import type { Actor, Standing } from '../../../server/house.ts';
import { rightsVersionOf, takeStreams } from '../../../server/stream.ts';
import { dropFiles, dropLinks } from '../../files/access.ts';
import { unpinGone } from '../../pins/access.ts';
import type { Card, Mention } from '../protocol.ts';
import { insertMessages } from '../store.ts';
import type { Sent } from '../store.ts';
import type { Form } from '../store/content.ts';
import { cardsAmong, contentsOf, saveRecall, saveTitle } from '../store/changing.ts';

/** A message that stands for a thing of the board. */
export interface CardWish {
  /** Of the message: that of the thing where it is its first. */
  readonly id: string;
  readonly group: string;
  /** In whose name it stands there. */
  readonly sender: string;
  /** The title of the thing: what lists, search, quotes and notifications show. */
  readonly text: string;
  readonly card: Card;
  readonly urgency?: number;
  /** Whom it calls by name. */
  readonly mentions?: readonly Mention[];
  readonly at: Date;
}

export interface Posted {
  /** For the stream, once it is committed. */
  readonly frame: EventFrame;
  readonly sent: Sent;
}

/** What a card needs of an act on a group. */
export type CardContext = Pick<ChangeContext, 'db' | 'now' | 'announce' | 'tell' | 'afterCommit'> & {
  readonly actor: Actor;
  readonly standing: Standing;
};

/** How notes, reminders and polls come to stand in the conversation. */
export interface Cards {
  /** Within an act on a group: written with it, told with it. */
  send(context: CardContext, wish: Omit<CardWish, 'at'>): Promise<Posted>;
  /**
   * Within any transaction that holds the group’s stream. Who calls it publishes the frame and calls `told` after the commit.
   * Undefined where the id was posted before.
   */
  post(tx: Database, wish: CardWish): Promise<Posted | undefined>;
  /** The same for many at once; those posted before are left out. */
  postAll(tx: Database, wishes: readonly CardWish[]): Promise<Posted[]>;
  told(list: readonly Posted[]): void;
  /** Their thing is called otherwise now. No edit of the messages: versions are the thing’s own affair. */
  retitle(context: CardContext, messages: readonly string[], text: string): Promise<void>;
  /** Takes the messages of a thing that is removed out of the conversation, with everything they said; its first one first. */
  recall(context: CardContext, messages: readonly [string, ...string[]]): Promise<void>;
}

export function openCards({ onSent }: { onSent(list: readonly Sent[]): void }): Cards {
  /** `versions`: of the rights of their groups. */
  async function postThem(
    tx: Database,
    wishes: readonly CardWish[],
    versions: ReadonlyMap<string, number>,
  ): Promise<Posted[]> {
    const list = wishes.flatMap((wish) => {
      const { id, group, sender, text, card, urgency = 0, mentions = [], at } = wish;
      const rightsVersion = versions.get(group);
      if (rightsVersion === undefined) return [];
      const form: Form = { card, ...(mentions.length > 0 ? { mentions: [...mentions] } : {}) };
      // Nobody sends it again under this id: that is what the act’s own record is for.
      const digest = hash('sha256', `card\n${id}`, 'buffer').subarray(0, 16);
      return [{ id, group, sender, text, digest, at, rightsVersion, form, urgency, mentions }];
    });
    const written = new Map((await insertMessages(tx, list)).map((row) => [row.id, row]));
    return list.flatMap(({ id, group, sender, text, form, urgency, mentions }) => {
      const row = written.get(id);
      if (!row) return [];
      const body = { id, ordinal: row.ordinal, text, ...(urgency ? { urgency } : {}), ...form };
      return [
        {
          frame: { on: 'message.sent', in: group, n: row.seq, at: row.at.getTime(), by: sender, with: body },
          sent: { ...row, group, sender, urgency, mentions },
        },
      ];
    });
  }

  async function post(tx: Database, wish: CardWish, rightsVersion: number): Promise<Posted | undefined> {
    return (await postThem(tx, [wish], new Map([[wish.group, rightsVersion]])))[0];
  }

  const told = (list: readonly Posted[]): void => {
    if (list.length > 0) onSent(list.map((it) => it.sent));
  };

  return {
    async send(context, wish) {
      const { db, standing, now, tell, afterCommit } = context;
      const posted = await post(db, { ...wish, at: now }, standing.rightsVersion);
      if (!posted) throw new Error(`a card has the id ${wish.id} of another message`);
      tell(posted.frame);
      afterCommit(() => told([posted]));
      return posted;
    },

    async post(tx, wish) {
      const rightsVersion = await rightsVersionOf(tx, wish.group);
      return rightsVersion === undefined ? undefined : post(tx, wish, rightsVersion);
    },

    async postAll(tx, wishes) {
      if (wishes.length === 0) return [];
      const streams = await takeStreams(tx, [...new Set(wishes.map((it) => it.group))]);
      return postThem(tx, wishes, new Map([...streams].map(([id, it]) => [id, it.rightsVersion])));
    },

    told,

    async retitle({ db, standing, announce }, messages, text) {
      const list = await cardsAmong(db, standing.group, messages);
      await saveTitle(db, standing.group, list, text);
      for (const it of await contentsOf(db, standing.group, list))
        announce('message.edited', standing.group, it, { message: it.id });
    },

    async recall(context, messages) {
      const { db, actor, standing, now, announce } = context;
      const list = await cardsAmong(db, standing.group, messages);
      await dropFiles(db, list);
      await dropLinks(db, list);
      // Pinned is the thing, which has the id of its first card.
      await unpinGone(context, standing.group, messages[0]);
      await saveRecall(db, standing.group, list, actor.account, now);
      for (const id of list) announce('message.recalled', standing.group, { id });
    },
  };
}
