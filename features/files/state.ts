import { signal } from '@preact/signals';

import type { Device } from '../../web/device.ts';
import { later } from '../../web/later.ts';
import type { Later } from '../../web/later.ts';
import type { Uploads } from './state/uploads.ts';

/** Filled by web/service-worker.ts. */
const THUMBS = 'thumbs';

/** The files of whoever is signed in at this page. What sends them comes when something is to be sent. */
export class Files {
  readonly device: Device;
  readonly uploads: Later<Uploads>;

  constructor(device: Device) {
    this.device = device;
    this.uploads = later(async () => {
      const [{ Uploads }, { shrinkToSend }] = await Promise.all([
        import('./state/uploads.ts'),
        import('./state/shrink.ts'),
      ]);
      const uploads = new Uploads(device, shrinkToSend);
      await uploads.open();
      return uploads;
    });
  }

  /** Goes on with what was left over. */
  async open(): Promise<void> {
    const left = await this.device.cache.all('uploads');
    if (left.length > 0) void this.uploads.fetch();
  }

  /** A message was recalled: the worker gives up the small pictures it kept of it. */
  async forget(list: readonly { readonly id: string }[]): Promise<void> {
    if (typeof caches === 'undefined') return;
    const [{ filePath }, kept] = await Promise.all([import('./rules.ts'), caches.open(THUMBS)]);
    await Promise.all(list.map((it) => kept.delete(filePath(it.id, 'thumb'))));
  }

  async close(): Promise<void> {
    await this.uploads.it.peek()?.close();
  }
}

export const files = signal<Files | undefined>(undefined);
