import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { WHAT_BROKE } from '../../features/audit/rules.ts';
import type { WhatBroke } from '../../features/audit/rules.ts';
import { Problem } from '../../protocol/problem.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';

const WORDS: Readonly<Record<WhatBroke, string>> = {
  changed: 'its contents are not what was hashed',
  moved: 'it was inserted here, or moved here from another place',
  removed: 'it was removed',
  truncated: 'the log was cut off here: a signed checkpoint knows more entries',
  rewritten: 'the chain holds, and is another than the one that was signed',
  checkpoint_forged: 'the checkpoint was not signed with the key of this house',
  checkpoint_missing: 'the checkpoint is not in the database any more',
  table_altered: 'the table was altered: what is searched by is no longer made from the entries',
};

/** Proves the audit log, or says where it does not hold. Exit code 1 at the first entry that does not. */
export const audit: Command = {
  name: 'audit',
  usage: 'audit verify [--checkpoints FILE]',

  async run(args, { do: perform, print, from }) {
    const { verb, checkpoints } = read(args);
    if (verb !== 'verify') throw new UsageError('audit can do one thing: verify');
    const since = performance.now();
    const verdict = await perform('audit.verify', {
      outside: checkpoints === undefined ? '' : await copyIn(resolve(from, checkpoints)),
    });
    const { entries, anchored, broken } = verdict;
    const seconds = (performance.now() - since) / 1000;
    const number = new Intl.NumberFormat('en-GB');
    print(
      `${number.format(entries)} entries walked in ${seconds.toFixed(1)} s, held against ${number.format(verdict.checkpoints)} checkpoints.`,
    );
    if (broken) throw new Problem('audit.broken', { status: 0, summary: '' }, { ...broken });
    const behind = verdict.head - anchored;
    print(
      `The log is whole. Signed up to entry ${number.format(anchored)}; ${number.format(behind)} newer ${behind === 1 ? 'entry stands' : 'entries stand'} by the chain alone.`,
    );
  },

  explain({ code, details }) {
    if (code === 'signed_out') return 'Nobody administers this agency yet: run bin/nharong setup first.';
    const what = WHAT_BROKE.find((it) => it === details['what']);
    if (code !== 'audit.broken' || !what) return undefined;
    return `BROKEN at entry ${String(details['seq'])}: ${WORDS[what]}.\nLeave the machine as it is, and compare with the copies of the checkpoints that are kept elsewhere.`;
  },
};

async function copyIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new UsageError(`no such file: ${file}`);
  return text;
}

function read(args: readonly string[]): { verb: string | undefined; checkpoints: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { checkpoints: { type: 'string' } },
    });
    if (positionals.length > 1) throw new Error(`what is ${positionals[1]}?`);
    return { verb: positionals[0], checkpoints: values.checkpoints };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
