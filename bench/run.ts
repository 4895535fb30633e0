// npm run bench: the server measured against its limits. Names as arguments run only those; --quick is a short form that only
// shows that they work, --rounds= and --seconds= a longer or shorter one. Method and results: docs/performance.md.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

import { audit } from './audit.ts';
import { calls } from './calls/bench.ts';
import { client } from './client.ts';
import { fanout } from './fanout.ts';
import { idle } from './idle.ts';
import { LOAD_CORE } from './measured.ts';
import { nodes } from './nodes.ts';
import { peers } from './peers.ts';
import { pictures } from './pictures.ts';
import { polls } from './polls.ts';
import { reminders } from './reminders.ts';
import { push } from './push.ts';
import { reactions } from './reactions.ts';
import { reading } from './reading.ts';
import { rights } from './rights.ts';
import { search } from './search.ts';
import { secrecy } from './secrecy/bench.ts';
import { seen } from './seen.ts';
import { sends } from './sends.ts';
import { soak } from './soak.ts';
import { stalled } from './stalled.ts';
import { tableOf } from './table.ts';
import type { Row, Scale } from './table.ts';

const benches: Readonly<Record<string, (scale: Scale) => Promise<Row[]>>> = {
  fanout,
  sends,
  seen,
  idle,
  reading,
  rights,
  push,
  reactions,
  polls,
  reminders,
  search,
  audit,
  calls,
  client,
  pictures,
  nodes,
  stalled,
  peers,
  soak,
  secrecy,
};

/** Only where it is named. */
const LONG = new Set(['peers', 'soak', 'secrecy']);

const quick = process.argv.includes('--quick');
const names = process.argv.slice(2).filter((it) => !it.startsWith('--'));
const unknown = names.filter((it) => !Object.hasOwn(benches, it));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}: choose from ${Object.keys(benches).join(' ')}`);
  process.exit(2);
}
if (LOAD_CORE !== undefined)
  execFileSync('taskset', ['-cp', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' });

/** `--rounds=5`: a number in place of the usual one. */
function option(name: string, usual: number): number {
  const given = process.argv.find((it) => it.startsWith(`--${name}=`));
  return given === undefined ? usual : Number(given.slice(name.length + 3));
}
const scale: Scale = {
  quick,
  rounds: option('rounds', quick ? 1 : 3),
  seconds: option('seconds', quick ? 0.2 : 2),
  minutes: option('minutes', quick ? 0.1 : 60),
};
const rows: Row[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (names.length > 0 ? !names.includes(name) : LONG.has(name)) continue;
  console.error(`${name} …`);
  const found = await bench(scale);
  rows.push(...found);
  console.error(tableOf(found));
}
console.log(`\n${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}\n\n${tableOf(rows)}`);
process.exit(rows.some((it) => it.fails) ? 1 : 0);
