import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { codeFor, TestBrowser } from '../../testing/browser.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { CODE } from './rules.ts';

/**
 * Somebody who guesses codes as fast as they are let, from as many addresses as they like, all at once. The house's own limits
 * stand; the clock is the test's.
 */
let house: TestHouse;
before(async () => {
  house = await openTestHouse();
});

let made = 0;
async function newNumber(): Promise<string> {
  made += 1;
  const phone = `+8493${String(made).padStart(4, '0')}318`;
  const id = newId();
  await sql`insert into streams (id, kind) values (${id}, 'account')`.execute(house.db);
  await sql`insert into accounts (id, phone, name) values (${id}, ${phone}, 'Puih Thưng')`.execute(house.db);
  return phone;
}

/** From an address nobody has used. */
function newBrowser(): TestBrowser {
  made += 1;
  return new TestBrowser(house, { address: `198.18.${made >> 8}.${made & 255}` });
}

/** Undefined where it is refused as too often. */
async function unlessTooOften<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    assert.ok(error instanceof ClientProblem && /too_/.test(error.code), String(error));
    return undefined;
  }
}

interface Guesses {
  /** When each guess was compared with a code, by the house's clock. */
  readonly at: number[];
  /** Guesses compared with one code, the most of any. */
  mostPerCode: number;
  codes: number;
}

/** Guesses one number's codes for so many days, several at every moment at which any could be let through. */
async function guess(phone: string, days: number): Promise<Guesses> {
  const found: Guesses = { at: [], mostPerCode: 0, codes: 0 };
  const end = house.house.now().getTime() + days * CODE.day;
  while (house.house.now().getTime() < end) {
    // Several browsers at once; each may be the one that is let.
    const browsers = [newBrowser(), newBrowser(), newBrowser()];
    const asked = await Promise.all(
      browsers.map((browser) => unlessTooOften(browser.post('account.requestCode', { phone }))),
    );
    const at = asked.findIndex((it) => it !== undefined);
    const challenge = asked[at]?.challenge;
    if (challenge === undefined) {
      // Up to the next moment at which a code may be asked for.
      house.pass(10 * 60_000);
      continue;
    }
    assert.equal(asked.filter(Boolean).length, 1, 'codes for one number at the same moment');
    found.codes += 1;
    const right = await codeFor(house, phone, await sentTo(phone));
    let compared = 0;
    for (const pass of [0, 0, 30_000, 0, 60_000, 0, 120_000, 0]) {
      house.pass(pass);
      const answers = await Promise.all(
        Array.from({ length: 4 }, (_, n) => {
          const code = String((Number(right) + 1 + n + 10 * compared) % 10 ** 8).padStart(8, '0');
          return unlessTooOften(browsers[at]!.post('account.verifyCode', { challenge, code }));
        }),
      );
      for (const answer of answers) {
        assert.notEqual(answer?.result, 'in');
        if (answer?.result !== 'wrong' && !(answer?.result === 'locked' && compared < CODE.tries)) continue;
        if (answer.result === 'locked' && !(await isCounted(phone, found.at.length))) continue;
        compared += 1;
        found.at.push(house.house.now().getTime());
      }
    }
    found.mostPerCode = Math.max(found.mostPerCode, compared);
  }
  return found;
}

async function sentTo(phone: string): Promise<number> {
  for (;;) {
    const { rows } = await sql<{ n: number; waiting: boolean }>`
      select count(*) filter (where sent_at is not null)::int as n, bool_or(code is null and not dead) as waiting
      from challenges where phone = ${phone}`.execute(house.db);
    if (!rows[0]!.waiting) return rows[0]!.n;
  }
}

/** The last guess of a day is answered by `locked`, as all after it: the database knows which was compared. */
async function isCounted(phone: string, before: number): Promise<boolean> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from code_checks where phone = ${phone} and wrong`.execute(house.db);
  return rows[0]!.n > before;
}

test('five guesses a code and 25 a day are all that anybody gets, however they ask', async (t) => {
  const found = await guess(await newNumber(), 3);
  assert.equal(found.mostPerCode, CODE.tries);
  const inAnyDay = found.at.map((from) => found.at.filter((it) => it >= from && it < from + CODE.day).length);
  assert.equal(Math.max(...inAnyDay), CODE.wrongPerPhoneDay);
  t.diagnostic(
    `${found.at.length} guesses of ${found.codes} codes in three days; at most ${Math.max(...inAnyDay)} in 24 hours: ` +
      `chance a day ${(Math.max(...inAnyDay) / 10 ** CODE.digits).toExponential(1)}`,
  );
  assert.ok(CODE.wrongPerPhoneDay / 10 ** CODE.digits <= 1e-4);
  // For all numbers together the breaker is the bound.
  assert.ok((24 * CODE.wrongPerHour) / 10 ** CODE.digits <= 0.01);
});

test('wrong codes for many numbers at the same moment do not get past the breaker of an hour', async () => {
  house.pass(2 * CODE.day);
  const attackers = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const [phone, browser] = [await newNumber(), newBrowser()];
      const { challenge } = await browser.post('account.requestCode', { phone });
      return { phone, browser, challenge };
    }),
  );
  for (const { phone } of attackers) await sentTo(phone);
  await sql`
    insert into code_checks (at, phone, address, wrong)
    select ${house.house.now()}::timestamptz - interval '5 minutes', '+8490' || n, '198.51.100.' || n % 250, true
    from generate_series(1, ${CODE.wrongPerHour - 5}::int) n`.execute(house.db);
  const answers = await Promise.all(
    attackers.map(({ browser, challenge }) => browser.post('account.verifyCode', { challenge, code: '00000000' })),
  );
  assert.equal(answers.filter((it) => it.result === 'wrong').length, 5);
  assert.equal(answers.filter((it) => it.result === 'paused').length, 35);
});

test('codes are not entered over the socket at all', async () => {
  const client = await house.connect('member');
  for (const name of [
    'account.requestCode',
    'account.verifyCode',
    'account.register',
    'account.confirm',
    'agency.setUp',
  ])
    await assert.rejects(
      client.callRaw(name, {}),
      (error: unknown) => error instanceof ClientProblem && error.code === 'wrong_door',
      name,
    );
});

test('the same action id does not make a second guess, and another one does not make the same guess free', async () => {
  house.pass(2 * CODE.day);
  const [phone, browser, id] = [await newNumber(), newBrowser(), newId()];
  const { challenge } = await browser.post('account.requestCode', { phone });
  const code = String((Number(await codeFor(house, phone)) + 1) % 10 ** 8).padStart(8, '0');
  const same = await Promise.all(
    Array.from({ length: 5 }, () => browser.post('account.verifyCode', { challenge, code }, { id })),
  );
  for (const it of same) assert.deepEqual(it, { result: 'wrong', left: 4, wait: 0 });
  assert.deepEqual(await browser.post('account.verifyCode', { challenge, code }), {
    result: 'wrong',
    left: 3,
    wait: 30,
  });
});
