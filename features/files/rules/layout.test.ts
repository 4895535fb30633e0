import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { WAVE_SAMPLES } from '../rules.ts';
import { boxOf } from './layout.ts';
import { samplesOf, waveOf } from './wave.ts';

test('the box of pictures is known from their sizes, and never out of bounds', () => {
  const size = fc.record({ width: fc.integer({ min: 0, max: 16_384 }), height: fc.integer({ min: 0, max: 16_384 }) });
  fc.assert(
    fc.property(fc.array(size, { minLength: 1, maxLength: 20 }), (pictures) => {
      const { width, ratio } = boxOf(pictures);
      assert.ok(width >= 8 && width <= 20);
      assert.ok(ratio >= 0.5 && ratio <= 3);
    }),
  );
  assert.deepEqual(boxOf([{ width: 1_600, height: 1_200 }]), { width: 20, ratio: 4 / 3 });
  assert.deepEqual(boxOf([{ width: 900, height: 1_600 }]), { width: 22 * (9 / 16), ratio: 9 / 16 });
});

test('a wave keeps its shape over 64 samples, however long it was', () => {
  for (const length of [0, 1, 30, 64, 1_000, 12_000]) {
    const levels = Array.from({ length }, (_, at) => (at < length / 2 ? 0.1 : 0.4));
    const samples = samplesOf(waveOf(levels));
    assert.equal(samples.length, WAVE_SAMPLES);
    assert.ok(samples.every((it) => it >= 0 && it <= 1));
    if (length < 30) continue;
    assert.ok(Math.abs(samples[8]! - 0.25) < 0.01);
    assert.equal(samples[60], 1);
  }
});

test('what is no wave is a flat line', () => {
  for (const wave of [undefined, '', 'không phải', '****']) {
    assert.deepEqual(
      samplesOf(wave),
      Array.from({ length: WAVE_SAMPLES }, () => 0),
    );
  }
});
