import type { BodyOf } from '../../../protocol/event.ts';
import type { EventFrame } from '../../../protocol/frame.ts';
import type { reactionEvents } from '../../reactions/protocol.ts';
import type { Content, Message } from '../protocol.ts';
import { QUOTE_MOST } from '../rules.ts';
import type { hidingEvents } from '../protocol/hiding.ts';

/** What becomes of a line; undefined where it is no longer shown. */
export type Change = (line: Message) => Message | undefined;

/** A change of the line with this id, and what it means for the lines that quote it. */
export interface LineChange {
  readonly group: string;
  readonly message: string;
  readonly change: Change;
  /** It is not shown any more, until that is undone. */
  readonly hides?: true;
  /** Its number, where the event tells it. */
  readonly seq?: number;
  readonly quoted?: (quote: NonNullable<Message['quote']>) => NonNullable<Message['quote']>;
}

type Reader = (frame: EventFrame) => readonly LineChange[];

/**
 * Events that change lines which are there already: of the group's stream, for all who see them, and of the account's own, for
 * its devices. Each says what the line is then, not by how much it differs, so that hearing it twice does no harm.
 */
const CHANGES: Readonly<Record<string, Reader>> = {
  'message.hidden': ({ with: body }) => {
    const { group, messages } = body as Chosen;
    return messages.map(({ id, seq }) => ({ group, message: id, seq, hides: true, change: () => undefined }));
  },
  'message.saved': ({ with: body }) => savedChanges(body as Chosen, true),
  'message.unsaved': ({ with: body }) => savedChanges(body as Chosen, false),
  'message.edited': ({ in: group, with: body }) => {
    const content = body as Content;
    const { id, recalled } = content;
    // Heard late it tells of the message as it is now: that it was recalled since.
    if (recalled) return [recall(group, id, recalled)];
    const text = Array.from(content.text ?? '')
      .slice(0, QUOTE_MOST)
      .join('');
    return [
      {
        group,
        message: id,
        change: (line) => (line.recalled ? line : { ...kept(line), ...own(line), ...content }),
        quoted: (quote) => (quote.gone ? quote : { ...quote, text }),
      },
    ];
  },
  'message.recalled': ({ in: group, by, at, with: body }) => [
    recall(group, (body as { id: string }).id, { by: by ?? null, at }),
  ],
  'message.withdrawn': ({ in: group, by, at, with: body }) =>
    (body as { messages: string[] }).messages.map((id) => withdrawn(group, id, { by: by ?? null, at })),
  'reaction.counted': ({ in: group, with: body }) => {
    const { message, counts } = body as BodyOf<(typeof reactionEvents)['reaction.counted']>;
    return [{ group, message, change: (line) => (line.recalled ? line : lineWith(line, { reactions: counts })) }];
  },
  'reaction.given': ({ with: body }) => {
    const { group, message, emoji } = body as BodyOf<(typeof reactionEvents)['reaction.given']>;
    return [{ group, message, change: (line) => (line.recalled ? line : lineWith(line, { mine: emoji })) }];
  },
  'message.acknowledged': ({ in: group, with: body }) => {
    const { message, count } = body as { message: string; count: number };
    return [{ group, message, change: (line) => (line.recalled ? line : { ...line, acknowledged: count }) }];
  },
  'receipt.acknowledged': ({ with: body }) => {
    const { group, message, at } = body as { group: string; message: string; at: number };
    return [{ group, message, change: (line) => (line.recalled ? line : { ...line, acknowledgedAt: at }) }];
  },
};

/** Nothing of what it said stays, on the line or where it is quoted. */
function recall(group: string, message: string, recalled: NonNullable<Message['recalled']>): LineChange {
  return {
    group,
    message,
    change: (line) => ({ ...kept(line), recalled: line.recalled?.secrecy ? line.recalled : recalled }),
    quoted: (quote) => ({ ...quote, text: '', kind: 'text', gone: true }),
  };
}

/** The same, said to be for secrecy. */
export function withdrawn(group: string, message: string, by: { by: string | null; at: number }): LineChange {
  return recall(group, message, { ...by, secrecy: true });
}

/** What of a line stays whatever becomes of its message. */
function kept({ id, seq, ordinal, kind, by, at, notice }: Message): Message {
  return { id, seq, ordinal, kind, by, at, text: null, notice };
}

/** What only the actor sees of it. */
function own({ mine, acknowledgedAt, saved }: Message): Partial<Message> {
  return {
    ...(mine ? { mine } : {}),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
    ...(saved ? { saved } : {}),
  };
}

/** Lists of which nothing is left are absent, as they are in a page. */
function lineWith(line: Message, lists: Pick<Message, 'reactions' | 'mine'>): Message {
  const next = { ...line, ...lists };
  for (const name of Object.keys(lists) as (keyof typeof lists)[]) if (next[name]?.length === 0) delete next[name];
  return next;
}

type Chosen = BodyOf<(typeof hidingEvents)['message.hidden']>;

function savedChanges({ group, messages }: Chosen, on: boolean): LineChange[] {
  return messages.map(({ id, seq }) => ({ group, message: id, seq, change: (line) => savedLine(line, on) }));
}

/** The line, marked or not; the same object where it is so already. */
export function savedLine(line: Message, on: boolean): Message {
  if ((line.saved ?? false) === on) return line;
  const { saved: _saved, ...plain } = line;
  return on ? { ...plain, saved: true } : plain;
}

/** The lines that an event changes; none for most. */
export function changesOf(frame: EventFrame): readonly LineChange[] {
  return CHANGES[frame.on]?.(frame) ?? [];
}

/** The line after a change of it, or of what it quotes; the same object where neither. */
export function changed(line: Message, { message, change, quoted }: LineChange): Message | undefined {
  if (line.id === message) return change(line);
  if (quoted && line.quote?.id === message) return { ...line, quote: quoted(line.quote) };
  return line;
}
