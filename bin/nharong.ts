import { actions, events } from '../features/contracts.ts';
import { openFeatures } from '../features/handlers.ts';
import { Problem } from '../protocol/problem.ts';
import type { WireProblem } from '../protocol/problem.ts';
import { ConfigError, readConfig } from '../server/config.ts';
import type { Config } from '../server/config.ts';
import { openLog } from '../server/log.ts';
import { askProgram, performHere } from '../server/program-door.ts';
import { explain, refuseOldNode, startHouse } from '../server/start.ts';
import { audit } from './commands/audit.ts';
import { backup } from './commands/backup.ts';
import { calls } from './commands/calls.ts';
import type { Command, Performing } from './commands/command.ts';
import { CommandFailed, UsageError } from './commands/command.ts';
import { doctor } from './commands/doctor.ts';
import { importList } from './commands/import.ts';
import { restore } from './commands/restore.ts';
import { secrecy } from './commands/secrecy.ts';
import { setup } from './commands/setup.ts';

const COMMANDS: readonly Command[] = [setup, importList, audit, secrecy, backup, restore, calls, doctor];

/**
 * Performs an action in the program that runs on this data folder, or, where none does, starts what is needed for it,
 * performs it and stops again. Exit codes: 0 done, 1 refused or failed, 2 wrong arguments or settings.
 */
function performing(config: Config): Performing & { close(): Promise<void> } {
  let { publicUrl } = config;
  let started: Promise<Awaited<ReturnType<typeof startHouse>>> | undefined;

  function start() {
    // Reachable by nobody: it is open for one act.
    const alone = { ...config, host: '127.0.0.1', port: 0 };
    return startHouse({ config: alone, log: openLog('silent'), actions, events, openFeatures, jobs: false });
  }

  return {
    async do(name, input) {
      if (!started) {
        const answer = await askProgram(config.dataDir, { name, input });
        if (answer && 'problem' in answer) throw refused(answer.problem);
        if (answer) {
          publicUrl = answer.at;
          return answer.ok as never;
        }
      }
      const { open } = await (started ??= start());
      return (await performHere(open, { name, input })) as never;
    },
    publicUrl: () => publicUrl,
    async close() {
      const house = await started?.catch(() => undefined);
      await house?.stop();
    },
  };
}

function refused({ code, retry, ...details }: WireProblem): Problem {
  return new Problem(code, { status: 0, retry: retry === true, summary: '' }, details);
}

async function main(): Promise<number> {
  refuseOldNode();
  const [name, ...rest] = process.argv.slice(2);
  const wantsHelp = name === 'help' || [name, ...rest].includes('--help');
  const command = COMMANDS.find((it) => it.name === name);
  if (!command || wantsHelp) {
    const told = (command ? [command] : COMMANDS).map((it) => `  bin/nharong ${it.usage}\n`).join('');
    process[wantsHelp ? 'stdout' : 'stderr'].write(`Usage:\n${told}`);
    return wantsHelp ? 0 : 2;
  }
  const config = readConfig(process.env);
  const perform = performing(config);
  try {
    await command.run(rest, {
      do: perform.do,
      publicUrl: perform.publicUrl,
      print: (text) => void process.stdout.write(`${text}\n`),
      from: process.env['NHARONG_FROM'] ?? process.cwd(),
    });
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nUsage: bin/nharong ${command.usage}\n`);
      return 2;
    }
    if (error instanceof CommandFailed) {
      process.stderr.write(`${error.message}\n`);
      return error.code;
    }
    if (error instanceof Problem) {
      const words =
        error.details['right'] === 'operator'
          ? 'The program that runs here belongs to another user: run this as that user or as root.'
          : command.explain?.(error);
      process.stderr.write(`${words ?? `refused: ${error.code} ${JSON.stringify(error.details)}`}\n`);
      return 1;
    }
    throw error;
  } finally {
    await perform.close();
  }
}

// What never comes to an end has not gone well: Node itself would say 0 where nothing is left to wait for.
process.exitCode = 1;
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(error instanceof ConfigError ? 2 : 1);
  },
);
