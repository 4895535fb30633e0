import { ShieldAlert } from 'lucide';
import { formatTimeInText } from '../../../web/format.ts';
import { navigate } from '../../../web/routing.ts';
import { Strip } from '../../../web/ui/strip.tsx';
import { devices } from '../state.ts';
import { strings } from '../strings.ts';
import { deviceWords } from './words.ts';

/** Under every bar, on the devices that were signed in before: a further one was added. */
export function AddedStrip() {
  const added = devices.value?.added.value;
  if (!added) return null;
  return (
    <Strip tone="gold" icon={ShieldAlert} action={strings('notYou')} onAction={() => navigate('/me/devices')}>
      {strings('added', { device: deviceWords(added), time: formatTimeInText(added.signedInAt) })}
    </Strip>
  );
}
