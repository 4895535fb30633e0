import { spawn } from 'node:child_process';
import { readFile, realpath, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { z } from 'zod';

import { FORMATS, SIDES } from '../rules.ts';
import type { Size } from '../rules.ts';
import type { Found, Question, Refusal } from './finding.ts';

/** For one file: memory and time on the processor, and time on the wall where the machine has something else to do. */
export const MEMORY_MOST = 512 * 1_048_576;
export const CPU_SECONDS_MOST = 20;
export const WALL_SECONDS_MOST = 30;
/** With less of the processor in all that time it was the machine that was slow, not the file. */
export const STARVED_BELOW_SECONDS = 5;
export const LOOK_MS = 50;
/** Clock ticks of /proc: 100 a second on every Linux. */
const TICKS = 100;

const ANSWER_MOST = 96 * 1_048_576;
const LINE_MOST = 1_048_576;

export interface Rendition {
  readonly size: Size;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

export type Outcome =
  | { readonly found: Found; readonly sha256: Buffer; readonly pictures: readonly Rendition[] }
  | { readonly refused: Refusal }
  /** The machine was too busy to tell, or the program ends. */
  | { readonly starved: true };

/** What it cost; for the figures and the tests. */
export interface Cost {
  peakBytes: number;
  cpuSeconds: number;
}

const TYPES = new Set<string>([...Object.values(FORMATS).map((it) => it.type), 'audio/webm', 'audio/mp4']);
const whole = z.number().int().min(0);
const Line = z.union([
  z.strictObject({
    found: z.strictObject({
      kind: z.enum(['photo', 'video', 'voice', 'document']),
      type: z.string().refine((it) => TYPES.has(it)),
      width: whole.max(65_536).optional(),
      height: whole.max(65_536).optional(),
      seconds: z.number().min(0).max(864_000).optional(),
      pages: whole.max(1_000_000).optional(),
      erase: z
        .array(z.strictObject({ at: whole, from: whole, upTo: whole }))
        .max(10_000)
        .optional(),
    }),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.strictObject({
    picture: z.strictObject({
      size: z.enum(Object.keys(SIDES) as [Size, ...Size[]]),
      type: z.enum(['image/jpeg', 'image/webp']),
      width: whole.max(16_384),
      height: whole.max(1_638_400),
      bytes: z.number().int().min(12).max(ANSWER_MOST),
    }),
  }),
  z.strictObject({ end: z.literal(true) }),
  z.strictObject({
    refused: z.union([
      z.strictObject({ code: z.literal('file.kind_refused'), extension: z.string().max(16) }),
      z.strictObject({
        code: z.enum(['file.mismatch', 'file.damaged', 'file.unchecked', 'file.active', 'file.too_much_inside']),
      }),
    ]),
  }),
]);
type Line = z.output<typeof Line>;

const ROOT = join(import.meta.dirname, '..', '..', '..');

let flags: Promise<readonly string[]> | undefined;

/** So that what reads a stranger’s file reaches nothing: not the network, no other program, no file but the program’s own code. */
const flagsOf = (): Promise<readonly string[]> =>
  (flags ??= (async () => {
    const modules = join(ROOT, 'node_modules');
    const read = [join(ROOT, 'features'), join(ROOT, 'package.json'), modules, await realpath(modules)];
    return [
      '--permission',
      ...read.map((it) => `--allow-fs-read=${it}`),
      '--allow-addons',
      '--disable-warning=SecurityWarning',
      '--max-old-space-size=384',
    ];
  })());

const APART = ['unshare', '--map-current-user', '--net', '--'];
let apart: Promise<boolean> | undefined;

/**
 * Whether the kernel itself lets these programs see no network, on top of what Node forbids them: not every machine allows its users
 * namespaces. Tried once.
 */
export const hasNoNetwork = (): Promise<boolean> =>
  (apart ??= new Promise((resolve) => {
    const [file, ...rest] = APART;
    const probe = spawn(file!, [...rest, 'true'], { env: {}, cwd: '/', stdio: 'ignore' });
    probe.once('error', () => resolve(false));
    probe.once('close', (code) => resolve(code === 0));
  }));

/** How a program is started that may do nothing but think. */
export async function commandFor(
  program: readonly string[],
  { cpuSeconds = CPU_SECONDS_MOST + 5 }: { readonly cpuSeconds?: number } = {},
): Promise<{
  readonly file: string;
  readonly args: readonly string[];
  readonly options: { readonly env: Record<string, string>; readonly cwd: string };
}> {
  // The limits of the shell outlive it: no image of the memory is left on the disk, and the kernel counts the time as well.
  const apart = (await hasNoNetwork()) ? `${APART.join(' ')} ` : '';
  const shell = `ulimit -c 0; ulimit -t ${cpuSeconds}; exec ${apart}"$0" "$@"`;
  return {
    file: '/bin/sh',
    args: ['-c', shell, process.execPath, ...(await flagsOf()), ...program],
    options: { env: {}, cwd: '/' },
  };
}

/**
 * Has one file looked into by a process of its own, which ends with it. Whatever becomes of that process, this answers: what takes
 * too much, breaks off or answers nonsense is refused.
 */
export async function look(
  question: Question,
  bytes: AsyncIterable<Uint8Array>,
  { cost, signal }: { readonly cost?: Cost | undefined; readonly signal?: AbortSignal } = {},
): Promise<Outcome> {
  const { file, args, options } = await commandFor([join(import.meta.dirname, 'worker.ts')]);
  const child = spawn(file, args, { ...options, stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = (): void => void child.kill('SIGKILL');
  let starved = false;
  const stop = (): void => {
    starved = true;
    kill();
  };
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  const since = performance.now();
  const { pid } = child;
  if (pid !== undefined) void yieldToOthers(pid);
  let looking = false;
  const watch = setInterval(() => {
    if (looking || pid === undefined) return;
    looking = true;
    void costOf(pid)
      .then((now) => {
        if (cost && now) {
          cost.peakBytes = Math.max(cost.peakBytes, now.bytes);
          cost.cpuSeconds = Math.max(cost.cpuSeconds, now.cpuSeconds);
        }
        const late = (performance.now() - since) / 1_000 > WALL_SECONDS_MOST;
        if (late && now && now.cpuSeconds < STARVED_BELOW_SECONDS) starved = true;
        if (late || (now && (now.bytes > MEMORY_MOST || now.cpuSeconds > CPU_SECONDS_MOST))) kill();
      })
      .finally(() => (looking = false));
  }, LOOK_MS);

  try {
    const [answer] = await Promise.all([
      answered(child.stdout),
      sent(child.stdin, question, bytes).then(() => void child.stdin.end()),
    ]);
    if (answer === undefined) return starved ? { starved } : { refused: { code: 'file.unchecked' } };
    if ('refused' in answer) return answer;
    const inside = (answer.found.erase ?? []).every(
      ({ at, from, upTo }) => at + 8 <= from && from <= upTo && upTo <= question.bytes,
    );
    return inside ? answer : { refused: { code: 'file.unchecked' } };
  } finally {
    clearInterval(watch);
    signal?.removeEventListener('abort', stop);
    kill();
    await ended;
  }
}

/** Says a line and then the bytes; where the other side ends before it has heard all of it, the rest is not said. */
export async function sent(
  to: NodeJS.WritableStream,
  question: object,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  let gone = false;
  const closed = new Promise<void>((resolve) => {
    const end = (): void => {
      gone = true;
      resolve();
    };
    // It may answer, or die, before it has heard everything.
    to.once('error', end);
    to.once('close', end);
  });
  const write = async (piece: string | Uint8Array): Promise<void> => {
    if (!gone && !to.write(piece)) await Promise.race([new Promise<void>((done) => to.once('drain', done)), closed]);
  };
  await write(`${JSON.stringify(question)}\n`);
  for await (const piece of bytes) {
    if (gone) return;
    await write(piece);
  }
}

/** Undefined where it broke off before it had said whether the file may be taken, or said what makes no sense. */
async function answered(
  from: Readable,
): Promise<{ found: Found; sha256: Buffer; pictures: Rendition[] } | { refused: Refusal } | undefined> {
  let held: Buffer = Buffer.alloc(0);
  let total = 0;
  let first: { found: Found; sha256: Buffer } | undefined;
  /** The picture that is coming, and how much of it has. */
  let coming: { readonly picture: Rendition; filled: number } | undefined;
  const pictures: Rendition[] = [];
  for await (const piece of from as AsyncIterable<Buffer>) {
    total += piece.length;
    if (total > ANSWER_MOST) return undefined;
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    while (held.length > 0) {
      if (coming) {
        const { bytes, type } = coming.picture;
        const length = held.copy(bytes, coming.filled);
        coming.filled += length;
        held = held.subarray(length);
        if (coming.filled < bytes.length) break;
        if (!isPicture(bytes, type)) return undefined;
        pictures.push(coming.picture);
        coming = undefined;
        continue;
      }
      const end = held.indexOf(10);
      if (end < 0) {
        if (held.length > LINE_MOST) return undefined;
        break;
      }
      const line = lineOf(held.subarray(0, end).toString());
      held = held.subarray(end + 1);
      if (line === undefined) return undefined;
      if ('refused' in line) return line;
      if ('found' in line) {
        if (first) return undefined;
        first = { found: line.found, sha256: Buffer.from(line.sha256, 'hex') };
      } else if ('picture' in line) {
        const { picture } = line;
        if (!first || pictures.some((it) => it.size === picture.size)) return undefined;
        coming = { picture: { ...picture, bytes: Buffer.alloc(picture.bytes) }, filled: 0 };
      } else return first && { ...first, pictures };
    }
  }
  // It ended while it drew the first page: the document itself is sound. A photo is nothing but its pictures.
  return first && first.found.kind !== 'photo' ? { ...first, pictures: [] } : undefined;
}

function lineOf(text: string): Line | undefined {
  try {
    return Line.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const isPicture = (bytes: Buffer, type: string): boolean =>
  type === 'image/jpeg'
    ? bytes.readUIntBE(0, 3) === 0xffd8ff
    : bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';

/** Those who write come first; and if memory runs out, it is this one that goes. */
export async function yieldToOthers(pid: number): Promise<void> {
  try {
    setPriority(pid, 10);
    await writeFile(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // It has ended already, or this system has no such thing.
  }
}

export async function costOf(pid: number): Promise<{ bytes: number; cpuSeconds: number } | undefined> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'latin1'),
      readFile(`/proc/${pid}/status`, 'latin1'),
    ]);
    // After the name, which may hold anything, the 12th and 13th are the time in the program and in the kernel.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    return { bytes: kilobytes * 1_024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS };
  } catch {
    return undefined;
  }
}
