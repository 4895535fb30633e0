import { useEffect, useState } from 'preact/hooks';

import { formatClock, formatSpan } from '../../../web/format.ts';
import { strings } from '../strings/stage.ts';

/** How long this device has been in the call, running. */
export function Clock({ since }: { since: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - since) / 1_000));
  return (
    <span role="timer" aria-label={strings('seconds', { time: formatSpan(seconds) })}>
      {formatClock(seconds)}
    </span>
  );
}
