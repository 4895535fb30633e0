import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { copiesOf, readCopy, signingKey } from '../../features/audit/chain/checkpoint.ts';
import { verifyLog } from '../../features/audit/chain/verify.ts';
import { takePlace } from '../../server/backup/place.ts';
import { restore as restoreInto, verify } from '../../server/backup/restore.ts';
import type { RestoreReport } from '../../server/backup/restore.ts';
import { BackupError, drillIdentity, readIdentities, signerOf } from '../../server/backup/seal.ts';
import type { Identity } from '../../server/backup/seal.ts';
import { readConfig } from '../../server/config.ts';
import { openDatabase } from '../../server/database.ts';
import { FolderTakenError } from '../../server/folder.ts';
import { openLog } from '../../server/log.ts';
import { PostgresError } from '../../server/postgres-program.ts';
import { CommandFailed, UsageError } from './command.ts';
import type { Command } from './command.ts';

/** Brings a house back from its backup, or proves that it could. Exit code 1 where anything is not as it was backed up. */
export const restore: Command = {
  name: 'restore',
  usage:
    'restore --identity FILE --to FOLDER [--from BACKUP_DIR] [--at 2026-11-23T10:00] [--backup NAME] [--database URL] | restore --verify --identity FILE … | restore --drill',

  async run(args, { print, from }) {
    const given = read(args);
    const config = readConfig(process.env);
    const folder = given.from === undefined ? config.backup?.folder : resolve(from, given.from);
    if (folder === undefined) throw new UsageError('restore from where? --from BACKUP_DIR');
    const drill = given.drill === true;
    if (!drill && given.identity === undefined)
      throw new UsageError('the file with the key is needed: --identity FILE');
    const scratch = drill || given.verify === true;
    if (!scratch && given.to === undefined) throw new UsageError('restore into which folder? --to FOLDER');
    const at = momentOf(given.at) ?? (scratch && given.at !== 'end' ? 'mark' : 'end');
    try {
      let identities: readonly Identity[];
      let signedBy = given['signed-by'];
      if (drill) {
        identities = [await drillIdentity(config.keysDir)];
        signedBy ??= signerOf(config.keysDir).name;
      } else {
        const keys = await readIdentities(resolve(from, given.identity!)).catch((error: unknown) => {
          throw error instanceof BackupError ? error : new BackupError((error as Error).message);
        });
        identities = keys.identities;
        signedBy ??= keys.signedBy;
      }
      if (signedBy === undefined)
        print(
          'The file with the key does not say who signs the backups: whether a thief has changed them is not looked at.',
        );
      const options = {
        folder,
        identities,
        signedBy,
        at,
        backup: given.backup,
        databaseUrl: given.database,
        log: openLog('error'),
        say: given.json ? undefined : print,
        verifyAudit,
      } as const;
      const taken = drill ? await takePlace(folder) : undefined;
      let report: RestoreReport;
      try {
        report = scratch
          ? await verify(options, given.to === undefined ? join(config.dataDir, 'drill') : resolve(from, given.to))
          : await restoreInto({ ...options, to: resolve(from, given.to!) });
      } finally {
        await taken?.release();
      }
      tell(report, { print, json: given.json === true, scratch });
    } catch (error) {
      if (error instanceof BackupError || error instanceof PostgresError || error instanceof FolderTakenError)
        throw new CommandFailed(error.message);
      throw error;
    }
  },
};

function tell(
  report: RestoreReport,
  { print, json, scratch }: { print: (text: string) => void; json: boolean; scratch: boolean },
): void {
  const { wrong, ...figures } = report;
  if (wrong.length > 0)
    throw new CommandFailed(
      `${wrong.length} faults in ${report.backup}:\n${wrong.slice(0, 100).join('\n')}${wrong.length > 100 ? '\n…' : ''}`,
    );
  if (json) {
    print(JSON.stringify(figures));
    return;
  }
  print(
    `${report.messages} messages in ${report.streams} streams, ${report.blobs} files, ${report.segments} segments of the log; counts, heads, audit log and files are as they were backed up.`,
  );
  print(
    scratch
      ? `The backup is whole: restored and removed again in ${report.seconds.toFixed(1)} s.`
      : `Restored in ${report.seconds.toFixed(1)} s. Start the program with DATA_DIR on this folder.`,
  );
}

async function verifyAudit(databaseUrl: string, dataDir: string): Promise<string | undefined> {
  const db = openDatabase(databaseUrl, () => undefined, 2);
  try {
    const outside = (await Promise.all(copiesOf({ dataDir, auditCopy: undefined }).map(readCopy))).flat();
    const { broken } = await verifyLog(db, { key: signingKey(join(dataDir, 'keys')).open, outside });
    return broken ? `the audit log does not hold at entry ${broken.seq}: ${broken.what}` : undefined;
  } finally {
    await db.destroy();
  }
}

const MOMENT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/;

/** Without a zone it is the time in Vietnam. */
function momentOf(text: string | undefined): number | undefined {
  if (text === undefined || text === 'end') return undefined;
  const zone = MOMENT.exec(text);
  const at = zone ? Date.parse(`${text.replace(' ', 'T')}${zone[3] === undefined ? '+07:00' : ''}`) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageError(`${text} is no moment: 2026-11-23T10:00, by the clock in Vietnam`);
  return at;
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        identity: { type: 'string' },
        at: { type: 'string' },
        backup: { type: 'string' },
        database: { type: 'string' },
        'signed-by': { type: 'string' },
        verify: { type: 'boolean' },
        drill: { type: 'boolean' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
