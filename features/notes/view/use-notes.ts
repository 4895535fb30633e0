import type { Device } from '../../../web/device.ts';
import { searchDevice } from '../../search/view/open.ts';
import type { Note } from '../protocol.ts';
import { notesOn } from '../state.ts';
import type { Notes } from '../state.ts';

/** The notes of whoever is signed in; undefined while nobody is. */
export function useNotes(): Notes | undefined {
  const device = searchDevice.value;
  return device && notesOn(device);
}

/** What a list has read of notes goes to where their cards look for it. */
export function keepNotes(device: Device, list: readonly Note[]): void {
  for (const it of list) notesOn(device).cards.put(it);
}
