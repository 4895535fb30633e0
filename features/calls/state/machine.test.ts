import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Call, Seat } from '../protocol.ts';
import { SEAT_LOST_MS } from '../rules.ts';
import { after, BEFORE, othersIn, sinceOf, stageOf } from './machine.ts';
import type { Happening, Standing } from './machine.ts';

const OWN = 'seat-own';

const callOf = (more: Partial<Call> = {}): Call => ({
  id: 'call',
  group: 'group',
  kind: 'voice',
  by: { id: 'a', name: 'Siu H’Nga' } as Call['by'],
  urgency: 0,
  mode: 'mesh',
  lobby: false,
  at: 0,
  answeredAt: null,
  endedAt: null,
  end: null,
  people: 1,
  version: 1,
  rung: null,
  ...more,
});

const seatOf = (id: string, at = 0, more: Partial<Seat> = {}): Seat => ({
  id,
  person: { id, name: id } as Seat['person'],
  state: 'in',
  at,
  mic: true,
  camera: false,
  screen: false,
  hand: null,
  leads: false,
  ...more,
});

const through = (list: readonly Happening[], from: Standing = BEFORE): Standing => list.reduce(after, from);

const inside = (more: Partial<Call> = {}, seats: readonly Seat[] = [seatOf(OWN)], now = 0): Happening => ({
  what: 'inside',
  inside: { call: callOf(more), seat: OWN, seats: [...seats] },
  now,
});

const stage = (standing: Standing): string => stageOf(standing, true);

test('from calling to speaking, and to the end by the other one', () => {
  const asked = BEFORE;
  assert.equal(stage(asked), 'asking');
  const calling = after(asked, inside());
  assert.equal(stage(calling), 'calling');
  assert.equal(sinceOf(calling), undefined);
  const answered = through(
    [
      { what: 'seats', call: 'call', version: 2, seats: [seatOf('b', 5)], gone: [] },
      { what: 'changed', call: callOf({ version: 2, answeredAt: 5 }) },
    ],
    calling,
  );
  assert.equal(stage(answered), 'connecting');
  assert.equal(sinceOf(answered), 5);
  const on = after(answered, { what: 'sound', there: true });
  assert.equal(stage(on), 'on');
  const mending = after(on, { what: 'sound', there: false });
  assert.equal(stage(mending), 'mending');
  const over = after(mending, { what: 'changed', call: callOf({ version: 3, endedAt: 9, end: 'left' }) });
  assert.deepEqual([stage(over), over.over], ['over', 'left']);
});

test('the reason of an end becomes clearer, and nothing else changes after it', () => {
  const put = through([inside(), { what: 'put', seat: OWN, why: 'ended' }]);
  assert.equal(put.over, 'ended');
  assert.equal(
    after(put, { what: 'changed', call: callOf({ version: 2, endedAt: 1, end: 'declined' }) }).over,
    'declined',
  );
  const left = through([inside(), { what: 'over', over: 'left' }]);
  assert.equal(after(left, { what: 'changed', call: callOf({ version: 2, endedAt: 1, end: 'left' }) }), left);
  assert.equal(after(left, inside({ version: 4 })), left, 'an answer that comes late opens nothing');
});

test('signals that come before the answer are not lost: the seats are read', () => {
  const early = through([{ what: 'seats', call: 'call', version: 4, seats: [seatOf('b', 5)], gone: [] }, inside()]);
  assert.equal(early.stale, true);
  const read = after(early, {
    what: 'read',
    call: callOf({ version: 4 }),
    seats: [seatOf(OWN), seatOf('b', 5)],
    now: 1,
  });
  assert.deepEqual([othersIn(read).length, read.stale], [1, false]);
});

test('who was silent too long comes back, who was moved or put out does not', () => {
  const here = after(BEFORE, inside());
  const gone = (why: 'moved' | 'dismissed' | 'lost' | undefined, now: number): Standing =>
    after(here, { what: 'seatGone', seat: OWN, why, now });
  assert.deepEqual([gone('lost', 1).rejoin, stage(gone('lost', 1))], [true, 'mending']);
  assert.equal(gone('moved', SEAT_LOST_MS * 2).over, 'moved');
  assert.equal(gone('dismissed', 1).over, 'dismissed');
  assert.equal(gone(undefined, SEAT_LOST_MS).rejoin, true);
  assert.equal(gone(undefined, SEAT_LOST_MS - 1).over, 'lost');
  assert.equal(
    after(here, { what: 'seatGone', seat: 'seat-before', why: 'moved', now: 1 }),
    here,
    'of an earlier seat',
  );
  const back = after(gone('lost', 1), {
    what: 'inside',
    inside: { call: callOf({ version: 9 }), seat: 'seat-new', seats: [seatOf('seat-new', 8)] },
    now: 2,
  });
  assert.deepEqual([back.own, back.rejoin, back.over], ['seat-new', false, undefined]);
});

test('before the door one waits, and hears once let in', () => {
  const waiting = after(BEFORE, inside({ answeredAt: 1 }, [seatOf(OWN, 3, { state: 'waiting' })]));
  assert.deepEqual([stage(waiting), sinceOf(waiting)], ['waiting', undefined]);
  const let_ = after(waiting, {
    what: 'seats',
    call: 'call',
    version: 2,
    seats: [seatOf(OWN, 4), seatOf('b', 1)],
    gone: [],
  });
  assert.deepEqual([stage(let_), sinceOf(let_)], ['connecting', 4]);
});

// The house as it is, and what a line does to what it says.

type Step =
  | { readonly do: 'come' | 'go' | 'show'; readonly who: number }
  | { readonly do: 'answer' | 'server' | 'end' | 'put' | 'moved' }
  | { readonly do: 'lose' | 'double' | 'late' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom('come' as const, 'go' as const, 'show' as const),
    who: fc.integer({ min: 0, max: 3 }),
  }),
  fc.record({ do: fc.constantFrom('answer' as const, 'server' as const) }),
  fc.record({ do: fc.constantFrom('lose' as const, 'double' as const, 'late' as const) }),
);
const ends: fc.Arbitrary<Step | undefined> = fc.option(
  fc.record({ do: fc.constantFrom('end' as const, 'put' as const, 'moved' as const) }),
  { nil: undefined },
);

test('whatever is lost, doubled or late: after one reading the device knows what the house knows', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 5 }), ends, (steps, joined, end) => {
      let call = callOf();
      const seats = new Map([[OWN, seatOf(OWN)]]);
      const said: Happening[] = [];
      let way: 'lose' | 'double' | 'late' | undefined;
      const late: Happening[] = [];
      const say = (it: Happening): void => {
        if (way === 'lose') return;
        if (way === 'late') {
          late.push(it);
          return;
        }
        said.push(it);
        if (way === 'double') said.push(it);
      };
      const change = (more: Partial<Call>): void => {
        call = { ...call, ...more, version: call.version + 1 };
      };
      const apply = (it: Step): void => {
        if (it.do === 'lose' || it.do === 'double' || it.do === 'late') {
          way = it.do;
          return;
        }
        if (it.do === 'come' || it.do === 'show') {
          const id = `seat-${it.who}`;
          const known = seats.get(id);
          if (!known && it.do === 'show') return;
          const next = known ? { ...known, mic: !known.mic } : seatOf(id, call.version);
          change({});
          seats.set(id, next);
          say({ what: 'seats', call: call.id, version: call.version, seats: [next], gone: [] });
        } else if (it.do === 'go') {
          const id = `seat-${it.who}`;
          if (!seats.delete(id)) return;
          change({});
          say({ what: 'seats', call: call.id, version: call.version, seats: [], gone: [id] });
        } else if (it.do === 'answer' || it.do === 'server') {
          change(it.do === 'answer' ? { answeredAt: call.answeredAt ?? call.version } : { mode: 'server' });
          say({ what: 'changed', call });
        }
        way = undefined;
      };
      steps.slice(0, joined).forEach(apply);
      const first: Happening = {
        what: 'inside',
        inside: { call, seat: OWN, seats: [...seats.values()] },
        now: 0,
      };
      const at = said.length;
      steps.slice(joined).forEach(apply);
      // The answer overtakes the last thing that was said before it, or is overtaken.
      const all = [...said.slice(0, Math.max(0, at - 1)), first, ...said.slice(Math.max(0, at - 1)), ...late];
      let standing = BEFORE;
      for (const it of all) {
        const next = after(standing, it);
        assert.ok(next.version >= standing.version, 'it never goes back');
        assert.ok(
          next.own === undefined || next.seats.some((one) => one.id === next.own),
          'the own seat is among them',
        );
        standing = next;
      }
      standing = through([{ what: 'beaten', version: call.version, now: 1 }], standing);
      if (standing.stale) standing = after(standing, { what: 'read', call, seats: [...seats.values()], now: 2 });
      const byId = (list: readonly Seat[]): Record<string, Seat> => Object.fromEntries(list.map((it) => [it.id, it]));
      assert.deepEqual(byId(standing.seats), byId([...seats.values()]));
      assert.deepEqual({ ...standing.call, version: 0 }, { ...call, version: 0 });
      if (!end) return;
      const over = after(
        standing,
        end.do === 'end'
          ? { what: 'changed', call: { ...call, endedAt: 1, end: 'ended' } }
          : { what: 'put', seat: OWN, why: end.do === 'put' ? 'dismissed' : 'moved' },
      );
      assert.equal(stageOf(over, true), 'over');
      for (const it of all) assert.equal(after(over, it).over, over.over);
    }),
    { numRuns: 500 },
  );
});
