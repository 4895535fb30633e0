import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';
import { z } from 'zod';

import type { EventFrame } from '../protocol/frame.ts';
import { processBus } from './bus/in-process.ts';
import type { House, StreamReader } from './house.ts';
import { encodeFrame, Live } from './live.ts';
import type { Listener, Tap } from './live.ts';

const GROUP = 'g';

function frame(n: number): EventFrame {
  return { on: 'message.sent', in: GROUP, n, at: 0, with: { text: `t${n}` } };
}

class Ear implements Listener {
  readonly account: string;
  readonly heard: number[] = [];
  readonly closed: string[] = [];
  buffers = 0;
  constructor(account = 'a') {
    this.account = account;
  }
  deliver(encoded: Buffer, frames: number): void {
    this.buffers += 1;
    let found = 0;
    for (let at = 0; at < encoded.length; found += 1) {
      const long = encoded[at + 1] === 126;
      const start = at + (long ? 4 : 2);
      const end = start + (long ? encoded.readUInt16BE(at + 2) : encoded[at + 1]!);
      this.heard.push((JSON.parse(encoded.subarray(start, end).toString()) as EventFrame).n);
      at = end;
    }
    assert.equal(frames, found, 'told how many frames there are');
  }
  followed(_stream: string, _seq: number): void {}
  unfollowed(stream: string): void {
    this.closed.push(stream);
  }
  cut(): void {}
}

function openLive(
  log: EventFrame[],
  positions: StreamReader['positions'] = async () => [],
): { live: Live; wake: (frames: EventFrame[]) => void; reads: () => number } {
  const bus = processBus();
  let reads = 0;
  const reader: StreamReader = {
    positions,
    resume: async () => ({ places: [], events: [] }),
    heads: async (streams) => streams.map((stream) => ({ stream, head: log.at(-1)?.n ?? 0 })),
    eventsAfter: async ([cursor]) => {
      reads += 1;
      return log.filter((it) => it.n > cursor!.after);
    },
  };
  const events = {
    'message.sent': { summary: '', stream: 'group', body: z.unknown() },
    'member.left': { summary: '', stream: 'group', follow: 'end', rights: true, body: z.unknown() },
    'chat.added': { summary: '', stream: 'account', follow: 'begin', body: z.unknown() },
  } as const;
  const metrics = { deliveries: { inc() {} } };
  const house = { bus, events, metrics, log: { warn() {} } } as unknown as House;
  return {
    live: new Live(house, reader, () => undefined),
    wake: (frames) => bus.publish(`stream.${frames[0]!.in}`, frames),
    reads: () => reads,
  };
}

test('wake-ups lost, doubled and out of order: everything is heard once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ n: fc.integer({ min: 1, max: 20 }), lost: fc.boolean() }), { minLength: 5, maxLength: 60 }),
      async (wakes) => {
        const log = Array.from({ length: 21 }, (_, at) => frame(at + 1));
        const { live, wake } = openLive(log);
        const ear = new Ear();
        live.follow(ear, GROUP, 0);
        for (const it of wakes) if (!it.lost) wake([frame(it.n)]);
        // The last one always comes: what is missing before it must be found in the log.
        wake([frame(21)]);
        const deadline = Date.now() + 30_000;
        while (ear.heard.length < 21 && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(
          ear.heard,
          log.map((it) => it.n),
        );
        live.leave(ear, [GROUP]);
        assert.equal(live.feeds, 0);
      },
    ),
    { numRuns: 40 },
  );
});

test('devices that join while others write, their places looked up early or late: each hears all that comes after its place', async () => {
  interface Joining {
    readonly ear: Ear;
    readonly tap: Tap | undefined;
    readonly head: number;
  }
  const step = fc.oneof(
    fc.record({ kind: fc.constant('write' as const), wake: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ kind: fc.constant('look' as const), tapped: fc.boolean(), later: fc.boolean() }),
    fc.record({ kind: fc.constant('join' as const) }),
    fc.record({ kind: fc.constant('leave' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const log: EventFrame[] = [];
      const { live, wake } = openLive(log);
      const delayed: EventFrame[] = [];
      const looking: Joining[] = [];
      const joined: { readonly ear: Ear; readonly head: number; readonly known: boolean }[] = [];
      const ears = new Map<Ear, number>();
      for (const it of steps) {
        if (it.kind === 'write') {
          const next = frame(log.length + 1);
          log.push(next);
          delayed.push(next);
          // Some at once, some later and in another order.
          for (const late of delayed.splice(0, it.wake).toReversed()) wake([late]);
        } else if (it.kind === 'look') {
          const tap = it.tapped ? live.tap(GROUP) : undefined;
          looking.push({ ear: new Ear(), tap, head: log.length });
        } else if (it.kind === 'join') {
          const one = looking.shift();
          if (!one) continue;
          const known = live.join(one.ear, GROUP, one.head, one.tap);
          // Without a tap, what came before joining is fetched by the device; told so or not.
          const from = one.tap && known ? one.head : log.length;
          if (!known) one.ear.heard.splice(0);
          joined.push({ ear: one.ear, head: from, known });
          ears.set(one.ear, from);
        } else {
          const gone = joined.shift();
          if (gone) live.leave(gone.ear, [GROUP]);
        }
      }
      for (const one of looking) if (one.tap) live.untap(GROUP, one.tap);
      // The last one always comes.
      log.push(frame(log.length + 1));
      wake([log.at(-1)!]);
      const deadline = Date.now() + 30_000;
      while (joined.some(({ ear }) => ear.heard.at(-1) !== log.length)) {
        assert.ok(Date.now() < deadline, 'not everybody hears the last one');
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const { ear, head } of joined) {
        const after = ear.heard.filter((n) => n > head);
        assert.deepEqual(
          after,
          log.slice(head).map((it) => it.n),
        );
        assert.deepEqual(
          ear.heard,
          ear.heard.toSorted((a, b) => a - b),
        );
      }
      for (const { ear } of joined) live.leave(ear, [GROUP]);
      assert.equal(live.feeds, 0);
      live.close();
    }),
    { numRuns: 150 },
  );
});

test('who is put out while their place is looked up is told so, and hears nothing from after it', () => {
  const { live, wake } = openLive([]);
  const other = new Ear('b');
  live.follow(other, GROUP, 0);
  for (const others of [true, false]) {
    if (!others) live.leave(other, [GROUP]);
    const ear = new Ear();
    const tap = live.tap(GROUP);
    wake([frame(1), { on: 'member.left', in: GROUP, n: 2, at: 0, with: { accounts: ['a'] } }, frame(3)]);
    assert.ok(live.join(ear, GROUP, 0, tap));
    assert.deepEqual([ear.heard, ear.closed], [[1], [GROUP]]);
    assert.equal(live.feeds, others ? 1 : 0);
  }
});

test('what arrives in order never asks the log', () => {
  const { live, wake, reads } = openLive([]);
  const ear = new Ear();
  live.follow(ear, GROUP, 4);
  wake([frame(5), frame(6)]);
  wake([frame(7)]);
  assert.deepEqual(ear.heard, [5, 6, 7]);
  assert.equal(reads(), 0);
  assert.equal(ear.buffers, 2, 'what comes together goes out together');
});

test('who left hears nothing from that event on', () => {
  const { live, wake } = openLive([]);
  const ear = new Ear();
  live.follow(ear, GROUP, 0);
  wake([frame(1), { on: 'member.left', in: GROUP, n: 2, at: 0, with: { accounts: ['a'] } }, frame(3)]);
  assert.deepEqual(ear.heard, [1]);
  assert.deepEqual(ear.closed, [GROUP]);
});

test('frames of every length carry the right header', () => {
  for (const size of [0, 100, 200, 70_000]) {
    const encoded = encodeFrame('x'.repeat(size));
    const payload = size + 2;
    assert.equal(encoded[0], 0x81);
    if (payload < 126) assert.equal(encoded[1], payload);
    else if (payload < 65_536) assert.deepEqual([encoded[1], encoded.readUInt16BE(2)], [126, payload]);
    else assert.deepEqual([encoded[1], Number(encoded.readBigUInt64BE(2))], [127, payload]);
    assert.equal(encoded.length, payload + (payload < 126 ? 2 : payload < 65_536 ? 4 : 10));
  }
});

test('put in and out again while a place was looked up: nothing of what is said after that is heard', async () => {
  const place = Promise.withResolvers<Awaited<ReturnType<StreamReader['positions']>>>();
  const log: EventFrame[] = [];
  const { live, wake } = openLive(log, () => place.promise);
  const out: EventFrame = { on: 'member.left', in: GROUP, n: 6, at: 0, with: { accounts: ['a'] } };
  const [ear, inside] = [new Ear(), new Ear('b')];
  ear.followed = (stream, seq) => {
    live.follow(ear, stream, seq);
    wake([frame(7)]);
  };
  live.follow(ear, 'a', 0);
  live.follow(inside, GROUP, 5);
  wake([{ on: 'chat.added', in: 'a', n: 1, at: 0, with: { group: GROUP } }]);
  log.push(out, frame(7));
  wake([out]);
  place.resolve([{ id: GROUP, head: 5, floor: 0, visibleFrom: 5 }]);
  while (ear.heard.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  wake([frame(7), frame(8)]);
  assert.deepEqual([ear.heard, inside.heard], [[1], [6, 7, 8]]);
  live.leave(ear, ['a', GROUP]);
  live.leave(inside, [GROUP]);
  assert.equal(live.feeds, 0);
});
