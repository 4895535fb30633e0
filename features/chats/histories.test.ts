import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import fc from 'fast-check';
import { sql } from 'kysely';

import { processBus } from '../../server/bus/in-process.ts';
import type { Bus } from '../../server/bus/bus.ts';
import { openTestDevice } from '../../testing/device.ts';
import type { TestDevice } from '../../testing/device.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { memoryShelves } from '../../web/shelves.ts';
import type { Chat } from './protocol.ts';
import { FOREVER } from './rules.ts';

/**
 * One person on three devices, one who writes to them, two chats; lines break at any moment, devices are turned off and on, and what
 * the nodes tell each other is repeated and comes in any order. In the end every device shows what a plain model of it says.
 * `LIST_HISTORIES=2000` for the long mode.
 */
const HISTORIES = Number(process.env.LIST_HISTORIES ?? 24);
const DEVICES = 3;
const GROUPS = 2;

let house: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false, bus: unrulyBus() });
});

/** Tells everything, some of it twice, and in an order of its own. */
function unrulyBus(): Bus {
  const bus = processBus();
  const random = seeded(20261123);
  let waiting: [string, unknown][] = [];
  return {
    ...bus,
    publish(subject, payload) {
      if (waiting.length === 0)
        setImmediate(() => {
          const told = waiting;
          waiting = [];
          while (told.length > 0) {
            const [one] = told.splice(Math.floor(random() * told.length), 1);
            for (let times = random() < 0.2 ? 2 : 1; times > 0; times -= 1) bus.publish(...one!);
          }
        });
      waiting.push([subject, payload]);
    },
  };
}

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const device = fc.nat({ max: DEVICES - 1 });
// Mostly the same chat, and mostly something is put on: so that acts meet.
const chat = fc.constantFrom(0, 0, 0, GROUPS - 1);
const on = fc.constantFrom(true, true, false);

type Step =
  | { kind: 'say'; chat: number; names: 'nobody' | 'me' | 'role' | 'all' | 'other'; urgency: 0 | 1 | 2 | 3 }
  | { kind: 'answer' | 'leave unread'; device: number; chat: number }
  | { kind: 'read'; device: number; chat: number; back: number }
  | { kind: 'mark' | 'mute' | 'archive' | 'pin'; device: number; chat: number; on: boolean }
  | { kind: 'follow'; device: number; chat: number; notify: Chat['notify'] }
  | { kind: 'cut' | 'back' | 'off'; device: number }
  | { kind: 'settle' };

const kinds = {
  say: fc.record({
    kind: fc.constant('say' as const),
    chat,
    names: fc.constantFrom('nobody', 'nobody', 'me', 'role', 'all', 'other'),
    urgency: fc.constantFrom(0, 0, 0, 1, 2, 3),
  }),
  answer: fc.record({ kind: fc.constant('answer' as const), device, chat }),
  read: fc.record({ kind: fc.constant('read' as const), device, chat, back: fc.nat({ max: 3 }) }),
  own: fc.record({ kind: fc.constantFrom('mark', 'mute', 'mute', 'archive', 'archive', 'pin'), device, chat, on }),
  follow: fc.record({
    kind: fc.constant('follow' as const),
    device,
    chat,
    notify: fc.constantFrom('all', 'mentions', 'nothing'),
  }),
  line: fc.record({ kind: fc.constantFrom('cut', 'back', 'back', 'off'), device }),
  settle: fc.record({ kind: fc.constant('settle' as const) }),
};
const step = fc.oneof(
  { weight: 6, arbitrary: kinds.say },
  { weight: 2, arbitrary: kinds.answer },
  { weight: 5, arbitrary: kinds.read },
  { weight: 7, arbitrary: kinds.own },
  { weight: 2, arbitrary: kinds.follow },
  { weight: 4, arbitrary: kinds.line },
  { weight: 1, arbitrary: kinds.settle },
) as fc.Arbitrary<Step>;

/** What was written in a chat, as the one who wrote it knows it. */
interface Said {
  readonly seq: number;
  readonly ordinal: number;
  readonly own: boolean;
  readonly names: boolean;
  readonly urgency: number;
}

/** An act on the list, as somebody asked for it on one device. */
interface Act {
  readonly id: string;
  readonly device: number;
  readonly group: string;
  readonly name: string;
  readonly said: unknown;
}

class History {
  readonly me: TestPerson;
  readonly other: TestPerson;
  readonly groups: readonly string[];
  readonly devices: TestDevice[] = [];
  readonly shelves = Array.from({ length: DEVICES }, () => memoryShelves());
  readonly said: Said[][] = Array.from({ length: GROUPS }, () => []);
  /** The furthest that was asked for as read, in each chat. */
  readonly read = Array.from({ length: GROUPS }, () => 0);
  readonly acts: Act[] = [];
  answers = 0;

  constructor(me: TestPerson, other: TestPerson, groups: readonly string[]) {
    this.me = me;
    this.other = other;
    this.groups = groups;
  }

  async open(at: number): Promise<void> {
    this.devices[at] = await openTestDevice(house, this.me, this.shelves[at]);
  }

  async say(chat: number, names: string, urgency: number): Promise<void> {
    const group = this.groups[chat]!;
    const who = { me: 'account', role: 'role', all: 'all', other: 'account' }[names];
    const id = { me: this.me.id, role: 'deputy', other: this.other.id }[names];
    const mention = who && { from: 0, to: 4, who, ...(id ? { id } : {}) };
    const { status, body } = await house.post(this.other, 'message.send', {
      group,
      text: '@ai nhé',
      ...(mention ? { mentions: [mention] } : {}),
      ...(urgency ? { urgency } : {}),
    });
    assert.equal(status, 200, JSON.stringify(body));
    const { seq, ordinal } = body as { seq: number; ordinal: number };
    this.said[chat]!.push({ seq, ordinal, own: false, names: names !== 'nobody' && names !== 'other', urgency });
  }

  /** Does one thing on a device, whatever state its line is in. */
  act(it: Exclude<Step, { kind: 'say' | 'cut' | 'back' | 'off' | 'settle' }>): void {
    const { chats, messages, device } = this.devices[it.device]!;
    const group = this.groups[it.chat]!;
    const shown = chats.peek(group);
    if (!shown) return;
    const done = (name: string, said: unknown): void => {
      const { id } = device.outbox.entries.peek().at(-1)!;
      this.acts.push({ id, device: it.device, group, name, said });
    };
    switch (it.kind) {
      case 'answer':
        messages.send(group, `trả lời ${(this.answers += 1)}`);
        break;
      case 'read': {
        // What this device shows, less the newest few.
        const lines = this.said[it.chat]!.filter((line) => line.seq <= shown.at);
        const line = lines.at(-1 - it.back);
        if (!line) return;
        chats.markRead(group, line.seq, line.ordinal);
        this.read[it.chat] = Math.max(this.read[it.chat]!, line.seq);
        break;
      }
      case 'mark':
        if (shown.markedUnread === it.on) return;
        chats.markUnread(group, it.on);
        done('chat.marked', it.on);
        break;
      case 'mute':
        chats.mute(group, it.on ? 'always' : null);
        done('chat.muted', it.on ? FOREVER : null);
        break;
      case 'archive':
        chats.archive(group, it.on);
        done('chat.archived', it.on ? shown.messages : null);
        break;
      case 'pin':
        chats.pin(group, it.on);
        done('chat.pinned', it.on);
        break;
      case 'follow':
        chats.follow(group, it.notify);
        done('chat.followed', it.notify);
        break;
      case 'leave unread':
        break;
    }
  }

  async line(kind: 'cut' | 'back' | 'off', at: number): Promise<void> {
    const it = this.devices[at]!;
    if (kind === 'cut') await it.network.cut();
    else if (kind === 'back') it.network.restore();
    else {
      await it.off();
      await this.open(at);
    }
  }

  /** All lines are there; everything that was asked for has been done and heard of. */
  async settle(): Promise<void> {
    for (const it of this.devices) it.network.restore();
    for (const it of this.devices) {
      await it.until(() => it.device.outbox.waiting === 0, 'an empty outbox');
    }
    // Own lines are read where they are heard, and marks travel after that.
    for (let round = 0; round < 2; round += 1) {
      await this.#arrived();
      for (const it of this.devices) {
        void it.receipts.flush();
        await it.until(() => this.groups.every((group) => it.receipts.ownRead(group) === 0), 'marks that were taken');
      }
    }
    await this.#arrived();
  }

  async #arrived(): Promise<void> {
    const { rows } = await sql<{ id: string; head: number }>`
      select id, head from streams where id = any(${[this.me.id, ...this.groups]}::uuid[])`.execute(house.db);
    for (const it of this.devices) {
      const { cursors } = it.device.connection.inbox;
      await it.until(
        () => rows.every(({ id, head }) => (cursors.get(id) ?? -1) >= head) && it.chats.known.value,
        'everything to arrive',
      );
    }
  }

  /** What the list must show, by the log of what was said and by the order in which the server did what was asked for. */
  async model(): Promise<Record<string, Partial<Chat>>> {
    const { rows } = await sql<{ name: string; body: Record<string, unknown> & { group: string; act?: string } }>`
      select name, body from events where stream = ${this.me.id} and name like 'chat.%' order by seq`.execute(house.db);
    const state = this.groups.map(() => ({
      pinned: false,
      mutedUntil: null as number | null,
      notify: 'all',
      archivedUpTo: null as number | null,
      markedUnread: false,
    }));
    const asked = [...this.acts];
    for (const { name, body } of rows) {
      const it = state[this.groups.indexOf(body.group)]!;
      const said =
        name === 'chat.pinned'
          ? body['at'] !== null
          : name === 'chat.muted'
            ? body['until']
            : name === 'chat.archived'
              ? body['upTo']
              : name === 'chat.marked'
                ? body['unread']
                : body['notify'];
      if (body.act !== undefined) {
        const at = asked.findIndex((one) => one.id === body.act);
        assert.ok(at >= 0, `${name} ${String(said)} was done and not asked for, or done twice`);
        const [act] = asked.splice(at, 1);
        assert.deepEqual([name, body.group, said], [act!.name, act!.group, act!.said]);
        // What one device asked for is done in its order.
        assert.ok(!asked.slice(0, at).some((one) => one.device === act!.device), `${name} came too early`);
      } else assert.ok(said === null || said === false, `${name} by itself can only take something back`);
      if (name === 'chat.pinned') it.pinned = said as boolean;
      else if (name === 'chat.muted') it.mutedUntil = said as number | null;
      else if (name === 'chat.archived') {
        it.archivedUpTo = said as number | null;
        if (said !== null) it.pinned = false;
      } else if (name === 'chat.marked') it.markedUnread = said as boolean;
      else it.notify = said as string;
    }
    assert.deepEqual(asked, [], 'asked for and not done');

    const { rows: own } = await sql<{ group: string; seq: number; ordinal: number; read: number }>`
      select m.group_id as "group", coalesce(t.seq, 0) as seq, coalesce(t.ordinal, 0) as ordinal, m.read_seq as read
      from members m left join messages t on t.group_id = m.group_id and t.sender = m.account
      where m.account = ${this.me.id}`.execute(house.db);
    assert.equal(own.filter((it) => it.seq > 0).length, this.answers, 'every answer was sent once');
    return Object.fromEntries(
      this.groups.map((group, at) => {
        const lines: Said[] = [
          ...this.said[at]!,
          ...own
            .filter((it) => it.group === group && it.seq > 0)
            .map(({ seq, ordinal }) => ({ seq, ordinal, own: true, names: false, urgency: 0 })),
        ].sort((a, b) => a.seq - b.seq);
        assert.deepEqual(
          lines.map((it) => it.ordinal),
          lines.map((_it, place) => place + 1),
        );
        const read = own.find((it) => it.group === group)!.read;
        this.#assertRead(lines, this.read[at]!, read);
        const unread = lines.filter((it) => it.seq > read);
        const newest = (urgency: number): number =>
          unread.reduce((seq, it) => (!it.own && it.urgency === urgency ? it.seq : seq), 0);
        const { pinned: _pinned, ...rest } = state[at]!;
        return [
          group,
          {
            ...rest,
            messages: lines.length,
            readSeq: read,
            readOrdinal: lines.filter((it) => it.seq <= read).at(-1)?.ordinal ?? 0,
            mentioned: unread.filter((it) => it.names).map((it) => it.seq),
            urgent: [newest(1), newest(2), newest(3)],
            notify: rest.notify as Chat['notify'],
          },
        ];
      }),
    );
  }

  /** Read is what was marked, and from there on own lines that stand right after it. */
  #assertRead(lines: readonly Said[], marked: number, read: number): void {
    assert.ok(read >= marked, `read ${read}, marked ${marked}`);
    for (const it of lines) if (it.seq > marked && it.seq <= read) assert.ok(it.own, `${it.seq} was never read`);
  }

  pinned(): readonly boolean[] {
    const of = (it: TestDevice): boolean[] => this.groups.map((group) => it.chats.peek(group)!.pinnedAt !== null);
    for (const it of this.devices) assert.deepEqual(of(it), of(this.devices[0]!));
    return of(this.devices[0]!);
  }
}

const plain = ({ last: _last, lastBy: _by, ...it }: Chat) => it;

async function agree(history: History): Promise<void> {
  await history.settle();
  const model = await history.model();
  const fresh = await openTestDevice(house, history.me);
  await fresh.until(() => fresh.chats.known.value && fresh.device.connection.state.value === 'online');
  try {
    for (const it of history.devices) {
      for (const group of history.groups) {
        const shown = it.chats.peek(group)!;
        const wanted = model[group]!;
        const told = Object.fromEntries(Object.keys(wanted).map((key) => [key, shown[key as keyof Chat]]));
        assert.deepEqual(told, wanted);
        assert.deepEqual(plain(shown), plain(fresh.chats.peek(group)!));
      }
      // The numbers people see, counted once more by hand.
      const all = history.groups.map((group) => model[group] as Chat);
      const away = (chat: Chat): boolean =>
        chat.archivedUpTo !== null && (chat.mutedUntil !== null || chat.messages <= chat.archivedUpTo);
      const unread = (chat: Chat): number => chat.messages - chat.readOrdinal;
      const listed = all.filter((chat) => !away(chat));
      const calling = listed.filter((chat) => chat.mutedUntil === null);
      const isUnread = (chat: Chat): boolean => chat.markedUnread || unread(chat) > 0;
      assert.equal(it.chats.archived.value.size, all.length - listed.length);
      assert.equal(it.chats.unreadChats.value, calling.filter(isUnread).length);
      assert.deepEqual(it.chats.counts.value, {
        unread: listed.filter(isUnread).length,
        mentions: listed.filter((chat) => chat.mentioned.length > 0).length,
        urgent: listed.filter((chat) => chat.urgent.some((seq) => seq > 0)).length,
      });
      const badge = calling.reduce((sum, chat) => {
        if (chat.notify === 'nothing') return sum;
        if (chat.notify === 'mentions') return sum + chat.mentioned.length;
        return sum + (unread(chat) || Number(chat.markedUnread));
      }, 0);
      assert.equal(it.chats.badge.value, badge);
    }
    history.pinned();
    // Others see how far the person has come, and nothing of what is theirs alone.
    for (const group of history.groups) {
      const { body } = await house.post(history.other, 'receipt.get', { group });
      const { read } = body as { read: [number, number][] };
      const counted = read.find(([seq]) => seq === model[group]!.readSeq);
      assert.ok(counted && counted[1] >= 1, JSON.stringify(read));
    }
  } finally {
    await fresh.off();
  }
}

async function run(steps: readonly Step[]): Promise<void> {
  const [me, other] = [await house.addPerson('Siu H’Nga'), await house.addPerson('Rơ Châm Thưng')];
  const groups: string[] = [];
  for (let n = 0; n < GROUPS; n += 1)
    groups.push(await house.addGroup([other, { id: me.id, role: 'deputy' }], 'coordination'));
  const history = new History(me, other, groups);
  for (let at = 0; at < DEVICES; at += 1) await history.open(at);
  try {
    // A list that was never fetched has nothing that could be done to it.
    for (const it of history.devices) await it.until(() => it.chats.known.value, 'a list');
    for (const it of steps) {
      if (it.kind === 'say') await history.say(it.chat, it.names, it.urgency);
      else if (it.kind === 'settle') await agree(history);
      else if ('chat' in it) history.act(it);
      else await history.line(it.kind, it.device);
    }
    await agree(history);
  } finally {
    for (const it of history.devices) await it.off();
  }
}

test(
  `counters, marks, mutes, archive and receipts are the model’s on every device in ${HISTORIES} random histories`,
  { timeout: 3_600_000 },
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), run), {
      numRuns: HISTORIES,
      ...(process.env.LIST_SEED ? { seed: Number(process.env.LIST_SEED) } : {}),
    });
  },
);
