import { DoorOpen } from 'lucide';

import { displayName } from '../../../web/names.ts';
import { Strip } from '../../../web/ui/strip.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import { strings } from '../strings/left.ts';

/** Under every bar, for leaders: who left a group without a line in its conversation. One at a time, the oldest first. */
export function LeftQuietlyStrip() {
  const state = useGroups();
  const first = state?.leftQuietly.value[0];
  if (!state || !first) return null;
  const group = displayName(state.chats.get(first.group)?.name ?? '');
  return (
    <Strip tone="accent" icon={DoorOpen} action={strings('understood')} onAction={() => state.heardOfLeft()}>
      {strings('leftQuietly', { name: displayName(first.name), group })}
    </Strip>
  );
}
