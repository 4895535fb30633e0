import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { generateX25519Identity, identityToRecipient } from 'age-encryption';

import { actions, events } from '../../features/contracts.ts';
import { sealedBlobs } from '../../features/files/vault/sealed.ts';
import { openFeatures } from '../../features/handlers.ts';
import { takeBackup } from '../../server/backup/backup.ts';
import { BackupError, sealingOf, signerOf } from '../../server/backup/seal.ts';
import { shipLog } from '../../server/backup/wal.ts';
import { readConfig } from '../../server/config.ts';
import { openLog } from '../../server/log.ts';
import { runningPostgres } from '../../server/postgres.ts';
import { startHouse } from '../../server/start.ts';
import { CommandFailed, UsageError } from './command.ts';
import type { Command } from './command.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Makes a backup now, or the keys it is opened with. */
export const backup: Command = {
  name: 'backup',
  usage: 'backup [--json] | backup keys FILE',

  async run(args, { print, from }) {
    let verb: string | undefined;
    let file: string | undefined;
    let json: boolean;
    try {
      const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: { json: { type: 'boolean' } },
      });
      [verb, file] = positionals;
      json = values.json === true;
      if (positionals.length > 2) throw new Error(`what is ${positionals[2]}?`);
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
    if (verb === 'keys' && file !== undefined) return makeKeys(resolve(from, file), print);
    if (verb !== undefined) throw new UsageError('backup makes a backup, or with keys FILE the keys for it');
    await makeBackup(print, json);
  },
};

async function makeKeys(file: string, print: (text: string) => void): Promise<void> {
  const { keysDir } = readConfig(process.env);
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const text = [
    '# Opens the backups of Nhà Rông. Keep it apart from the machine and from the backups, and print it on paper.',
    `# public key: ${recipient}`,
    `# signed by: ${signerOf(keysDir).name}`,
    identity,
    '',
  ].join('\n');
  await writeFile(file, text, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailed(error.code === 'EEXIST' ? `${file} is there already` : error.message);
  });
  print(`Written: ${file}. Take it away from this machine: without it no backup opens once the machine is gone.`);
  print(`BACKUP_RECIPIENTS=${recipient}`);
}

async function makeBackup(print: (text: string) => void, json: boolean): Promise<void> {
  const config = readConfig(process.env);
  const { dataDir, keysDir, backup: set } = config;
  if (!set) throw new CommandFailed('BACKUP_DIR is not set: there is nowhere to back up to.');
  const log = openLog(json ? 'silent' : 'warn');
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const own = config.databaseUrl === undefined;
  const running = own ? await runningPostgres(dataDir) : config.databaseUrl;
  // Reachable by nobody: it is open for the backup only.
  const house =
    running === undefined
      ? await startHouse({
          config: { ...config, host: '127.0.0.1', port: 0 },
          log,
          actions,
          events,
          openFeatures,
          jobs: false,
        })
      : undefined;
  try {
    const databaseUrl = running ?? (await runningPostgres(dataDir))!;
    const report = await takeBackup({
      dataDir,
      keysDir,
      folder: set.folder,
      recipients: set.recipients,
      databaseUrl,
      own,
      source: sealedBlobs(config),
      version,
      log,
      ship: house
        ? async () =>
            shipLog({
              dataDir,
              folder: set.folder,
              sealing: await sealingOf(keysDir, set.recipients),
              spoolMost: Infinity,
              log,
            })
        : undefined,
    });
    if (json) print(JSON.stringify(report));
    else {
      print(
        `Backed up: ${report.name}, ${report.messages} messages, ${report.blobs} files, ${(report.bytes / 1e6).toFixed(1)} MB beside the files, in ${report.seconds.toFixed(1)} s.`,
      );
      if (report.lost > 0)
        print(`${report.lost} files could not be read where they lie; their ids stand in the log above.`);
    }
  } catch (error) {
    if (error instanceof BackupError) throw new CommandFailed(error.message);
    throw error;
  } finally {
    await house?.stop();
  }
}
