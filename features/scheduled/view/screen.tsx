import { Page } from '../../../web/ui/page.tsx';
import { strings } from '../strings.ts';
import { ScheduledRows } from './rows.tsx';

/** Cá nhân → Tin hẹn giờ: all that waits, of every chat, also of those one is no longer in. */
export function ScheduledScreen() {
  return (
    <Page title={strings('title')}>
      <ScheduledRows />
    </Page>
  );
}
