// The long form of the tests that break things; npm test runs a short form of each. Names of parts as arguments run only
// those, and so do the promises of docs/reliability.md (R5). What is set in the environment goes before what stands here:
// FAULT_CYCLES=100 npm run faults kills
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Part {
  readonly name: string;
  /** The promises it proves. */
  readonly proves: readonly string[];
  readonly about: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

const parts: readonly Part[] = [
  {
    name: 'kills',
    proves: ['R1', 'R2', 'R3'],
    about: 'program and PostgreSQL killed, killed again while they come back, stopped, and chains of all that',
    file: 'server/faults.test.ts',
    env: { FAULT_CYCLES: '20', FAULT_GROUPS: '14', FAULT_PEOPLE: '20', FAULT_ACKED: '1000' },
  },
  {
    name: 'disk',
    proves: ['R6'],
    about: 'a disk nearly full, and full',
    file: 'server/disk-full.test.ts',
    env: { FAULT_DISK_TIMES: '5' },
  },
  {
    name: 'disk-limit',
    proves: ['R6'],
    about: 'the same by a limit on the size of files, where no file system may be mounted',
    file: 'server/disk-full.test.ts',
    env: { FAULT_DISK: 'limit', FAULT_DISK_TIMES: '3' },
  },
  {
    name: 'line',
    proves: ['R5'],
    about: 'answers of the database that get lost, and a database that stands still',
    file: 'server/database-line.test.ts',
    env: {},
  },
  {
    name: 'return',
    proves: ['R12'],
    about: '2,000 sockets come back',
    file: 'server/return.test.ts',
    env: { RETURNING: '2000' },
  },
  {
    name: 'stalled',
    proves: ['R14'],
    about: '500 sockets that never read',
    file: 'server/stalled.test.ts',
    env: { STALLED: '500' },
  },
  {
    name: 'durable',
    proves: ['R7'],
    about: '10,000 answers, each after its commit is on the disk',
    file: 'server/durable.test.ts',
    env: { ACKS: '10000' },
  },
  {
    name: 'histories',
    proves: ['R9', 'R10'],
    about: '10,000 random histories over two nodes',
    file: 'server/histories.test.ts',
    env: { HISTORIES: '10000' },
  },
  {
    name: 'uploads',
    proves: ['R5'],
    about: 'a file over a line that is torn 200 times at random places',
    file: 'features/files/state/uploads.test.ts',
    env: { CUTS: '200' },
  },
  {
    name: 'lines',
    proves: ['R5'],
    about: 'everything that can be wrong with a line, to the database and to people',
    file: 'server/lines.test.ts',
    env: { FAULT_LINES: '2' },
  },
  {
    name: 'nodes',
    proves: ['R1', 'R3', 'R4'],
    about: 'two nodes, and NATS between them: killed, stopped, wiped, and chains of that',
    file: 'server/faults-nodes.test.ts',
    env: { FAULT_NODES: '60' },
  },
  {
    name: 'power',
    proves: ['R7'],
    about: 'the power of the database cut 50 times, and all lost that was not synced',
    file: 'server/power.test.ts',
    env: { FAULT_CUTS: '50' },
  },
  {
    name: 'retries',
    proves: ['R8'],
    about: 'a million sends, every third of them again',
    file: 'server/retries.test.ts',
    env: { FAULT_SENDS: '1000000' },
  },
  {
    name: 'files-disk',
    proves: ['R6'],
    about: 'a disk of its own for files, full',
    file: 'features/files/disk-full.test.ts',
    env: {},
  },
  {
    name: 'storm',
    proves: ['R13'],
    about: '2,000 clients that ignore every pacing, ten times',
    file: 'server/storm.test.ts',
    env: { STORM: '2000', STORM_LOOPS: '10' },
  },
  {
    name: 'clocks',
    proves: ['R16'],
    about: 'the clock of the server set while it runs, and those of phones',
    file: 'server/clocks.test.ts',
    env: {},
  },
  {
    name: 'rolling',
    proves: ['R17'],
    about: 'nodes stopped and started one after the other under load',
    file: 'server/rolling.test.ts',
    env: { ROLLS: '5', ROLL_ACKED: '200' },
  },
  { name: 'rot', proves: ['R19'], about: 'bits of stored files flipped', file: 'features/files/rot.test.ts', env: {} },
  {
    name: 'start',
    proves: ['R7', 'R20'],
    about: 'whatever can be wrong when the program starts',
    file: 'server/refusals.test.ts',
    env: {},
  },
  {
    name: 'simulation',
    proves: ['R9', 'R10'],
    about: '10,000 histories of log, sync and bus on a virtual clock',
    file: 'testing/simulation/simulation.test.ts',
    env: { SIMULATIONS: '10000', SIMULATION_ACTS: '200' },
  },
];

const chosen = process.argv.slice(2);
const isOf = (part: Part, name: string): boolean => part.name === name || part.proves.includes(name);
const unknown = chosen.filter((name) => !parts.some((part) => isOf(part, name)));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}:`);
  for (const { name, about, proves } of parts)
    console.error(`  ${name.padEnd(12)}${proves.join(' ').padEnd(10)}${about}`);
  process.exit(2);
}

let failed = 0;
for (const part of parts) {
  const { name, about, file, env } = part;
  if (chosen.length > 0 && !chosen.some((it) => isOf(part, it))) continue;
  console.log(`\n── ${name}: ${about} ──`);
  const child = spawn(process.execPath, ['--test', '--test-reporter=spec', '--test-timeout=7200000', file], {
    cwd: root,
    stdio: 'inherit',
    env: { ...env, ...process.env, NODE_ENV: 'test' },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) failed += 1;
}
process.exit(failed > 0 ? 1 : 0);
