import type { IconNode } from 'lucide';

import { boardPlus } from '../../board/view/plus.ts';
import { filePlus } from '../../files/view/plus.ts';
import { formatPlus } from './composer/format.ts';
import { writingPlus } from './composer/entries.ts';
import type { ComposerPlace } from './composer/place.ts';

/** Something to put into a message, or to do with it: an entry of the + sheet of a phone, or of the row of tools of a computer. */
export interface PlusEntry {
  readonly key: string;
  readonly icon: IconNode;
  label(): string;
  /** What is chosen now: stands at the end of its row. */
  value?(place: ComposerPlace): string | undefined;
  when(place: ComposerPlace): boolean;
  /** `at`: the button that was pressed. */
  run(place: ComposerPlace, at: Element | undefined): void;
  /** On a computer it has a button of its own; else it stands under +. */
  readonly tool?: true;
}

/** In the order of the sheet. */
export const plusEntries: readonly PlusEntry[] = [...filePlus, ...boardPlus, ...writingPlus, ...formatPlus];
