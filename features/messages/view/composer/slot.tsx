import type { ComponentProps } from 'preact';
import { useEffect } from 'preact/hooks';

import { connection } from '../../../../web/connection.ts';
import { later } from '../../../../web/later.ts';
import type { Composer } from '../composer.tsx';

/** What is not needed to read: it comes right after what is, and stands before anybody has pressed anything. */
const writing = later(() => import('../composer.tsx').then((it) => it.Composer));

/** The place of the composer, as high as the empty one until that has come. */
export function ComposerSlot(props: ComponentProps<typeof Composer>) {
  const online = connection().state.value === 'online';
  useEffect(() => void writing.fetch(), [online]);
  const Written = writing.it.value;
  return Written ? <Written {...props} /> : <div class="composer composer-coming" aria-busy="true" />;
}

/** Asks for it before a chat is opened. */
export const fetchComposer = (): void => void writing.fetch();
