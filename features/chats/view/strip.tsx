import { useEffect, useState } from 'preact/hooks';
import { RefreshCw, Wifi, WifiOff } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { formatListTime, formatTime, sameDay } from '../../../web/format.ts';
import { Strip } from '../../../web/ui/strip.tsx';
import { chats } from '../state.ts';
import { strings } from '../strings.ts';

const BACK_MS = 2_000;

/** Under every bar: that there is no line, and how old is what is seen; for two seconds that it is back. */
export function LineStrip() {
  const { state, outdated, lastHeard } = connection();
  const now = state.value;
  const [shown, setShown] = useState<'none' | 'offline' | 'back'>('none');
  useEffect(() => {
    if (now === 'offline') {
      setShown('offline');
      return;
    }
    if (now !== 'online' || shown !== 'offline') return;
    setShown('back');
    const timer = setTimeout(() => setShown('none'), BACK_MS);
    return () => clearTimeout(timer);
  }, [now]);
  useEffect(() => {
    if (shown !== 'back') return;
    const timer = setTimeout(() => setShown('none'), BACK_MS);
    return () => clearTimeout(timer);
  }, [shown]);

  if (!chats.value) return null;
  if (outdated.value) {
    return (
      <Strip tone="accent" icon={RefreshCw} action={strings('reload')} onAction={() => location.reload()}>
        {strings('outdated')}
      </Strip>
    );
  }
  if (shown === 'offline') {
    const heard = lastHeard.value;
    return (
      <Strip
        tone="gold"
        icon={WifiOff}
        after={
          heard > 0
            ? strings('asOf', { time: sameDay(heard, Date.now()) ? formatTime(heard) : formatListTime(heard) })
            : undefined
        }
      >
        <b>{strings('offline')}</b> {strings('offlineAfter')}
      </Strip>
    );
  }
  if (shown === 'back') {
    return (
      <Strip tone="accent" icon={Wifi}>
        {strings('back')}
      </Strip>
    );
  }
  return null;
}
