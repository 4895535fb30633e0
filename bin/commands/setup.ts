import { parseArgs } from 'node:util';

import { UsageError } from './command.ts';
import type { Command } from './command.ts';

const REFUSALS: Readonly<Record<string, string>> = {
  'agency.set_up_already': 'The agency has been set up already. Change it in the app, under Quản trị.',
  'agency.unknown_area': '--area: no area has this code. Gia Lai is 52, its communes have five digits.',
};

/** The first run without a browser. */
export const setup: Command = {
  name: 'setup',
  usage:
    'setup --org NAME --area CODE --admin-name NAME --admin-phone NUMBER [--help-name NAME --help-phone NUMBER [--help-email ADDRESS]]',

  async run(args, { do: perform, print, config }) {
    const given = read(args);
    const need = (name: keyof typeof given): string => {
      const value = given[name];
      if (!value) throw new UsageError(`--${name} is missing`);
      return value;
    };
    const helps = given['help-name'] || given['help-phone'] || given['help-email'];
    await perform('agency.setUp', {
      name: need('org'),
      area: need('area'),
      administrator: { name: need('admin-name'), phone: need('admin-phone') },
      help: helps ? { name: need('help-name'), phone: need('help-phone'), email: given['help-email'] ?? '' } : null,
    });
    print(`Set up. Sign in at ${config.publicUrl} with ${need('admin-phone')}.`);
  },

  explain({ code, details }) {
    if (code === 'agency.wrong_number') {
      const option = details['field'] === 'help.phone' ? 'help-phone' : 'admin-phone';
      return `--${option}: not a Vietnamese ${option === 'admin-phone' ? 'mobile ' : ''}number. Example: 0905 318 462`;
    }
    if (code === 'malformed') return `wrong value: ${String(details['field'])} (${String(details['reason'])})`;
    return REFUSALS[code];
  },
};

function read(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        org: text,
        area: text,
        'admin-name': text,
        'admin-phone': text,
        'help-name': text,
        'help-phone': text,
        'help-email': text,
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
