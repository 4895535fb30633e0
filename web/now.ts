import { useEffect, useState } from 'preact/hooks';

import { connection } from './connection.ts';

/** How often what is shown looks at the clock. */
const TICK_MS = 20_000;

/** The present on the server's clock, as it goes on. */
export function useNow(): number {
  const [now, setNow] = useState(() => connection().now());
  useEffect(() => {
    const timer = setInterval(() => setNow(connection().now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
