// (e) What a member of 300 groups reads, in a house of a million messages: pages, the list of chats, coming back. Over one socket,
// one after the other, against the statements alone.
import { once } from 'node:events';

import WebSocket from 'ws';

import { deepPlace } from './direct.ts';
import type { Reading } from './direct.ts';
import { Measured } from './measured.ts';
import { median, ms, quantile, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

/** Coming back after a while: so many groups have so much new. */
const BEHIND = { groups: 30, each: 10 };

export async function reading(scale: Scale): Promise<Row[]> {
  const groups = scale.quick ? 20 : 300;
  const messages = scale.quick ? 20_000 : 1_000_000;
  const people = scale.quick ? 20 : 1_000;
  const measured = await Measured.open({ people, groups: groups - 1, each: groups - 1, messages });
  const { house } = measured;
  const behind = scale.quick ? { groups: 5, each: 2 } : BEHIND;
  const member = await Member.open(house.address, house.cookies[0]!);

  // Each time somebody else, since nobody may open sockets that often.
  let next = 0;
  async function resume(missed: { groups: number; each: number }): Promise<void> {
    next = (next + 1) % people;
    const cursors: Record<string, number> = { [house.accounts[next]!]: 0 };
    for (const [at, group] of house.groups.entries())
      cursors[group] = member.heads[group]! - (at < missed.groups ? missed.each : 0);
    const again = await Member.open(house.address, house.cookies[next]!, cursors);
    again.close();
    const expected = missed.groups * missed.each;
    if (again.events !== expected) throw new Error(`came back to ${again.events} events, not ${expected}`);
  }
  const ways: Record<Reading, { what: string; run: (round: number) => Promise<unknown>; times: number }> = {
    page: {
      what: 'newest page of a group, 50 lines',
      run: (round) => member.call('message.page', { group: house.groups[round % groups], limit: 50 }),
      times: 600,
    },
    deep: {
      what: 'page far back in a group of 50,000',
      run: (round) => member.call('message.page', { group: house.groups[0], before: deepPlace(round), limit: 50 }),
      times: 600,
    },
    list: { what: `list of ${groups} chats`, run: () => member.call('chat.list', {}), times: 150 },
    resume: { what: `coming back, nothing missed`, run: () => resume({ groups: 0, each: 0 }), times: 100 },
    'resume behind': {
      what: `coming back to ${behind.groups * behind.each} events in ${behind.groups} groups`,
      run: () => resume(behind),
      times: 100,
    },
  };
  const rows: Row[] = [];
  for (const name of Object.keys(ways) as Reading[]) {
    const { what, run, times } = ways[name];
    const rounds = scale.quick ? 5 : times;
    for (let round = 0; round < Math.min(5, rounds); round += 1) await run(round);
    const before = await measured.usage();
    const took: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      await run(round);
      took.push(performance.now() - start);
    }
    const after = await measured.usage();
    const direct = await measured.readDirectly({ what: name, times: rounds, behind });
    rows.push({
      bench: 'reading',
      what,
      figure: `p50 ${ms(median(took))}, p99 ${ms(quantile(took, 0.99))}`,
      limit: `p50 ${ms(median(direct))}, p99 ${ms(quantile(direct, 0.99))}`,
      ratio: median(direct) / median(took),
      note: `${((after.statements - before.statements) / rounds).toFixed(0)} statements; server ${ms(((after.cpuSeconds - before.cpuSeconds) / rounds) * 1000)} of processor`,
    });
  }
  member.close();
  await measured.close();
  const [first] = rows;
  if (first)
    rows[0] = { ...first, note: `${first.note}; ${whole(messages)} messages, ${whole(people)} members a group` };
  return rows;
}

/** One socket of one person. */
class Member {
  readonly #socket: WebSocket;
  readonly #answers = new Map<string, (it: { ok?: unknown; problem?: unknown }) => void>();
  heads: Record<string, number> = {};
  /** Missed ones that came after the welcome. */
  events = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Resolves when everything missed has come. */
  static async open(address: string, cookie: string, streams: Record<string, number> = {}): Promise<Member> {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/live`, 'nharong.v1', {
      headers: { cookie, origin: address },
      perMessageDeflate: false,
    });
    const member = new Member(socket);
    let missing = 0;
    const { promise: caughtUp, resolve, reject } = Promise.withResolvers<void>();
    socket.on('error', reject);
    socket.on('message', (data) => {
      const frame = JSON.parse((data as Buffer).toString()) as {
        id?: string;
        on?: string;
        ok?: unknown;
        problem?: unknown;
        welcome?: { heads: Record<string, number>; fetch: Record<string, number> };
      };
      if (frame.welcome) {
        member.heads = { ...frame.welcome.fetch, ...frame.welcome.heads };
        for (const [id, head] of Object.entries(frame.welcome.heads)) missing += head - (streams[id] ?? head);
        if (missing === 0) resolve();
      } else if (frame.on) {
        member.events += 1;
        if (member.events === missing) resolve();
      } else if (frame.id) member.#answers.get(frame.id)?.(frame);
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ hello: { version: 1, streams } }));
    await caughtUp;
    return member;
  }

  async call(name: string, input: unknown): Promise<unknown> {
    const id = String(this.#answers.size);
    const { promise, resolve } = Promise.withResolvers<{ ok?: unknown; problem?: unknown }>();
    this.#answers.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, do: name, with: input }));
    const { ok, problem } = await promise;
    if (problem) throw new Error(`${name}: ${JSON.stringify(problem)}`);
    return ok;
  }

  close(): void {
    this.#socket.terminate();
  }
}
