import type { Database } from '../../../server/database.ts';
import type { House } from '../../../server/house.ts';
import type { NoticeWriter } from '../../../server/stream.ts';
import { takeStreams } from '../../../server/stream.ts';
import { changeUnattended } from '../../../server/unattended.ts';

/** A transaction that holds the stream of a call’s group, whoever began it: so that all that happens to one call happens one after the other. */
export interface Turn {
  readonly db: Database;
  readonly now: Date;
  announce(name: string, stream: string, body: unknown): void;
  /** Runs once after the commit. */
  afterCommit(run: () => void | Promise<void>): void;
}

/** A turn that nobody asked for. */
export async function turnUnattended(
  house: House,
  writeNotices: NoticeWriter,
  group: string,
  run: (turn: Turn) => Promise<void>,
): Promise<void> {
  const after: (() => void | Promise<void>)[] = [];
  await changeUnattended(house, writeNotices, async ({ db, now, announce }) => {
    await takeStreams(db, [group]);
    await run({ db, now, announce, afterCommit: (it) => void after.push(it) });
  });
  for (const it of after) await it();
}
