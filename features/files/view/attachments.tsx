import type { PartProps } from '../../messages/view/place.ts';

/** Photos and videos of a message: above its words. */
export function Pictures(_props: PartProps) {
  return null;
}

/** Documents and voice messages: below its words. */
export function Documents(_props: PartProps) {
  return null;
}
