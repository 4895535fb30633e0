import { useEffect, useState } from 'preact/hooks';

import { isOnlyOne, loadCount } from '../state/people.ts';

/** Is whoever looks the only one in the directory? Asked where `wanted`; undefined until that is known, no without a line. */
export function useAlone(wanted: boolean): boolean | undefined {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!wanted) return;
    void loadCount({})
      .catch(() => undefined)
      .then(() => setAsked(true));
  }, [wanted]);
  if (!wanted) return false;
  return asked ? isOnlyOne() : undefined;
}
