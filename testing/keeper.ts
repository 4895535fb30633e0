// A program that does nothing but keep a data folder and its PostgreSQL, for tests that kill it.
// Writes one line of JSON when it is ready or refused, and ends by SIGTERM.
import { takeFolder } from '../server/folder.ts';
import { openLog } from '../server/log.ts';
import { startPostgres } from '../server/postgres.ts';

const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  const dataDir = process.argv[2]!;
  const folder = await takeFolder(dataDir);
  say({ taken: true });
  const postgres = await startPostgres({ dataDir, log: openLog('silent') });
  process.once('SIGTERM', () => {
    postgres
      .stop()
      .then(() => folder.release())
      .then(() => process.exit(0))
      .catch(() => process.exit(1));
  });
  say({ ready: postgres.pid, url: postgres.url });
} catch (error) {
  say({ refused: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
