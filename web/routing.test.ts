import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Router, match, memoryHistory, pathOf, screenAt, type Screen } from './routing.ts';

function start(url = '/chats') {
  const browser = memoryHistory(url);
  return { browser, router: new Router(browser) };
}

test('a screen is one entry, and back returns to the one before', async () => {
  const { browser, router } = start();
  router.navigate('/chats/1');
  router.navigate('/chats/1/options');
  assert.equal(browser.depth(), 2);
  router.back();
  await browser.settled();
  assert.equal(router.here.value.path, '/chats/1');
  assert.deepEqual(router.arrival.value, { index: 1, how: 'back' });
  await browser.forward();
  assert.equal(router.here.value.path, '/chats/1/options');
  assert.equal(router.arrival.value.how, 'forward');
});

test('opening the same screen again adds no entry', () => {
  const { browser, router } = start();
  router.navigate('/chats');
  assert.equal(browser.depth(), 0);
  router.navigate('/chats?filter=unread');
  assert.equal(browser.depth(), 1);
  assert.equal(router.here.value.query.get('filter'), 'unread');
});

test('back with nothing behind goes to the parent instead of leaving', async () => {
  const { browser, router } = start('/chats/1');
  router.back('/chats');
  await browser.settled();
  assert.equal(router.here.value.path, '/chats');
  assert.equal(browser.depth(), 0);
});

test('back closes the topmost layer first, and only that one', async () => {
  const { browser, router } = start();
  const closed: string[] = [];
  router.navigate('/chats/1');
  router.open(() => closed.push('sheet'));
  router.open(() => closed.push('confirmation'));
  assert.equal(browser.depth(), 3);

  browser.go(-1);
  await browser.settled();
  assert.deepEqual(closed, ['confirmation']);
  assert.equal(router.here.value.path, '/chats/1');

  router.back();
  await browser.settled();
  assert.deepEqual(closed, ['confirmation', 'sheet']);
  assert.equal(browser.depth(), 1);
  assert.equal(router.here.value.path, '/chats/1');
});

test('a layer closed by its own button takes its entry with it, once', async () => {
  const { browser, router } = start();
  let closed = 0;
  const layer = router.open(() => closed++);
  layer.close();
  layer.close();
  await browser.settled();
  assert.equal(closed, 1);
  assert.equal(browser.depth(), 0);
});

test('closing a lower layer closes what lies on it', async () => {
  const { browser, router } = start();
  const closed: string[] = [];
  const sheet = router.open(() => closed.push('sheet'));
  router.open(() => closed.push('menu'));
  sheet.close();
  await browser.settled();
  assert.deepEqual(closed, ['menu', 'sheet']);
  assert.equal(browser.depth(), 0);
});

test('close and open in one breath: a menu that opens a dialog', async () => {
  const { browser, router } = start();
  const closed: string[] = [];
  const menu = router.open(() => closed.push('menu'));
  menu.close();
  router.open(() => closed.push('dialog'));
  await browser.settled();
  assert.deepEqual(closed, ['menu']);
  assert.equal(browser.depth(), 1);
  router.back();
  await browser.settled();
  assert.deepEqual(closed, ['menu', 'dialog']);
  assert.equal(browser.depth(), 0);
});

test('a layer closed before its turn came leaves no entry behind', async () => {
  const { browser, router } = start();
  const first = router.open(() => {});
  first.close();
  const second = router.open(() => {});
  second.close();
  await browser.settled();
  assert.equal(browser.depth(), 0);
  assert.equal(router.layers.value.length, 0);
});

test('navigating from a sheet closes it; back then returns to the screen without the sheet', async () => {
  const { browser, router } = start();
  let closed = 0;
  router.open(() => closed++);
  router.navigate('/chats/7');
  await browser.settled();
  assert.equal(closed, 1);
  assert.equal(router.here.value.path, '/chats/7');
  assert.equal(browser.depth(), 1);
  router.back();
  await browser.settled();
  assert.equal(router.here.value.path, '/chats');
});

test('forward into a closed sheet steps out again', async () => {
  const { browser, router } = start();
  router.open(() => {}).close();
  await browser.settled();
  await browser.forward();
  await browser.settled();
  assert.equal(browser.depth(), 0);
  assert.equal(router.here.value.path, '/chats');
});

test('a page reloaded under a sheet drops the entry of the sheet', async () => {
  const { browser, router } = start();
  router.open(() => {});
  assert.equal(browser.depth(), 1);
  const again = new Router(browser);
  await browser.settled();
  assert.equal(browser.depth(), 0);
  assert.equal(again.here.value.path, '/chats');
});

test('paths and parameters', () => {
  assert.deepEqual(match('/chats/:group', '/chats/a%20b'), { group: 'a b' });
  assert.equal(match('/chats/:group', '/chats/a/b'), undefined);
  assert.equal(match('/chats/:group', '/chats/%E0%A4%A'), undefined);
  assert.equal(pathOf('/chats/:group/options', { group: 'a/b' }), '/chats/a%2Fb/options');
  const screens: Screen[] = [
    { path: '/groups/:group', frame: 'detail' },
    { path: '/groups/new', frame: 'page' },
  ];
  assert.equal(screenAt(screens, '/groups/new')?.screen.frame, 'page');
  assert.deepEqual(screenAt(screens, '/groups/1')?.params, { group: '1' });
  assert.equal(screenAt(screens, '/nowhere'), undefined);
});

test('beginning afresh waits for the step back of a sheet that is being closed, and nothing moves after it', async () => {
  const history = memoryHistory('/me');
  const router = new Router(history);
  const layer = router.open(() => {});
  await history.settled();
  layer.close();
  router.startAfresh('/sign-in');
  router.navigate('/chats');
  await history.settled();
  assert.equal(history.url(), '/sign-in');
});
