import { effect, signal } from '@preact/signals';

import type { Device } from '../../../web/device.ts';
import { onceQuiet } from '../../../web/quiet.ts';
import type { CallsState } from '../../calls/state/shapes.ts';
import type { Chats } from '../../chats/state.ts';
import type { QuietHours } from '../../quiet/state.ts';
import type { Notifications } from '../state.ts';

/** Of whoever is signed in at this page; undefined until its code has come, which is not needed to begin. */
export const notifications = signal<Notifications | undefined>(undefined);

let wanted: Device | undefined;

/** Fetches the code of notifications once the first screen stands, and puts it on the device. */
export function openNotifications({ device, chats, quiet }: { device: Device; chats: Chats; quiet: QuietHours }): void {
  wanted = device;
  onceQuiet(chats.known, () => {
    Promise.all([import('../state.ts'), import('./around.ts')]).then(
      ([{ Notifications }, { browserAround }]) => {
        if (wanted !== device) return;
        const opened = new Notifications(device, { chats, quiet: () => quiet.now.peek(), around: browserAround() });
        notifications.value = opened;
        opened.open().catch((error: unknown) => device.world.fault(error));
      },
      // Without a line the app goes on without banners until it is opened again.
      () => undefined,
    );
  });
}

let quietAgain: (() => void) | undefined;

/** Rings while somebody calls; its code comes with the first call. */
export function openRinging(calls: CallsState): void {
  quietAgain?.();
  let stop: (() => void) | undefined;
  let closed = false;
  const wait = effect(() => {
    if (stop || (calls.rings.value.length === 0 && !calls.room.value)) return;
    stop = () => {};
    import('./ringing.ts').then(
      ({ keepRinging, browserBell }) => {
        if (!closed) stop = keepRinging(calls, browserBell());
      },
      // Without a line nobody calls either; the next call tries again.
      () => (stop = undefined),
    );
  });
  quietAgain = () => {
    closed = true;
    wait();
    stop?.();
    quietAgain = undefined;
  };
}

/** Signed out: push ends for this device, and what it shows is taken away. */
export async function leaveNotifications(): Promise<void> {
  wanted = undefined;
  quietAgain?.();
  const opened = notifications.peek();
  notifications.value = undefined;
  await opened?.leave();
}

/** Somebody else is here now, or the page ends. */
export function closeNotifications(): void {
  wanted = undefined;
  quietAgain?.();
  notifications.peek()?.close();
  notifications.value = undefined;
}
