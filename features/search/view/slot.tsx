import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import { useKeys } from '../../../web/keys.ts';
import { openSearch, searching } from './open.ts';

const dialog = later(() => import('./dialog.tsx').then((it) => it.SearchDialog));

/** Stands over all screens; the search itself is fetched when it is first opened. */
export function SearchSlot() {
  useKeys({ 'Control+k': () => openSearch() });
  const open = searching.value;
  useEffect(() => {
    if (open) void dialog.fetch();
  }, [open]);
  const Dialog = dialog.it.value;
  if (!open || !Dialog) return null;
  return <Dialog group={open.group} onClose={() => (searching.value = undefined)} />;
}
