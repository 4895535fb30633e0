import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { Crowd } from '../testing/crowd.ts';
import { Program } from '../testing/program.ts';
import { Random } from '../testing/random.ts';

/** Real processes, killed and stopped without warning under load. The long form is `npm run faults`: see docs/reliability.md. */
const CYCLES = Number(process.env.FAULT_CYCLES ?? 2);
const GROUPS = Number(process.env.FAULT_GROUPS ?? 3);
const EACH = Number(process.env.FAULT_PEOPLE ?? 15);
const LONG = CYCLES >= 10;
/** Of what takes two faults a cycle. */
const PAIRS = LONG ? CYCLES : 1;
const SEED = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1e9));
/** Cycles go on until each brought this many acknowledged sends. */
const ACKED_EACH = Number(process.env.FAULT_ACKED ?? GROUPS * EACH);

const random = new Random(SEED);
const between = (least: number, most: number): number => least + random.next() * (most - least);

let program: Program;
let crowd: Crowd<Program>;

before(async () => {
  program = await Program.create();
  await program.start();
  crowd = await Crowd.create(program, GROUPS, EACH);
});

after(() => program.remove());

/** Ready on another PostgreSQL than this one. */
async function readyAfter(pid: number): Promise<void> {
  const until = Date.now() + 120_000;
  while ((await program.postgresPid().catch(() => pid)) === pid || !(await program.isReady())) {
    assert.ok(Date.now() < until, 'PostgreSQL does not come back');
    await pause(20);
  }
}

/** A PostgreSQL that is starting and takes no connections yet. */
async function startingPostgres(former: number): Promise<number> {
  for (const until = Date.now() + 120_000; Date.now() < until;) {
    const lines = (await readFile(join(program.dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => '')).split(
      '\n',
    );
    const pid = Number(lines[0]);
    // The pid stands in line 1 as soon as there is one, the state in line 8.
    if (pid > 0 && pid !== former && lines[7]?.trim() !== 'ready') return pid;
    await pause(1);
  }
  throw new Error('no PostgreSQL is starting');
}

/** PostgreSQL and all that it has started. */
async function processesOf(postmaster: number): Promise<number[]> {
  const found = [postmaster];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    if (line.slice(line.lastIndexOf(')') + 2).split(' ')[1] === String(postmaster)) found.push(Number(name));
  }
  return found;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // A backend may have ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** What came true of a fault, so that a test can tell that it happened. */
const happened = { startsKilled: 0, recoveriesKilled: 0 };

const faults = {
  async programKilled() {
    await program.kill('SIGKILL');
    await program.start();
  },

  async postgresKilled() {
    const pid = await program.postgresPid();
    process.kill(pid, 'SIGKILL');
    await readyAfter(pid);
  },

  /** Again while it starts: it may be ending its former PostgreSQL, replaying, migrating or opening. */
  async programKilledWhileItStarts() {
    await program.kill('SIGKILL');
    program.launch();
    await pause(between(0, 1_500));
    if (!(await program.isReady())) happened.startsKilled += 1;
    await program.kill('SIGKILL');
    await program.start();
  },

  /** Again while it replays its log. */
  async postgresKilledWhileItReplays() {
    const first = await program.postgresPid();
    process.kill(first, 'SIGKILL');
    const second = await startingPostgres(first);
    await pause(between(0, 15));
    const lines = (await readFile(join(program.dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => '')).split(
      '\n',
    );
    if (lines[7]?.trim() !== 'ready') happened.recoveriesKilled += 1;
    signal(second, 'SIGKILL');
    await readyAfter(second);
  },

  /** Longer than people’s patience: they give up and send again before it goes on with what it had of them. */
  async programStopped() {
    process.kill(program.pid, 'SIGSTOP');
    try {
      await pause(between(3_500, 5_000));
    } finally {
      process.kill(program.pid, 'SIGCONT');
    }
  },

  async postgresStopped() {
    const pids = await processesOf(await program.postgresPid());
    for (const pid of pids) signal(pid, 'SIGSTOP');
    try {
      // In the long form also for longer than the program waits for a statement.
      await pause(between(3_500, LONG ? 14_000 : 5_000));
    } finally {
      for (const pid of pids) signal(pid, 'SIGCONT');
    }
  },
};

async function cycles(t: TestContext, times: number, fault: () => Promise<void>): Promise<void> {
  const { acked, repeated, refused } = await crowd.underLoad(async (state) => {
    for (let cycle = 1; cycle <= times; cycle += 1) {
      const until = Date.now() + between(50, LONG ? 3_000 : 500);
      const enough = ACKED_EACH * cycle;
      // There was load before each, however slow the machine.
      while (Date.now() < until || state.acked < enough) await pause(20);
      await fault();
    }
    const enough = state.acked + ACKED_EACH;
    while (state.acked < enough) await pause(20);
  });
  t.diagnostic(`${times} times, ${acked} acknowledged, ${repeated} sent again, refused: ${JSON.stringify(refused)}`);
  assert.ok(acked >= ACKED_EACH * (times + 1));
}

const limits = { timeout: 3_600_000 };

test(`the program killed ${CYCLES} times: nothing acknowledged is lost, doubled or disordered`, limits, (t) =>
  cycles(t, CYCLES, faults.programKilled),
);

test(`PostgreSQL killed ${CYCLES} times: no false acknowledgement, and it comes back by itself`, limits, (t) =>
  cycles(t, CYCLES, faults.postgresKilled),
);

test(`killed again while they come back, ${PAIRS} times each`, limits, async (t) => {
  await cycles(t, PAIRS, async () => {
    await faults.programKilledWhileItStarts();
    await faults.postgresKilledWhileItReplays();
  });
  t.diagnostic(`in the midst of it: ${JSON.stringify(happened)}`);
  assert.ok(happened.recoveriesKilled > 0);
});

test(
  `stopped for longer than people wait, ${PAIRS} times each: what they send again is not written again`,
  limits,
  async (t) => {
    await cycles(t, PAIRS, async () => {
      await faults.programStopped();
      await faults.postgresStopped();
    });
  },
);

// Only in the long form: one chain takes as long as all of the above.
if (LONG) {
  test(`${CYCLES} chains of two to five faults`, limits, async (t) => {
    t.diagnostic(`FAULT_SEED=${SEED}`);
    await cycles(t, CYCLES, async () => {
      for (let left = 2 + random.below(4); left > 0; left -= 1) {
        await random.pick(Object.values(faults))();
        await pause(between(0, 1_000));
      }
    });
  });
}
