import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Seq, Time } from '../../protocol/shapes.ts';
import { CALL_KINDS } from '../calls/rules.ts';
import { NAMED_MOST, SHOWN_MOST } from './rules.ts';

export const notificationProblems = problems({
  'notification.endpoint_refused': {
    status: 400,
    summary: 'The endpoint is none of a push service this server writes to, or its keys are none.',
  },
});

const LanguageShape = z.enum(['vi', 'en']);

/** A device of the actor, and whether it is told of messages while the app is closed. */
const ReachedShape = z.strictObject({
  id: Id,
  kind: z.enum(['phone', 'tablet', 'computer']),
  system: z.string(),
  browser: z.string(),
  usedAt: Time,
  push: z
    .strictObject({
      names: z.boolean(),
      /** Calls ring it. */
      rings: z.boolean(),
      /** When a push service last took something for it, and when it last said that something came. */
      sentAt: Time.nullable(),
      arrivedAt: Time.nullable(),
    })
    .nullable(),
});
export type Reached = z.output<typeof ReachedShape>;

/** What a device is to show of one chat. */
const ShownChatShape = z.strictObject({
  group: Id,
  /** The newest message it tells of. */
  seq: Seq,
  unread: z.number().int(),
  urgency: z.number().int().min(0).max(3),
  mentions: z.boolean(),
  silent: z.boolean(),
  /** Calls that rang the actor in vain since they read there last. */
  missed: z.number().int(),
  /** The actor may write there. */
  reply: z.boolean(),
  /** Of the chat and of who wrote; absent unless the device shows names. */
  name: z.string().optional(),
  by: z.array(z.string()).optional(),
});
export type ShownChat = z.output<typeof ShownChatShape>;

/** A call that rings the actor now, as this device is to show it. */
const ShownRingShape = z.strictObject({
  call: Id,
  group: Id,
  kind: z.enum(CALL_KINDS),
  urgency: z.number().int().min(0).max(3),
  until: Time,
  /** With sound. */
  loud: z.boolean(),
  /** Loud although it is quiet for the actor, for its urgency. */
  through: z.boolean(),
  /** This device has not shown it yet. */
  fresh: z.boolean(),
  /** Of the group (absent between two) and of who calls; absent unless the device shows names. */
  name: z.string().optional(),
  by: z.string().optional(),
});
export type ShownRing = z.output<typeof ShownRingShape>;

export const notificationActions = actions({
  'notification.devices': {
    summary: 'How the actor is told of messages: by what key, on which devices, and what they have chosen.',
    kind: 'query',
    who: 'account',
    rate: { burst: 30, perMinute: 60 },
    input: z.strictObject({}),
    output: z.strictObject({
      /** The server’s VAPID key, base64url. */
      key: z.string(),
      current: Id,
      devices: z.array(ReachedShape),
      digest: z.boolean(),
      /** Minutes after which an unread message of the highest urgency is told by SMS; 0: never. */
      texts: z.number().int(),
    }),
  },
  'notification.subscribe': {
    summary: 'Tell this device of messages while the app is closed; again with another endpoint replaces the first.',
    kind: 'change',
    who: 'account',
    rate: { burst: 20, perMinute: 20 },
    audit: { none: 'how one’s own device rings' },
    problems: ['notification.endpoint_refused'],
    input: z.strictObject({
      endpoint: z.string().min(1).max(1_000),
      /** base64url: the key of the browser, 65 bytes; and its secret, 16 bytes. */
      p256dh: z.string().regex(/^[A-Za-z0-9_-]{87}$/),
      auth: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
      /** Left out: as they were. */
      language: LanguageShape.optional(),
      names: z.boolean().optional(),
    }),
    output: z.strictObject({}),
  },
  'notification.unsubscribe': {
    summary: 'Tell this device of messages no longer. That it is not told is no error.',
    kind: 'change',
    who: 'account',
    rate: { burst: 20, perMinute: 20 },
    audit: { none: 'how one’s own device rings' },
    input: z.strictObject({}),
    output: z.strictObject({}),
  },
  'notification.choose': {
    summary: 'What this device’s notifications show, whether calls ring it, and whether the actor gets a digest.',
    kind: 'change',
    who: 'account',
    rate: { burst: 30, perMinute: 30 },
    audit: { none: 'how one’s own device rings' },
    input: z.strictObject({
      names: z.boolean().optional(),
      rings: z.boolean().optional(),
      language: LanguageShape.optional(),
      digest: z.boolean().optional(),
    }),
    output: z.strictObject({}),
  },
  'notification.list': {
    summary: 'What this device is to show that it has not shown yet, after a push woke it.',
    kind: 'query',
    who: 'account',
    // Of all devices of a person together.
    rate: { burst: 120, perMinute: 240 },
    input: z.strictObject({}),
    output: z.strictObject({
      chats: z.array(ShownChatShape).max(SHOWN_MOST),
      /** Calls that ring the actor now; what it shows of others is to be taken away. */
      rings: z.array(ShownRingShape).max(SHOWN_MOST),
      /** Chats of which it may go on showing something. */
      unread: z.array(Id),
      /** What waits longer than a day, where the actor is to be told of that. */
      digest: z.strictObject({ messages: z.number().int(), groups: z.number().int() }).nullable(),
      /** For the app’s icon. */
      badge: z.number().int(),
      language: LanguageShape,
    }),
  },
  'notification.arrived': {
    summary: 'This device was woken and has shown these; the server counts it.',
    kind: 'signal',
    who: 'account',
    rate: { burst: 120, perMinute: 240 },
    input: z.strictObject({
      chats: z.array(z.strictObject({ group: Id, seq: Seq })).max(NAMED_MOST),
      digest: z.boolean().optional(),
      /** Calls. */
      rings: z.array(Id).max(SHOWN_MOST).optional(),
    }),
    output: z.strictObject({}),
  },
  'notification.cleared': {
    summary: 'This device no longer shows anything of these chats.',
    kind: 'signal',
    who: 'account',
    rate: { burst: 60, perMinute: 60 },
    input: z.strictObject({ groups: z.array(Id).min(1).max(NAMED_MOST) }),
    output: z.strictObject({}),
  },
  'notification.test': {
    summary: 'Send this device a notification to try it out.',
    kind: 'signal',
    who: 'account',
    rate: { burst: 5, perMinute: 6 },
    input: z.strictObject({}),
    output: z.strictObject({ outcome: z.enum(['accepted', 'gone', 'later', 'refused', 'off']) }),
  },
});
