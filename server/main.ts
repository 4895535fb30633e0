import { setTimeout as pause } from 'node:timers/promises';

import { actions, events } from '../features/contracts.ts';
import { greeting, openFeatures } from '../features/handlers.ts';
import { ConfigError, readConfig } from './config.ts';
import { isUnavailable } from './database.ts';
import { openLog } from './log.ts';
import type { OpenHouse } from './open.ts';
import { openProgramDoor } from './program-door.ts';
import { explain, refuseOldNode, startHouse } from './start.ts';

/** Without the time that is given to a balancer. */
const STOP_MOST_MS = 40_000;

/** Starts the program, prints where it is, and stays until it is told to stop. Exit codes: 0 stopped, 1 could not start, 2 bad settings. */
async function main(): Promise<void> {
  refuseOldNode();
  const config = readConfig(process.env);
  const log = openLog(config.logLevel);
  const undo: (() => Promise<unknown>)[] = [];
  const halt = new AbortController();
  let stopping: Promise<void> | undefined;

  async function start(): Promise<void> {
    const { open, stop: stopHouse } = await startHouse({
      config,
      log,
      actions,
      events,
      openFeatures,
      signal: halt.signal,
    });
    undo.push(stopHouse);
    const door = await openProgramDoor(open);
    undo.push(() => door.close());
    await greet(open);
  }

  /** What is open stays open: a database that goes away just now comes back. */
  async function greet(open: OpenHouse): Promise<void> {
    while (!halt.signal.aborted) {
      try {
        return say(await greeting(open));
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        await pause(1_000, undefined, { signal: halt.signal }).catch(() => undefined);
      }
    }
  }

  async function stop(code: number): Promise<void> {
    stopping ??= (async () => {
      // A stop that hangs must end too; what was acknowledged is on the disk already.
      setTimeout(() => process.exit(1), STOP_MOST_MS + config.drainSeconds * 1_000).unref();
      halt.abort();
      // What is being started is only undone whole.
      await starting.catch(() => undefined);
      for (const step of undo.reverse()) await step().catch((error: unknown) => log.error({ error }, 'stopping'));
      process.exitCode = code;
    })();
    await stopping;
  }
  const starting = start();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!stopping) say('\nStopping …\n');
      void stop(0).then(() => process.exit());
    });
  }
  process.stdout.on('error', () => undefined);
  process.on('unhandledRejection', (error) => log.fatal({ error }, 'unhandled'));

  try {
    await starting;
  } catch (error) {
    // Told to stop meanwhile: that is no failure, and the signal ends the program.
    if (stopping) return;
    await stop(1);
    throw error;
  }
}

/** For whoever sits at the terminal; a terminal that is gone, or a file on a full disk, is no reason to end. */
function say(text: string): void {
  try {
    process.stdout.write(text);
  } catch {
    // Nobody reads it.
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
});
