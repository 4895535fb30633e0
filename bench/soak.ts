// An hour at half of the ceiling measured in the same run: people send, read, react, search, open chats, type, upload something small and
// come back, with all jobs running. Every ten seconds what the server holds and how long a message took to all who hear it goes
// into a CSV file; at the end slopes and drift, and the run ends badly past what is borne (R15).
import { once } from 'node:events';
import { appendFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import WebSocket from 'ws';

import { newId } from '../protocol/id.ts';
import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '../protocol/version.ts';
import { beginUpload, sendPart } from '../testing/uploads.ts';
import { Measured } from './measured.ts';
import type { State } from './measured.ts';
import { median, ms, quantile, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** Of a hundred things that people do. An upload is checked in a process of its own, so there are few. */
const MIX: readonly (readonly [Deed, number])[] = [
  ['send', 30],
  ['read', 25],
  ['type', 15],
  ['open', 12],
  ['react', 8],
  ['search', 5],
  ['back', 4.8],
  ['upload', 0.2],
];
type Deed = 'send' | 'read' | 'type' | 'open' | 'react' | 'search' | 'back' | 'upload';
/** More at once than are allowed is no mix of people. */
const AT_ONCE = 64;
const ANSWER_MS = 30_000;
/** R15. */
const FAULTS_MOST = 0.00025;
const SEEN_MOST_MS = 500;
const SLOPE_MOST = 1;
const DRIFT_MOST = 1.1;
/** Files and connections move a little; they must not grow. */
const GROWN_MOST = 1.1;

interface Sent {
  readonly at: number;
  left: number;
}

/** What all devices share: the messages that are under way, and what went wrong. */
class Watch {
  readonly sent = new Map<string, Sent>();
  seen: number[] = [];
  done = 0;
  faults = 0;
  gaps = 0;

  heard(id: string): void {
    const it = this.sent.get(id);
    if (!it || (it.left -= 1) > 0) return;
    this.seen.push(performance.now() - it.at);
    this.sent.delete(id);
  }
}

interface Told {
  readonly id?: string;
  readonly problem?: { code: string };
  readonly on?: string;
  readonly in?: string;
  readonly n?: number;
  readonly with?: { id?: string; ordinal?: number };
  readonly welcome?: { heads: Record<string, number>; fetch: Record<string, number> };
}

/** One device that keeps nothing but where it stands. */
class SoakDevice {
  readonly cookie: string;
  readonly groups: readonly string[];
  readonly #address: string;
  readonly #watch: Watch;
  readonly #answers = new Map<string, (problem: string | undefined) => void>();
  readonly #heads: Record<string, number> = {};
  /** The newest message of each group. */
  readonly #newest = new Map<string, { id: string; n: number }>();
  #socket: WebSocket | undefined;
  #welcomed: (() => void) | undefined;
  busy = false;

  constructor(address: string, cookie: string, groups: readonly string[], watch: Watch) {
    this.#address = address;
    this.cookie = cookie;
    this.groups = groups;
    this.#watch = watch;
  }

  async open(): Promise<void> {
    const socket = new WebSocket(`${this.#address.replace('http', 'ws')}/live`, SOCKET_PROTOCOL, {
      headers: { cookie: this.cookie, origin: this.#address },
      handshakeTimeout: ANSWER_MS,
    });
    this.#socket = socket;
    socket.on('message', (data) => this.#hear(JSON.parse((data as Buffer).toString('utf8')) as Told));
    socket.on('error', () => undefined);
    await once(socket, 'open');
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#welcomed = resolve;
    socket.send(JSON.stringify({ hello: { version: PROTOCOL_VERSION, streams: this.#heads } }));
    await promise;
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  }

  #hear(it: Told): void {
    if (it.welcome) {
      Object.assign(this.#heads, it.welcome.fetch);
      // Only at the very first: from then on it is near enough to be told each.
      this.#welcomed?.();
    } else if (it.on !== undefined) {
      const last = this.#heads[it.in!];
      if (last !== undefined && it.n! > last + 1) this.#watch.gaps += 1;
      if (last !== undefined && it.n! <= last) return;
      this.#heads[it.in!] = it.n!;
      if (it.on !== 'message.sent') return;
      this.#newest.set(it.in!, { id: it.with!.id!, n: it.n! });
      this.#watch.heard(it.with!.id!);
    } else if (it.id !== undefined) {
      this.#answers.get(it.id)?.(it.problem?.code);
      this.#answers.delete(it.id);
    }
  }

  async #call(name: string, input: unknown, id = newId()): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const timer = setTimeout(() => resolve('no answer'), ANSWER_MS);
    this.#answers.set(id, resolve);
    this.#socket!.send(JSON.stringify({ id, do: name, with: input }));
    const problem = await promise;
    clearTimeout(timer);
    this.#answers.delete(id);
    if (problem !== undefined) throw new Error(`${name}: ${problem}`);
  }

  async does(deed: Deed, round: number): Promise<void> {
    const group = this.groups[round % this.groups.length]!;
    const newest = this.#newest.get(group);
    switch (deed) {
      case 'send': {
        const id = newId();
        this.#watch.sent.set(id, { at: performance.now(), left: MEMBERS.count });
        return this.#call('message.send', { group, text: `Đã nhận, thôn ${round % 9} có ${round % 70} hộ.` }, id);
      }
      case 'read':
        if (newest) await this.#call('receipt.mark', { marks: [{ group, read: newest.n }] });
        return;
      case 'type':
        return this.#call('chat.type', { group });
      case 'open':
        return this.#call('message.page', { group, limit: 60 });
      case 'react':
        if (newest) await this.#call('reaction.give', { group, message: newest.id, emoji: '👍', on: round % 2 === 0 });
        return;
      case 'search':
        return this.#call('search.typed', { query: `thôn ${round % 9}` });
      case 'back':
        await this.close();
        return this.open();
      case 'upload': {
        const sender = { address: this.#address, cookie: this.cookie };
        const bytes = Buffer.from(`Báo cáo ngày ${round}\n`.repeat(200));
        const begun = await beginUpload(sender, bytes.length, { name: 'bao-cao.txt' });
        if (begun.status !== 201) throw new Error(`file.begin: ${begun.status} ${await begun.text()}`);
        const sent = await sendPart(sender, begun.headers.get('location')!, bytes, 0);
        if (sent.status !== 204) throw new Error(`upload: ${sent.status} ${sent.body}`);
      }
    }
  }
}

/** Of each group, all connected. */
const MEMBERS = { count: 20 };

export async function soak(scale: Scale): Promise<Row[]> {
  const minutes = scale.minutes ?? 60;
  const people = scale.quick ? 40 : 400;
  MEMBERS.count = 20;
  const groups = people / MEMBERS.count;
  const measured = await Measured.open({ people, groups, each: 1, messages: 0, jobs: true });
  const { house } = measured;
  const watch = new Watch();
  // As house.ts puts people into groups: next to each other, one in each, round and round.
  const devices = house.cookies.map(
    (cookie, at) => new SoakDevice(house.address, cookie, [house.groups[1 + (at % groups)]!], watch),
  );
  for (const it of devices) await it.open();

  const reasons = new Map<string, number>();
  let round = 0;
  const deeds = MIX.flatMap(([deed, share]) => Array.from({ length: share * 5 }, () => deed));
  const step = async (): Promise<void> => {
    const free = devices[Math.floor(Math.random() * people)]!;
    if (free.busy) return;
    free.busy = true;
    round += 1;
    try {
      await free.does(deeds[Math.floor(Math.random() * deeds.length)]!, round);
      watch.done += 1;
    } catch (error) {
      watch.faults += 1;
      const why = (error as Error).message.slice(0, 100);
      if (reasons.size < 20 || reasons.has(why)) reasons.set(why, (reasons.get(why) ?? 0) + 1);
    } finally {
      free.busy = false;
    }
  };

  // The ceiling: as many as it bears, each the next when the last is done.
  const flatOut = async (seconds: number): Promise<number> => {
    const until = performance.now() + seconds * 1_000;
    const before = watch.done;
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, people) }, async () => {
        while (performance.now() < until) {
          await step();
          await new Promise(setImmediate);
        }
      }),
    );
    return (watch.done - before) / seconds;
  };
  const probe = scale.quick ? 1 : Math.min(20, 5 * minutes);
  await flatOut(probe / 4);
  const ceiling = await flatOut(probe);
  watch.seen = [];

  const folder = await mkdtemp(join(tmpdir(), 'nha-rong-soak-'));
  const path = join(folder, 'series.csv');
  await appendFile(path, 'seconds,rss,heap,files,connections,loop_p99_ms,seen_p50_ms,seen_p99_ms,actions,faults\n');
  interface Moment extends State {
    readonly at: number;
    readonly p50: number;
    readonly p99: number;
  }
  const moments: Moment[] = [];
  const every = Math.min(10, minutes * 6);
  const rate = ceiling / 2;
  const begun = performance.now();
  const [doneBefore, faultsBefore] = [watch.done, watch.faults];
  const seconds = (): number => (performance.now() - begun) / 1_000;
  let due = 0;
  let underWay = 0;
  let next = every;
  await measured.state();
  while (seconds() < minutes * 60) {
    // Those that are due by now, evenly spread; what cannot be begun because too much is under way is not made up for.
    const count = Math.floor(seconds() * rate);
    for (; due < count; due += 1) {
      if (underWay >= AT_ONCE) continue;
      underWay += 1;
      void step().finally(() => (underWay -= 1));
    }
    if (seconds() >= next) {
      next += every;
      const state = await measured.state();
      const { seen } = watch;
      watch.seen = [];
      const moment = { ...state, at: seconds(), p50: quantile(seen, 0.5), p99: quantile(seen, 0.99) };
      if (seen.length > 0) moments.push(moment);
      const line = [moment.at.toFixed(1), state.rss, state.heapUsed, state.files, state.connections];
      line.push(state.loopP99.toFixed(2), moment.p50.toFixed(2), moment.p99.toFixed(2));
      line.push(watch.done - doneBefore, watch.faults - faultsBefore);
      await appendFile(path, `${line.join(',')}\n`);
    }
    await pause(5);
  }
  for (const until = Date.now() + ANSWER_MS; (underWay > 0 || watch.sent.size > 0) && Date.now() < until;)
    await pause(20);
  const unseen = watch.sent.size;
  const [done, faults] = [watch.done - doneBefore, watch.faults - faultsBefore];
  const took = seconds();
  for (const it of devices) await it.close();
  await measured.close();

  // The first fifth is for warming up; caches and the collector come to rest in it.
  const steady = moments.slice(Math.floor(moments.length / 5));
  const third = Math.max(1, Math.floor(steady.length / 3));
  const grown = (read: (it: Moment) => number): number =>
    median(steady.slice(-third).map(read)) / median(steady.slice(0, third).map(read));
  const memory = slope(steady.map((it) => [it.at / 3_600, it.rss / 1e6]));
  const heap = slope(steady.map((it) => [it.at / 3_600, it.heapUsed / 1e6]));
  const p99 = median(steady.map((it) => it.p99));
  const drift = grown((it) => it.p99);
  const wrong = faults / Math.max(1, done + faults);
  // Of less than half an hour the slope of memory says nothing yet.
  const long = minutes >= 30;
  const what = `${minutes} min at half of the ceiling, ${whole(people)} people`;
  const row = (it: {
    what: string;
    figure: string;
    aim: string;
    met: boolean;
    note?: string;
    judged?: boolean;
  }): Row => ({
    bench: 'soak',
    what: it.what,
    figure: it.figure,
    aim: it.aim,
    met: it.met,
    ...(it.note ? { note: it.note } : {}),
    ...(it.judged !== false && !it.met ? { fails: true } : {}),
  });
  return [
    row({
      what: `${what}: what went wrong`,
      figure: `${whole(faults)} of ${whole(done + faults)}, ${unseen} not seen by all, ${watch.gaps} gaps`,
      aim: '≤ 0.025 %, 0, 0',
      met: wrong <= FAULTS_MOST && unseen === 0 && watch.gaps === 0,
      note:
        `ceiling ${whole(ceiling)}/s, borne ${whole(done / took)}/s; series in ${path}` +
        [...reasons].map(([why, count]) => `; ${why} × ${count}`).join(''),
    }),
    row({
      what: `${what}: from sending until all ${MEMBERS.count} have it`,
      figure: `p50 ${ms(median(steady.map((it) => it.p50)))}, p99 ${ms(p99)}`,
      aim: `p99 ≤ ${SEEN_MOST_MS} ms`,
      met: p99 <= SEEN_MOST_MS,
      note: `event loop late by ${ms(median(steady.map((it) => it.loopP99)))} at p99`,
    }),
    row({
      what: `${what}: drift of that p99, last third ÷ first`,
      figure: drift.toFixed(2),
      aim: `≤ ${DRIFT_MOST}`,
      met: drift <= DRIFT_MOST,
      judged: long,
    }),
    row({
      what: `${what}: memory after warming up`,
      figure: `${memory.toFixed(1)} MB/h`,
      aim: `≤ ${SLOPE_MOST} MB/h`,
      met: memory <= SLOPE_MOST,
      note: `least squares; heap ${heap.toFixed(1)} MB/h; ${whole((steady[0]?.rss ?? 0) / 1e6)} → ${whole((steady.at(-1)?.rss ?? 0) / 1e6)} MB`,
      judged: long,
    }),
    row({
      what: `${what}: open files and connections, last third ÷ first`,
      figure: `${grown((it) => it.files).toFixed(2)}, ${grown((it) => it.connections).toFixed(2)}`,
      aim: `≤ ${GROWN_MOST}`,
      met: grown((it) => it.files) <= GROWN_MOST && grown((it) => it.connections) <= GROWN_MOST,
      judged: long,
    }),
  ];
}

/** By least squares: how much the second grows where the first grows by one. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (place: 0 | 1): number => points.reduce((sum, it) => sum + it[place], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, it) => sum + (it[0] - x) * (it[1] - y), 0);
  const under = points.reduce((sum, it) => sum + (it[0] - x) ** 2, 0);
  return under === 0 ? 0 : over / under;
}
