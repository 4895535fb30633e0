import { randomInt } from 'node:crypto';

import type { Database } from '../../server/database.ts';
import type { House } from '../../server/house.ts';
import { SETUP_LENGTH, SETUP_LETTERS } from './rules.ts';
import { agencyRow } from './store.ts';

/** Whether the house has been set up; asked each time, since another program may have done it. */
export async function isSetUp(db: Database): Promise<boolean> {
  return (await agencyRow(db)) !== undefined;
}

/** Whom people call; undefined before the agency has been set up. */
export async function helpContact(db: Database): Promise<{ name: string; phone: string; email: string } | undefined> {
  const row = await agencyRow(db);
  return row && { name: row.helpName, phone: row.helpPhone, email: row.helpEmail };
}

const codes = new WeakMap<House, string>();

/** The code that whoever started this program reads in the terminal. In memory only: another start, another code. */
export function setupCode(house: House): string {
  let code = codes.get(house);
  if (code === undefined) {
    code = Array.from({ length: SETUP_LENGTH }, () => SETUP_LETTERS[randomInt(SETUP_LETTERS.length)]).join('');
    codes.set(house, code);
  }
  return code;
}
