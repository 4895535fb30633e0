import type { PartProps } from '../messages/view/place.ts';

/** What a message was answered with, below its bubble. */
export function Reactions(_props: PartProps) {
  return null;
}
