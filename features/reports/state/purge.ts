import { Problem } from '../../../protocol/problem.ts';
import type { Device } from '../../../web/device.ts';
import type { Files } from '../../files/state.ts';
import type { Messages, SendForm } from '../../messages/state.ts';
import type { Purge } from '../protocol.ts';

// Withdrawals are rare: this comes when there is one, or when this device cannot know whether there was.

/** What of the board has the id of its message, as it is kept on the device. */
const THINGS = ['note', 'reminder', 'poll'];

export interface Places {
  readonly device: Device;
  readonly messages: Messages;
  readonly files: Files;
}

/** Removes from memory and device what these messages said, and these files. */
export async function purge({ device, messages, files }: Places, it: Omit<Purge, 'withdrawal'>): Promise<void> {
  const gone = new Set(it.messages.map((one) => one.message));
  for (const { id, name, input } of device.outbox.entries.peek()) {
    const { forward } = input as SendForm;
    if (name === 'message.send' && forward && gone.has(forward.message)) device.outbox.remove(id);
  }
  for (const [group, list] of Map.groupBy(it.messages, (one) => one.group)) {
    const ids = list.map((one) => one.message);
    await messages.withdraw(group, ids);
    for (const id of ids) for (const kind of THINGS) device.cache.remove('things', `${kind} ${id}`);
  }
  await files.forget(it.files.map((id) => ({ id })));
  const uploads = files.uploads.it.peek();
  for (const id of it.files) {
    const upload = uploads?.find(id);
    if (upload) uploads!.letGo(upload.id);
  }
}

/** Asks what this device has not said to have removed, removes it, and says so. False where it is to be asked again. */
export async function purgePending(places: Places): Promise<boolean> {
  const { connection, cache, world } = places.device;
  try {
    for (;;) {
      const { purges } = await connection.call('withdrawal.pending', {});
      if (purges.length === 0) return true;
      for (const it of purges) await purge(places, it);
      await cache.flush();
      await connection.call('withdrawal.confirm', { withdrawals: purges.map((it) => it.withdrawal) });
    }
  } catch (error) {
    if (!(error instanceof Problem)) world.fault(error);
    return false;
  }
}
