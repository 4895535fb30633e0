import { parseArgs } from 'node:util';

import { NAME_MOST } from '../../features/accounts/rules.ts';
import { AGENCY_NAME_MOST, HELP_NAME_MOST } from '../../features/agency/rules.ts';
import { UsageError } from './command.ts';
import type { Command } from './command.ts';

const REFUSALS: Readonly<Record<string, string>> = {
  'agency.set_up_already': 'The agency has been set up already. Change it in the app, under Quản trị.',
  'agency.unknown_area': '--area: no area has this code. Gia Lai is 52, its communes have five digits.',
};

/** What stands in which field of `agency.setUp`, and what is expected there. */
const OPTIONS: Readonly<Record<string, readonly [option: string, expected: string]>> = {
  name: ['org', `a name of 2 to ${AGENCY_NAME_MOST} characters`],
  area: ['area', 'the official code of an area; Gia Lai is 52, its communes have five digits'],
  'administrator.name': ['admin-name', `a name of 2 to ${NAME_MOST} characters`],
  'administrator.phone': ['admin-phone', 'a Vietnamese mobile number such as 0905 318 462'],
  'help.name': ['help-name', `a name of 2 to ${HELP_NAME_MOST} characters`],
  'help.phone': ['help-phone', 'a Vietnamese number'],
  'help.email': ['help-email', 'an e-mail address'],
};

/** The first run without a browser. */
export const setup: Command = {
  name: 'setup',
  usage:
    'setup --org NAME --area CODE --admin-name NAME --admin-phone NUMBER [--help-name NAME --help-phone NUMBER [--help-email ADDRESS]]',

  async run(args, { do: perform, print, publicUrl }) {
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
    print(`Set up. Sign in at ${publicUrl()} with ${need('admin-phone')}.`);
  },

  explain({ code, details }) {
    if (code === 'agency.wrong_number') {
      const option = details['field'] === 'help.phone' ? 'help-phone' : 'admin-phone';
      return `--${option}: not a Vietnamese ${option === 'admin-phone' ? 'mobile ' : ''}number. Example: 0905 318 462`;
    }
    if (code === 'malformed') {
      const option = OPTIONS[String(details['field'])];
      return option && `--${option[0]}: expected ${option[1]}.`;
    }
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
