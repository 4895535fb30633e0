import { files } from '../state.ts';
import type { Uploads } from '../state/uploads.ts';

/** What is on its way from this device; undefined until somebody has asked for it. Reads as a signal. */
export function useUploads(): Uploads | undefined {
  return files.value?.uploads.it.value;
}

/** The same outside of drawing. */
export function peekUploads(): Uploads | undefined {
  return files.peek()?.uploads.it.peek();
}

/** Asks for what was left over from the last time. */
export function fetchUploads(): void {
  void files.peek()?.uploads.fetch();
}
