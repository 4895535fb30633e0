import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import { answerForRights, askingForRights } from '../state/awake.ts';

const sheet = later(() => import('./confirm-rights.tsx').then((it) => it.ConfirmRights));

/** Over all screens: the code that wakes administrator rights. Its code comes when it is first asked for. */
export function RightsAsked() {
  const asked = askingForRights.value;
  const missing = sheet.trouble.value !== undefined;
  useEffect(() => {
    if (asked) void sheet.fetch();
  }, [asked]);
  // What was to be done fails as it would without being asked, and can be done again.
  useEffect(() => {
    if (asked && missing) answerForRights(false);
  }, [asked, missing]);
  const Sheet = sheet.it.value;
  return asked && Sheet ? <Sheet /> : null;
}
