import { displayName } from '../../../web/names.ts';
import type { Message } from '../protocol.ts';
import type { Pending } from '../state.ts';
import { strings } from '../strings.ts';
import type { LogPlace } from './place.ts';

/** What the marks of reading of one message are asked with. */
export function receiptOf({ seq }: Message, { receipts, group, members, pair, readSeq }: LogPlace) {
  return { receipts, group, seq, members, pair, self: readSeq };
}

/** Who wrote it, as others are told: the own messages too. */
export function writerOf(
  by: string | null | undefined,
  { messages, self }: Pick<LogPlace, 'messages' | 'self'>,
): string {
  return displayName(messages.people.get(by)?.name ?? strings(by === self ? 'you' : 'someone'));
}

/** What waits to be sent, as the line it is going to be. */
export function lineOfPending({ id, text, at, form }: Pending, { self, conversation, messages }: LogPlace): Message {
  const { reply, forward, urgency, mentions, ask } = form;
  const answered = reply ? conversation.line(reply) : undefined;
  const quote = answered && quoteOf(answered);
  const source = forward ? messages.conversation(forward.group).line(forward.message) : undefined;
  return {
    id,
    seq: 0,
    ordinal: 0,
    kind: 'text',
    by: self,
    at,
    text: source?.text ?? (forward ? strings('forwardingText') : text),
    notice: null,
    ...(urgency ? { urgency } : {}),
    ...(mentions ? { mentions } : {}),
    ...(ask ? { ask } : {}),
    ...(quote ? { quote } : {}),
    ...(source?.files ? { files: source.files } : {}),
  };
}

/** A line as it is quoted above the answer. */
export function quoteOf({ id, seq, by, text, files, recalled }: Message): NonNullable<Message['quote']> {
  const gone = recalled !== undefined;
  return { id, seq, by, text: gone ? '' : (text ?? ''), kind: files?.[0]?.kind ?? 'text', gone };
}
