import { readdir } from 'node:fs/promises';

import { backupsIn, stateOf, timeOf } from '../backup/place.ts';
import type { BackupState } from '../backup/place.ts';
import { spoolBytes } from '../backup/wal.ts';
import type { BackupConfig } from '../config.ts';
import { broken, warning, well } from './finding.ts';
import type { Finding } from './finding.ts';
import { agoOf } from './records.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MB = 1_048_576;

export interface BackupFacts {
  /** When the newest was begun, in milliseconds since 1970; undefined where there is none. */
  readonly newestAt: number | undefined;
  readonly count: number;
  readonly state: BackupState;
  /** Bytes of the log of changes that wait to be taken away. */
  readonly spool: number;
}

/** What lies in BACKUP_DIR, and what waits for it. Fails where the folder cannot be looked into. */
export async function readBackups({ folder }: Pick<BackupConfig, 'folder'>, dataDir: string): Promise<BackupFacts> {
  await readdir(folder);
  const names = await backupsIn(folder);
  const newest = names.at(-1);
  return {
    newestAt: newest === undefined ? undefined : timeOf(newest),
    count: names.length,
    state: await stateOf(folder),
    spool: await spoolBytes(dataDir),
  };
}

/** `most`: bytes of the spool from which on it is given up. */
export function judgeBackups(
  it: BackupFacts,
  { now, most }: { readonly now: number; readonly most: number },
): Finding[] {
  const found: Finding[] = [];
  const { failed, drill } = it.state;
  const why = failed ? `; the last try failed ${agoOf(now - failed.at)} ago: ${failed.error.split('\n')[0]!}` : '';
  if (it.newestAt === undefined) found.push(broken('backup', `there is none${why}`, 'bin/nharong backup'));
  else if (now - it.newestAt > 26 * HOUR)
    found.push(
      broken(
        'backup',
        `the newest is ${agoOf(now - it.newestAt)} old${why}`,
        'bin/nharong backup, and look at the log',
      ),
    );
  else if (failed)
    found.push(warning('backup', `the newest is ${agoOf(now - it.newestAt)} old${why}`, 'bin/nharong backup'));
  else found.push(well('backup', `${it.count}, the newest ${agoOf(now - it.newestAt)} old`));
  if (drill && !drill.ok)
    found.push(
      broken(
        'drill',
        `${agoOf(now - drill.at)} ago a backup could not be restored: ${(drill.error ?? '').split('\n')[0]!}`,
        'today: bin/nharong restore --drill',
      ),
    );
  else if (!drill || now - drill.at > 9 * DAY)
    found.push(
      warning(
        'drill',
        drill
          ? `no backup was restored for practice for ${agoOf(now - drill.at)}`
          : 'no backup was ever restored for practice',
        'bin/nharong restore --drill',
      ),
    );
  else found.push(well('drill', `${agoOf(now - drill.at)} ago a backup was restored, and was whole`));
  if (it.spool > most / 2)
    found.push(
      broken(
        'log of changes',
        `${Math.round(it.spool / MB)} MB wait for BACKUP_DIR; with more than ${Math.round(most / MB)} MB it is given up`,
        'look whether BACKUP_DIR can be written',
      ),
    );
  return found;
}

/** Both, in words also where the folder is away. */
export async function checkBackups(
  config: Pick<BackupConfig, 'folder' | 'spoolBytes'>,
  dataDir: string,
  now: number,
): Promise<Finding[]> {
  let facts: BackupFacts;
  try {
    facts = await readBackups(config, dataDir);
  } catch (error) {
    return [
      broken(
        'backup',
        `BACKUP_DIR ${config.folder} cannot be looked into (${(error as NodeJS.ErrnoException).code})`,
        'mount its disk, or make it readable for the user of the program; then bin/nharong backup',
      ),
    ];
  }
  return judgeBackups(facts, { now, most: config.spoolBytes });
}

/** Where nothing is backed up by the program. `own`: the database is the program's. */
export const judgeNoBackup = (own: boolean): Finding[] => [
  warning(
    'backup',
    own
      ? 'BACKUP_DIR is not set: with this disk all is gone'
      : 'BACKUP_DIR is not set: keys and files are in no backup',
    'docs/operating.md, Backup',
  ),
];
