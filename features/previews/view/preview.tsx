import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import type { PartProps } from '../../messages/view/place.ts';

const card = later(() => import('./card.tsx'));

/** What the first page to which a message links says of itself, where the agency has that on. */
export function LinkPreview(props: PartProps) {
  const { line, pending } = props;
  const linked = !pending && line.text?.includes('://');
  useEffect(() => {
    if (linked) void card.fetch();
  }, [linked]);
  const parts = card.it.value;
  return linked && parts ? <parts.Card {...props} /> : null;
}
