import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { reportText } from '../../features/directory/state/report.ts';
import { FILE_MOST } from '../../features/directory/rules/import.ts';
import { refusalSentence } from '../../features/directory/state/sentences.ts';
import { strings } from '../../features/directory/strings/import.ts';
import { language } from '../../web/language.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';

/** Brings in a staff list: shows what it would do and, told so, does it. */
export const importList: Command = {
  name: 'import',
  usage: 'import FILE [--apply] [--scope units|all] [--new-units yes|no] [--reviewed]',

  async run(args, { do: perform, print, from }) {
    language.value = /^vi/i.test(process.env['LC_ALL'] || process.env['LANG'] || '') ? 'vi' : 'en';
    const { path, apply, reviewed, scope, newUnits } = read(args);
    const absolute = resolve(from, path);
    const found = await stat(absolute).catch(() => undefined);
    if (!found?.isFile()) throw new UsageError(`no such file: ${path}`);
    if (found.size > FILE_MOST) throw new UsageError(strings('tooLarge'));
    const asked = {
      name: basename(absolute).slice(0, 200),
      file: (await readFile(absolute)).toString('base64'),
      scope,
      ...(newUnits === undefined ? {} : { newUnits }),
    };
    const report = await perform('import.check', asked);
    print(reportText(report));
    const { added, changed, moved, left } = report.counts;
    const effects = added + changed + moved + left;
    if (effects === 0) return print(strings('nothingText'));
    if (!apply) return print(`${strings('dryRun')}. ${strings('commandApply')}`);
    await perform('import.apply', { ...asked, digest: report.digest, reviewed });
    print(strings('done', { n: effects }));
  },

  explain({ code, details }) {
    if (code === 'import.review') return strings('commandReview', { n: Number(details['entries'] ?? 0) });
    if (code === 'import.stale') return strings('stale');
    if (code === 'signed_out') return 'Nobody administers this agency yet: run bin/nharong setup first.';
    return refusalSentence(code, details);
  },
};

interface Given {
  readonly path: string;
  readonly apply: boolean;
  readonly reviewed: boolean;
  readonly scope: 'units' | 'all';
  readonly newUnits: boolean | undefined;
}

function read(args: readonly string[]): Given {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        apply: { type: 'boolean', default: false },
        reviewed: { type: 'boolean', default: false },
        scope: { type: 'string', default: 'units' },
        'new-units': { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const { values, positionals } = parsed;
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('name one file');
  if (values.scope !== 'units' && values.scope !== 'all') throw new UsageError('--scope is units or all');
  const wish = values['new-units'];
  if (wish !== undefined && wish !== 'yes' && wish !== 'no') throw new UsageError('--new-units is yes or no');
  return {
    path,
    apply: values.apply,
    reviewed: values.reviewed,
    scope: values.scope,
    newUnits: wish === undefined ? undefined : wish === 'yes',
  };
}
