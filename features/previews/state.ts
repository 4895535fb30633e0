import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

import { Problem } from '../../protocol/problem.ts';
import { connection } from '../../web/connection.ts';
import type { Preview } from './protocol.ts';

/** Pages remembered, and asked for at once; a page of the log may hold many links. */
const KNOWN_MOST = 500;
const LANES = 2;

/** What is known of pages, by message and link: undefined until it is asked, null where there is nothing to show. */
const known = new Map<string, Signal<Preview | null | undefined>>();
const wanted: { group: string; message: string; link: string }[] = [];
let busy = 0;
/** The agency has none: asked once as long as the page lives. */
let off = false;

const keyOf = (message: string, link: string): string => `${message} ${link}`;

/** Reads as a signal. */
export function previewOf(group: string, message: string, link: string): Preview | null | undefined {
  const key = keyOf(message, link);
  let slot = known.get(key);
  if (!slot) {
    known.set(key, (slot = signal(off ? null : undefined)));
    for (const oldest of known.keys()) {
      if (known.size <= KNOWN_MOST) break;
      known.delete(oldest);
    }
    if (!off) {
      wanted.push({ group, message, link });
      void run();
    }
  }
  return slot.value;
}

async function run(): Promise<void> {
  // The first answer may say that there are none at all.
  if (busy >= (off ? 0 : LANES)) return;
  busy += 1;
  try {
    // What is seen now comes before what has been scrolled away.
    for (let it = wanted.pop(); it; it = wanted.pop()) {
      const slot = known.get(keyOf(it.message, it.link));
      if (!slot) continue;
      try {
        const answer = off ? { off, preview: null } : await connection().call('preview.get', it);
        off ||= answer.off;
        slot.value = answer.preview;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        // Without a line it is asked for again the next time it is seen.
        if (error.retry) known.delete(keyOf(it.message, it.link));
        else slot.value = null;
      }
    }
  } finally {
    busy -= 1;
  }
}
