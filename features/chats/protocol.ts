import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { Id, Seq, Time } from '../../protocol/shapes.ts';
import {
  ExceptionsShape,
  GroupKindShape,
  GroupStateShape,
  RoleShape,
  SettingsShape,
  TransferShape,
} from '../groups/protocol.ts';
import { MessageShape, PersonShape } from '../messages/protocol.ts';
import { MENTIONS_MOST, NOTIFY } from './rules.ts';

const NotifyShape = z.enum(NOTIFY);
/** Id of the act that led to it: the device that did it knows it again. */
const Act = Id.optional();

/** A row of the list of chats: a group as one member sees it. */
export const ChatShape = z.strictObject({
  group: Id,
  kind: GroupKindShape,
  name: z.string(),
  photo: Id.nullable(),
  /** The other of a conversation of two. */
  other: PersonShape.nullable(),
  members: z.number().int(),
  role: RoleShape,
  /** End of the actor’s term of office. */
  roleUntil: Time.nullable(),
  rights: z.array(z.string()),
  // What the rights follow from, so that a device finds them anew by itself when one of these changes.
  settings: SettingsShape,
  state: GroupStateShape,
  dissolvesAt: Time.nullable(),
  archived: z.boolean(),
  approval: z.boolean(),
  /** The actor is the one named to admit members. */
  approver: z.boolean(),
  /** What is decided for the actor, by right. */
  exceptions: ExceptionsShape,
  /** The actor’s last message in slow mode. */
  wroteAt: Time.nullable(),
  /** The lead, offered by the actor or to the actor. */
  transfer: TransferShape.nullable(),
  /** Version of the regulation in force, 0 for none; and the newest that the actor has accepted. */
  regulation: z.strictObject({ version: z.number().int(), accepted: z.number().int() }),
  /** The newest line the actor may read; null where there is none. */
  last: MessageShape.nullable(),
  lastBy: PersonShape.nullable(),
  /** Messages of people so far, and up to the actor's reading mark: unread is the difference. */
  messages: Seq,
  readOrdinal: Seq,
  readSeq: Seq,
  /** Nothing up to this number is shown to the actor. */
  visibleFrom: Seq,
  pinnedAt: Time.nullable(),
  /** Rings again from then on; the last moment there is: when the person says so. */
  mutedUntil: Time.nullable(),
  /** What the person is told of while the app is closed. */
  notify: NotifyShape,
  /** Put away from the list when it had so many messages; comes back with the next, unless it is muted. */
  archivedUpTo: Seq.nullable(),
  /** A mark of the list; the reading mark stays where it is. */
  markedUnread: z.boolean(),
  /** Numbers of the unread lines that name the actor, the newest of them, ascending. */
  mentioned: z.array(Seq).max(MENTIONS_MOST),
  /** Number of the newest unread line that is khẩn, thượng khẩn, hỏa tốc; 0 for none. */
  urgent: z.tuple([Seq, Seq, Seq]),
  /** Number of the group's stream that this picture belongs to. */
  at: Seq,
});
export type Chat = z.output<typeof ChatShape>;

export const chatActions = actions({
  'chat.list': {
    summary: 'The actor’s chats: all of them, or the groups named.',
    kind: 'query',
    who: 'account',
    rate: { burst: 60, perMinute: 120 },
    input: z.strictObject({ groups: z.array(Id).max(1_000).optional() }),
    output: z.strictObject({ chats: z.array(ChatShape), /** Number of the account's own stream. */ at: Seq }),
  },
  'chat.pin': {
    summary: 'Keep a chat at the top of the actor’s list, or no longer.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { none: 'the order of one’s own list' },
    input: z.strictObject({ group: Id, on: z.boolean() }),
    output: z.strictObject({}),
  },
  'chat.mute': {
    summary: 'Let a chat be silent until then, or (null) no longer.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { none: 'one’s own peace' },
    input: z.strictObject({ group: Id, until: Time.nullable() }),
    output: z.strictObject({}),
  },
  'chat.follow': {
    summary: 'What of a chat the actor is told of: all, what names them or is urgent, nothing.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { none: 'one’s own peace' },
    input: z.strictObject({ group: Id, notify: NotifyShape }),
    output: z.strictObject({}),
  },
  'chat.archive': {
    summary:
      'Put a chat away that has so many messages, or (null) take it out. The next message brings it back, unless the chat is muted.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { none: 'the order of one’s own list' },
    input: z.strictObject({ group: Id, upTo: Seq.nullable() }),
    output: z.strictObject({}),
  },
  'chat.mark': {
    summary: 'Mark a chat as unread in the actor’s list, or take the mark off. Reading marks do not move.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { none: 'the order of one’s own list' },
    input: z.strictObject({ group: Id, unread: z.boolean() }),
    output: z.strictObject({}),
  },
  'chat.type': {
    summary: 'The actor is writing; the others who look at the group see it for a few seconds. Signal `chat.typing`.',
    kind: 'signal',
    who: 'account',
    scope: 'group',
    right: 'message.send',
    rate: { burst: 10, perMinute: 40 },
    input: z.strictObject({ group: Id }),
    output: z.strictObject({}),
  },
});

export const chatEvents = events({
  'chat.pinned': {
    summary: 'The account pinned a chat, or (null) no longer.',
    stream: 'account',
    body: z.strictObject({ group: Id, at: Time.nullable(), act: Act }),
  },
  'chat.muted': {
    summary: 'The account muted a chat until then, or (null) no longer.',
    stream: 'account',
    body: z.strictObject({ group: Id, until: Time.nullable(), act: Act }),
  },
  'chat.followed': {
    summary: 'The account chose what of a chat it is told of.',
    stream: 'account',
    body: z.strictObject({ group: Id, notify: NotifyShape, act: Act }),
  },
  'chat.archived': {
    summary: 'The account put a chat away when it had so many messages, or (null) took it out.',
    stream: 'account',
    body: z.strictObject({ group: Id, upTo: Seq.nullable(), act: Act }),
  },
  'chat.marked': {
    summary: 'The account marked a chat as unread, or took the mark off.',
    stream: 'account',
    body: z.strictObject({ group: Id, unread: z.boolean(), act: Act }),
  },
});
