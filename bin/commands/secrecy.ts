import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { z } from 'zod';

import { openChecker } from '../../features/secrecy/check/run.ts';
import type { Checker } from '../../features/secrecy/check/run.ts';
import { compile } from '../../features/secrecy/rules/judge.ts';
import { DEFAULT_RULES } from '../../features/secrecy/rules/ruleset.ts';
import { CommandFailed, UsageError } from './command.ts';
import type { Command } from './command.ts';

const TEXTS = '.texts.jsonl';
/** How often a file is put again when the machine was too busy to tell. */
const TRIES = 5;

const TextLine = z.object({
  id: z.union([z.string(), z.number()]),
  kind: z.enum(['chat', 'name', 'document', 'caption']).default('chat'),
  text: z.string(),
});

interface Judged {
  readonly id: string | number;
  readonly refused: boolean;
  readonly rules: readonly string[];
  /** It could not be looked at, which is refused as well: why. */
  readonly unchecked?: string;
  readonly handling?: string;
  readonly seconds: number;
}

/** Puts papers and texts of a folder to the secrecy guard, as the program came with it. Nothing is sent or kept. */
export const secrecy: Command = {
  name: 'secrecy',
  usage: 'secrecy check FOLDER',

  async run(args, { print, from }) {
    const [verb, folder, ...more] = args;
    if (verb !== 'check') throw new UsageError('secrecy can do one thing: check');
    if (folder === undefined || more.length > 0) throw new UsageError('one folder is checked at a time');
    const root = resolve(from, folder);
    const isFolder = await stat(root).then((it) => it.isDirectory(), () => false); // prettier-ignore
    if (!isFolder) throw new UsageError(`${folder} is no folder`);
    const say = (it: Judged): void => print(JSON.stringify(it));
    let unsure = 0;
    const checker = openChecker();
    try {
      for (const file of await filesIn(root)) {
        if (file.endsWith(TEXTS)) {
          await judgeLines(join(root, file), say);
          continue;
        }
        const it = await check(checker, root, file);
        if (it === undefined) {
          unsure += 1;
          process.stderr.write(`${file}: the machine was too busy to tell\n`);
        } else say(it);
      }
    } finally {
      await checker.close();
    }
    if (unsure > 0)
      throw new CommandFailed(`${unsure} files could not be looked at: try again when less runs on this machine`);
  },
};

async function filesIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  return entries
    .filter((it) => it.isFile())
    .map((it) => relative(root, join(it.parentPath, it.name)))
    .sort();
}

async function check(checker: Checker, root: string, file: string): Promise<Judged | undefined> {
  const path = join(root, file);
  const name = file.slice(file.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
  const { size } = await stat(path);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const since = performance.now();
    const read = (): AsyncIterable<Uint8Array> => createReadStream(path);
    const answer = await checker.check(DEFAULT_RULES, 'operator', { name, extension, bytes: size, read });
    if ('starved' in answer) continue;
    const seconds = secondsSince(since);
    if ('unchecked' in answer) return { id: file, refused: true, rules: [], unchecked: answer.unchecked, seconds };
    const { refused, rules, handling } = answer;
    return { id: file, refused, rules, ...(handling ? { handling } : {}), seconds };
  }
  return undefined;
}

async function judgeLines(path: string, say: (it: Judged) => void): Promise<void> {
  const judge = compile(DEFAULT_RULES);
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() === '') continue;
    const { id, kind, text } = lineOf(line, `${path}, line ${number}`);
    const since = performance.now();
    const { refused, rules, handling } = judge.text(text, { kind });
    say({ id, refused, rules, ...(handling ? { handling } : {}), seconds: secondsSince(since) });
  }
}

function lineOf(line: string, where: string): z.output<typeof TextLine> {
  try {
    return TextLine.parse(JSON.parse(line));
  } catch {
    throw new CommandFailed(`${where}: not {"id": …, "kind": "chat", "text": "…"}`);
  }
}

const secondsSince = (since: number): number => Math.round(performance.now() - since) / 1_000;
