import type { Device } from '../../../web/device.ts';
import { searchDevice } from '../../search/view/open.ts';
import { remindersOn } from '../state.ts';
import type { Reminders } from '../state.ts';

/** The reminders of whoever is signed in; undefined while nobody is. */
export function useReminders(): Reminders | undefined {
  const device = searchDevice.value;
  return device && remindersOn(device);
}

/** Read with others: no card asks for them again. */
export function keepReminders(device: Device, list: Parameters<Reminders['put']>[0]): void {
  remindersOn(device).put(list);
}
