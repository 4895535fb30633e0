import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

import { z } from 'zod';

import {
  commandFor,
  costOf,
  CPU_SECONDS_MOST,
  hasNoNetwork,
  LOOK_MS,
  MEMORY_MOST,
  sent,
  STARVED_BELOW_SECONDS,
  WALL_SECONDS_MOST,
  yieldToOthers,
} from '../../files/check/run.ts';
import type { RuleSet } from '../rules/ruleset.ts';
import { HANDLINGS } from '../rules/verdict.ts';
import type { Verdict } from '../rules/verdict.ts';
import { GO, WARM } from './question.ts';
import type { CheckQuestion } from './question.ts';
import { Slots } from '../../../server/slots.ts';

/** Pictures and pages of one file that may be read. */
const PICTURES_MOST = 600;
/** The kernel's own count is for all of it together. */
const CPU_SECONDS_ALL = CPU_SECONDS_MOST + PICTURES_MOST * 10;
const ANSWER_MOST = 65_536;
/** Processes that are there at once, those that wait between two pages among them. */
const ALIVE_MOST = 4;
/** A process that waits for a file goes when none has come for so long. */
const SPARE_MS = 5 * 60_000;
/** Within so long of the last picture that was read the next process makes itself ready for one. */
const WARM_MS = 10 * 60_000;

export interface CheckFile {
  readonly name: string;
  readonly extension: string;
  readonly bytes: number;
  read(): AsyncIterable<Uint8Array>;
}

export type Checked =
  | Verdict
  | { readonly unchecked: string }
  /** The machine was too busy to tell, or the program ends. */
  | { readonly starved: true };

export interface Cost {
  peakBytes: number;
  cpuSeconds: number;
  pictures: number;
}

export interface Checker {
  /** Has a file read to its end by a process of its own. `person`: whose turn it costs. */
  check(rules: RuleSet, person: string, file: CheckFile, cost?: Cost): Promise<Checked>;
  /** Files that are being read, and those that wait. */
  readonly busy: number;
  close(): Promise<void>;
}

const Line = z.union([
  z.strictObject({ picture: z.literal(true) }),
  z.strictObject({
    verdict: z.strictObject({
      refused: z.boolean(),
      rules: z.array(z.string().max(60)).max(200),
      handling: z.enum(HANDLINGS).optional(),
    }),
  }),
  z.strictObject({ unchecked: z.string().max(60) }),
]);

export type Child = ChildProcessByStdio<Writable, Readable, null>;

/** How a process is started that will read one file; a test starts another program. */
export type Start = () => Promise<Child>;

export const startWorker: Start = async () => {
  const { file, args, options } = await commandFor([join(import.meta.dirname, 'worker.ts')], {
    cpuSeconds: CPU_SECONDS_ALL,
  });
  const child = spawn(file, args, { ...options, stdio: ['pipe', 'pipe', 'ignore'] });
  // It may end at any time, also while nobody listens.
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  if (child.pid !== undefined) void yieldToOthers(child.pid);
  return child;
};

/** Whether the kernel keeps the network from what reads files, and not Node alone. */
export const isApart = (): Promise<boolean> => hasNoNetwork();

export function openChecker({
  start = startWorker,
  slots = new Slots(Math.max(1, Math.min(4, availableParallelism() - 1))),
}: { readonly start?: Start; readonly slots?: Slots } = {}): Checker {
  const alive = new Slots(ALIVE_MOST);
  const ending = new AbortController();
  const running = new Set<Promise<unknown>>();
  let busy = 0;
  let lastPicture = -Infinity;
  let spare: { readonly child: Promise<Child>; readonly timer: NodeJS.Timeout } | undefined;

  const isOver = (child: Child): boolean => child.exitCode !== null || child.signalCode !== null;

  function startSpare(): void {
    if (spare || ending.signal.aborted) return;
    const child = start().then((it) => {
      if (performance.now() - lastPicture < WARM_MS) it.stdin.write(`${JSON.stringify(WARM)}\n`);
      return it;
    });
    child.catch(() => undefined);
    const timer = setTimeout(() => void dropSpare(), SPARE_MS);
    timer.unref();
    spare = { child, timer };
  }

  async function dropSpare(): Promise<void> {
    const it = spare;
    spare = undefined;
    if (!it) return;
    clearTimeout(it.timer);
    const child = await it.child.catch(() => undefined);
    if (child) await ended(child);
  }

  async function taken(): Promise<Child> {
    const it = spare;
    spare = undefined;
    if (it) {
      clearTimeout(it.timer);
      const child = await it.child.catch(() => undefined);
      if (child && !isOver(child)) return child;
    }
    return start();
  }

  async function ended(child: Child): Promise<void> {
    if (isOver(child)) return;
    const over = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill('SIGKILL');
    // It never started.
    if (child.pid === undefined) return;
    await over;
  }

  async function check(rules: RuleSet, person: string, file: CheckFile, cost?: Cost): Promise<Checked> {
    busy += 1;
    const leave = await alive.take(person);
    let release = await slots.take(person);
    let child: Child | undefined;
    try {
      if (ending.signal.aborted) return { starved: true };
      child = await taken();
      // Started while this one is read, so that the next file does not wait for it.
      startSpare();
      const turn = async (): Promise<void> => {
        lastPicture = performance.now();
        release();
        release = await slots.take(person);
      };
      return await heard(child, rules, file, { turn, signal: ending.signal, cost });
    } finally {
      if (child) await ended(child);
      release();
      leave();
      busy -= 1;
    }
  }

  return {
    get busy() {
      return busy;
    },
    check(rules, person, file, cost) {
      const it = check(rules, person, file, cost);
      running.add(it);
      it.catch(() => undefined).finally(() => running.delete(it));
      return it;
    },
    async close() {
      ending.abort();
      await dropSpare();
      await Promise.allSettled(running);
    },
  };
}

/** Asks the process and hears what it says; whatever becomes of it, this answers. */
async function heard(
  child: Child,
  rules: RuleSet,
  file: CheckFile,
  it: { turn(): Promise<void>; readonly signal: AbortSignal; readonly cost?: Cost | undefined },
): Promise<Checked> {
  let starved = false;
  const kill = (): void => void child.kill('SIGKILL');
  const stop = (): void => {
    starved = true;
    kill();
  };
  it.signal.addEventListener('abort', stop);
  if (it.signal.aborted) stop();
  /** What it may use until it asks for the next page; while it waits for its turn, no time passes for it. */
  let stretch = { since: performance.now(), cpuBefore: undefined as number | undefined, waiting: false };
  let looking = false;
  const watch = setInterval(() => {
    if (looking || child.pid === undefined) return;
    looking = true;
    const now = stretch;
    void costOf(child.pid)
      .then((used) => {
        if (!used || now !== stretch) return;
        if (it.cost) {
          it.cost.peakBytes = Math.max(it.cost.peakBytes, used.bytes);
          it.cost.cpuSeconds = Math.max(it.cost.cpuSeconds, used.cpuSeconds);
        }
        now.cpuBefore ??= used.cpuSeconds;
        const cpu = used.cpuSeconds - now.cpuBefore;
        const late = !now.waiting && (performance.now() - now.since) / 1_000 > WALL_SECONDS_MOST;
        if (late && cpu < STARVED_BELOW_SECONDS) starved = true;
        if (late || used.bytes > MEMORY_MOST || cpu > CPU_SECONDS_MOST) kill();
      })
      .finally(() => (looking = false));
  }, LOOK_MS);
  const ids = new Set(rules.rules.map((rule) => rule.id));
  const question: CheckQuestion = {
    version: rules.version,
    rules: rules.rules,
    name: file.name,
    extension: file.extension,
    bytes: file.bytes,
  };
  const unchecked = { unchecked: 'file.unchecked' };

  try {
    // What cannot be read of it cannot be said either.
    const saying = sent(child.stdin, question, file.read()).catch((error: unknown) => {
      kill();
      throw error;
    });
    // Heard of below, when the process is over; until then nobody listens.
    saying.catch(() => undefined);
    const answer = await answered();
    // It may have answered before it had heard everything.
    kill();
    await saying;
    return answer ?? (starved ? { starved: true } : unchecked);
  } finally {
    clearInterval(watch);
    it.signal.removeEventListener('abort', stop);
  }

  async function answered(): Promise<Checked | undefined> {
    let held: Buffer = Buffer.alloc(0);
    let total = 0;
    let pictures = 0;
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      total += piece.length;
      if (total > ANSWER_MOST) return undefined;
      held = Buffer.concat([held, piece]);
      for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
        const line = lineOf(held.subarray(0, end).toString());
        held = held.subarray(end + 1);
        if (line === undefined) return undefined;
        if ('unchecked' in line) return unchecked;
        if ('verdict' in line) {
          // Nothing but what was given to it comes out of it.
          return line.verdict.rules.every((rule) => ids.has(rule)) ? line.verdict : undefined;
        }
        pictures += 1;
        if (it.cost) it.cost.pictures = pictures;
        if (pictures > PICTURES_MOST) return undefined;
        stretch = { since: performance.now(), cpuBefore: undefined, waiting: true };
        await it.turn();
        stretch = { since: performance.now(), cpuBefore: undefined, waiting: false };
        child.stdin.write(GO);
      }
    }
    return undefined;
  }
}

function lineOf(text: string): z.output<typeof Line> | undefined {
  try {
    return Line.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
