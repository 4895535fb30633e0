import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';

import { Selection } from '../state/selection.ts';
import type { LogPlace, Over } from './place.ts';

type Given = Omit<LogPlace, 'can' | 'selection' | 'over' | 'lay'>;

/** What the lines of one log share; the same object while what they are drawn from is the same. */
export function useLogPlace(given: Given): LogPlace {
  const { group, pair, members, leaders, messages } = given;
  const own = useMemo(
    () => ({ selection: new Selection(), over: signal<Over | undefined>(undefined) }),
    [messages, group],
  );
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
