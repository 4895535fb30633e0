import { useEffect, useRef, useState } from 'preact/hooks';

import type { Message } from '../protocol.ts';
import { strings } from '../strings.ts';
import { urgencyWord } from './parts/urgency.tsx';
import type { LogPlace } from './place.ts';
import { writerOf } from './said.ts';

/** Letters of an urgent message that are said at once; the whole stands in the log. */
const SAID_MOST = 300;

/** Says an urgent message of somebody else as soon as it arrives, whatever is being read. What was there before is not said. */
export function UrgentAlert({ place, lines, last }: { place: LogPlace; lines: readonly Message[]; last: boolean }) {
  const [words, setWords] = useState('');
  const newest = useRef<number | undefined>(undefined);
  const at = lines.at(-1)?.seq;
  useEffect(() => {
    if (at === undefined) return;
    const before = newest.current;
    newest.current = Math.max(at, before ?? 0);
    // The first fill, or another stretch of the conversation.
    if (before === undefined || !last) return;
    const urgent = lines.findLast((it) => it.seq > before && it.urgency !== undefined && it.by !== place.self);
    if (!urgent) return;
    setWords(
      strings('urgentAlert', {
        urgency: urgencyWord(urgent.urgency ?? 0),
        who: writerOf(urgent.by, place),
        text: (urgent.text ?? '').slice(0, SAID_MOST),
      }),
    );
  }, [at]);
  return (
    <div class="unseen" role="alert">
      {words}
    </div>
  );
}
