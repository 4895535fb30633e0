import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Refused } from './finding.ts';
import { lookAtWebm } from './webm.ts';

/** An element; without a length where `open`. */
function element(id: string, body: Buffer | readonly Buffer[], open = false): Buffer {
  const all = Buffer.isBuffer(body) ? body : Buffer.concat(body);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(open ? 0x01ff_ffff_ffff_ffffn : 0x0100_0000_0000_0000n + BigInt(all.length));
  return Buffer.concat([Buffer.from(id, 'hex'), size, all]);
}

const number = (n: number): Buffer => Buffer.from([n >> 8, n & 0xff]);
const block = (after: number): Buffer => Buffer.concat([Buffer.from([0x81]), number(after), Buffer.from([0x80, 1, 2])]);
const simple = (after: number): Buffer => element('a3', block(after));
const group = (after: number): Buffer => element('a0', [element('a1', block(after))]);

/** What a browser records: neither its length nor those of its clusters are known when it begins. */
const recording = (...clusters: Buffer[]): Buffer =>
  Buffer.concat([
    element('1a45dfa3', [element('4282', Buffer.from('webm'))]),
    element(
      '18538067',
      [
        element('1549a966', [element('2ad7b1', Buffer.from([0x0f, 0x42, 0x40]))]),
        element('1654ae6b', [element('ae', [element('83', Buffer.from([2])), element('86', Buffer.from('A_OPUS'))])]),
        ...clusters,
      ],
      true,
    ),
  ]);

const cluster = (at: number, ...blocks: Buffer[]): Buffer =>
  element('1f43b675', [element('e7', number(at)), ...blocks], true);

test('a recording is as long as its last sound, not as the beginning of its last cluster', () => {
  const lengthOf = (...clusters: Buffer[]): unknown => lookAtWebm(recording(...clusters)).found.seconds;
  assert.equal(lengthOf(cluster(0, simple(0), simple(1_000), simple(2_480))), 2.5);
  assert.equal(lengthOf(cluster(0, simple(0), simple(960)), cluster(1_000, simple(0), group(1_940))), 2.9);
  assert.throws(() => lengthOf(cluster(0, element('a3', Buffer.from([0x81, 0])))), Refused);
});
