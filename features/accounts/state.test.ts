import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { Problem } from '../../protocol/problem.ts';
import { codeFor, COMPUTER, TestBrowser } from '../../testing/browser.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { placeFor } from './state.ts';
import { CodeEntry } from './state/code.ts';
import type { Ask, CodeMemory } from './state/code.ts';
import { Ending } from './state/ending.ts';

const MINUTE = 60_000;

let house: TestHouse;
before(async () => {
  house = await openTestHouse();
});

let made = 0;
async function newNumber(): Promise<string> {
  made += 1;
  const phone = `+8494${String(made).padStart(4, '0')}318`;
  const id = newId();
  await sql`insert into streams (id, kind) values (${id}, 'account')`.execute(house.db);
  await sql`insert into accounts (id, phone, name) values (${id}, ${phone}, 'Rah Lan H’Bơn')`.execute(house.db);
  return phone;
}

/** A page of a browser: its clock goes with the house's; `lose` lets so many answers get lost on their way. */
function openPage(memory?: CodeMemory) {
  made += 1;
  const browser = new TestBrowser(house, { address: `198.18.200.${made}`, userAgent: COMPUTER });
  const page = { browser, lose: 0, asked: 0 };
  const ask: Ask = async (name, input, id) => {
    page.asked += 1;
    const lose = page.lose > 0;
    if (lose) page.lose -= 1;
    try {
      const answer = await browser.post(name, input as never, { id, lose });
      if (lose) throw new Problem('unreachable', { status: 0, retry: true, summary: '' });
      return answer as never;
    } catch (error) {
      if (!(error instanceof ClientProblem)) throw error;
      const { code, retry, ...details } = error.wire;
      throw new Problem(code, { status: 0, retry: retry === true, summary: '' }, details);
    }
  };
  const entry = new CodeEntry(ask, { ...(memory ? { memory } : {}), now: () => house.house.now().getTime() });
  return { ...page, page, entry };
}

test('somebody signs in, with a wrong code in between', async () => {
  const phone = await newNumber();
  const { entry, browser } = openPage();
  entry.phone.value = `0${phone.slice(3)}`;
  assert.ok(await entry.request());
  assert.equal(entry.sent.value?.phone, phone);
  const code = await codeFor(house, phone);
  const wrong = String((Number(code) + 1) % 1e8).padStart(8, '0');
  assert.equal((await entry.verify(wrong))?.result, 'wrong');
  assert.deepEqual(entry.trouble.value, { kind: 'wrong', left: 4 });
  assert.equal(await entry.verify(wrong), undefined, 'the same once more costs nothing');
  assert.equal((await entry.verify(code))?.result, 'in');
  assert.ok(browser.cookies.has('sid'));
});

test('a number that cannot be right is not sent', async () => {
  const { entry, page } = openPage();
  entry.phone.value = '0905 31 84';
  assert.equal(await entry.request(), false);
  assert.deepEqual(entry.trouble.value, { kind: 'number', why: { state: 'short', missing: 2 } });
  assert.equal(page.asked, 0);
  entry.phone.value = '0905 318 499';
  entry.checkNumber();
  assert.equal(entry.trouble.value, undefined);
});

test('on a bad line nothing is counted twice and the person is in all the same', async () => {
  const phone = await newNumber();
  const { entry, page, browser } = openPage();
  await browser.post('agency.get', {});
  entry.phone.value = phone;
  page.lose = 2;
  assert.ok(await entry.request(), 'the third answer arrives');
  const code = await codeFor(house, phone);
  page.lose = 1;
  assert.equal((await entry.verify(code))?.result, 'in');
  assert.ok(browser.cookies.has('sid'), 'the session of the answer that was lost');
  assert.equal((await browser.post('device.list', {})).devices.length, 1);
});

test('a line that stays away is said, and tried again by hand', async () => {
  const phone = await newNumber();
  const { entry, page, browser } = openPage();
  await browser.post('agency.get', {});
  entry.phone.value = phone;
  page.lose = 3;
  assert.equal(await entry.request(), false);
  assert.deepEqual(entry.trouble.value, { kind: 'unreachable' });
  assert.equal(entry.busy.value, false);
});

test('two wrong ones, then a wait that is kept on this side', async () => {
  const phone = await newNumber();
  const { entry, page } = openPage();
  entry.phone.value = phone;
  await entry.request();
  const code = await codeFor(house, phone);
  const wrong = (by: number): string => String((Number(code) + by) % 1e8).padStart(8, '0');
  await entry.verify(wrong(1));
  await entry.verify(wrong(2));
  assert.equal(entry.blockedUntil.value - house.house.now().getTime() > 29_000, true);
  const { asked } = page;
  assert.equal(await entry.verify(code), undefined);
  assert.equal(entry.trouble.value?.kind, 'slow');
  assert.equal(page.asked, asked, 'the server was not bothered');
  house.pass(30_000);
  assert.equal((await entry.verify(code))?.result, 'in');
});

test('asking too soon says how long to wait; the old code stays', async () => {
  const phone = await newNumber();
  const { entry } = openPage();
  entry.phone.value = phone;
  await entry.request();
  const before = entry.sent.value;
  assert.equal(await entry.request(), false);
  const trouble = entry.trouble.value;
  assert.ok(trouble?.kind === 'tooMany' && trouble.of === 'number');
  assert.equal(entry.sent.value, before);
  house.pass(MINUTE);
  assert.ok(await entry.request());
  assert.notEqual(entry.sent.value?.challenge, before?.challenge);
});

test('a page that the phone ended goes on where it was', async () => {
  const phone = await newNumber();
  let kept: string | null = null;
  const memory: CodeMemory = { read: () => kept, write: (text) => void (kept = text) };
  const first = openPage(memory);
  first.entry.phone.value = phone;
  await first.entry.request();
  const second = openPage(memory);
  for (const [name, value] of first.browser.cookies) second.browser.cookies.set(name, value);
  assert.equal(second.entry.sent.value?.phone, phone);
  assert.equal((await second.entry.verify(await codeFor(house, phone)))?.result, 'in');
  assert.equal(kept, null);

  const third = openPage(memory);
  third.entry.phone.value = await newNumber();
  await third.entry.request();
  house.pass(6 * MINUTE);
  assert.equal(openPage(memory).entry.sent.value, undefined, 'what is over is not gone on with');
});

test('a device says that it was signed out from elsewhere, and nothing of its own sign-out', () => {
  let kept: string | null = null;
  const memory = { read: () => kept, write: (text: string | null) => void (kept = text) };
  const ending = new Ending(memory);
  assert.equal(ending.fromElsewhere, false);
  ending.heard();
  assert.equal(ending.fromElsewhere, true);
  assert.equal(new Ending(memory).fromElsewhere, true, 'still said on the page that begins afresh');
  ending.forget();
  assert.equal(ending.fromElsewhere, false, 'gone after the next sign-in');

  // The line hears of the own sign-out too, here and at the other pages of the browser.
  ending.begin();
  ending.heard();
  new Ending(memory).heard();
  assert.equal(ending.fromElsewhere, false);
  // It did not come about: later somebody else does it.
  ending.forget();
  ending.heard();
  assert.equal(ending.fromElsewhere, true);
});

test('where somebody may be', () => {
  const at = (path: string, query = '') => ({ path, query: new URLSearchParams(query) });
  const inside = { state: 'in', account: 'a' } as const;
  assert.equal(placeFor({ state: 'setup' }, false, at('/chats')), '/setup');
  assert.equal(placeFor({ state: 'setup' }, false, at('/setup')), undefined);
  assert.equal(placeFor({ state: 'out' }, false, at('/chats')), '/sign-in');
  assert.equal(placeFor({ state: 'out' }, false, at('/sign-in')), undefined);
  assert.equal(placeFor({ state: 'unknown' }, false, at('/setup')), undefined);
  assert.equal(placeFor({ state: 'out' }, false, at('/setup')), '/sign-in');
  const asked = placeFor({ state: 'out' }, false, at('/chats/01a'))!;
  assert.equal(asked, '/sign-in?to=%2Fchats%2F01a');
  assert.equal(placeFor(inside, false, at('/sign-in', asked.split('?')[1])), '/chats/01a');
  assert.equal(placeFor(inside, false, at('/sign-in', 'to=//evil.example')), '/chats');
  assert.equal(placeFor(inside, false, at('/sign-in', 'to=https://evil.example')), '/chats');
  assert.equal(placeFor(inside, false, at('/chats/01a')), undefined);
  assert.equal(placeFor(inside, true, at('/chats')), '/welcome');
  assert.equal(placeFor(inside, true, at('/sign-in', asked.split('?')[1])), asked.replace('/sign-in', '/welcome'));
  assert.equal(placeFor(inside, false, at('/welcome', asked.split('?')[1])), '/chats/01a');
  assert.equal(placeFor(inside, true, at('/welcome')), undefined);
  assert.equal(placeFor(inside, false, at('/welcome')), '/chats');
});
