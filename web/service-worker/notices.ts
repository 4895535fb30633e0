import { strings } from '../../features/notifications/strings/worker.ts';

/** One chat of `notification.list`, as the server says it. */
export interface ShownChat {
  readonly group: string;
  readonly seq: number;
  readonly unread: number;
  readonly urgency: number;
  readonly mentions: boolean;
  readonly silent: boolean;
  readonly missed: number;
  readonly reply: boolean;
  readonly name?: string;
  readonly by?: readonly string[];
}

/** A call that rings, of the same answer. */
export interface ShownRing {
  readonly call: string;
  readonly group: string;
  readonly kind: 'voice' | 'video';
  readonly urgency: number;
  readonly until: number;
  readonly loud: boolean;
  readonly through: boolean;
  readonly fresh: boolean;
  readonly name?: string;
  readonly by?: string;
}

/** What the notification of a call carries. */
export interface KeptRing {
  readonly group: string;
  readonly call: string;
}

/** What a notification carries, so that it can be acted upon when the worker has long slept. */
export interface Kept {
  readonly group: string;
  readonly seq: number;
  readonly reply: boolean;
  /** A reply that did not get through, with the id under which it is sent again. */
  readonly waiting?: { readonly id: string; readonly text: string };
}

export interface Notice {
  readonly title: string;
  readonly options: NotificationOptions & {
    readonly tag: string;
    readonly renotify?: boolean;
    readonly vibrate?: readonly number[];
    readonly actions?: readonly { action: string; title: string; type?: 'button' | 'text'; placeholder?: string }[];
  };
}

/** Two strokes of 200 ms, for what is urgent. */
export const URGENT_BEAT = [200, 120, 200] as const;
const ICON = '/icons/icon-192.png';
const BADGE = '/icons/badge-96.png';

/** Rings as a telephone does, for half a minute; where the system beats longer than that it is taken away with the ring. */
export const RING_BEAT = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 900 : 1_600));

export const ringTagOf = (call: string): string => `call-${call}`;
export const isRing = (tag: string): boolean => tag.startsWith('call-');
export const tagOf = (group: string): string => `chat-${group}`;
export const TAG_ANY = 'any';
export const TAG_DIGEST = 'digest';

function urgencyWords(urgency: number): string {
  if (urgency >= 3) return strings('urgent3');
  return strings(urgency === 2 ? 'urgent2' : 'urgent1');
}

const missedWords = (n: number): string => (n === 1 ? strings('missed') : strings('missedSome', { n }));

/** The words of one chat's notification: never what was written; names only where the device is to show them. */
export function noticeOf(chat: ShownChat, most: number): Notice {
  // The card of a missed call is a message too, of which nothing more is to be said.
  const rest = chat.unread - chat.missed;
  const said = [
    chat.by && chat.by.length > 0 ? chat.by.join(', ') : '',
    chat.urgency > 0 ? urgencyWords(chat.urgency) : '',
    chat.mentions ? strings('mentioned') : '',
    chat.missed > 0 ? missedWords(chat.missed) : '',
    rest > 1 || (rest > 0 && (chat.missed > 0 || (chat.urgency === 0 && !chat.mentions)))
      ? strings('messages', { n: rest })
      : '',
  ].filter(Boolean);
  const kept: Kept = { group: chat.group, seq: chat.seq, reply: chat.reply };
  return {
    title: chat.name ?? strings('product'),
    options: {
      body: said.join(' · '),
      tag: tagOf(chat.group),
      renotify: !chat.silent,
      silent: chat.silent,
      requireInteraction: chat.urgency >= 2,
      ...(chat.urgency > 0 && !chat.silent ? { vibrate: URGENT_BEAT } : {}),
      icon: ICON,
      badge: BADGE,
      data: kept,
      actions: actionsOf(chat.reply, most),
    },
  };
}

/** A call: it stays until it is answered, or does not ring any more. Silent where it is quiet for the person. */
export function noticeOfRing(ring: ShownRing, most: number): Notice {
  const kind = strings(ring.kind === 'video' ? 'ringVideo' : 'ringVoice');
  const said = [ring.name && ring.by ? ring.by : '', kind, ring.through ? strings('ringThrough') : ''].filter(Boolean);
  const kept: KeptRing = { group: ring.group, call: ring.call };
  return {
    title: ring.name ?? ring.by ?? strings('product'),
    options: {
      body: said.join(' · '),
      tag: ringTagOf(ring.call),
      renotify: ring.loud,
      silent: !ring.loud,
      requireInteraction: true,
      ...(ring.loud ? { vibrate: RING_BEAT } : {}),
      icon: ICON,
      badge: BADGE,
      data: kept,
      actions: [
        { action: 'answer', title: strings('answer') },
        { action: 'decline', title: strings('decline') },
      ].slice(0, Math.max(0, most)),
    },
  };
}

/** In the place of a ring, for browsers that stop whoever shows nothing. */
export function noticeOfRingOver(tag: string, kept: KeptRing): Notice {
  return {
    title: strings('product'),
    options: { body: strings('ringOver'), tag, silent: true, icon: ICON, badge: BADGE, data: kept },
  };
}

/** The most useful of what fits: pressing the notification itself opens the chat anyway. */
function actionsOf(reply: boolean, most: number) {
  return [
    ...(reply
      ? [{ action: 'reply', title: strings('reply'), type: 'text' as const, placeholder: strings('replyPlace') }]
      : []),
    { action: 'read', title: strings('read') },
    { action: 'open', title: strings('open') },
  ].slice(0, Math.max(0, most));
}

/** Something came and nobody could be asked what. */
export function noticeOfSome(): Notice {
  return {
    title: strings('product'),
    options: { body: strings('some'), tag: TAG_ANY, renotify: true, icon: ICON, badge: BADGE },
  };
}

export function noticeOfDigest({ messages, groups }: { messages: number; groups: number }): Notice {
  return {
    title: strings('product'),
    options: { body: strings('digest', { n: messages, groups }), tag: TAG_DIGEST, icon: ICON, badge: BADGE },
  };
}

export function noticeOfTest(): Notice {
  return {
    title: strings('product'),
    options: { body: strings('test'), tag: 'test', renotify: true, icon: ICON, badge: BADGE },
  };
}

/** An act that did not get through: the notification stays, says so, and can be pressed again. */
export function noticeOfTrouble(
  title: string,
  kept: Kept,
  what: 'notSent' | 'notRead' | 'refused',
  most: number,
): Notice {
  const actions = [
    ...(what === 'notSent' ? [{ action: 'again', title: strings('again') }] : []),
    ...(what === 'notRead' ? [{ action: 'read', title: strings('read') }] : []),
    { action: 'open', title: strings('open') },
  ];
  return {
    title,
    options: {
      body: strings(what),
      tag: tagOf(kept.group),
      silent: true,
      requireInteraction: true,
      icon: ICON,
      badge: BADGE,
      data: kept,
      actions: actions.slice(0, most),
    },
  };
}
