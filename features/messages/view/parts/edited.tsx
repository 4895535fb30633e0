import type { PartProps } from '../place.ts';

/** “đã sửa”, beside the time. */
export function Edited(_props: PartProps) {
  return null;
}
