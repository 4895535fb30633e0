import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { faultProblem } from './fault.ts';
import { maskPhone, openLog, type LogLevel } from './log.ts';

function written(
  write: (log: ReturnType<typeof openLog>) => void,
  level: LogLevel = 'info',
): { line: string; parsed: Record<string, unknown> } {
  let line = '';
  write(openLog(level, { write: (text) => void (line += text) }));
  return { line, parsed: line ? (JSON.parse(line) as Record<string, unknown>) : {} };
}

test('a phone number shows its first four and last three digits', () => {
  assert.equal(maskPhone('+84905123462'), '0905 ••• 462');
  assert.equal(maskPhone('0905 123 462'), '0905 ••• 462');
  assert.equal(maskPhone('113'), '•••');
});

test('numbers are masked in every line, however they are spelled and wherever they stand', () => {
  for (const spelling of [
    '+84905123462',
    '84905123462',
    '0905123462',
    '0905.123.462',
    '0905 123 462',
    '090 512 3462',
    '+84 905 123 462',
    '+84.905.123.462',
  ]) {
    const { line } = written((log) => log.info({ note: `call ${spelling}, please` }, `code for ${spelling}`));
    assert.ok(!/123|512|346/.test(line.replace(/"time":"[^"]*"/, '')), line);
    assert.equal(line.match(/0905? •••|0905 •••/g)?.length, 2, line);
  }
  const { parsed } = written((log) => log.info({ phone: '+84905123462', number: 84905123462 }));
  assert.equal(parsed.phone, '0905 ••• 462');
  assert.equal(parsed.number, '0905 ••• 462');
});

test('ids, counts and times stay as they are', () => {
  const id = '0199f3a2-0905-7123-8462-0905123462ab';
  const { parsed } = written((log) =>
    log.info({ id, bytes: 905123462, at: 1763862000000, digest: '0905123462abcdef' }, 'kept'),
  );
  assert.deepEqual(
    [parsed.id, parsed.bytes, parsed.at, parsed.digest],
    [id, 905123462, 1763862000000, '0905123462abcdef'],
  );
  assert.match(String(parsed.time), /^\d{4}-\d\d-\d\dT/);
  assert.equal(parsed.level, 'info');
});

test('a line is one line, and steers no terminal', () => {
  const { line, parsed } = written((log) => log.info({ agent: 'a\r\nb\u001b[31m\u009b2J\u2028\u202ec\u007f' }, 'x\ny'));
  assert.equal(line.split('\n').length, 2);
  // oxlint-disable-next-line no-control-regex
  assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/.test(line));
  assert.equal(parsed.agent, 'a\r\nb\u001b[31m\u009b2J\u2028\u202ec\u007f');
});

test('secrets and what people wrote are hidden even where somebody passes them', () => {
  const { line } = written((log) =>
    log.info({
      text: 'lời nhắn',
      token: 'abc',
      code: '12345678',
      request: { cookie: 'sid=1', text: 'lời nhắn' },
      body: { a: 'lời nhắn' },
    }),
  );
  for (const secret of ['lời nhắn', 'abc', '12345678', 'sid=1']) assert.ok(!line.includes(secret), secret);
});

test('an error tells what and where, not the values in play', () => {
  const error = Object.assign(new Error('invalid input syntax for type uuid: "lời nhắn"'), {
    code: '22P02',
    detail: 'Failing row contains (lời nhắn).',
    cause: Object.assign(new Error('inner'), { where: 'lời nhắn' }),
  });
  for (const key of ['err', 'error']) {
    const { line, parsed } = written((log) => log.warn({ [key]: error }, 'x'));
    assert.ok(!line.includes('lời nhắn'), line);
    const told = parsed[key] as { message: string; code: string; at: string[]; cause: { message: string } };
    assert.equal(told.message, 'invalid input syntax for type uuid: "…"');
    assert.equal(told.code, '22P02');
    assert.match(told.at[0]!, /log\.test\.ts/);
    assert.equal(told.cause.message, 'inner');
  }
});

test('a fault in the log has its number and its place, and nothing that was in play', () => {
  for (const text of [
    'invalid input syntax for type integer: "lời nhắn"',
    'value "lời nhắn" is out of range for type integer',
    'Unexpected token \'l\', "lời nhắn" is not valid JSON',
  ]) {
    const { line, parsed } = written((log) => faultProblem(log, new Error(text)));
    assert.ok(!line.includes('lời'), line);
    assert.match(String(parsed.fault), /^[0-9a-f]{8}$/);
    assert.match((parsed.error as { at: string[] }).at.join(), /log\.test\.ts/);
  }
  assert.match(written((log) => faultProblem(log, 'lời nhắn')).line, /"fault"/);
});

test('a database that is away is no fault: come again, and one warning for all who ask', () => {
  const away = Object.assign(new Error('connect ENOENT /data/postgres/.s.PGSQL.5432'), {
    code: 'ENOENT',
    syscall: 'connect',
  });
  const { line } = written((log) => {
    for (let time = 0; time < 3; time += 1) {
      const it = faultProblem(log, away);
      assert.deepEqual([it.code, it.status, it.retry], ['busy', 503, true]);
    }
  });
  assert.equal(line.trim().split('\n').length, 1);
  assert.match(line, /"level":"warn"/);
  const missing = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', syscall: 'open' });
  assert.match(written((log) => assert.equal(faultProblem(log, missing).code, 'fault')).line, /"fault"/);
});

test('below its level nothing is written', () => {
  assert.equal(written((log) => log.debug('x')).line, '');
  assert.equal(written((log) => log.fatal('x'), 'silent').line, '');
});

test('a log on a full disk, or that nobody reads any more, neither ends the program nor holds it up', async () => {
  const module = pathToFileURL(`${import.meta.dirname}/log.ts`).href;
  const program = `
    const { openLog } = await import(${JSON.stringify(module)});
    const log = openLog('info');
    let lines = 0;
    const timer = setInterval(() => {
      log.info({ lines }, 'x'.repeat(100_000));
      if ((lines += 1) === 30) clearInterval(timer);
    }, 1);`;
  for (const output of [openSync('/dev/full', 'w'), 'pipe'] as const) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', output, 'inherit'],
      timeout: 60_000,
    });
    child.stdout?.destroy();
    assert.deepEqual(await once(child, 'exit'), [0, null], String(output));
  }
});
