import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { failureLines, readRun } from './failures.ts';
import type { TestRun } from './failures.ts';

const root = join(import.meta.dirname, '..');
let place: string;

before(async () => {
  place = await realpath(await mkdtemp(join(tmpdir(), 'nha-rong-failures-')));
});
after(() => rm(place, { recursive: true, force: true }));

/** Runs test files of these texts under the runner and the reporter of `bin/test.ts`; `end` ends it by itself. */
async function runOf(
  files: Readonly<Record<string, string>>,
  { seconds = 60, until }: { seconds?: number; until?: (lines: string) => boolean } = {},
): Promise<TestRun> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(place, name), text);
  const lines = join(place, 'lines');
  await rm(lines, { force: true });
  const env = { ...process.env };
  // A runner inside a runner would tell the outer one.
  delete env.NODE_TEST_CONTEXT;
  const child = spawn(
    process.execPath,
    [join(root, 'bin/test-files.ts'), lines, '2', String(seconds), ...Object.keys(files)],
    { cwd: place, env, stdio: 'ignore', detached: true },
  );
  const closed = once(child, 'close');
  let over = false;
  void closed.then(() => (over = true));
  while (until && !over) {
    if (until(await readFile(lines, 'utf8').catch(() => ''))) process.kill(-child.pid!, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await closed;
  const text = await readFile(lines, 'utf8');
  for (const name of Object.keys(files)) await rm(join(place, name));
  return readRun(text, place);
}

test('every way a test can fail has a name and a reason', async () => {
  const { counts, failures } = await runOf(
    {
      'a.test.mjs': `
        import assert from 'node:assert/strict';
        import { test } from 'node:test';
        test('two are one', () => assert.deepEqual({ a: 1 }, { a: 2 }));
        test('waits for ever', () => new Promise((resolve) => setTimeout(resolve, 4_000)));
        test('goes well', () => {});
        test('outer', (t) => t.test('inner', () => { throw new Error('inside'); }));
      `,
      'b.test.mjs': `throw new Error('cannot be loaded');`,
      'c.test.mjs': `
        import { before, test } from 'node:test';
        before(() => { throw new Error('no house'); });
        test('in the house', () => {});
      `,
      'd.test.mjs': `
        import { test } from 'node:test';
        test('takes all with it', async () => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          console.error('last words');
          process.exit(3);
        });
      `,
    },
    { seconds: 2 },
  );
  const said = Object.fromEntries(failures.map((it) => [it.name, it.text]));
  assert.deepEqual(Object.keys(said).sort(), [
    'a.test.mjs: inner',
    'a.test.mjs: two are one',
    'a.test.mjs: waits for ever',
    'b.test.mjs',
    'c.test.mjs: in the house',
    'd.test.mjs',
    'd.test.mjs: takes all with it',
  ]);
  assert.match(said['a.test.mjs: two are one']!, /a: 1[^]*at .*a\.test\.mjs/);
  assert.match(said['a.test.mjs: waits for ever']!, /timed out after 2000ms/);
  assert.match(said['a.test.mjs: inner']!, /inside/);
  assert.match(said['b.test.mjs']!, /cannot be loaded/);
  assert.match(said['c.test.mjs: in the house']!, /no house/);
  assert.match(said['d.test.mjs']!, /last words/);
  assert.equal(counts?.passed, 1);
});

test('a run that was killed names what was under way', async () => {
  const { counts, failures } = await runOf(
    {
      'a.test.mjs': `
        import { test } from 'node:test';
        test('quick', () => {});
        test('for ever', () => new Promise((resolve) => setTimeout(resolve, 100_000)));
      `,
    },
    { until: (lines) => lines.includes('for ever') },
  );
  assert.equal(counts, undefined);
  assert.deepEqual(
    failures.map((it) => it.name),
    ['a.test.mjs: for ever'],
  );
});

test('what failed fits into the last lines of a log, however much it is', () => {
  const failure = (n: number, lines: number) => ({
    stage: 'tests',
    name: `a.test.ts: number ${n}`,
    text: Array.from({ length: lines }, (_, at) => `line ${at} ${'x'.repeat(1_000)}`).join('\n'),
  });
  assert.deepEqual(failureLines([], 80), []);
  const one = failureLines([failure(1, 200)], 80);
  assert.equal(one.length, 31);
  assert.equal(one[0], '✗ tests: a.test.ts: number 1');
  for (const many of [2, 3, 10, 79, 80, 81, 500]) {
    const lines = failureLines(
      Array.from({ length: many }, (_, n) => failure(n, 200)),
      80,
    );
    assert.ok(lines.length <= 80, `${many}: ${lines.length}`);
    const named = lines.filter((it) => it.startsWith('✗ tests')).length;
    assert.equal(named, many <= 80 ? many : 79);
    if (many > 80) assert.equal(lines.at(-1), `✗ … and ${many - 79} more`);
    assert.ok(lines.every((it) => it.length < 400));
  }
});
