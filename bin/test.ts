// The stages of npm test. Names of stages as arguments run only those; without, all of them in this order.
import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { startTestPostgres, type TestServer } from '../testing/postgres-server.ts';
import { missingPackages } from './machine.ts';

const root = join(import.meta.dirname, '..');
process.chdir(root);

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** Of a stage that could not run or proved nothing. */
  why?: string;
}

interface Stage {
  readonly name: string;
  readonly minutes: number;
  run(signal: AbortSignal): Promise<Outcome>;
}

const IGNORED = ['node_modules/**', 'web/dist*/**', 'data/**', 'data-demo/**', 'tmp/**'];
const find = (pattern: string): string[] => globSync(pattern, { exclude: IGNORED }).sort();

/** What the tests see: not the settings of whoever starts them. */
function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: 'test',
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  };
  for (const name of Object.keys(env)) {
    if (
      /^(PORT|HOST|PUBLIC_URL|DATA_DIR|DATABASE_URL|NATS_URL|SMS_.*|SMPP_.*|LOG_LEVEL|TRUSTED_PROXIES|OFFICE_NETWORKS|AUDIT_COPY|REGISTRATION|NODE_OPTIONS|PG[A-Z]+)$/.test(
        name,
      )
    ) {
      delete env[name];
    }
  }
  return env;
}

/** Its exit code. It and what it started end with the signal. */
async function run(command: string, args: string[], signal: AbortSignal, env: NodeJS.ProcessEnv = {}): Promise<number> {
  // A group of its own, so that a stage that hangs ends with all its servers and browsers.
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...environment(), ...env },
    detached: true,
  });
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', end);
  const [code] = (await once(child, 'close')) as [number | null];
  signal.removeEventListener('abort', end);
  return code ?? 1;
}

const one = (code: number): Outcome =>
  code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };

async function all(signal: AbortSignal, ...commands: [string, ...string[]][]): Promise<Outcome> {
  let worst = 0;
  for (const [command, ...args] of commands) worst = Math.max(worst, await run(command, args, signal));
  return one(worst);
}

/** Runs test files under Node's own runner and counts what they did. */
async function tests(
  files: string[],
  signal: AbortSignal,
  concurrency: number,
  seconds: number,
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  if (files.length === 0) return { passed: 0, failed: 1, skipped: 0, why: 'there are no test files' };
  const place = await mkdtemp(join(tmpdir(), 'nha-rong-counts-'));
  const counts = join(place, 'tap');
  const code = await run(
    process.execPath,
    [
      `--import=${join(root, 'testing/watch.ts')}`,
      '--test',
      `--test-concurrency=${concurrency}`,
      `--test-timeout=${seconds * 1000}`,
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      '--test-reporter=tap',
      `--test-reporter-destination=${counts}`,
      ...files,
    ],
    signal,
    env,
  );
  const tap = await readFile(counts, 'utf8').catch(() => '');
  await rm(place, { recursive: true, force: true });
  const count = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  const outcome = {
    passed: count('pass'),
    failed: count('fail') + count('cancelled'),
    skipped: count('skipped') + count('todo'),
  };
  if (code !== 0 && outcome.failed === 0) return { ...outcome, failed: 1, why: 'the runner ended badly' };
  if (outcome.passed + outcome.failed === 0) return { ...outcome, failed: 1, why: 'no test ran' };
  return outcome;
}

const PG15 = { folder: '/usr/lib/postgresql/15', major: 15 };

let shared: Promise<TestServer> | undefined;
let old: Promise<TestServer> | undefined;
const sharedServer = (): Promise<TestServer> => (shared ??= startTestPostgres());

const isStoreTest = (path: string): boolean => /(^database\/|(^|\/)stores?(\/|\.)|^server\/stream)/.test(path);

const stages: Stage[] = [
  {
    name: 'machine',
    minutes: 15,
    async run(signal) {
      let missing = missingPackages();
      if (missing.length > 0 && process.getuid?.() === 0) {
        await run('sh', ['bin/machine', ...missing], signal);
        missing = missingPackages();
      }
      if (missing.length === 0) return { passed: 1, failed: 0, skipped: 0 };
      return {
        passed: 0,
        failed: 1,
        skipped: 0,
        why: `missing on this machine: ${missing.join(' ')}. As root: apt-get install ${missing.join(' ')}`,
      };
    },
  },
  { name: 'format', minutes: 2, run: (signal) => all(signal, ['oxfmt', '--check', '.']) },
  { name: 'lint', minutes: 5, run: (signal) => all(signal, ['oxlint', '--type-aware', '--deny-warnings']) },
  {
    name: 'types',
    minutes: 5,
    run: (signal) =>
      all(
        signal,
        ['tsc', '-p', 'tsconfig.json'],
        ...(existsSync('web/service-worker.ts')
          ? [['tsc', '-p', 'tsconfig.worker.json'] as [string, ...string[]]]
          : []),
      ),
  },
  { name: 'structure', minutes: 2, run: (signal) => all(signal, [process.execPath, 'bin/structure.ts']) },
  { name: 'api', minutes: 2, run: (signal) => all(signal, [process.execPath, 'bin/api.ts', '--check']) },
  {
    name: 'schema',
    minutes: 2,
    run: async (signal) =>
      one(
        await run(process.execPath, ['bin/schema.ts', '--check'], signal, {
          TEST_DATABASE_URL: (await sharedServer()).url,
        }),
      ),
  },
  { name: 'build', minutes: 5, run: (signal) => all(signal, [process.execPath, 'bin/build.ts']) },
  {
    name: 'tests',
    minutes: 25,
    run: async (signal) =>
      tests(
        find('**/*.test.ts').filter((path) => !path.startsWith('journeys/')),
        signal,
        2,
        180,
        { TEST_DATABASE_URL: (await sharedServer()).url },
      ),
  },
  {
    name: 'postgres-15',
    minutes: 10,
    async run(signal) {
      if (!existsSync(join(PG15.folder, 'bin/postgres')))
        return { passed: 0, failed: 1, skipped: 0, why: 'Debian’s PostgreSQL 15 is not installed' };
      const { url } = await (old ??= startTestPostgres({ program: PG15 }));
      const schema = one(await run(process.execPath, ['bin/schema.ts', '--check'], signal, { TEST_DATABASE_URL: url }));
      const stores = await tests(find('**/*.test.ts').filter(isStoreTest), signal, 2, 180, { TEST_DATABASE_URL: url });
      return { ...stores, passed: stores.passed + schema.passed, failed: stores.failed + schema.failed };
    },
  },
  {
    name: 'journeys',
    minutes: 25,
    run: async (signal) =>
      tests(find('journeys/**/*.test.ts'), signal, 1, 300, { TEST_DATABASE_URL: (await sharedServer()).url }),
  },
];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(`There is no stage ${unknown.join(', ')}: choose from ${stages.map(({ name }) => name).join(' ')}`);
  process.exit(2);
}

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort());

const report: { name: string; seconds: number; outcome: Outcome }[] = [];
for (const stage of stages) {
  if (chosen.length > 0 && !chosen.includes(stage.name)) continue;
  console.log(`\n── ${stage.name} ──`);
  const since = performance.now();
  const late = AbortSignal.timeout(stage.minutes * 60_000);
  let outcome: Outcome;
  if (stopped.signal.aborted) outcome = { passed: 0, failed: 1, skipped: 0, why: 'stopped' };
  else {
    try {
      outcome = await stage.run(AbortSignal.any([late, stopped.signal]));
    } catch (error) {
      outcome = { passed: 0, failed: 1, skipped: 0, why: error instanceof Error ? error.message : String(error) };
    }
  }
  if (late.aborted) outcome.why = `ended after ${stage.minutes} minutes`;
  const seconds = (performance.now() - since) / 1000;
  report.push({ name: stage.name, seconds, outcome });
  console.log(`── ${stage.name}: ${describe(outcome)} in ${seconds.toFixed(1)} s`);
}
for (const server of [shared, old]) {
  // One that did not start has told so in its stage.
  await server?.then((each) => each.stop()).catch(() => undefined);
}

function describe({ passed, failed, skipped, why }: Outcome): string {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}${why ? ` (${why})` : ''}`;
}

console.log('');
for (const { name, seconds, outcome } of report) {
  console.log(
    `${outcome.failed > 0 ? '✗' : '✓'} ${name.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s  ${describe(outcome)}`,
  );
}
const sum = (count: (outcome: Outcome) => number): number =>
  report.reduce((total, { outcome }) => total + count(outcome), 0);
const skipped = sum((outcome) => outcome.skipped);
const failed = sum((outcome) => outcome.failed);
console.log(
  `\n${sum((outcome) => outcome.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exit(failed > 0 ? 1 : 0);
