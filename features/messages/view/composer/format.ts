import { signal } from '@preact/signals';
import { Type } from 'lucide';

import { later } from '../../../../web/later.ts';
import { isPhone } from '../../../../web/viewport.ts';
import { strings } from '../../strings.ts';
import type { PlusEntry } from '../plus.ts';
import type { ComposerPlace } from './place.ts';

/** What puts signs into a text comes when it is first needed; what reads them is there from the start. */
const marking = later(() => import('../../rules/marking.ts'));

export type Format = 'bold' | 'italic' | 'strike' | 'bullet' | 'number';

const SIGN = { bold: '*', italic: '_', strike: '~' } as const;

/** Gives what is selected in the field that look, or takes it away. */
export async function format(place: ComposerPlace, how: Format): Promise<void> {
  await marking.fetch();
  const known = marking.it.peek();
  if (!known) return;
  place.reshape((it) =>
    how === 'bullet' || how === 'number' ? known.toggleList(it, how) : known.toggleSign(it, SIGN[how]),
  );
}

const LISTED = /^[ \t]{0,8}(?:[-–•*+]|\d{1,3}[.)])[ \t]/u;

/** Ctrl+B, Ctrl+I; a new line within a list. True where the key has been used. */
export function formatKeys(event: KeyboardEvent, place: ComposerPlace, makesLine: boolean): boolean {
  const box = event.currentTarget as HTMLTextAreaElement;
  if (makesLine) {
    const line = box.value.slice(box.value.lastIndexOf('\n', box.selectionStart - 1) + 1);
    if (!LISTED.test(line)) return false;
    void marking.fetch();
    const known = marking.it.peek();
    if (!known?.nextOfList({ text: box.value, from: box.selectionStart, to: box.selectionEnd })) return false;
    place.reshape((it) => known.nextOfList(it) ?? it);
    return true;
  }
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || (key !== 'b' && key !== 'i')) return false;
  void format(place, key === 'b' ? 'bold' : 'italic');
  return true;
}

/** On a computer: the row of buttons is open. */
export const formatBar = signal(false);

/** A computer has a row of buttons, a phone a sheet. */
export const formatPlus: readonly PlusEntry[] = [
  {
    key: 'format',
    icon: Type,
    label: () => strings('format'),
    when: () => true,
    run: (place) => {
      if (isPhone.value) place.show(() => import('./format-sheet.tsx').then((it) => it.FormatSheet));
      else formatBar.value = !formatBar.value;
    },
    tool: true,
  },
];
