import type { z } from 'zod';

import { problem } from '../../../protocol/problem.ts';
import { isCarriedElsewhere, takeFiles } from '../../files/access.ts';
import { mayIn } from '../../groups/access.ts';
import type { Right } from '../../groups/rights.ts';
import { mentionsFor } from '../../mentions/access.ts';
import type { Writer } from '../../mentions/access.ts';
import { messageProblems } from '../protocol.ts';
import type { messageActions } from '../protocol.ts';
import { markOf } from '../rules.ts';
import { messageSeenBy } from '../store/content.ts';
import type { Carried, Form } from '../store/content.ts';

export type Wish = z.output<(typeof messageActions)['message.send']['input']>;

export type Sender = Writer;

export interface Formed {
  readonly text: string;
  readonly form?: Form;
  /** Where it is forwarded from. */
  readonly source?: Carried;
}

const URGENT: readonly Right[] = ['message.urgent', 'message.pressing', 'message.express'];

/** Nothing but words: most messages, which need no look at anything. */
export function isPlain(wish: Wish): boolean {
  return !wish.reply && !wish.files && !wish.mentions && !wish.urgency && !wish.ask && !wish.forward;
}

/**
 * What a message is to be beyond its text. Fails with `forbidden` where one of its parts needs a right the actor does not have,
 * `message.gone` where what it answers or forwards is not there for them, `message.empty` where nothing is left to send.
 */
export async function formOf(sender: Sender, wish: Wish): Promise<Formed> {
  const { db, standing, now } = sender;
  const { account } = sender.actor;
  const needs = (right: Right): void => {
    if (!standing.can(right)) throw problem('forbidden', { right });
  };
  if (wish.urgency) needs(URGENT[wish.urgency - 1]!);
  if (wish.ask) needs('message.askReading');

  let text = wish.text;
  let source: Carried | undefined;
  const form: { -readonly [K in keyof Form]: Form[K] } = {};
  if (wish.forward) {
    const { group, message } = wish.forward;
    const found = await messageSeenBy(db, account, group, message);
    if (!found || text !== '' || wish.files) throw messageProblems('message.gone');
    if (found.form?.card) throw messageProblems('message.card');
    const mark = markOf(found.form);
    if (mark) throw messageProblems('message.kept_here', { handling: mark });
    if (group !== wish.group && !(await mayIn(db, { group, account, right: 'message.forward', now })))
      throw problem('forbidden', { right: 'message.forward', group });
    source = { message, group, rightsVersion: found.rightsVersion };
    text = found.text;
    // Passed on again it still comes from where it was written first. A conversation of two has no name of its own.
    const from = found.kind === 'pair' ? '' : found.group;
    form.origin = found.form?.origin ?? message;
    form.forwarded = found.form?.forwarded ?? { by: found.name, group: from, at: found.at.getTime() };
    if (found.form?.files) form.files = found.form.files;
  }
  if (wish.reply) {
    if (!(await messageSeenBy(db, account, wish.group, wish.reply))) throw messageProblems('message.gone');
    form.reply = wish.reply;
  }
  if (wish.files) {
    form.files = await takeFiles(db, account, wish.files);
    const marked = form.files.filter((it) => it.handling);
    // Sent once it stays there: the same file in another chat would be a forward by another name.
    if (marked.length > 0 && (await isCarriedElsewhere(db, wish.group, marked)))
      throw messageProblems('message.kept_here', { handling: marked[0]!.handling });
  }
  if (form.files) needs('file.send');
  if (wish.mentions) {
    const named = await mentionsFor(sender, text, wish.mentions);
    if (named.length > 0) form.mentions = named;
  }
  if (wish.ask) form.ask = true;
  if (text === '' && !form.files) throw messageProblems('message.empty');
  return { text, form, ...(source ? { source } : {}) };
}
