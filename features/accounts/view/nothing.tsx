import { EmptyState } from '../../../web/ui/states.tsx';
import { strings } from '../strings/tab.ts';

/** Beside Cá nhân, while nothing is open. */
export function NothingOpen() {
  return <EmptyState title={strings('meEmpty')} />;
}
