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
  readonly at: readonly number[];
  /** Guesses compared with one code, the most of any. */
  readonly mostPerCode: number;
  readonly codes: number;
  /** Codes for the number that were asked for at the same moment, the most of any. */
  readonly mostAtOnce: number;
}

/** Guesses one number's codes for so many days, several at every moment at which any could be let through. */
async function guess(phone: string, newAddress: () => string, days: number): Promise<Guesses> {
  let mostAtOnce = 0;
  const end = house.house.now().getTime() + days * CODE.day;
  while (house.house.now().getTime() < end) {
    // Several browsers at once; each may be the one that is let.
    const browsers = Array.from({ length: 3 }, () => new TestBrowser(house, { address: newAddress() }));
    const asked = await Promise.all(
      browsers.map(async (browser) => {
        const answer = await unlessTooOften(browser.post('account.requestCode', { phone }));
        return answer && { browser, challenge: answer.challenge };
      }),
    );
    const codes = asked.filter((it) => it !== undefined);
    mostAtOnce = Math.max(mostAtOnce, codes.length);
    if (codes.length === 0) {
      // Up to the next moment at which a code may be asked for.
      house.pass(20 * 60_000);
      continue;
    }
    await sentTo(phone);
    let tried = 0;
    for (const pass of [0, 0, 30_000, 0, 60_000, 0, 120_000, 0]) {
      house.pass(pass);
      const answers = await Promise.all(
        codes.flatMap(({ browser, challenge }) =>
          Array.from({ length: 4 }, () => {
            const code = String((tried += 1)).padStart(8, '0');
            return unlessTooOften(browser.post('account.verifyCode', { challenge, code }));
          }),
        ),
      );
      for (const answer of answers) assert.notEqual(answer?.result, 'in');
    }
  }
  const { rows: checks } = await sql<{ at: Date }>`
    select at from code_checks where phone = ${phone} and wrong order by at`.execute(house.db);
  const { rows } = await sql<{ codes: number; most: number }>`
    select count(*)::int as codes, max(tries) as most from challenges where phone = ${phone}`.execute(house.db);
  return { at: checks.map((it) => it.at.getTime()), mostPerCode: rows[0]!.most, codes: rows[0]!.codes, mostAtOnce };
}

/** The most of these moments within any 24 hours. */
function mostInADay(moments: readonly number[]): number {
  return Math.max(...moments.map((from) => moments.filter((it) => it >= from && it < from + CODE.day).length));
}

async function sentTo(phone: string): Promise<number> {
  for (;;) {
    const { rows } = await sql<{ n: number; waiting: boolean }>`
      select count(*) filter (where sent_at is not null)::int as n, bool_or(code is null and not dead) as waiting
      from challenges where phone = ${phone}`.execute(house.db);
    if (!rows[0]!.waiting) return rows[0]!.n;
  }
}

test('five guesses a code and 25 a day are all that anybody gets from one address, however they ask', async (t) => {
  const address = '198.19.0.1';
  const found = await guess(await newNumber(), () => address, 2);
  assert.equal(found.mostAtOnce, 1);
  assert.equal(found.mostPerCode, CODE.tries);
  assert.equal(mostInADay(found.at), CODE.wrongPerPhoneDay);
  t.diagnostic(`${found.at.length} guesses of ${found.codes} codes in two days`);
});

test('and a hundred from as many addresses as they like', async (t) => {
  const found = await guess(await newNumber(), () => `198.19.${(made += 1) >> 8}.${made & 255}`, 2);
  assert.equal(found.mostPerCode, CODE.tries);
  const most = mostInADay(found.at);
  assert.ok(most > CODE.wrongPerPhoneDay && most <= CODE.wrongPerPhoneDayOfAll, String(most));
  assert.ok(found.codes <= 3 * CODE.perPhoneDayOfAll, String(found.codes));
  t.diagnostic(
    `${found.at.length} guesses of ${found.codes} codes in two days; at most ${most} in 24 hours: ` +
      `chance a day ${(most / 10 ** CODE.digits).toExponential(1)}`,
  );
  assert.ok(CODE.wrongPerPhoneDayOfAll / 10 ** CODE.digits <= 1e-4);
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
    select ${house.house.now()}::timestamptz - interval '5 minutes', (${attackers.map((it) => it.phone)}::text[])[1 + n % 40],
      '198.51.100.' || n % 250, true
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
