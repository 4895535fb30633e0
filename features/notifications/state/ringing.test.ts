import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';

import { signal } from '@preact/signals';

import { calling } from '../../../web/title.ts';
import type { Ring, Room, Stage } from '../../calls/state/shapes.ts';
import { keepRinging } from './ringing.ts';
import { chooseSounds, FIRST_CHOICE, ringBack, ringCall, RING_BACK } from './sounds.ts';

const ringOf = (id: string, more: Partial<Ring> = {}): Ring =>
  ({
    call: { id, group: 'g', kind: 'voice', by: { id: 'a', name: 'Nguyễn Hoàng Phúc' } },
    until: 0,
    loud: true,
    through: false,
    ...more,
  }) as Ring;

function bench() {
  const rings = signal<readonly Ring[]>([]);
  const room = signal<Room | undefined>(undefined);
  const said: string[] = [];
  const stop = keepRinging(
    { rings, room },
    {
      ring: () => (said.push('ring'), () => void said.push('silent')),
      back: () => (said.push('back'), () => void said.push('back silent')),
      takeAway: (calls) => Promise.resolve(void said.push(`away ${calls.join(' ')}`)),
    },
  );
  return { rings, room, said, stop };
}

const roomAt = (stage: ReturnType<typeof signal<Stage>>): Room => ({ stage }) as unknown as Room;

test('it rings while it rings, and stops at once when it was answered elsewhere; a second one does not begin anew', () => {
  const { rings, said, stop } = bench();
  rings.value = [ringOf('1')];
  assert.deepEqual(said, ['ring']);
  assert.equal(calling.value, 'Cuộc gọi thoại đến: Nguyễn Hoàng Phúc');
  rings.value = [ringOf('2', { loud: false }), ringOf('1')];
  assert.deepEqual(said, ['ring']);
  rings.value = [];
  assert.deepEqual(said, ['ring', 'silent', 'away 2 1']);
  assert.equal(calling.value, undefined);
  stop();
});

test('in quiet hours it is seen and not heard; whoever is in a call does not hear another', () => {
  const { rings, room, said, stop } = bench();
  rings.value = [ringOf('1', { loud: false })];
  assert.equal(said.length, 0);
  assert.equal(calling.value, 'Cuộc gọi thoại đến: Nguyễn Hoàng Phúc');
  rings.value = [];
  const stage = signal<Stage>('on');
  room.value = roomAt(stage);
  rings.value = [ringOf('2')];
  assert.ok(!said.includes('ring'));
  stage.value = 'over';
  assert.ok(said.includes('ring'), 'that one is over');
  stop();
  assert.equal(said.at(-1), 'silent', 'nothing sounds on after sign-out');
  assert.equal(calling.value, undefined);
});

test('who calls hears it ring until somebody answers', () => {
  const { room, said, stop } = bench();
  const stage = signal<Stage>('asking');
  room.value = roomAt(stage);
  assert.equal(said.length, 0);
  stage.value = 'calling';
  assert.deepEqual(said, ['back']);
  stage.value = 'connecting';
  assert.deepEqual(said, ['back', 'back silent']);
  stop();
});

// ——— The sounds themselves

const heard: { hertz: number }[] = [];
let state: AudioContextState;
const beats: unknown[] = [];
let cuts: number;

beforeEach(() => {
  heard.length = beats.length = cuts = 0;
  state = 'running';
  chooseSounds(FIRST_CHOICE);
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  const value = () => ({
    setValueAtTime() {},
    exponentialRampToValueAtTime() {},
    setTargetAtTime: () => void (cuts += 1),
  });
  class Speaker {
    currentTime = 0;
    destination = {};
    get state() {
      return state;
    }
    resume = () => Promise.reject(new DOMException('not allowed', 'NotAllowedError'));
    createGain = () => ({ gain: value(), connect: (to: unknown) => to });
    createOscillator = () => {
      const frequency = { value: 0 };
      return {
        frequency,
        connect: (to: unknown) => to,
        start: () => heard.push({ hertz: frequency.value }),
        stop() {},
      };
    };
  }
  Object.assign(globalThis, { AudioContext: Speaker });
  Object.defineProperty(globalThis.navigator, 'vibrate', {
    configurable: true,
    value: (it: unknown) => beats.push(it),
  });
});
afterEach(() => mock.timers.reset());

test('a call rings and beats again and again, for as long as anybody is rung; stopped, it is cut off', () => {
  const stop = ringCall();
  const once = heard.length;
  assert.ok(once > 0);
  mock.timers.tick(2_000);
  assert.equal(heard.length, 2 * once);
  assert.deepEqual(beats, [
    [400, 200, 400],
    [400, 200, 400],
  ]);
  stop();
  assert.equal(cuts, 1);
  assert.equal(beats.at(-1), 0);
  mock.timers.tick(60_000);
  assert.equal(heard.length, 2 * once, 'not once more');

  ringCall();
  mock.timers.tick(120_000);
  assert.ok(heard.length <= (2 + 23) * once, 'nobody is rung for longer');
});

test('a page that may not sound yet fails in no way, and rings from when it may; turned off, it only beats', async () => {
  state = 'suspended';
  const stop = ringCall();
  await Promise.resolve();
  assert.equal(heard.length, 0);
  state = 'running';
  mock.timers.tick(2_000);
  assert.ok(heard.length > 0);
  stop();
  heard.length = 0;
  chooseSounds({ call: false });
  const other = ringCall();
  mock.timers.tick(4_000);
  assert.equal(heard.length, 0);
  assert.ok(beats.length > 0);
  other();
});

test('what the caller hears is softer and rarer, and beats nothing', () => {
  assert.ok(RING_BACK.every((it) => it.loud < 0.3));
  const stop = ringBack();
  const once = heard.length;
  mock.timers.tick(4_000);
  assert.equal(heard.length, 2 * once);
  assert.deepEqual(beats, []);
  stop();
});
