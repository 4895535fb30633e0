import { hash } from 'node:crypto';

import { publish, stableJson } from '../../server/perform.ts';
import { Batch } from '../../server/batch.ts';
import { isUniqueViolation } from '../../server/database.ts';
import { byPartition } from '../../server/prune.ts';
import type { Database } from '../../server/database.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House, Job, StreamReader } from '../../server/house.ts';
import { CATCH_UP_STREAM, CATCH_UP_TOTAL } from '../../server/stream.ts';
import { Problem, problem } from '../../protocol/problem.ts';
import { holdReady, keepFiles, keepLinks } from '../files/access.ts';
import { linksIn } from '../files/rules/links.ts';
import { acceptedFor } from '../regulation/access.ts';
import { messageActions, messageProblems } from './protocol.ts';
import type { Content, Quote } from './protocol.ts';
import { formOf, isPlain } from './server/form.ts';
import type { Formed } from './server/form.ts';
import {
  eventsAfter,
  headsOf,
  insertMessages,
  pageOf,
  peopleOf,
  positionsOf,
  pruneEvents,
  resumeAt,
  sentBefore,
  waitsOf,
} from './store.ts';
import type { Numbered, Sending, Sent, SentBefore } from './store.ts';
import { quotesOf } from './store/content.ts';
import type { Form } from './store/content.ts';

/** Messages of one transaction, and waiting for one. */
const TOGETHER = 500;
const WAITING = 20_000;
/** Nodes that write the same id at the same moment: one wins, the other looks again. */
const TRIES = 5;

/** Events are kept this long; who was away for longer fetches a snapshot. */
export const EVENTS_KEPT_DAYS = 30;

/** Most texts are told apart from those with addresses by this alone. */
const mayHoldLinks = (text: string): boolean => text.includes('://');

type Outcome = Numbered | 'rights_changed' | 'reused' | { readonly wait: number };

export function messageHandlers(
  house: House,
  { onSent = () => {} }: MessageListeners = {},
): HandlersOf<typeof messageActions> {
  const sends = new Batch<Sending, Outcome>((list) => sendTogether(house, onSent, list), {
    most: TOGETHER,
    limit: WAITING,
  });

  return handlers(messageActions, {
    'message.send': async ({ actor, db, standing, id, now, handling }, wish) => {
      if (standing.accepted === false) await acceptedFor(house.db, standing, actor.account);
      const { group } = wish;
      const plain = isPlain(wish);
      if (plain && wish.text === '') throw messageProblems('message.empty');
      const digest = hash('sha256', `${group}\n${plain ? wish.text : stableJson(wish)}`, 'buffer').subarray(0, 16);
      const asked = { id, group, sender: actor.account, digest };
      let formed: Formed = { text: wish.text };
      try {
        if (!plain) formed = await formOf({ house, db, standing, actor, now }, wish);
      } catch (error) {
        // Sent before, and the answer lost: what it answers or carries may be gone since, and it is there all the same.
        const [before] = error instanceof Problem ? await sentBefore(db, [id]) : [];
        if (!before || !isSame(before, asked)) throw error;
        return { id, seq: before.seq, ordinal: before.ordinal, at: before.at.getTime() };
      }
      const { text, source } = formed;
      const form: Form | undefined = handling ? { ...formed.form, handling } : formed.form;
      const waiting = sends.add({
        ...asked,
        text,
        at: now,
        rightsVersion: standing.rightsVersion,
        pace: standing.pace?.() ?? 0,
        ...(form && Object.keys(form).length > 0 ? { form } : {}),
        ...(wish.urgency ? { urgency: wish.urgency } : {}),
        ...(source ? { source } : {}),
      });
      if (!waiting) throw problem('busy', { wait: 2 });
      const outcome = await waiting;
      if (outcome === 'rights_changed') return outcome;
      if (outcome === 'reused') throw problem('action.id_reused');
      if ('wait' in outcome) throw messageProblems('message.slow', { wait: outcome.wait });
      return { id, seq: outcome.seq, ordinal: outcome.ordinal, at: outcome.at.getTime() };
    },

    'message.page': async ({ actor, db }, { group, before, after, around, limit }) => {
      const page = await pageOf(db, { group, account: actor.account, before, after, around, limit });
      if (!page) throw problem('not_found');
      const accounts = new Set(
        page.messages.flatMap((it) => [it.by, it.quote?.by, it.recalled?.by].filter((one) => one != null)),
      );
      return {
        messages: page.messages,
        people: await peopleOf(db, [...accounts]),
        first: !page.older,
        last: !page.newer,
        at: page.at,
      };
    },
  });
}

const filesOf = ({ form }: Sending): readonly string[] => form?.files?.map((it) => it.id) ?? [];

/** One statement; where some carry files or links, which are to be found by themselves too, one transaction. */
async function insertTogether(db: Database, firsts: ReadonlyMap<string, Sending>): Promise<Numbered[]> {
  const list = [...firsts.values()];
  if (!list.some((it) => it.form?.files || mayHoldLinks(it.text))) return insertMessages(db, list);
  return db.transaction().execute(async (tx) => {
    // What its sender gives up at the same moment is not sent. Of what is forwarded the source is proved, which carries it.
    const own = list.filter((it) => it.form?.files && !it.source);
    const held = own.length > 0 ? await holdReady(tx, [...new Set(own.flatMap(filesOf))]) : undefined;
    const there = held ? list.filter((it) => it.source || filesOf(it).every((file) => held.has(file))) : list;
    const rows = await insertMessages(tx, there);
    const carried = rows.map((row) => {
      const { group, sender, text, form } = firsts.get(row.id)!;
      const at = { group, seq: row.seq, message: row.id, sender, at: row.at };
      return { ...at, files: form?.files ?? [], links: mayHoldLinks(text) ? linksIn(text) : [] };
    });
    await keepFiles(tx, carried);
    await keepLinks(tx, carried);
    return rows;
  });
}

/** Whether this is what was sent under the id before. */
function isSame(first: SentBefore, it: Pick<Sending, 'group' | 'sender' | 'digest'>): boolean {
  // Of a recalled message nothing is left to compare: sent again it is what it was.
  const alike = first.recalled || first.digest?.equals(it.digest) === true;
  return first.group === it.group && first.sender === it.sender && alike;
}

/** What the others are told of a message, the same that the log tells later. */
function bodyOf(row: Numbered, { text, form, urgency }: Sending, quote: Quote | undefined): Content {
  const plain = { id: row.id, ordinal: row.ordinal, text };
  if (!form && !urgency) return plain;
  const { reply: _reply, origin: _origin, ...rest } = form ?? {};
  return { ...plain, ...(urgency ? { urgency } : {}), ...(quote ? { quote } : {}), ...rest };
}

export interface MessageListeners {
  /** Must return at once and bear being left out: the program may end between the commit and this. */
  onSent?(list: readonly Sent[]): void;
}

/** One commit for all of them; what it did not write was sent before, or was decided under rights that have changed. */
async function sendTogether(
  house: House,
  onSent: (list: readonly Sent[]) => void,
  list: readonly Sending[],
): Promise<Outcome[]> {
  // The same id twice in one batch (two sockets, a retry): written once, the second is answered like a later one.
  const firsts = new Map<string, Sending>();
  // In slow mode one of a sender's at a time: the next waits for the first whatever becomes of it.
  const slow = new Set<string>();
  for (const it of list) {
    if (firsts.has(it.id)) continue;
    if ((it.pace ?? 0) > 0) {
      const sender = `${it.group} ${it.sender}`;
      if (slow.has(sender)) continue;
      slow.add(sender);
    }
    firsts.set(it.id, it);
  }
  const written = new Map<string, Numbered>();
  for (let attempt = 1; ; attempt += 1) {
    try {
      for (const row of await insertTogether(house.db, firsts)) written.set(row.id, row);
      break;
    } catch (error) {
      if (!isUniqueViolation(error) || attempt >= TRIES) throw error;
    }
  }
  house.metrics.batchSize.observe(written.size);
  // Read after the commit: what was recalled before these were numbered is said to be so.
  const answers = [...written.keys()]
    .filter((id) => firsts.get(id)!.form?.reply)
    .map((id) => ({ id, group: firsts.get(id)!.group }));
  const quotes = answers.length > 0 ? await quotesOf(house.db, answers) : new Map<string, Quote>();
  publish(
    house,
    [...written.values()].map((row) => {
      const it = firsts.get(row.id)!;
      const body = bodyOf(row, it, quotes.get(row.id));
      return { on: 'message.sent', in: it.group, n: row.seq, at: row.at.getTime(), by: it.sender, with: body };
    }),
  );
  onSent(
    [...written.values()].map((row) => {
      const { group, sender, urgency = 0, form } = firsts.get(row.id)!;
      return { ...row, group, sender, urgency, mentions: form?.mentions ?? [] };
    }),
  );
  const unwritten = list.filter((it) => written.get(it.id) === undefined || firsts.get(it.id) !== it);
  const before = unwritten.length > 0 ? await sentBefore(house.db, [...new Set(unwritten.map((it) => it.id))]) : [];
  const known = new Map(before.map((row) => [row.id, row]));
  const held = unwritten.filter((it) => (it.pace ?? 0) > 0 && !known.has(it.id));
  const waits = held.length > 0 ? await waitsOf(house.db, held) : new Map<string, number>();
  return list.map((it) => {
    const fresh = written.get(it.id);
    if (fresh && firsts.get(it.id) === it) return fresh;
    const first = known.get(it.id);
    const wait = waits.get(it.id);
    if (!first) return wait === undefined ? 'rights_changed' : { wait };
    return isSame(first, it) ? first : 'reused';
  });
}

/** The log as devices read it. */
export function streamReader(house: House): StreamReader {
  return {
    positions: (account, stream) => positionsOf(house.db, account, stream),
    resume: (account, known) => resumeAt(house.db, account, known, { each: CATCH_UP_STREAM, together: CATCH_UP_TOTAL }),
    heads: (streams) => headsOf(house.db, streams),
    eventsAfter: (cursors) => eventsAfter(house.db, cursors, CATCH_UP_TOTAL + 1),
  };
}

/** Old events go, a partition and a bounded part at a time; snapshots have made them unnecessary. */
export function pruneJob(house: House): Job {
  return {
    name: 'prune events',
    everySeconds: 600,
    async run() {
      const before = new Date(house.now().getTime() - EVENTS_KEPT_DAYS * 86_400_000);
      await byPartition(house.db, 'events', { most: 5_000, rounds: 20 }, (tx, partition, most) =>
        pruneEvents(tx, before, most, partition),
      );
    },
  };
}
