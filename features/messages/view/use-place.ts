import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';

import { showToast } from '../../../web/ui/toast.tsx';
import { Selection } from '../state/selection.ts';
import { strings } from '../strings.ts';
import type { LogPlace, Over } from './place.ts';

type Given = Omit<LogPlace, 'can' | 'selection' | 'over' | 'lay'>;

/** What the lines of one log share; the same object while what they are drawn from is the same. */
export function useLogPlace(given: Given): LogPlace {
  const { group, pair, members, leaders, messages } = given;
  const own = useMemo(
    () => ({ selection: new Selection(), over: signal<Over | undefined>(undefined) }),
    [messages, group],
  );
  useEffect(() => {
    messages.onSaveRefused = (n) => showToast({ words: strings('savedFull', { n }), icon: null });
  }, [messages]);
  return useMemo<LogPlace>(
    () => ({
      ...given,
      ...own,
      can: (right) => given.chat()?.rights.includes(right) ?? false,
      lay: (over) => {
        own.over.value = over;
      },
    }),
    [own, pair, members, leaders],
  );
}
