import { spawn } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const ANSWER_MOST = 8 * 1_048_576;
const WALL_MS = 10_000;

const Answer = z.strictObject({
  title: z.string().max(2_000),
  description: z.string().max(2_000),
  site: z.string().max(2_000),
  picture: z.strictObject({ extension: z.enum(['jpg', 'png', 'webp', 'gif']), bytes: z.base64() }).optional(),
});
export type Answer = z.output<typeof Answer>;

export const WORKER = join(import.meta.dirname, 'worker.ts');

/** With what a process is started that may speak to the internet, read its own code, and do nothing else. */
export async function fence(): Promise<string[]> {
  const modules = join(ROOT, 'node_modules');
  const read = [
    join(ROOT, 'features', 'previews'),
    join(ROOT, 'server', 'outside.ts'),
    join(ROOT, 'package.json'),
    modules,
    await realpath(modules),
  ];
  return [
    '--permission',
    '--allow-net',
    ...read.map((it) => `--allow-fs-read=${it}`),
    '--disable-warning=SecurityWarning',
    '--max-old-space-size=96',
  ];
}

/** The page behind a link, by a process that can reach the internet and nothing else; undefined where there is nothing to be had. */
export async function fetchApart(link: string): Promise<Answer | undefined> {
  const child = spawn(process.execPath, [...(await fence()), WORKER, link], {
    env: {},
    cwd: '/',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), WALL_MS);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  try {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > ANSWER_MOST) return undefined;
      pieces.push(piece);
    }
    if (size === 0) return undefined;
    const parsed = Answer.safeParse(JSON.parse(Buffer.concat(pieces).toString()));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    await ended;
  }
}
