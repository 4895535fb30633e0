import { useLayer } from '../../../web/layer.ts';
import { acts } from './menu.tsx';
import type { LogPlace } from './place.ts';

/** In place of the composer while messages are picked. Back and Esc end it. What it shows came with the menu that began it. */
export function ChoosingSlot({ place }: { place: LogPlace }) {
  const close = useLayer(() => place.selection.end());
  const known = acts.it.value;
  return known ? <known.ChoosingBar place={place} close={close} /> : null;
}
