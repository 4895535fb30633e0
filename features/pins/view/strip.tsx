import { useState } from 'preact/hooks';
import { ChevronDown } from 'lucide';

import { Icon } from '../../../web/ui/icon.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import type { Pin } from '../protocol.ts';
import { strings } from '../strings.ts';
import { PinsSheet } from './list.tsx';
import { openPin } from './open.ts';
import { usePinList } from './use-pins.ts';
import { PinnedMessage } from './whole.tsx';
import { underWords, whatWords } from './words.ts';
import '../pins.css';

/** Under the bar of a conversation: what is pinned first, how many there are, and the way to all of them. */
export function PinStrip({ group }: { group: string }) {
  const list = usePinList(group);
  const [all, setAll] = useState(false);
  const [reading, setReading] = useState<Pin>();
  const first = list?.[0];
  return (
    <>
      {list && first ? (
        <section class="pin-strip" aria-label={strings('title')}>
          <button
            type="button"
            class="pin-strip-press"
            aria-label={strings('strip', { what: whatWords(first), under: underWords(first) })}
            onClick={() => openPin(group, first, setReading)}
          >
            <Icon of={icons.pin} size={18} class="pin-icon" />
            <span class="pin-strip-words cut">
              <b>{whatWords(first)}</b> <span class="pin-strip-under">{underWords(first)}</span>
            </span>
          </button>
          <button
            type="button"
            class="pin-strip-all"
            aria-label={list.length > 1 ? strings('listN', { n: list.length }) : strings('list')}
            aria-haspopup="dialog"
            onClick={() => setAll(true)}
          >
            {list.length > 1 ? <span>{list.length}</span> : null}
            <Icon of={ChevronDown} size={18} />
          </button>
        </section>
      ) : null}
      {all ? <PinsSheet group={group} onClose={() => setAll(false)} /> : null}
      {reading ? <PinnedMessage group={group} pin={reading} onClose={() => setReading(undefined)} /> : null}
    </>
  );
}
