import { useEffect } from 'preact/hooks';

import { later } from '../../../../web/later.ts';
import type { PartProps } from '../place.ts';

const drawn = later(() => import('../../../board/view/card.tsx'));

/** The thing of the board that a message stands for; its title until it can be drawn. */
export function Card({ line, place }: PartProps) {
  const { card, text } = line;
  useEffect(() => {
    if (card) void drawn.fetch();
  }, [card]);
  if (!card) return null;
  const View = drawn.it.value?.BoardCard;
  return View ? (
    <View card={card} title={text ?? ''} group={place.group} narrow />
  ) : (
    <span class="bubble-text">{text}</span>
  );
}
