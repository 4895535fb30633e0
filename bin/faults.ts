// The long form of the tests that break things; npm test runs a short form of each. Names of parts as arguments run only
// those. What is set in the environment goes before what stands here: FAULT_CYCLES=100 npm run faults kills
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Part {
  readonly name: string;
  readonly about: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

const parts: readonly Part[] = [
  {
    name: 'kills',
    about: 'program and PostgreSQL killed, killed again while they come back, stopped, and chains of all that',
    file: 'server/faults.test.ts',
    env: { FAULT_CYCLES: '20', FAULT_GROUPS: '14', FAULT_PEOPLE: '20', FAULT_ACKED: '1000' },
  },
  {
    name: 'disk',
    about: 'a disk nearly full, and full',
    file: 'server/disk-full.test.ts',
    env: { FAULT_DISK_TIMES: '5' },
  },
  {
    name: 'disk-limit',
    about: 'the same by a limit on the size of files, where no file system may be mounted',
    file: 'server/disk-full.test.ts',
    env: { FAULT_DISK: 'limit', FAULT_DISK_TIMES: '3' },
  },
  {
    name: 'line',
    about: 'answers of the database that get lost, and a database that stands still',
    file: 'server/database-line.test.ts',
    env: {},
  },
  { name: 'return', about: '1,000 sockets come back', file: 'server/return.test.ts', env: { RETURNING: '1000' } },
  { name: 'stalled', about: '500 sockets that never read', file: 'server/stalled.test.ts', env: { STALLED: '500' } },
  {
    name: 'durable',
    about: '10,000 answers, each after its commit is on the disk',
    file: 'server/durable.test.ts',
    env: { ACKS: '10000' },
  },
  {
    name: 'histories',
    about: '10,000 random histories over two nodes',
    file: 'server/histories.test.ts',
    env: { HISTORIES: '10000' },
  },
  {
    name: 'uploads',
    about: 'a file over a line that is torn 200 times at random places',
    file: 'features/files/state/uploads.test.ts',
    env: { CUTS: '200' },
  },
];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}:`);
  for (const { name, about } of parts) console.error(`  ${name.padEnd(12)}${about}`);
  process.exit(2);
}

let failed = 0;
for (const { name, about, file, env } of parts) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
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
