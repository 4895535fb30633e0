import type { PartProps } from '../place.ts';

/** The band of an urgent message, at the top of its bubble. */
export function Urgency(_props: PartProps) {
  return null;
}
