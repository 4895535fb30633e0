import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { SmsProvider } from './message.ts';

/** Every message is one line of JSON at the end of a file, on the disk before the message counts as sent. */
export function fileSms(path: string, now: () => Date): SmsProvider {
  let file: Promise<FileHandle> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function append(line: string): Promise<void> {
    file ??= mkdir(dirname(path), { recursive: true }).then(() => open(path, 'a', 0o600));
    try {
      const handle = await file;
      await handle.write(line);
      await handle.datasync();
    } catch (error) {
      file = undefined;
      throw error;
    }
  }

  return {
    send({ to, text }) {
      // One after the other, so that lines cannot mix.
      const line = `${JSON.stringify({ at: now().toISOString(), to, text })}\n`;
      const mine = last.then(() => append(line));
      last = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      await last;
      await (await file)?.close();
      file = undefined;
    },
  };
}
