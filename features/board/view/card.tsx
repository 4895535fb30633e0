import { useEffect } from 'preact/hooks';
import type { ComponentType } from 'preact';

import { later } from '../../../web/later.ts';
import type { Card } from '../../messages/protocol.ts';
import { CardComing } from './frame.tsx';

interface BoardCardProps {
  card: Card;
  /** What the message says of it, until the thing itself is known. */
  title: string;
  group: string;
  /** In the conversation. */
  narrow?: boolean;
}

type Drawn = ComponentType<{ group: string; id: string; at?: number; narrow?: boolean }>;

const cards = {
  note: later<Drawn>(() => import('../../notes/view/card.tsx').then((it) => it.NoteCard)),
  reminder: later<Drawn>(() => import('../../reminders/view/card.tsx').then((it) => it.ReminderCard)),
  poll: later<Drawn>(() => import('../../polls/view/card.tsx').then((it) => it.PollCard)),
  call: later<Drawn>(() => import('../../calls/view/card.tsx').then((it) => it.CallCard)),
};

/** A note, a reminder, a poll or a call, wherever it stands. */
export function BoardCard({ card: { kind, id, at }, title, group, narrow }: BoardCardProps) {
  const drawn = cards[kind];
  useEffect(() => void drawn.fetch(), [drawn]);
  const View = drawn.it.value;
  if (!View) return <CardComing title={title} narrow={narrow} />;
  return <View group={group} id={id} {...(at === undefined ? {} : { at })} narrow={narrow} />;
}
