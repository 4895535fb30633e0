import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import { strings } from '../strings/told.ts';
import type { CardProps } from './card.tsx';

const card = later(() => import('./card.tsx').then((it) => it.GuardCard));

/** The card comes when something is first refused; until then its title alone stands there. */
export function GuardCardSlot(props: CardProps) {
  useEffect(() => void card.fetch(), []);
  const Card = card.it.value;
  return Card ? <Card {...props} /> : <p role="alert">{strings('messageTitle')}</p>;
}
