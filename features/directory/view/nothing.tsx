import { UsersRound } from 'lucide';

import { EmptyState } from '../../../web/ui/states.tsx';
import { strings } from '../strings/tab.ts';

/** The name of Quản trị, for what leads there. */
export const adminTitle = (): string => strings('admin');

/** Beside Danh bạ, while nothing is open. */
export function NobodyOpen() {
  return <EmptyState icon={UsersRound} title={strings('pickPerson')} />;
}

/** Beside the list of Quản trị, while nothing is open. */
export function NothingOpen() {
  return <EmptyState title={strings('choose')} text={strings('chooseText')} />;
}
