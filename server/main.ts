import { actions, events } from '../features/contracts.ts';
import { greeting, openFeatures } from '../features/handlers.ts';
import { migrate, MigrationError } from '../database/migrate.ts';
import { ConfigError, readConfig } from './config.ts';
import { FolderTakenError, takeFolder } from './folder.ts';
import { openLog } from './log.ts';
import { openHouse, UnsafeDatabaseError } from './open.ts';
import type { OpenHouse } from './open.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { PostgresError } from './postgres-program.ts';

const NODE_NEEDED = 26;

/** Starts the program, prints where it is, and stays until it is told to stop. Exit codes: 0 stopped, 1 could not start, 2 bad settings. */
async function main(): Promise<void> {
  if (Number(process.versions.node.split('.')[0]) < NODE_NEEDED) {
    throw new StartError(`Node ${NODE_NEEDED} is needed, this is ${process.versions.node}. Start with: npm start`);
  }
  const config = readConfig(process.env);
  const log = openLog(config.logLevel);
  const undo: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | undefined;

  async function stop(code: number): Promise<void> {
    stopping ??= (async () => {
      // A stop that hangs must end too; what was acknowledged is on the disk already.
      setTimeout(() => process.exit(1), 40_000).unref();
      for (const step of undo.reverse()) await step().catch((error: unknown) => log.error({ error }, 'stopping'));
      process.exitCode = code;
    })();
    await stopping;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stopping) process.stdout.write('\nStopping …\n');
      void stop(0).then(() => process.exit());
    });
  }
  process.on('unhandledRejection', (error) => log.fatal({ error }, 'unhandled'));

  try {
    const folder = await takeFolder(config.dataDir);
    undo.push(() => folder.release());
    let databaseUrl = config.databaseUrl;
    let postgres: Postgres | undefined;
    if (databaseUrl === undefined) {
      const own = (postgres = await startPostgres({ dataDir: config.dataDir, log }));
      undo.push(() => own.stop());
      databaseUrl = own.url;
    }
    const applied = await migrate(databaseUrl);
    if (applied.length > 0) log.info({ applied }, 'database migrated');
    const open: OpenHouse = await openHouse({ config, databaseUrl, log, actions, events, openFeatures });
    undo.push(() => open.close());
    postgres?.onRestart(() => open.house.metrics.postgresRestarts.inc());
    process.stdout.write(await greeting(open));
  } catch (error) {
    await stop(1);
    throw error;
  }
}

class StartError extends Error {}

/** What an operator can mend is one clear line; anything else is our fault and shows where. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof FolderTakenError || error instanceof MigrationError)
    return error.message;
  if (error instanceof PostgresError || error instanceof UnsafeDatabaseError || error instanceof StartError)
    return error.message;
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program. Choose another with PORT=…`;
  if (code === 'EACCES') return `This user may not listen on port ${port}. Choose one above 1024 with PORT=…`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
});
