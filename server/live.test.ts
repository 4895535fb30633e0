import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';
import { z } from 'zod';

import type { EventFrame } from '../protocol/frame.ts';
import { processBus } from './bus.ts';
import type { House, StreamReader } from './house.ts';
import { encodeFrame, Live } from './live.ts';
import type { Listener } from './live.ts';

const GROUP = 'g';

function frame(n: number): EventFrame {
  return { on: 'message.sent', in: GROUP, n, at: 0, with: { text: `t${n}` } };
}

class Ear implements Listener {
  readonly account = 'a';
  readonly heard: number[] = [];
  readonly closed: string[] = [];
  buffers = 0;
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
  followed(): void {}
  unfollowed(stream: string): void {
    this.closed.push(stream);
  }
  cut(): void {}
}

function openLive(log: EventFrame[]): { live: Live; wake: (frames: EventFrame[]) => void; reads: () => number } {
  const bus = processBus();
  let reads = 0;
  const reader: StreamReader = {
    positions: async () => [],
    heads: async (streams) => streams.map((stream) => ({ stream, head: log.at(-1)?.n ?? 0 })),
    eventsAfter: async ([cursor]) => {
      reads += 1;
      return log.filter((it) => it.n > cursor!.after);
    },
  };
  const events = {
    'message.sent': { summary: '', stream: 'group', body: z.unknown() },
    'member.left': { summary: '', stream: 'group', follow: 'end', rights: true, body: z.unknown() },
  } as const;
  const house = { bus, events, log: { warn() {} } } as unknown as House;
  return {
    live: new Live(house, reader, () => undefined),
    wake: (frames) => bus.publish(`stream.${GROUP}`, frames),
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
        const deadline = Date.now() + 2_000;
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
