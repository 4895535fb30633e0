import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import { notifications } from '../state/current.ts';

const code = later(() => import('./over.tsx').then((it) => it.OverScreens));

/** Over all screens: messages of other chats, and the question whether to be told of them. Its code is not needed to begin. */
export function Notices() {
  const state = notifications.value;
  const Known = code.it.value;
  useEffect(() => {
    if (state) void code.fetch();
  }, [state]);
  return state && Known ? <Known state={state} /> : null;
}
