import assert from 'node:assert/strict';
import { test } from 'node:test';

import { countedAs, networkOf } from './address.ts';

test('addresses are counted by network too', () => {
  assert.equal(networkOf('113.160.5.77'), '113.160.5.0/24');
  assert.equal(networkOf('::ffff:113.160.5.77'), '113.160.5.0/24');
  assert.equal(networkOf('2402:800:6310:1:2:3:4:5'), '2402:800:6310::/48');
  assert.equal(networkOf('2402:800:6310::1'), '2402:800:6310::/48');
  assert.equal(networkOf('2402:0800:6310::9'), '2402:800:6310::/48');
  assert.equal(networkOf('::1'), '0:0:0::/48');
});

test('limits count an address of IPv4 and a /64 of IPv6', () => {
  assert.equal(countedAs('113.160.5.77'), '113.160.5.77');
  assert.equal(countedAs('::ffff:113.160.5.77'), '113.160.5.77');
  const home = '2402:800:6310:1::/64';
  for (const address of [
    '2402:800:6310:1:2:3:4:5',
    '2402:0800:6310:0001::9',
    '2402:800:6310:1:ffff:ffff:ffff:ffff',
    '2402:800:6310:1::113.160.5.77',
    '2402:800:6310:1::1%eth0',
  ])
    assert.equal(countedAs(address), home, address);
  assert.notEqual(countedAs('2402:800:6310:2::1'), home);
  assert.equal(countedAs('::1'), '0:0:0:0::/64');
  assert.equal(countedAs('no address'), 'no address');
});
