import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import type { Chat } from '../../chats/protocol.ts';
import type { Groups } from '../state.ts';

const card = later(() => import('./offer-card.tsx').then((it) => it.OfferCard));

/** The lead of the group is offered to the actor; nothing for others. Few ever see it: its code comes when it is needed. */
export function OfferToYou({ state, chat }: { state: Groups; chat: Chat }) {
  const mine = chat.transfer?.to === state.account;
  useEffect(() => {
    if (mine) void card.fetch();
  }, [mine]);
  const Card = card.it.value;
  return mine && Card ? <Card state={state} chat={chat} /> : null;
}
