import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { before, test } from 'node:test';

import { sql } from 'kysely';
import WebSocket from 'ws';

import { newId } from '../../protocol/id.ts';
import { codeFor, COMPUTER, PHONE, TestBrowser } from '../../testing/browser.ts';
import { ClientProblem } from '../../testing/client.ts';
import { SOCKET_PROTOCOL } from '../../protocol/version.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { deviceName, namingParts } from './rules.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let house: TestHouse;
before(async () => {
  house = await openTestHouse();
});

let made = 0;

/** A person of the staff list with so many devices, signed in one minute after the other. */
async function signedIn(devices = 1, { administrator = false } = {}): Promise<TestBrowser[]> {
  made += 1;
  const phone = `+8493${String(made).padStart(4, '0')}318`;
  const id = newId();
  await sql`insert into streams (id, kind) values (${id}, 'account')`.execute(house.db);
  await sql`insert into accounts (id, phone, name, administrator) values (${id}, ${phone}, 'Ksor H’Bích', ${administrator})`.execute(
    house.db,
  );
  const browsers: TestBrowser[] = [];
  for (let n = 0; n < devices; n += 1) browsers.push(await signInAgain(phone, n + 1));
  return browsers;
}

async function signInAgain(phone: string, n: number): Promise<TestBrowser> {
  const browser = new TestBrowser(house, { address: `198.18.${made}.${n}`, userAgent: n % 2 ? PHONE : COMPUTER });
  // So that a person with many devices is not held up by the limits of codes.
  await sql`delete from challenges where phone = ${phone}`.execute(house.db);
  const { challenge } = await browser.post('account.requestCode', { phone });
  const answer = await browser.post('account.verifyCode', { challenge, code: await codeFor(house, phone, n) });
  assert.equal(answer.result, 'in');
  house.pass(MINUTE);
  return browser;
}

async function isIn(browser: TestBrowser): Promise<boolean> {
  try {
    await browser.post('account.me', {});
    return true;
  } catch (error) {
    assert.ok(error instanceof ClientProblem && error.code === 'signed_out', String(error));
    return false;
  }
}

test('a token is replaced after a day, the old one serves for 60 s more', async () => {
  const [browser] = await signedIn();
  const token = browser!.cookies.get('sid');
  house.pass(DAY - 2 * MINUTE);
  assert.ok(await isIn(browser!));
  assert.equal(browser!.cookies.get('sid'), token, 'not yet a day old');
  house.pass(2 * MINUTE);
  const before = browser!.copy();
  assert.ok(await isIn(browser!));
  assert.notEqual(browser!.cookies.get('sid'), token);
  assert.ok(await isIn(browser!), 'the new one serves');
  house.pass(59_000);
  assert.ok(await isIn(before), 'requests that were under way');
  assert.equal(before.cookies.get('sid'), token, 'and gets no further token');
});

test('requests that arrive together are offered the same token, and one whose answer was lost is offered it again', async () => {
  const [browser] = await signedIn();
  house.pass(DAY);
  const twins = Array.from({ length: 5 }, () => browser!.copy());
  await Promise.all(twins.map((it) => it.post('account.me', {})));
  assert.equal(new Set(twins.map((it) => it.cookies.get('sid'))).size, 1);
  const token = browser!.cookies.get('sid');
  house.pass(10 * MINUTE);
  await browser!.post('account.me', {}, { lose: true });
  assert.equal(browser!.cookies.get('sid'), token);
  house.pass(HOUR);
  assert.ok(await isIn(browser!), 'no answer arrived, so the old one is still good');
  assert.equal(browser!.cookies.get('sid'), twins[0]!.cookies.get('sid'));
});

test('a device that only opens sockets is given the new token by the handshake', async () => {
  const [browser] = await signedIn();
  const { account } = await browser!.post('account.me', {});
  house.pass(DAY);
  const socket = new WebSocket(`${house.address.replace('http', 'ws')}/live`, SOCKET_PROTOCOL, {
    headers: { cookie: browser!.cookie, origin: house.address },
  });
  const [[response]] = (await Promise.all([once(socket, 'upgrade'), once(socket, 'open')])) as [[IncomingMessage], []];
  const [, token] = /^sid=([\w-]{43});/.exec(response.headers['set-cookie']![0]!)!;
  socket.close();
  assert.notEqual(token, browser!.cookies.get('sid'));
  browser!.cookies.set('sid', token!);
  assert.equal((await browser!.post('account.me', {})).account.id, account.id);
});

test('a replaced token used later ends the session for both', async () => {
  const [browser] = await signedIn();
  const thief = browser!.copy();
  house.pass(DAY);
  assert.ok(await isIn(browser!));
  assert.ok(await isIn(browser!), 'the first use of the new token');
  house.pass(61_000);
  const ended = Promise.withResolvers<unknown>();
  const stop = house.house.bus.subscribe('sessions.ended', ended.resolve);
  assert.ok(!(await isIn(thief)));
  assert.ok(!(await isIn(browser!)));
  assert.equal(((await ended.promise) as { sessions: string[] }).sessions.length, 1, 'sockets are closed too');
  stop();
});

test('a token of days ago ends the session too', async () => {
  const [browser] = await signedIn();
  const thief = browser!.copy();
  for (let day = 0; day < 3; day += 1) {
    house.pass(DAY);
    assert.ok(await isIn(browser!));
    assert.ok(await isIn(browser!));
  }
  assert.ok(!(await isIn(thief)));
  assert.ok(!(await isIn(browser!)));
});

test('a session ends after 14 days without use, and after 30 in any case', async () => {
  const [idle] = await signedIn();
  house.pass(14 * DAY + MINUTE);
  assert.ok(!(await isIn(idle!)));
  const [busy] = await signedIn();
  for (let day = 0; day < 29; day += 1) {
    house.pass(DAY);
    assert.ok(await isIn(busy!), `day ${day + 1}`);
  }
  house.pass(DAY);
  assert.ok(!(await isIn(busy!)));
});

test('an open socket is use', async () => {
  const [browser] = await signedIn();
  const { devices, current } = await browser!.post('device.list', {});
  assert.equal(devices.length, 1);
  for (let round = 0; round < 3; round += 1) {
    house.pass(10 * DAY - MINUTE);
    const open = await house.features.sessions.stillOpen([current]);
    assert.ok(open.has(current));
  }
  house.pass(DAY);
  assert.equal((await house.features.sessions.stillOpen([current])).size, 0, 'but not for ever');
});

test('ten devices a person; the one unused for longest gives way', async () => {
  const browsers = await signedIn(11);
  assert.ok(!(await isIn(browsers[0]!)));
  for (const browser of browsers.slice(1)) assert.ok(await isIn(browser));
  const { devices } = await browsers[3]!.post('device.list', {});
  assert.equal(devices.length, 10);
});

test('the list has this device first and says what each is', async () => {
  const [phone, computer] = await signedIn(2);
  const { devices, current } = await phone!.post('device.list', {});
  assert.equal(devices[0]!.id, current);
  assert.deepEqual(
    devices.map(({ kind, system, browser }) => [kind, system, browser]),
    [
      ['phone', 'Android', 'Chrome'],
      ['computer', 'Windows', 'Chrome'],
    ],
  );
  assert.equal((await computer!.post('device.list', {})).current, devices[1]!.id);
});

test('signing another device out takes effect at once, socket and all', async () => {
  const [mine, other] = await signedIn(2);
  const account = (await mine!.post('account.me', {})).account.id;
  const client = await house.connect({ id: account, cookie: other!.cookie, session: '' });
  const watching = await house.connect({ id: account, cookie: mine!.cookie, session: '' });
  assert.ok(await isIn(other!), 'and now it is in the cache');
  const { current } = await other!.post('device.list', {});
  assert.deepEqual(await mine!.post('device.signOut', { device: current }), { ended: true });
  assert.ok(!(await isIn(other!)));
  await watching.until(() => watching.events.some((it) => it.on === 'device.ended'));
  assert.deepEqual(watching.events.find((it) => it.on === 'device.ended')!.with, { devices: [current] });
  await client.until(() => client.closed !== undefined).catch(() => undefined);
  assert.equal(client.closed?.code, 4001);
  assert.deepEqual(await mine!.post('device.signOut', { device: current }), { ended: false });
});

test('nobody signs out somebody else', async () => {
  const [[mine], [theirs]] = [await signedIn(), await signedIn()];
  const { current } = await theirs!.post('device.list', {});
  assert.deepEqual(await mine!.post('device.signOut', { device: current }), { ended: false });
  assert.ok(await isIn(theirs!));
});

test('all others are signed out in one act', async () => {
  const [mine, ...others] = await signedIn(4);
  assert.deepEqual(await mine!.post('device.signOutOthers', {}), { ended: 3 });
  for (const other of others) assert.ok(!(await isIn(other)));
  assert.ok(await isIn(mine!));
  assert.deepEqual(await mine!.post('device.signOutOthers', {}), { ended: 0 });
});

test('signing out makes the browser forget everything of this site', async () => {
  const [browser] = await signedIn();
  const copy = browser!.copy();
  await browser!.post('device.signOutThis', {});
  assert.equal(browser!.headers.get('clear-site-data'), '"cache", "cookies", "storage"');
  assert.ok(!browser!.cookies.has('sid'));
  assert.ok(!(await isIn(copy)));
});

test('who is disabled or left is out at once where the feature that did it says so, and after seconds in any case', async () => {
  const [browser] = await signedIn();
  const { account } = await browser!.post('account.me', {});
  await sql`update accounts set state = 'disabled' where id = ${account.id}`.execute(house.db);
  house.pass(5_001);
  assert.ok(!(await isIn(browser!)));
});

test('administrator rights rest after 30 minutes without an act and 12 hours after the code, the chat goes on', async () => {
  const [browser] = await signedIn(1, { administrator: true });
  const { account } = await browser!.post('account.me', {});
  const phone = account.phone!;
  const govern = async (): Promise<string> => {
    try {
      await browser!.post('account.requests', {});
      return 'done';
    } catch (error) {
      return (error as ClientProblem).code;
    }
  };
  assert.equal(await govern(), 'done');
  house.pass(29 * MINUTE);
  assert.equal(await govern(), 'done');
  house.pass(29 * MINUTE);
  assert.equal(await govern(), 'done', 'each act counts anew');
  house.pass(31 * MINUTE);
  assert.equal(await govern(), 'confirm_needed');
  assert.ok(await isIn(browser!));

  await sql`delete from challenges where phone = ${phone}`.execute(house.db);
  const { challenge } = await browser!.post('account.requestCode', { phone });
  const code = await codeFor(house, phone, 2);
  const answer = await browser!.post('account.confirm', { challenge, code });
  assert.equal(answer.result, 'in');
  assert.equal(await govern(), 'done');
  for (let n = 0; n < 24; n += 1) {
    house.pass(29 * MINUTE);
    assert.equal(await govern(), 'done');
  }
  house.pass(25 * MINUTE);
  assert.equal(await govern(), 'confirm_needed', 'twelve hours after the code');
});

test('rights are confirmed with a code for the own number only', async () => {
  const [[browser], [other]] = [await signedIn(1, { administrator: true }), await signedIn()];
  const phone = (await other!.post('account.me', {})).account.phone!;
  await sql`delete from challenges where phone = ${phone}`.execute(house.db);
  const { challenge } = await browser!.post('account.requestCode', { phone });
  const code = await codeFor(house, phone, 2);
  assert.deepEqual(await browser!.post('account.confirm', { challenge, code }), { result: 'over' });
});

test('devices are called what people call them', () => {
  assert.deepEqual(deviceName(PHONE), { kind: 'phone', system: 'Android', browser: 'Chrome' });
  assert.deepEqual(
    deviceName(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    ),
    { kind: 'phone', system: 'iPhone', browser: 'Safari' },
  );
  assert.deepEqual(
    deviceName(
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/130 Chrome/124 Safari/537.36',
    ),
    { kind: 'computer', system: 'Windows', browser: 'Cốc Cốc' },
  );
  assert.deepEqual(deviceName('Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0'), {
    kind: 'computer',
    system: 'Linux',
    browser: 'Firefox',
  });
  assert.deepEqual(
    deviceName(
      'Mozilla/5.0 (Linux; Android 14; SM-X205) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Safari/537.36',
    ),
    { kind: 'tablet', system: 'Android', browser: 'Samsung Internet' },
  );
  assert.deepEqual(deviceName('curl/8'), { kind: 'computer', system: '', browser: '' });
});

test('of what a browser calls itself only that is kept which names the device', async () => {
  const own = 'Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537.36 Do mat: Tuyet mat 7731';
  const [first] = await signedIn();
  const { phone } = (await first!.post('account.me', {})).account;
  const browser = new TestBrowser(house, { address: '198.18.200.1', userAgent: own });
  await sql`delete from challenges where phone = ${phone}`.execute(house.db);
  const { challenge } = await browser.post('account.requestCode', { phone: phone! });
  await browser.post('account.verifyCode', { challenge, code: await codeFor(house, phone!, 2) });
  const { devices, current } = await browser.post('device.list', {});
  const { kind, system, browser: named } = devices.find((it) => it.id === current)!;
  assert.deepEqual({ kind, system, browser: named }, deviceName(own));
  const { rows } = await sql<{ device: string }>`select device from sessions where device like '%mat%'`.execute(
    house.db,
  );
  assert.deepEqual(rows, []);
  for (const each of [PHONE, COMPUTER, own, 'coc_coc_browser/130 Windows NT', 'curl/8', ''])
    assert.deepEqual(deviceName(namingParts(each)), deviceName(each), each);
});

test('a session that ends while it is looked up is not let in, and not remembered', async () => {
  const [browser] = await signedIn();
  const { current } = await browser!.post('device.list', {});
  house.pass(2 * MINUTE);
  const { db, bus } = house.house;
  const asked = await db.transaction().execute(async (tx) => {
    await sql`update sessions set ended_at = now() where id = ${current}`.execute(tx);
    // It reads the session as it was, and waits for this transaction in order to note its use.
    const looking = isIn(browser!);
    for (;;) {
      const { rows } = await sql`
        select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
          and query like '%update sessions set used_at%'`.execute(db);
      if (rows.length > 0) {
        // Said before it is committed, so that it is heard while the session is still looked up.
        bus.publish('sessions.ended', { sessions: [current] });
        return { looking };
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  assert.ok(!(await asked.looking), 'let in');
  assert.ok(!(await isIn(browser!)), 'remembered');
});

test('a fresh code brings the device a new token', async () => {
  const [browser] = await signedIn(1, { administrator: true });
  const phone = `+8493${String(made).padStart(4, '0')}318`;
  await sql`delete from challenges where phone = ${phone}`.execute(house.db);
  const token = browser!.cookies.get('sid');
  const { challenge } = await browser!.post('account.requestCode', { phone });
  const code = await codeFor(house, phone, 2);
  assert.equal((await browser!.post('account.confirm', { challenge, code })).result, 'in');
  house.pass(6_000);
  const before = browser!.copy();
  assert.ok(await isIn(browser!));
  assert.notEqual(browser!.cookies.get('sid'), token);
  assert.ok(await isIn(browser!), 'the new one serves');
  house.pass(61_000);
  assert.ok(!(await isIn(before)), 'and the old one no longer');
});
