import type { PartProps } from '../../messages/view/place.ts';

/** “Xác nhận đã đọc” is asked for: how many have, and the button. */
export function Asking(_props: PartProps) {
  return null;
}
