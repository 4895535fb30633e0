import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { codeFor, TestBrowser } from '../../testing/browser.ts';
import { ClientProblem } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import { greeting } from '../handlers.ts';
import { setupCode } from './access.ts';
import { plainSetupCode, shownSetupCode } from './rules.ts';

const INPUT = {
  name: 'Ủy ban nhân dân xã Ia Grai',
  area: '23764',
  administrator: { name: 'Siu H’Nga', phone: '0914 000 001' },
  help: null,
};

async function code(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'done';
  } catch (error) {
    assert.ok(error instanceof ClientProblem, String(error));
    return error.code;
  }
}

const browserOf = (house: TestHouse, n = 1): TestBrowser => new TestBrowser(house, { address: `203.0.113.${n}` });

test('the first run: the printed code, a page of answers, and the administrator is in', async () => {
  const house = await openTestHouse();
  const browser = browserOf(house);
  const empty = await browser.post('agency.get', {});
  assert.deepEqual(
    { ...empty, ready: { ...empty.ready!, communes: 0 } },
    {
      setUp: false,
      name: '',
      area: null,
      help: null,
      registration: 'directory',
      ready: { sms: 'file', provinces: 34, communes: 0 },
    },
  );
  assert.equal(empty.ready!.communes, 3_321);

  const printed = await greeting(house);
  const [shown] = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(printed)!;
  assert.ok(printed.includes(`/setup#${shown}`));
  assert.equal(await code(browser.post('agency.setUp', { ...INPUT, code: 'AAAA-AAAA' })), 'agency.wrong_code');
  assert.equal(
    await code(
      browser.post('agency.setUp', {
        ...INPUT,
        code: shown,
        administrator: { name: 'Siu H’Nga', phone: '0269 3600 114' },
      }),
    ),
    'agency.wrong_number',
  );
  assert.equal(
    await code(browser.post('agency.setUp', { ...INPUT, code: shown, area: '99999' })),
    'agency.unknown_area',
  );

  const { account } = await browser.post('agency.setUp', { ...INPUT, code: ` ${shown.toLowerCase()} ` });
  const me = await browser.post('account.me', {});
  assert.equal(me.account.id, account);
  assert.equal(me.account.phone, '+84914000001');
  assert.ok(me.account.administrator);
  const { requests } = await browser.post('account.requests', {});
  assert.deepEqual(requests, []);

  const stranger = browserOf(house, 2);
  assert.deepEqual(await stranger.post('agency.get', {}), {
    setUp: true,
    name: INPUT.name,
    area: { code: '23764', title: 'Xã Ia Grai, tỉnh Gia Lai' },
    help: { name: 'Siu H’Nga', phone: '+84914000001', email: '' },
    registration: 'directory',
    ready: null,
  });
  assert.equal(await code(stranger.post('agency.setUp', { ...INPUT, code: shown })), 'agency.set_up_already');
  assert.ok(!(await greeting(house)).includes(shown));
});

test('the same set-up sent again has one effect and gives the session again', async () => {
  const house = await openTestHouse();
  const browser = browserOf(house);
  await browser.post('agency.get', {});
  const id = newId();
  const input = { ...INPUT, code: setupCode(house.house) };
  const first = await browser.post('agency.setUp', input, { id, lose: true });
  assert.deepEqual(await browser.post('agency.setUp', input, { id }), first);
  assert.equal((await browser.post('device.list', {})).devices.length, 1);
});

test('two people who set up at once: one does', async () => {
  const house = await openTestHouse();
  const input = { ...INPUT, code: setupCode(house.house) };
  const outcomes = await Promise.all([1, 2].map((n) => code(browserOf(house, n).post('agency.setUp', input))));
  assert.deepEqual(outcomes.sort(), ['agency.set_up_already', 'done']);
});

test('codes cannot be tried out', async () => {
  const house = await openTestHouse();
  for (let n = 0; n < 20; n += 1)
    assert.equal(
      await code(browserOf(house, n).post('agency.setUp', { ...INPUT, code: 'AAAAAAAA' })),
      'agency.wrong_code',
    );
  const right = { ...INPUT, code: setupCode(house.house) };
  assert.equal(await code(browserOf(house, 99).post('agency.setUp', right)), 'too_fast');
  house.pass(3_600_000);
  assert.equal(await code(browserOf(house, 99).post('agency.setUp', right)), 'done');
});

test('somebody of the staff list becomes the administrator, and another person may give help', async () => {
  const house = await openTestHouse();
  const browser = browserOf(house);
  const { account } = await browser.post('agency.setUp', {
    ...INPUT,
    code: setupCode(house.house),
    administrator: { name: 'Tên khác', phone: '+84905318465' },
    help: { name: 'Nguyễn Văn An', phone: '0269 3 600 114', email: 'an@iagrai.gialai.gov.vn' },
  });
  assert.equal(account, house.cast.member.id);
  assert.equal((await browser.post('account.me', {})).account.name, 'Puih Thưng', 'the staff list knows the name');
  const { help } = await browser.post('agency.get', {});
  assert.deepEqual(help, { name: 'Nguyễn Văn An', phone: '+842693600114', email: 'an@iagrai.gialai.gov.vn' });

  await browser.post('agency.change', { help: { name: 'Siu H’Nga', phone: '0905.318.464' }, registration: 'approval' });
  const after = await browser.post('agency.get', {});
  assert.deepEqual(after.help, { name: 'Siu H’Nga', phone: '+84905318464', email: '' });
  assert.equal(after.registration, 'approval');
  assert.equal(after.name, INPUT.name);
  assert.equal(
    await code(browser.post('agency.change', { help: { name: 'Siu H’Nga', phone: '0905' } })),
    'agency.wrong_number',
  );
  assert.equal((await house.post('leader', 'agency.change', { name: 'Cơ quan khác' })).status, 403);
});

test('where registration is open, an administrator answers who asked', async () => {
  const house = await openTestHouse();
  const admin = browserOf(house);
  await admin.post('agency.setUp', { ...INPUT, code: setupCode(house.house) });
  await admin.post('agency.change', { registration: 'approval' });
  const { account } = (await admin.post('account.me', {})).account.administrator
    ? await admin.post('account.me', {})
    : assert.fail('no administrator');
  const watching = await house.connect({ id: account.id, cookie: admin.cookie, session: '' });

  const ask = async (phone: string, name: string, n: number): Promise<TestBrowser> => {
    const browser = browserOf(house, 10 + n);
    const { challenge } = await browser.post('account.requestCode', { phone });
    const answer = await browser.post('account.verifyCode', { challenge, code: await codeFor(house, phone) });
    assert.deepEqual(answer, { result: 'name' });
    assert.deepEqual(await browser.post('account.register', { challenge, name }), { result: 'waiting' });
    assert.equal(await code(browser.post('account.me', {})), 'signed_out', 'waiting is not in');
    return browser;
  };
  const first = await ask('+84914000011', 'Rmah H’Lan', 1);
  await ask('+84915000012', 'Người lạ', 2);
  await watching.until(() => watching.events.filter((it) => it.on === 'account.requested').length === 2);
  const { waiting, at } = await admin.post('account.me', {});
  const last = watching.events.findLast((it) => it.on === 'account.requested')!;
  assert.deepEqual([last.with, last.n], [{ waiting }, at], 'what a connected device knows is what is fetched');

  const { requests } = await admin.post('account.requests', {});
  assert.deepEqual(
    requests.map(({ name, phone }) => [name, phone]),
    [
      ['Rmah H’Lan', '+84914000011'],
      ['Người lạ', '+84915000012'],
    ],
  );
  await admin.post('account.approve', { account: requests[0]!.account });
  await admin.post('account.refuse', { account: requests[1]!.account });
  assert.equal(await code(admin.post('account.approve', { account: requests[1]!.account })), 'account.not_waiting');
  assert.deepEqual((await admin.post('account.requests', {})).requests, []);

  house.pass(60_000);
  const { challenge } = await first.post('account.requestCode', { phone: '+84914000011' });
  const answer = await first.post('account.verifyCode', { challenge, code: await codeFor(house, '+84914000011', 2) });
  assert.ok(answer.result === 'in' && answer.first);
  assert.equal((await first.post('account.me', {})).account.name, 'Rmah H’Lan');
  const { rows } = await sql`select 1 from accounts where phone = '+84915000012'`.execute(house.db);
  assert.equal(rows.length, 0, 'who was refused leaves nothing and may ask again');
  await watching.close();
});

test('a set-up code is read however it is typed', () => {
  assert.equal(plainSetupCode(' k7qf – 2m9x '), 'K7QF2M9X');
  assert.equal(plainSetupCode(shownSetupCode('K7QF2M9X')), 'K7QF2M9X');
});
