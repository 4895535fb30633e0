import { randomUUIDv7 } from 'node:crypto';

import type { Database } from './database.ts';
import type { House } from './house.ts';
import { publish } from './perform.ts';
import { insertEvents } from './stream.ts';
import type { Announcement, NoticeWriter } from './stream.ts';

export interface UnattendedContext {
  /** The transaction. */
  readonly db: Database;
  readonly now: Date;
  /** As in a change: numbered and written at the end, sent out after the commit, by nobody. */
  announce(name: string, stream: string, body: unknown): void;
}

/** What the clock does, not a person: one transaction of a job with its events. It bears being done again after it failed. */
export async function changeUnattended(
  house: House,
  writeNotices: NoticeWriter,
  run: (context: UnattendedContext) => Promise<void>,
): Promise<void> {
  const now = house.now();
  const frames = await house.db.transaction().execute(async (db) => {
    const announcements: Announcement[] = [];
    await run({
      db,
      now,
      announce: (name, stream, body) => {
        const message = house.events[name]?.notice ? { message: randomUUIDv7() } : {};
        announcements.push({ name, stream, body, ...message });
      },
    });
    return insertEvents(db, house.events, null, now, announcements, writeNotices);
  });
  publish(house, frames);
}
