import { useEffect, useState } from 'preact/hooks';

import { connection } from '../../../web/connection.ts';
import type { Device } from '../../../web/device.ts';
import { searchDevice } from '../../search/view/open.ts';
import { remindersOn } from '../state.ts';
import type { Reminders } from '../state.ts';

/** How often what is shown looks at the clock. */
const TICK_MS = 20_000;

/** The reminders of whoever is signed in; undefined while nobody is. */
export function useReminders(): Reminders | undefined {
  const device = searchDevice.value;
  return device && remindersOn(device);
}

/** The present, as it goes on. */
export function useNow(): number {
  const [now, setNow] = useState(() => connection().now());
  useEffect(() => {
    const timer = setInterval(() => setNow(connection().now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Read with others: no card asks for them again. */
export function keepReminders(device: Device, list: Parameters<Reminders['put']>[0]): void {
  remindersOn(device).put(list);
}
