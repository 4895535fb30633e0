import { Camera, Image, Mic, Paperclip } from 'lucide';

import { isTouch } from '../../../web/viewport.ts';
import type { ComposerPlace } from '../../messages/view/composer/place.ts';
import type { PlusEntry } from '../../messages/view/plus.ts';
import { strings } from '../strings/said.ts';
import { askForFiles } from './ask.ts';
import { canRecord, record } from './mic.tsx';
import { takeFiles } from './tray-slot.tsx';

/** What is chosen goes into the composer. */
function choose(
  { group, focus }: ComposerPlace,
  { asDocuments, ...which }: { accept?: string; capture?: true; asDocuments?: boolean },
): void {
  askForFiles(which, (files) => {
    void takeFiles(group, files, { asDocuments });
    if (!isTouch) focus();
  });
}

const may = ({ can, composition }: ComposerPlace): boolean => can('file.send') && !composition.editing.value;

export const filePlus: readonly PlusEntry[] = [
  {
    key: 'media',
    icon: Image,
    label: () => strings('media'),
    when: may,
    run: (place) => choose(place, { accept: 'image/*,video/mp4,video/quicktime,video/webm' }),
    tool: true,
  },
  {
    key: 'camera',
    icon: Camera,
    label: () => strings('camera'),
    when: (place) => isTouch && may(place),
    run: (place) => choose(place, { accept: 'image/*', capture: true }),
  },
  {
    key: 'file',
    icon: Paperclip,
    label: () => strings('file'),
    when: may,
    run: (place) => choose(place, { asDocuments: true }),
    tool: true,
  },
  {
    key: 'voice',
    icon: Mic,
    label: () => strings('record'),
    // On a phone the microphone stands where “Gửi” will be.
    when: (place) => !isTouch && may(place) && canRecord(),
    run: (place) => record(place),
    tool: true,
  },
];
