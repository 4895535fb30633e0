// The stages of npm test. Names of stages as arguments run only those; without, all of them in this order.
import { spawn } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { startTestPostgres, type TestServer } from '../testing/postgres-server.ts';
import { failureLines, readRun, tailOf } from './failures.ts';
import type { Failure } from './failures.ts';
import { missingPackages } from './machine.ts';

const root = join(import.meta.dirname, '..');
process.chdir(root);

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** Of a stage that could not run or proved nothing. */
  why?: string;
  /** By name; of a stage that is no tests, what it said last. */
  failures?: readonly Failure[];
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
    // Each test file is a process: what one has compiled the others need not.
    NODE_COMPILE_CACHE: join(root, 'tmp/compiled'),
    PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  };
  for (const name of Object.keys(env)) {
    if (
      /^(PORT|HOST|PUBLIC_URL|DATA_DIR|DATABASE_URL|NATS_.*|KEYS_DIR|NODE_NAME|NODE_ADDRESS|BACKUP_.*|DRAIN_.*|SMS_.*|SMPP_.*|STORAGE_RESERVE_MB|FILES_S3_.*|LOG_LEVEL|TRUSTED_PROXIES|OFFICE_NETWORKS|AUDIT_COPY|REGISTRATION|PUSH_HOSTS|URGENT_SMS_.*|SEALED_DAYS|LINK_PREVIEWS|TURN_.*|CALLS_.*|JANUS_.*|NODE_OPTIONS|PG[A-Z]+)$/.test(
        name,
      )
    ) {
      delete env[name];
    }
  }
  return env;
}

interface Ended {
  readonly code: number;
  /** The end of what it said. */
  readonly said: string;
}

const SAID_MOST = 20_000;

/** It and what it started end with the signal. */
async function run(command: string, args: string[], signal: AbortSignal, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  // A group of its own, so that a stage that hangs ends with all its servers and browsers.
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment(), ...env },
    detached: true,
  });
  let said = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from.on('data', (part: Buffer) => {
      to.write(part);
      said = (said + part.toString('utf8')).slice(-SAID_MOST);
    });
  }
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', end);
  const [code] = (await once(child, 'close')) as [number | null];
  signal.removeEventListener('abort', end);
  return { code: code ?? 1, said };
}

function one(name: string, { code, said }: Ended): Outcome {
  return code === 0
    ? { passed: 1, failed: 0, skipped: 0 }
    : { passed: 0, failed: 1, skipped: 0, failures: [{ name, text: tailOf(said) }] };
}

async function all(signal: AbortSignal, ...commands: [string, ...string[]][]): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const [command, ...args] of commands) {
    const name = [command, ...args].join(' ').replace(process.execPath, 'node');
    outcomes.push(one(name, await run(command, args, signal)));
  }
  const failures = outcomes.flatMap((it) => it.failures ?? []);
  return failures.length === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0, failures };
}

/** What one waits for, the others use. More than four would want more connections than the database has. */
const AT_ONCE = Math.min(4, availableParallelism() + 1);
/** No file takes a quarter of it. */
const FILE_SECONDS = 600;

/** What takes longest, the longest first: a long file that begins last ends alone. */
const LONGEST = [
  'bench/server',
  'bin/backup',
  'deploy/deploy',
  'server/rolling',
  'server/refusals',
  'features/naughty',
  'features/matrix',
  'features/groups/races',
  'bin/nharong',
  'bin/start',
  'features/files/server',
  'features/accounts/guessing',
  'features/notifications/kills',
  'features/directory/server/import',
  'bin/import',
  'features/files/hostile',
  'features/laws',
  'journeys/screens/pc',
  'journeys/screens/phone',
  'journeys/screens/narrow',
  'journeys/guide',
  'journeys/files',
  'journeys/xss',
].map((it) => `${it}.test.ts`);

function longestFirst(files: readonly string[]): string[] {
  const place = (path: string): number => (LONGEST.includes(path) ? LONGEST.indexOf(path) : LONGEST.length);
  return files.toSorted((a, b) => place(a) - place(b));
}

/** Runs test files under Node's own runner and counts what they did. */
async function tests(files: string[], signal: AbortSignal, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  if (files.length === 0) return { passed: 0, failed: 1, skipped: 0, why: 'there are no test files' };
  const place = await mkdtemp(join(tmpdir(), 'nha-rong-counts-'));
  const lines = join(place, 'lines');
  const { code, said } = await run(
    process.execPath,
    [join(root, 'bin/test-files.ts'), lines, String(AT_ONCE), String(FILE_SECONDS), ...longestFirst(files)],
    signal,
    env,
  );
  const { counts, failures } = readRun(await readFile(lines, 'utf8').catch(() => ''), root);
  await rm(place, { recursive: true, force: true });
  const outcome = {
    passed: counts?.passed ?? 0,
    failed: counts ? (counts.failed ?? 0) + (counts.cancelled ?? 0) : failures.length,
    skipped: (counts?.skipped ?? 0) + (counts?.todo ?? 0),
    failures,
  };
  if (code !== 0 && outcome.failed === 0) {
    const ended = { name: 'the runner', text: tailOf(said) };
    return { ...outcome, failed: 1, why: 'the runner ended badly', failures: [ended] };
  }
  if (outcome.passed + outcome.failed === 0) return { ...outcome, failed: 1, why: 'no test ran' };
  return outcome;
}

const PG15 = { folder: '/usr/lib/postgresql/15', major: 15 };

let shared: Promise<TestServer> | undefined;
let old: Promise<TestServer> | undefined;
const sharedServer = (): Promise<TestServer> => (shared ??= startTestPostgres());

/** What only needs a house to knock at: the client's engine, its doors and limits, files on the disk. */
const ABOVE_STORES = [
  /^(bin|deploy|journeys|testing|web)\//,
  /\/states?(\.test|\/)/,
  /^server\/(start|strangers|malice|fuzz|openapi|frames|metrics|origins|requests)\.test/,
  /^features\/(doors|enumeration|naughty|rates)\.test/,
  /^features\/(accounts\/guessing|files\/(disk-full|nodes|rot|s3)|regulation\/rate|search\/quality)\.test/,
];

/**
 * Tests that put statements to a database of their own: the stores', the features' over them, the laws, the matrix of
 * rights, the histories.
 */
function isStoreTest(path: string): boolean {
  if (ABOVE_STORES.some((it) => it.test(path))) return false;
  return /\b(newDatabase|newStage|openTestHouse)\(/.test(readFileSync(path, 'utf8'));
}

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
        'bin/schema.ts --check',
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
        { TEST_DATABASE_URL: (await sharedServer()).url, RACES: '200', STAFF_LISTS: '40' },
      ),
  },
  {
    name: 'postgres-15',
    minutes: 10,
    async run(signal) {
      if (!existsSync(join(PG15.folder, 'bin/postgres')))
        return { passed: 0, failed: 1, skipped: 0, why: 'Debian’s PostgreSQL 15 is not installed' };
      const { url } = await (old ??= startTestPostgres({ program: PG15 }));
      // What races and histories prove of the program was proved in the stage before; here it is about the database.
      const env = {
        TEST_DATABASE_URL: url,
        HISTORIES: '6',
        LIST_HISTORIES: '4',
        RACES: '30',
        STAFF_LISTS: '15',
        FILES_CUTS: '50',
      };
      const schema = one(
        'bin/schema.ts --check',
        await run(process.execPath, ['bin/schema.ts', '--check'], signal, env),
      );
      const found = await tests(find('**/*.test.ts').filter(isStoreTest), signal, env);
      return {
        ...found,
        passed: found.passed + schema.passed,
        failed: found.failed + schema.failed,
        failures: [...(schema.failures ?? []), ...(found.failures ?? [])],
      };
    },
  },
  {
    name: 'journeys',
    minutes: 25,
    async run(signal) {
      const env = { TEST_DATABASE_URL: (await sharedServer()).url, JOURNEYS: String(process.pid) };
      try {
        return await tests(find('journeys/**/*.test.ts'), signal, env);
      } finally {
        for (const left of globSync(join(tmpdir(), `test_${process.pid}_demo_*`)))
          await rm(left, { recursive: true, force: true });
      }
    },
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

// The end of a log is what people read: within its last hundred lines stands every test that failed.
const LAST_LINES = 100;
const failed = report.flatMap(({ name: stage, outcome }) => {
  const { failures = [], why = '' } = outcome;
  if (outcome.failed > 0 && failures.length === 0) return [{ stage, name: why || 'failed', text: '' }];
  return failures.map((it) => ({ stage, ...it }));
});
if (failed.length > 0) console.log('\nFailed:');
for (const line of failureLines(failed, LAST_LINES - report.length - 6)) console.log(line);

console.log('');
for (const { name, seconds, outcome } of report) {
  console.log(
    `${outcome.failed > 0 ? '✗' : '✓'} ${name.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s  ${describe(outcome)}`,
  );
}
const sum = (count: (outcome: Outcome) => number): number =>
  report.reduce((total, { outcome }) => total + count(outcome), 0);
const skipped = sum((outcome) => outcome.skipped);
const failures = sum((outcome) => outcome.failed);
console.log(
  `\n${sum((outcome) => outcome.passed)} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
);
process.exit(failures > 0 ? 1 : 0);
