import type { PartProps } from '../place.ts';

/** What stands instead of a message that was recalled. */
export function Recalled(_props: PartProps) {
  return null;
}
