// A call of twenty through the media server, voices only: how soon who comes in hears everybody, and what it costs whom: Janus, this
// program, the line that signals. The devices run in processes of their own (`peers.ts`).
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'kysely';

import type { Inside } from '../../features/calls/protocol.ts';
import { openTestJanus } from '../../testing/janus.ts';
import { openCrowd } from '../crowd.ts';
import { median, ms, quantile } from '../table.ts';
import type { Row, Scale } from '../table.ts';
import type { FromPeers, Told, ToPeers } from './peers.ts';

/** Of a voice. */
const PACKETS_A_SECOND = 50;
/** The clock of the kernel in `/proc`. */
const TICK_MS = 10;
const JOIN_AIM_MS = 3_000;

type Order = Exclude<ToPeers, { asked: number }> extends infer T ? (T extends T ? Omit<T, 'id'> : never) : never;

/** A process with some of the devices. */
interface Peers {
  run(order: Order): Promise<Told | undefined>;
  close(): void;
}

function openPeers(ask: (seat: string, what: unknown) => Promise<unknown>): Peers {
  const child: ChildProcess = fork(join(import.meta.dirname, 'peers.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const running = new Map<number, { done(told: Told | undefined): void; fail(error: Error): void }>();
  let count = 0;
  child.on('message', (message: FromPeers) => {
    if ('id' in message) {
      const it = running.get(message.id);
      running.delete(message.id);
      if (message.failed === undefined) it?.done(message.told);
      else it?.fail(new Error(message.failed));
      return;
    }
    const { asked, seat } = message;
    ask(seat, message.ask).then(
      (reply) => child.send({ asked, reply }),
      (error: unknown) => child.send({ asked, refused: String(error) }),
    );
  });
  return {
    run: (order) =>
      new Promise((done, fail) => {
        count += 1;
        running.set(count, { done, fail });
        child.send({ ...order, id: count });
      }),
    close: () => child.disconnect(),
  };
}

/** What a process has used, and holds. */
function used(pid: number): { cpuMs: number; megabytes: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS, megabytes: Number(resident) / 1_024 };
}

export async function calls({ quick, seconds }: Scale): Promise<Row[]> {
  const people = quick ? 6 : 20;
  const steadyMs = quick ? 1_000 : Math.max(10_000, seconds * 1_000);
  const janus = await openTestJanus();
  const crowd = await openCrowd({ name: 'calls', people, role: 'member', env: janus.env });
  const { open, group, ids } = crowd;
  const sessions = new Map(ids.map((id) => [id, randomUUIDv7()]));
  await sql`
    insert into sessions (id, account, token, device)
    select s, a, decode(md5(s::text) || md5(a::text), 'hex'), 'bench'
    from unnest(${[...sessions.values()]}::uuid[], ${[...sessions.keys()]}::uuid[]) as t(s, a)`.execute(open.house.db);
  const accounts = new Map<string, string>();
  let call = '';
  let frames = 0;
  let bytes = 0;

  async function as<T>(account: string, name: string, input: object): Promise<T> {
    const actor = { account, session: sessions.get(account)!, administrator: false };
    const caller = { door: 'program', address: '127.0.0.1', device: 'bench', actor } as const;
    const { output } = await open.perform({ name, id: randomUUIDv7(), input, caller });
    frames += 2;
    bytes += JSON.stringify(input).length + JSON.stringify(output).length;
    return output as T;
  }
  const commits = async (): Promise<number> => {
    const { rows } = await sql<{ n: string }>`
      select xact_commit as n from pg_stat_database where datname = current_database()`.execute(open.house.db);
    return Number(rows[0]!.n);
  };

  const processes = Array.from({ length: quick ? 1 : 4 }, () =>
    openPeers((seat, ask) => as(accounts.get(seat)!, 'call.media', { group, call, seat, ask })),
  );
  try {
    const empty = used(janus.pid);
    const before = await commits();
    const cpuBefore = process.cpuUsage();
    const seats: string[] = [];
    const entered: number[] = [];
    for (const account of ids) {
      const since = performance.now();
      const inside: Inside =
        call === ''
          ? await as(account, 'call.start', { group, kind: 'voice', ring: [] })
          : await as(account, 'call.join', { group, call });
      call = inside.call.id;
      accounts.set(inside.seat, account);
      seats.push(inside.seat);
      entered.push(performance.now() - since);
    }
    const at = (index: number): Peers => processes[index % processes.length]!;
    const waits: number[] = [];
    for (const [index, seat] of seats.entries()) {
      const there = seats.slice(0, index);
      const since = performance.now();
      await at(index).run({ do: 'publish', seat });
      await at(index).run({ do: 'hear', seat, seats: there });
      if (index > 0) waits.push(entered[index]! + performance.now() - since);
      // All others are told, and watch again.
      await Promise.all(there.map((each, other) => at(other).run({ do: 'hear', seat: each, seats: seats.slice(0, index + 1).filter((it) => it !== each) }))); // prettier-ignore
    }
    const signalled = { frames, bytes };
    const joining = process.cpuUsage(cpuBefore);
    const committed = (await commits()) - before;

    // Everybody talks.
    const told = async (): Promise<Told[]> =>
      Promise.all(processes.map((it) => it.run({ do: 'tell' }) as Promise<Told>));
    const [first, janusFirst, own] = [await told(), used(janus.pid), process.cpuUsage()];
    const since = performance.now();
    await pause(steadyMs);
    const took = performance.now() - since;
    const [last, janusLast, ownLast] = [await told(), used(janus.pid), process.cpuUsage(own)];
    const sum = (of: (it: Told) => number, list: Told[]): number => list.reduce((all, it) => all + of(it), 0);
    const got = sum((it) => it.got, last) - sum((it) => it.got, first);
    const sent = sum((it) => it.sent, last) - sum((it) => it.sent, first);
    const arrived = got / (sent * (people - 1));
    const part = (cpuMs: number): string => `${((cpuMs / took) * 100).toFixed(1)} % of a core`;
    const janusMs = Math.max(janusLast.cpuMs - janusFirst.cpuMs, TICK_MS);
    const ownMs = (ownLast.user + ownLast.system) / 1_000;
    const peersMs = sum((it) => it.cpuMs, last) - sum((it) => it.cpuMs, first);

    const slow = quantile(waits, 0.95);
    const kilobytes = signalled.bytes / people / 1_024;
    return [
      {
        bench: 'calls',
        what: `${people} come in one after the other: until everybody there is heard, 95 %`,
        figure: ms(slow),
        limit: `${ms(median(waits))}: half of them`,
        ratio: slow / median(waits),
        aim: `≤ ${JOIN_AIM_MS / 1_000} s`,
        met: slow <= JOIN_AIM_MS,
        note: 'devices in TypeScript on the same machine, their keys among it',
      },
      {
        bench: 'calls',
        what: `${people} voices through Janus, each to all others: what Janus takes`,
        figure: part(janusMs),
        limit: `${part(peersMs)}: the devices`,
        ratio: janusMs / peersMs,
        note: `${Math.round(got / (took / 1_000)).toLocaleString('en-US')} packets a second, ${(arrived * 100).toFixed(1)} % of ${PACKETS_A_SECOND} a second and pair arrive`,
      },
      {
        bench: 'calls',
        what: 'what this program takes meanwhile',
        figure: part(Math.max(ownMs, 0.1)),
        limit: `${part(janusMs)}: Janus`,
        ratio: Math.max(ownMs, 0.1) / janusMs,
        note: 'no packet comes by here',
      },
      {
        bench: 'calls',
        what: `memory of Janus with ${people} in a call`,
        figure: `${janusLast.megabytes.toFixed(0)} MB`,
        limit: `${empty.megabytes.toFixed(0)} MB: with nobody`,
        ratio: janusLast.megabytes / empty.megabytes,
        note: `${((janusLast.megabytes - empty.megabytes) / people).toFixed(1)} MB a person`,
      },
      {
        bench: 'calls',
        what: `signalling for each of ${people} until all hear each other`,
        figure: `${(signalled.frames / people).toFixed(0)} frames, ${kilobytes.toFixed(0)} kB`,
        limit: `${((committed - 1) / people).toFixed(0)} transactions, ${((joining.user + joining.system) / 1_000 / people).toFixed(0)} ms of processor`,
        ratio: committed / signalled.frames,
        note: 'each watches again with everybody who comes, so it grows with their number',
      },
    ];
  } finally {
    for (const it of processes) it.close();
    await crowd.close();
    await janus.stop();
  }
}
