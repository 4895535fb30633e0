import type { House, Job } from '../../../server/house.ts';
import {
  arrived,
  blobsToRemove,
  deleteBlobs,
  deleteGone,
  endOrphans,
  endUnsent,
  endUploads,
  nodesWithParts,
  withParts,
} from '../store/uploads.ts';
import type { Vault } from '../vault/vault.ts';
import type { Owners } from './owners.ts';
import type { Pipeline } from './pipeline.ts';

/** Rows and blobs of one round, and rounds of one run. */
const TOGETHER = 200;
const ROUNDS = 20;
/** The limit of a day looks back so far, and a client may ask what became of its upload. */
const REMEMBERED_HOURS = 48;

/** Ends what is over, removes what nobody carries, and goes on with what was left when the program ended. A bounded part at a time. */
export function filesJob(house: House, vault: Vault, pipeline: Pipeline, owners: Owners): Job {
  const { db } = house;

  async function upTo(round: () => Promise<number>): Promise<void> {
    for (let times = 0; times < ROUNDS; times += 1) if ((await round()) < TOGETHER) return;
  }

  return {
    name: 'end uploads and unsent files',
    everySeconds: 60,
    async run() {
      const now = house.now();
      await upTo(async () => {
        const ended = await endUploads(db, now, TOGETHER);
        for (const id of ended) await vault.parts.remove(id);
        return ended.length;
      });
      for (const node of await nodesWithParts(db, owners.here))
        if (await owners.isGone(node)) await upTo(() => endOrphans(db, node, TOGETHER));
      await upTo(() => endUnsent(db, now, TOGETHER));
      await upTo(() => removeBlobs(house, vault));
      await upTo(() => deleteGone(db, new Date(now.getTime() - REMEMBERED_HOURS * 3_600_000), TOGETHER));
      // Of uploads that were given up when the program was ended.
      const parts = await vault.parts.list();
      for (let at = 0; at < parts.length; at += 1_000) {
        const some = parts.slice(at, at + 1_000);
        const needed = new Set(await withParts(db, some));
        for (const id of some) if (!needed.has(id)) await vault.parts.remove(id);
      }
      for (const { id, owner } of await arrived(db, owners.here, 1_000)) pipeline.submit(id, owner);
    },
  };
}

/** First from the store, then from the database: nothing lies there of which nobody knows. */
export async function removeBlobs(house: House, vault: Vault): Promise<number> {
  const blobs = await blobsToRemove(house.db, TOGETHER);
  for (const blob of blobs) await vault.remove(blob);
  if (blobs.length > 0) await deleteBlobs(house.db, blobs);
  return blobs.length;
}
