import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { codeFor, COMPUTER, smsOf, TestBrowser } from '../../testing/browser.ts';
import { CAST } from '../../testing/cast.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { fold } from '../../protocol/fold.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let house: TestHouse;
before(async () => {
  house = await openTestHouse();
});

let made = 0;
/** A number of its own, on the staff list unless told; each with another beginning and from another network. */
async function newNumber({ listed = true, state = 'active' } = {}): Promise<string> {
  made += 1;
  const phone = `+8491${String(made).padStart(4, '0')}318`;
  if (listed) {
    const id = newId();
    await sql`insert into streams (id, kind) values (${id}, 'account')`.execute(house.db);
    await sql`
      insert into accounts (id, phone, name, search, state) values (${id}, ${phone}, 'Puih Thưng', ${fold('Puih Thưng')}, ${state})`.execute(
      house.db,
    );
  }
  return phone;
}

function newAddress(): string {
  made += 1;
  return `198.18.${made >> 8}.${made & 255}`;
}

function newBrowser(options: { userAgent?: string } = {}): TestBrowser {
  return new TestBrowser(house, { address: newAddress(), ...options });
}

const wrong = (code: string, by = 1): string => String((Number(code) + by) % 10 ** 8).padStart(8, '0');

async function refusal(promise: Promise<unknown>): Promise<ClientProblem> {
  const error = await promise.then(
    () => undefined,
    (it: unknown) => it,
  );
  assert.ok(error instanceof ClientProblem, `expected a problem, got ${String(error)}`);
  return error;
}

async function signIn(phone: string, browser = newBrowser(), n = 1): Promise<TestBrowser> {
  const { challenge } = await browser.post('account.requestCode', { phone });
  const answer = await browser.post('account.verifyCode', { challenge, code: await codeFor(house, phone, n) });
  assert.equal(answer.result, 'in');
  return browser;
}

test('a person of the staff list signs in with the code of the message', async () => {
  const phone = await newNumber();
  const browser = newBrowser();
  const asked = await browser.post('account.requestCode', { phone: `0${phone.slice(3)}` });
  assert.equal(asked.phone, phone);
  assert.equal(asked.endsAt - asked.now, 5 * MINUTE);
  assert.equal(asked.resendAt! - asked.now, MINUTE);
  const code = await codeFor(house, phone);
  const answer = await browser.post('account.verifyCode', { challenge: asked.challenge, code });
  assert.ok(answer.result === 'in' && answer.first);
  assert.match(
    browser.headers.getSetCookie().join(),
    /^sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
  );
  const me = await browser.post('account.me', {});
  assert.equal(me.account.phone, phone);

  const again = await browser.post('account.me', {});
  assert.deepEqual(again, me);
});

test('the message begins with the code, ends with the line that browsers fill in, and names nobody', async () => {
  const phone = await newNumber();
  await newBrowser().post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  const { text } = (await smsOf(house)).find((it) => it.to === phone)!;
  assert.match(text, /^\d{8} /);
  assert.equal(text.split('\n').at(-1), `@localhost #${code}`);
  assert.doesNotMatch(text, /Puih|Thung|https?:|UBND|Gia Lai/i);
  assert.match(text, /^[\x20-\x7e\n]+$/, 'one message of plain letters');
  assert.ok(text.length <= 160);
});

test('an unknown number gets the same answer and no message', async () => {
  const [known, unknown, left] = [
    await newNumber(),
    await newNumber({ listed: false }),
    await newNumber({ state: 'left' }),
  ];
  const answers = [];
  for (const phone of [unknown, left, known]) {
    const browser = newBrowser();
    const { challenge, phone: read, ...rest } = await browser.post('account.requestCode', { phone });
    assert.equal(read, phone);
    const names = [...browser.headers.keys()].filter((it) => it !== 'date').sort();
    const tries = [];
    for (let attempt = 0; attempt < 3; attempt += 1)
      tries.push(await browser.post('account.verifyCode', { challenge, code: `0000000${attempt}` }));
    answers.push({
      status: browser.status,
      names,
      lives: rest.endsAt - rest.now,
      again: rest.resendAt! - rest.now,
      tries,
      later: (await refusal(browser.post('account.requestCode', { phone }))).code,
    });
  }
  assert.deepEqual(answers[0], answers[2]);
  assert.deepEqual(answers[1], answers[2]);
  await codeFor(house, known);
  const told = (await smsOf(house)).map((it) => it.to);
  assert.ok(!told.includes(unknown) && !told.includes(left), 'asked for before the known one, decided before it');
});

test('a number that is none is told so, the same for all', async () => {
  for (const phone of ['0269 3 600 114', '1900 1234', '0165 123 4567', '0905 31 84', '+1 202 555 0123'])
    assert.equal((await refusal(newBrowser().post('account.requestCode', { phone }))).code, 'account.wrong_number');
});

test('a code is used once', async () => {
  const phone = await newNumber();
  const browser = newBrowser();
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  const id = newId();
  await browser.post('account.verifyCode', { challenge, code }, { id });
  assert.deepEqual(await browser.post('account.verifyCode', { challenge, code }), { result: 'over' });
});

test('the same request again gives the same answer and the same session, also where the first answer was lost', async () => {
  const phone = await newNumber();
  const browser = newBrowser();
  await browser.post('agency.get', {});
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  const id = newId();
  const first = await browser.post('account.verifyCode', { challenge, code }, { id, lose: true });
  assert.ok(!browser.cookies.has('sid'));
  const second = await browser.post('account.verifyCode', { challenge, code }, { id });
  assert.deepEqual(second, first);
  assert.equal((await browser.post('device.list', {})).devices.length, 1);
  // Somebody else who knows the id and the code, at the same address, has not the cookie of that browser.
  const thief = browser.copy();
  thief.cookies.clear();
  await thief.post('account.verifyCode', { challenge, code }, { id });
  assert.ok(!thief.cookies.has('sid'));
});

test('a code is good only in the browser that asked for it', async () => {
  const phone = await newNumber();
  const browser = newBrowser();
  const other = newBrowser();
  await other.post('agency.get', {});
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  assert.deepEqual(await other.post('account.verifyCode', { challenge, code }), { result: 'over' });
  assert.deepEqual(await newBrowser().post('account.verifyCode', { challenge, code }), { result: 'over' });
  const mine = await browser.post('account.verifyCode', { challenge, code });
  assert.equal(mine.result, 'in', 'the foreign tries cost nothing');
});

test('a code lives five minutes', async () => {
  const [one, two] = [await newNumber(), await newNumber()];
  const browser = newBrowser();
  const first = await browser.post('account.requestCode', { phone: one });
  const code = await codeFor(house, one);
  house.pass(5 * MINUTE + 1_000);
  assert.deepEqual(await browser.post('account.verifyCode', { challenge: first.challenge, code }), { result: 'over' });
  const second = await browser.post('account.requestCode', { phone: two });
  const fresh = await codeFor(house, two);
  house.pass(5 * MINUTE - 10_000);
  assert.equal((await browser.post('account.verifyCode', { challenge: second.challenge, code: fresh })).result, 'in');
});

test('five tries with growing delays, then the code is dead even for the right one', async () => {
  const phone = await newNumber();
  const browser = newBrowser();
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  const attempt = (by: number) => browser.post('account.verifyCode', { challenge, code: wrong(code, by) });
  assert.deepEqual(await attempt(1), { result: 'wrong', left: 4, wait: 0 });
  assert.deepEqual(await attempt(2), { result: 'wrong', left: 3, wait: 30 });
  const early = await attempt(3);
  assert.ok(early.result === 'slow' && early.wait <= 30 && early.wait > 25, 'too early, and not counted');
  const right = await browser.post('account.verifyCode', { challenge, code });
  assert.equal(right.result, 'slow', 'the right one has to wait too');
  house.pass(30_000);
  assert.deepEqual(await attempt(3), { result: 'wrong', left: 2, wait: 60 });
  house.pass(60_000);
  assert.deepEqual(await attempt(4), { result: 'wrong', left: 1, wait: 120 });
  house.pass(120_000);
  assert.deepEqual(await attempt(5), { result: 'wrong', left: 0, wait: 0 });
  assert.deepEqual(await browser.post('account.verifyCode', { challenge, code }), { result: 'over' });
});

test('the right code is taken after the delay', async () => {
  const phone = await newNumber();
  const browser = newBrowser();
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  await browser.post('account.verifyCode', { challenge, code: wrong(code, 1) });
  await browser.post('account.verifyCode', { challenge, code: wrong(code, 2) });
  house.pass(30_000);
  assert.equal((await browser.post('account.verifyCode', { challenge, code })).result, 'in');
});

test('tries at the same moment are counted one by one', async () => {
  const phone = await newNumber();
  const browser = newBrowser();
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  const answers = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7, 8].map((by) => browser.post('account.verifyCode', { challenge, code: wrong(code, by) })),
  );
  assert.deepEqual(answers.map((it) => it.result).sort(), [...Array(6).fill('slow'), 'wrong', 'wrong']);
  house.pass(30_000);
  const both = await Promise.all([1, 2].map(() => browser.post('account.verifyCode', { challenge, code })));
  assert.deepEqual(both.map((it) => it.result).sort(), ['in', 'over'], 'and the right one lets in once');
});

test('a new code kills the old one', async () => {
  const phone = await newNumber();
  const browser = newBrowser();
  const first = await browser.post('account.requestCode', { phone });
  const old = await codeFor(house, phone);
  house.pass(MINUTE);
  const second = await browser.post('account.requestCode', { phone });
  const fresh = await codeFor(house, phone, 2);
  assert.notEqual(first.challenge, second.challenge);
  assert.deepEqual(await browser.post('account.verifyCode', { challenge: first.challenge, code: old }), {
    result: 'over',
  });
  assert.equal((await browser.post('account.verifyCode', { challenge: second.challenge, code: old })).result, 'wrong');
  assert.equal((await browser.post('account.verifyCode', { challenge: second.challenge, code: fresh })).result, 'in');
});

test('codes for one number come after 60 s, 2, 5 and 10 minutes, and no more than five a day, whichever browser asks', async () => {
  for (const listed of [true, false]) {
    const phone = await newNumber({ listed });
    const address = newAddress();
    const ask = () => new TestBrowser(house, { address }).post('account.requestCode', { phone });
    for (const wait of [60, 120, 300, 600]) {
      await ask();
      const refused = await refusal(ask());
      assert.equal(refused.code, 'account.too_many_codes');
      assert.ok(Math.abs(Number(refused.wire['wait']) - wait) <= 1, `${String(refused.wire['wait'])} for ${wait}`);
      house.pass((wait - 2) * 1_000);
      await refusal(ask());
      house.pass(2_000);
    }
    const last = await ask();
    assert.equal(last.resendAt, null);
    house.pass(HOUR);
    assert.equal((await refusal(ask())).code, 'account.too_many_codes');
    house.pass(DAY);
    await ask();
  }
});

test('requests for one number at the same moment send one message', async () => {
  const phone = await newNumber();
  const address = newAddress();
  const answers = await Promise.allSettled(
    Array.from({ length: 6 }, () => new TestBrowser(house, { address }).post('account.requestCode', { phone })),
  );
  assert.equal(answers.filter((it) => it.status === 'fulfilled').length, 1);
});

test('whoever asks for codes elsewhere takes none from the person, and does not make theirs void', async () => {
  const phone = await newNumber();
  const mine = newBrowser();
  const { challenge } = await mine.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  const attacker = newAddress();
  for (const wait of [1, 2, 5, 10, 0]) {
    await new TestBrowser(house, { address: attacker }).post('account.requestCode', { phone });
    house.pass(wait * 1_000);
    if (wait > 0) await refusal(new TestBrowser(house, { address: attacker }).post('account.requestCode', { phone }));
    house.pass(wait * (MINUTE - 1_000));
    if (wait === 2) assert.equal((await mine.post('account.verifyCode', { challenge, code })).result, 'in');
  }
  await refusal(new TestBrowser(house, { address: attacker }).post('account.requestCode', { phone }));
  // Another device of the person's, where they have never been.
  assert.ok((await newBrowser().post('account.requestCode', { phone })).challenge);
});

/** Five codes for a number from an address of its own, with every try of them wrong. */
async function guessAll(phone: string): Promise<string[]> {
  const results: string[] = [];
  const address = newAddress();
  for (const pause of [1, 2, 5, 10, 0]) {
    const browser = new TestBrowser(house, { address });
    const { challenge } = await browser.post('account.requestCode', { phone });
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from challenges where phone = ${phone} and (sent_at is not null or code is null)`.execute(
      house.db,
    );
    const code = await codeFor(house, phone, rows[0]!.n);
    for (const pass of [0, 0, 30_000, 60_000, 120_000]) {
      house.pass(pass);
      results.push((await browser.post('account.verifyCode', { challenge, code: wrong(code) })).result);
    }
    house.pass(pause * MINUTE);
  }
  return results;
}

test('25 wrong codes in a day lock the number where they came from, until an administrator opens it', async () => {
  house.pass(DAY);
  const phone = await newNumber();
  const account = (await sql<{ id: string }>`select id from accounts where phone = ${phone}`.execute(house.db)).rows[0]!
    .id;
  const address = newAddress();
  let last;
  for (let n = 1; n <= 5; n += 1) {
    const browser = new TestBrowser(house, { address });
    const { challenge } = await browser.post('account.requestCode', { phone });
    const code = await codeFor(house, phone, n);
    for (const pass of [0, 0, 30_000, 60_000, 120_000]) {
      house.pass(pass);
      last = await browser.post('account.verifyCode', { challenge, code: wrong(code) });
    }
    house.pass(10 * MINUTE);
  }
  assert.deepEqual(last, { result: 'locked' });
  assert.equal(
    (await refusal(new TestBrowser(house, { address }).post('account.requestCode', { phone }))).code,
    'account.too_many_codes',
  );
  // The next day there are codes again, but the lock holds for a day from the last wrong one.
  house.pass(DAY - 20 * MINUTE);
  const browser = new TestBrowser(house, { address });
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone, 6);
  assert.deepEqual(await browser.post('account.verifyCode', { challenge, code }), { result: 'locked' });
  await unlock(account);
  assert.equal((await browser.post('account.verifyCode', { challenge, code })).result, 'in');
});

async function unlock(account: string): Promise<void> {
  const now = house.house.now();
  await sql`
    update sessions set created_at = ${now}, used_at = ${now}, rotated_at = ${now}, governed_at = ${now}, proved_at = ${now}
    where id = ${house.cast.administrator.session}`.execute(house.db);
  const { status } = await house.post('administrator', 'account.unlock', { account });
  assert.equal(status, 200);
}

test('guessing from many addresses ends after 20 codes and 100 tries a day, and keeps nobody out where they have been', async () => {
  house.pass(DAY);
  const phone = await newNumber();
  const account = (await sql<{ id: string }>`select id from accounts where phone = ${phone}`.execute(house.db)).rows[0]!
    .id;
  const home = newAddress();
  const before = new TestBrowser(house, { address: home });
  await signIn(phone, before);
  house.pass(30 * DAY);

  const results: string[] = [];
  let sent = 1;
  for (let each = 0; each < 4; each += 1) {
    const found = await guessAll(phone);
    results.push(...found);
    sent += 5;
  }
  assert.equal(results.filter((it) => it === 'wrong').length, 96);
  assert.equal(results.filter((it) => it === 'locked').length, 4, 'the last of each address');
  // The day’s codes for strangers are spent, whatever address they come from.
  assert.equal((await refusal(newBrowser().post('account.requestCode', { phone }))).code, 'account.too_many_codes');

  // From the address where they have signed in before, on another device; and in the browser of before, elsewhere.
  for (const browser of [new TestBrowser(house, { address: home }), before.copy(newAddress())]) {
    const { challenge } = await browser.post('account.requestCode', { phone });
    sent += 1;
    const code = await codeFor(house, phone, sent);
    assert.equal((await browser.post('account.verifyCode', { challenge, code })).result, 'in');
  }

  // Somebody who has never been anywhere is let in by an administrator.
  await unlock(account);
  const fresh = newBrowser();
  const { challenge } = await fresh.post('account.requestCode', { phone });
  assert.equal(
    (await fresh.post('account.verifyCode', { challenge, code: await codeFor(house, phone, sent + 1) })).result,
    'in',
  );
});

test('an address of IPv6 counts as its /64: the rest of it is the same person’s', async () => {
  const phone = await newNumber();
  const from = (host: string) => new TestBrowser(house, { address: `2402:800:6310:${host}` });
  await from('1::1').post('account.requestCode', { phone });
  await refusal(from('1:2:3:4:5').post('account.requestCode', { phone }));
  await from('2::1').post('account.requestCode', { phone });
});

test('an address asks 20 times an hour, its network 100 times', async () => {
  house.pass(HOUR);
  const one = new TestBrowser(house, { address: '192.0.2.10' });
  for (let n = 0; n < 20; n += 1) await one.post('account.requestCode', { phone: await newNumber({ listed: false }) });
  const refused = await refusal(one.post('account.requestCode', { phone: await newNumber() }));
  assert.equal(refused.code, 'account.too_many_codes');
  assert.equal(refused.wire['of'], 'address');
  assert.ok(Number(refused.wire['wait']) > 3_000);
  for (let n = 0; n < 80; n += 1)
    await new TestBrowser(house, { address: `192.0.2.${20 + (n % 10)}` }).post('account.requestCode', {
      phone: await newNumber({ listed: false }),
    });
  const neighbour = new TestBrowser(house, { address: '192.0.2.200' });
  assert.equal(
    (await refusal(neighbour.post('account.requestCode', { phone: await newNumber() }))).wire['of'],
    'address',
  );
  house.pass(HOUR);
  await one.post('account.requestCode', { phone: await newNumber() });
});

test('an address tries 60 codes an hour', async () => {
  const browser = new TestBrowser(house, { address: '192.0.3.10' });
  await browser.post('agency.get', {});
  for (let n = 0; n < 60; n += 1) {
    const answer = await browser.post('account.verifyCode', { challenge: newId(), code: '12345678' });
    assert.equal(answer.result, 'over');
  }
  const refused = await refusal(browser.post('account.verifyCode', { challenge: newId(), code: '12345678' }));
  assert.equal(refused.code, 'account.too_many_checks');
  house.pass(HOUR);
  assert.equal((await browser.post('account.verifyCode', { challenge: newId(), code: '12345678' })).result, 'over');
});

test('numbers that begin alike get ten messages in ten minutes', async () => {
  const phones: string[] = [];
  for (let n = 0; n < 11; n += 1) {
    const phone = `+84977000${String(n).padStart(3, '0')}`;
    const id = newId();
    await sql`insert into streams (id, kind) values (${id}, 'account')`.execute(house.db);
    await sql`insert into accounts (id, phone, name) values (${id}, ${phone}, 'Rơ Châm Hyơk')`.execute(house.db);
    phones.push(phone);
    await newBrowser().post('account.requestCode', { phone });
  }
  const marker = await newNumber();
  await newBrowser().post('account.requestCode', { phone: marker });
  await codeFor(house, marker);
  const told = new Set((await smsOf(house)).map((it) => it.to));
  assert.equal(phones.filter((it) => told.has(it)).length, 10);
  house.pass(10 * MINUTE);
  await newBrowser().post('account.requestCode', { phone: phones[10]! });
  await codeFor(house, phones[10]!);
});

test('300 wrong codes in an hour stop new sign-ins, and only those', async () => {
  house.pass(DAY);
  const phone = await newNumber();
  const browser = newBrowser();
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  const insidePhone = await newNumber();
  const inside = await signIn(insidePhone);
  house.pass(MINUTE);
  const now = house.house.now();
  const guesses = (wrongPhone: string) =>
    sql`
      insert into code_checks (at, phone, address, wrong)
      select ${now}::timestamptz - interval '58 minutes', ${wrongPhone}, '198.51.100.' || n % 250, true from generate_series(1, 300) n`.execute(
      house.db,
    );
  // For numbers that no code was sent to there was nothing to guess.
  await guesses('+84900000001');
  assert.equal((await browser.post('account.verifyCode', { challenge, code: wrong(code) })).result, 'wrong');
  const guessed = await newNumber();
  await newBrowser().post('account.requestCode', { phone: guessed });
  await codeFor(house, guessed);
  await guesses(guessed);
  const answer = await browser.post('account.verifyCode', { challenge, code });
  assert.ok(answer.result === 'paused' && answer.wait <= 120 && answer.wait > 0);
  assert.equal((await inside.post('account.me', {})).account.name, 'Puih Thưng', 'who is in stays in');
  const { challenge: again } = await inside.post('account.requestCode', { phone: insidePhone });
  const known = await inside.post('account.verifyCode', {
    challenge: again,
    code: await codeFor(house, insidePhone, 2),
  });
  assert.equal(known.result, 'in', 'and comes in again where they were');
  house.pass(2 * MINUTE);
  assert.equal((await browser.post('account.verifyCode', { challenge, code })).result, 'in');
});

test('limits are in the database: another node knows them', async () => {
  const phone = await newNumber();
  const second = await openTestHouse({ beside: house });
  const address = newAddress();
  await new TestBrowser(house, { address }).post('account.requestCode', { phone });
  const there = new TestBrowser(second, { address });
  assert.equal((await refusal(there.post('account.requestCode', { phone }))).code, 'account.too_many_codes');
});

test('where the limits cannot be read nobody signs in', async () => {
  const phone = await newNumber();
  const browser = newBrowser();
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  await sql`alter table code_checks rename to code_checks_away`.execute(house.db);
  try {
    assert.equal((await refusal(browser.post('account.verifyCode', { challenge, code }))).code, 'fault');
  } finally {
    await sql`alter table code_checks_away rename to code_checks`.execute(house.db);
  }
  assert.equal((await browser.post('account.verifyCode', { challenge, code })).result, 'in');
});

test('neither codes nor tokens stand in the database', async () => {
  const phone = await newNumber();
  const browser = await signIn(phone);
  const code = await codeFor(house, phone);
  const token = browser.cookies.get('sid')!;
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(
    house.db,
  );
  for (const { name } of tables) {
    const { rows } = await sql<{ line: string }>`select to_jsonb(t)::text as line from ${sql.table(name)} t`.execute(
      house.db,
    );
    for (const { line } of rows) {
      assert.ok(!line.includes(code), `a code in ${name}`);
      assert.ok(
        !line.includes(token) && !line.includes(Buffer.from(token, 'base64url').toString('hex')),
        `a token in ${name}`,
      );
    }
  }
});

test('other devices hear of a new one', async () => {
  const phone = await newNumber();
  const browser = await signIn(phone);
  const { account } = await browser.post('account.me', {});
  const client = await house.connect({ id: account.id, cookie: browser.cookie, session: '' });
  house.pass(MINUTE);
  await signIn(phone, newBrowser({ userAgent: COMPUTER }), 2);
  await client.until(() => client.events.some((it) => it.on === 'device.added'));
  const { device } = client.events.find((it) => it.on === 'device.added')!.with as { device: Record<string, unknown> };
  assert.equal(device['kind'], 'computer');
  assert.equal(device['system'], 'Windows');
  assert.equal(device['browser'], 'Chrome');
  await client.close();
});

test('somebody invited gives a name and is in', async () => {
  const phone = await newNumber({ listed: false });
  const now = house.house.now();
  // Who invited admits members of the group too.
  await sql`
    insert into members (group_id, account, role) values (${house.group}, ${house.cast.administrator.id}, 'clerk')`.execute(
    house.db,
  );
  await sql`
    insert into invitations (id, group_id, phone, invited_by, at, ends_at)
    values (${newId()}, ${house.group}, ${phone}, ${house.cast.administrator.id}, ${now}, ${new Date(now.getTime() + DAY)})`.execute(
    house.db,
  );
  const browser = newBrowser();
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  assert.deepEqual(await browser.post('account.verifyCode', { challenge, code }), { result: 'name' });
  assert.equal((await refusal(browser.post('account.me', {}))).code, 'signed_out');
  const foreign = newBrowser();
  await foreign.post('agency.get', {});
  assert.equal(
    (await refusal(foreign.post('account.register', { challenge, name: 'Kẻ lạ' }))).code,
    'account.code_over',
  );
  const answer = await browser.post('account.register', { challenge, name: '  Rah Lan   H’Bơn ' });
  assert.ok(answer.result === 'in' && answer.first);
  const me = await browser.post('account.me', {});
  assert.equal(me.account.name, 'Rah Lan H’Bơn');
  const { rows } = await sql`
    select 1 from members where group_id = ${house.group} and account = ${me.account.id} and left_at is null`.execute(
    house.db,
  );
  assert.equal(rows.length, 1, 'a member of the group that invited');
  assert.equal(
    (await refusal(browser.post('account.register', { challenge, name: 'Lần hai' }))).code,
    'account.code_over',
  );
});

test('whom an official invites waits for an administrator like any stranger, and is in the group afterwards', async () => {
  const phone = await newNumber({ listed: false });
  const invite = async (): Promise<void> => {
    const now = house.house.now();
    await sql`
      insert into invitations (id, group_id, phone, invited_by, at, ends_at)
      values (${newId()}, ${house.group}, ${phone}, ${house.cast.leader.id}, ${now}, ${new Date(now.getTime() + DAY)})`.execute(
      house.db,
    );
  };
  /** Asks for a code and enters it; `no code` where none goes out. */
  const enter = async (): Promise<{ browser: TestBrowser; challenge: string; result: string }> => {
    const browser = newBrowser();
    await sql`delete from challenges where phone = ${phone}`.execute(house.db);
    const before = (await smsOf(house)).filter((it) => it.to === phone).length;
    const { challenge } = await browser.post('account.requestCode', { phone });
    for (;;) {
      const { rows } = await sql<{ sent: boolean; decided: boolean }>`
        select sent_at is not null as sent, code is not null as decided from challenges where id = ${challenge}`.execute(
        house.db,
      );
      if (rows[0]!.decided && !rows[0]!.sent) return { browser, challenge, result: 'no code' };
      if (rows[0]!.sent) break;
    }
    const code = await codeFor(house, phone, before + 1);
    return { browser, challenge, ...(await browser.post('account.verifyCode', { challenge, code })) };
  };
  await invite();
  assert.equal((await enter()).result, 'no code', 'while only the directory may register');
  await sql`
    insert into agency (name, area, help_name, help_phone, registration) values ('UBND', '23764', 'A', '+84905000000', 'approval')`.execute(
    house.db,
  );
  try {
    const { browser, challenge, result } = await enter();
    assert.equal(result, 'name');
    assert.equal((await browser.post('account.register', { challenge, name: 'Người Lạ' })).result, 'waiting');
    assert.equal((await refusal(browser.post('account.me', {}))).code, 'signed_out');
    await sql`update accounts set state = 'active' where phone = ${phone}`.execute(house.db);
    const approved = await enter();
    assert.equal(approved.result, 'in');
    assert.ok((await approved.browser.post('chat.list', {})).chats.some((it) => it.group === house.group));
  } finally {
    await sql`delete from agency`.execute(house.db);
  }
});

test('a name is to come within a quarter of an hour', async () => {
  const phone = await newNumber({ listed: false });
  const now = house.house.now();
  await sql`
    insert into invitations (id, group_id, phone, invited_by, at, ends_at)
    values (${newId()}, ${house.group}, ${phone}, ${house.cast.administrator.id}, ${now}, ${new Date(now.getTime() + DAY)})`.execute(
    house.db,
  );
  const browser = newBrowser();
  const { challenge } = await browser.post('account.requestCode', { phone });
  await browser.post('account.verifyCode', { challenge, code: await codeFor(house, phone) });
  house.pass(15 * MINUTE);
  assert.equal(
    (await refusal(browser.post('account.register', { challenge, name: 'Muộn' }))).code,
    'account.code_over',
  );
});

test('a waiting or former person cannot get in with what they had', async () => {
  const phone = await newNumber();
  const browser = newBrowser();
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = await codeFor(house, phone);
  await sql`update accounts set state = 'left' where phone = ${phone}`.execute(house.db);
  assert.deepEqual(await browser.post('account.verifyCode', { challenge, code }), { result: 'over' });
});

test('the cast signs in too', async () => {
  const browser = await signIn(CAST.clerk.phone);
  assert.equal((await browser.post('account.me', {})).account.name, CAST.clerk.name);
});
