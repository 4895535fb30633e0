import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

import { MUTATIONS } from './mutations.ts';

/** `SIMULATIONS=10000 SIMULATION_ACTS=200` for the long form; `SIMULATION_SEED=…` begins there. */
const HISTORIES = process.env.SIMULATIONS ?? '20';
const ACTS = process.env.SIMULATION_ACTS ?? '20';
const SEED = process.env.SIMULATION_SEED ?? '1';

/** In a process of its own, since it takes the place of the clocks. Answers a line for each history that fails, and one in the end. */
function run(env: Readonly<Record<string, string>>, before: readonly string[] = []): { lines: string[]; said: string } {
  const { stdout, stderr } = spawnSync(process.execPath, [...before, join(import.meta.dirname, 'run.ts')], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    env: { ...process.env, SIMULATION_SEED: SEED, SIMULATION_ACTS: ACTS, SIMULATION_FIRST: '1', ...env },
  });
  return { lines: stdout.trim().split('\n'), said: stderr };
}

test('the same seed gives the same history, to the last frame', () => {
  const trace = (seed: string): unknown =>
    (JSON.parse(run({ SIMULATIONS: '2', SIMULATION_SEED: seed }).lines.at(-1)!) as { trace: unknown }).trace;
  assert.equal(trace('7'), trace('7'));
  assert.notEqual(trace('7'), trace('8'));
});

test(`${HISTORIES} histories: nothing lost, doubled, disordered or told to who may not hear it`, (t) => {
  const { lines, said } = run({ SIMULATIONS: HISTORIES, SIMULATION_SHRINK: '1' });
  const last = JSON.parse(lines.at(-1) || '{}') as { failed?: number };
  assert.equal(last.failed, 0, `${lines.join('\n')}\n${said}`);
  t.diagnostic(lines.at(-1)!);
});

/** In the long form only. */
const within = process.env.SIMULATION_MUTATIONS;
for (const name of within === undefined ? [] : Object.keys(MUTATIONS)) {
  test(`found within ${within!} histories: ${name}`, (t) => {
    const { lines, said } = run({ SIMULATIONS: within!, SIMULATION_MUTATION: name }, [
      '--import',
      join(import.meta.dirname, 'mutate.ts'),
    ]);
    assert.match(lines[0]!, /"wrong"/, said || 'not found');
    t.diagnostic(`${name}: ${lines[0]!.slice(0, 200)}`);
  });
}
