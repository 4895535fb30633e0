import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, test } from 'node:test';

import { Slots } from '../../../server/slots.ts';
import { DEFAULT_RULES } from '../rules/ruleset.ts';
import { openChecker, startWorker } from './run.ts';
import type { Checked, Checker, CheckFile, Child, Start } from './run.ts';

const fileOf = (name: string, text = 'x'): CheckFile => {
  const bytes = Buffer.from(text);
  return {
    name,
    extension: name.slice(name.lastIndexOf('.') + 1),
    bytes: bytes.length,
    async *read() {
      yield bytes;
    },
  };
};

/** In the place of what reads files: `acts` is what it does with the name it was given. */
const fake =
  (acts: string, started: Child[] = []): Start =>
  async () => {
    const program = `
      let held = '';
      const waiting = [];
      const lines = [];
      process.stdin.setEncoding('latin1');
      process.stdin.on('data', (text) => {
        held += text;
        for (let end = held.indexOf('\\n'); end >= 0; end = held.indexOf('\\n')) {
          const line = held.slice(0, end);
          held = held.slice(end + 1);
          const next = waiting.shift();
          if (next) next(line);
          else lines.push(line);
        }
      });
      const line = () => new Promise((resolve) => lines.length > 0 ? resolve(lines.shift()) : waiting.push(resolve));
      const say = (it) => new Promise((resolve) => process.stdout.write(JSON.stringify(it) + '\\n', resolve));
      const page = async () => { await say({ picture: true }); await line(); };
      const passed = { verdict: { refused: false, rules: [] } };
      (async () => {
        let asked = JSON.parse(await line());
        while (asked.warm) asked = JSON.parse(await line());
        const { name } = asked;
        ${acts}
      })();`;
    const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.on('error', () => undefined);
    started.push(child);
    return child;
  };

const open: Checker[] = [];
after(() => Promise.all(open.map((it) => it.close())));
function checkerOf(start: Start, slots = new Slots(1)): Checker {
  const it = openChecker({ start, slots });
  open.push(it);
  return it;
}

const check = (checker: Checker, person: string, name: string, text?: string): Promise<Checked> =>
  checker.check(DEFAULT_RULES, person, fileOf(name, text));

test('a hundred pages of one person do not delay another’s photo', async () => {
  const pages: string[] = [];
  const slots = new (class extends Slots {
    override async take(person: string): Promise<() => void> {
      const release = await super.take(person);
      pages.push(person);
      return release;
    }
  })(1);
  const checker = checkerOf(
    fake(`for (let left = parseInt(name); left > 0; left -= 1) await page(); await say(passed);`),
    slots,
  );
  const long = check(checker, 'a', '100.pdf');
  while (pages.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
  const before = pages.length;
  assert.deepEqual(await check(checker, 'b', '1.jpg'), { refused: false, rules: [] });
  const meanwhile = pages.slice(before);
  // It takes its turns, and between two of them at most one page of the other is read; starting a process takes its time, which is the other’s.
  const first = meanwhile.indexOf('b');
  assert.ok(first <= 1, meanwhile.join(''));
  assert.ok(meanwhile.lastIndexOf('b') - first <= 2, meanwhile.join(''));
  assert.ok(!(await Promise.race([long.then(() => true), Promise.resolve(false)])), 'the long one goes on');
  assert.deepEqual(await long, { refused: false, rules: [] });
  assert.equal(pages.filter((it) => it === 'a').length, 101);
});

test('those who wait come by turns of persons', async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  const first = await slots.take('a');
  const all = ['a', 'a', 'a', 'b', 'c', 'b'].map(async (person) => {
    const release = await slots.take(person);
    order.push(person);
    release();
    // Giving it back again changes nothing.
    release();
  });
  assert.equal(slots.waiting, 6);
  assert.equal(slots.waitingOf('a'), 3);
  first();
  await Promise.all(all);
  assert.equal(order.join(''), 'abcaba');
});

test('what crashes, says nonsense, says too much, or says what it was not given, cannot be checked; the next file is not touched by it', async () => {
  const checker = checkerOf(
    fake(`
      if (name === 'dies.pdf') process.kill(process.pid, 'SIGSEGV');
      if (name === 'ends.pdf') process.exit(0);
      if (name === 'nonsense.pdf') process.stdout.write('{"verdict":{"refused":false}}\\n');
      if (name === 'words.pdf') await say({ verdict: { refused: false, rules: ['what stood in it'] } });
      if (name === 'more.pdf') await say({ verdict: { refused: false, rules: [] }, text: 'what stood in it' });
      if (name === 'long.pdf') process.stdout.write('x'.repeat(1e6));
      if (name === 'pages.pdf') for (;;) await page();
      if (name === 'good.pdf') await say(passed);
      if (name === 'locked.pdf') await say({ unchecked: 'file.unchecked' });`),
  );
  for (const name of ['dies', 'ends', 'nonsense', 'words', 'more', 'long', 'pages', 'locked'])
    assert.deepEqual(await check(checker, 'a', `${name}.pdf`), { unchecked: 'file.unchecked' }, name);
  assert.deepEqual(await check(checker, 'a', 'good.pdf'), { refused: false, rules: [] });
});

test('a process is for one file, the next one is ready before it is needed, and none is left behind', async () => {
  const started: Child[] = [];
  const checker = openChecker({ start: fake('await say(passed);', started), slots: new Slots(1) });
  for (let round = 1; round <= 3; round += 1) {
    await check(checker, 'a', 'a.txt');
    assert.equal(started.length, round + 1, 'one a file, and one that waits');
  }
  await checker.close();
  for (const child of started) assert.ok(child.exitCode !== null || child.signalCode !== null);
  assert.deepEqual(await check(checker, 'a', 'a.txt'), { starved: true });
});

test('closing ends what is being read and what waits; it is to be asked again', async () => {
  const started: Child[] = [];
  const checker = openChecker({ start: fake('await page(); for (;;) await line();', started), slots: new Slots(1) });
  const both = [check(checker, 'a', 'a.pdf'), check(checker, 'b', 'b.pdf')];
  while (started.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await checker.close();
  assert.deepEqual(await Promise.all(both), [{ starved: true }, { starved: true }]);
  for (const child of started) assert.ok(child.exitCode !== null || child.signalCode !== null);
  assert.equal(checker.busy, 0);
});

test('the program that reads: markings in the name and in the text are found, ordinary ones pass', async () => {
  const checker = checkerOf(startWorker);
  const cost = { peakBytes: 0, cpuSeconds: 0, pictures: 0 };
  assert.deepEqual(await checker.check(DEFAULT_RULES, 'a', fileOf('lich.txt', 'Lịch trực tuần'), cost), {
    refused: false,
    rules: [],
  });
  for (const [name, text] of [
    ['a.txt', 'Độ mật: Tối mật'],
    ['TUYỆT MẬT - bao cao.txt', 'Báo cáo'],
  ] as const) {
    const checked = await check(checker, 'a', name, text);
    assert.ok('refused' in checked && checked.refused && checked.rules.length > 0, name);
  }
  assert.deepEqual(await check(checker, 'a', 'a.docx', 'no archive'), { unchecked: 'file.unchecked' });
  const marked = await check(checker, 'a', 'a.txt', 'LƯU HÀNH NỘI BỘ\n\nLịch trực');
  assert.deepEqual('handling' in marked && marked.handling, 'internal');
});

test('a file that is gone while its reader still thinks is a fault of that look alone', async () => {
  // An end that nobody has heard of yet would end the whole program.
  const unheard: unknown[] = [];
  const note = (error: unknown): void => void unheard.push(error);
  process.on('unhandledRejection', note);
  const checker = checkerOf(fake(`await new Promise(() => setTimeout(() => {}, 60_000));`));
  const gone = {
    ...fileOf('a.txt'),
    // oxlint-disable-next-line require-yield -- nothing of it can be read
    async *read(): AsyncGenerator<Uint8Array> {
      throw new Error('gone');
    },
  };
  await assert.rejects(checker.check(DEFAULT_RULES, 'one', gone), /gone/);
  process.off('unhandledRejection', note);
  assert.deepEqual(unheard, []);
});
