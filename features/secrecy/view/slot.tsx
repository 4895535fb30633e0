import { useEffect } from 'preact/hooks';

import { connection } from '../../../web/connection.ts';
import { later } from '../../../web/later.ts';
import { strings } from '../strings/told.ts';
import type { CardProps } from './card.tsx';

const card = later(() => import('./card.tsx').then((it) => it.GuardCard));

const AGAIN_MS = 3_000;

/** The card comes when something is first refused, also where the line has just come back; until then it is said in plain words. */
export function GuardCardSlot(props: CardProps) {
  const Card = card.it.value;
  const trouble = card.trouble.value;
  const online = connection().state.value === 'online';
  useEffect(() => {
    if (Card) return;
    if (!trouble) return void card.fetch();
    const timer = online ? setTimeout(() => void card.fetch(), AGAIN_MS) : undefined;
    return () => clearTimeout(timer);
  }, [Card, trouble, online]);
  if (Card) return <Card {...props} />;
  if (props.state === 'checking') return null;
  const file = props.what === 'file';
  return (
    <div role={trouble ? 'alert' : undefined}>
      <p>{strings(file ? 'fileTitle' : 'messageTitle')}</p>
      <p>{strings(!file ? 'marked' : props.code === 'secrecy.unchecked' ? 'fileUnchecked' : 'fileMarked')}</p>
    </div>
  );
}
