import assert from 'node:assert/strict';
import { test } from 'node:test';

import { INSIDE_V4, INSIDE_V6 } from '../testing/inside.ts';
import { isOutside } from './outside.ts';

test('only addresses of the public internet lie outside', () => {
  for (const it of [...INSIDE_V4, ...INSIDE_V6, 'localhost', '', '1.2.3', '0x7f.1'])
    assert.equal(isOutside(it), false, it);
  for (const it of [
    '8.8.8.8',
    '1.1.1.1',
    '93.184.215.14',
    '113.160.92.202',
    '142.250.4.95',
    '34.117.65.55',
    '17.57.146.20',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2001:4860:4860::8888',
    '2400:6540::1',
    '2404:6800::1',
    '2a00:1450:4001:800::200a',
  ])
    assert.equal(isOutside(it), true, it);
});
