import { useEffect, useState } from 'preact/hooks';
import { Settings2 } from 'lucide';

import { navigate } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { PanelProps } from '../../messages/view/composer/place.ts';
import { strings } from '../strings.ts';
import { offered, quickPhrases } from './phrases.ts';
import './phrases.css';

/** Quick phrases from the + sheet: one press puts one at the end of the text. */
export function PhraseSheet({ place, onClose }: PanelProps) {
  const state = quickPhrases();
  const known = state.known.value;
  const [trouble, setTrouble] = useState<unknown>();
  const load = (): void => {
    setTrouble(undefined);
    state.get().catch(setTrouble);
  };
  useEffect(load, []);

  const pick = (phrase: string, own: boolean): void => {
    const { composition, focus } = place;
    const text = composition.text.peek();
    const gap = text === '' || /\s$/u.test(text) ? '' : ' ';
    composition.insert(text.length, text.length, gap + phrase);
    if (!own) void state.adopt(phrase).catch(() => undefined);
    onClose();
    focus();
  };
  const row = (phrase: string, own: boolean) => (
    <li key={phrase}>
      <button type="button" class="phrase-pick" onClick={() => pick(phrase, own)}>
        <span class="cut-2">{phrase}</span>
      </button>
    </li>
  );
  return (
    <Sheet
      title={strings('title')}
      size="small"
      flush
      onClose={onClose}
      foot={
        <Button look="text" icon={Settings2} onPress={() => navigate('/me/phrases')}>
          {strings('manage')}
        </Button>
      }
    >
      {known ? (
        <ul class="phrase-list">
          {known.phrases.map((it) => row(it, true))}
          {offered(known).map((it) => row(it, false))}
        </ul>
      ) : trouble === undefined ? (
        <Skeleton kind="text" rows={4} />
      ) : (
        <Trouble error={trouble} onRetry={load} />
      )}
    </Sheet>
  );
}
