import { createHash, timingSafeEqual } from 'node:crypto';

import { changesOf } from '../../server/changes.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf, QueryContext } from '../../server/handler.ts';
import type { House } from '../../server/house.ts';
import { problem } from '../../protocol/problem.ts';
import { addAccount, browserIn, browserOf, promote } from '../accounts/access.ts';
import { readMobile, readNumber } from '../accounts/rules/phone.ts';
import { areaTitles, openAreaFor } from '../areas/access.ts';
import { openSession, resendSession } from '../devices/access.ts';
import { setupCode } from './access.ts';
import { agencyActions, agencyProblems } from './protocol.ts';
import { plainSetupCode, SETUP_WRONG_HOUR } from './rules.ts';
import { agencyRow, countAreas, insertAgency, saveAgency } from './store.ts';

const HOUR_MS = 3_600_000;

export function agencyHandlers(house: House): HandlersOf<typeof agencyActions> {
  const checkCode = codeChecker(house);

  return handlers(agencyActions, {
    'agency.get': async (context) => {
      const { db, actor } = context;
      // The first thing any page asks: from here on the browser has the cookie that codes are bound to.
      if (!actor && context.caller.door === 'http') browserOf(context);
      const row = await agencyRow(db);
      const titles = row && (await areaTitles(db, [row.area]));
      return {
        setUp: row !== undefined,
        name: row?.name ?? '',
        area: row ? { code: row.area, title: titles?.get(row.area) ?? row.area } : null,
        help: row ? { name: row.helpName, phone: row.helpPhone, email: row.helpEmail } : null,
        registration: row?.registration ?? house.config.registration,
        ready: row && !actor?.administrator ? null : { sms: house.config.sms.provider, ...(await countAreas(db)) },
      };
    },

    'agency.setUp': async (context, input) => {
      const { db, caller, now } = context;
      if (await agencyRow(db)) throw agencyProblems('agency.set_up_already');
      if (caller.door !== 'program') checkCode(input.code);
      const phone = readMobile(input.administrator.phone);
      if (!phone) throw agencyProblems('agency.wrong_number', { field: 'administrator.phone' });
      const help = input.help && { ...input.help, phone: numberIn(input.help.phone) };
      const { code: area } = await openAreaFor(db, input.area).catch((error: unknown) => {
        throw isCodeOf(error, 'not_found', 'area.closed') ? agencyProblems('agency.unknown_area') : error;
      });
      const { name } = input.administrator;
      const set = await insertAgency(
        db,
        {
          name: input.name,
          area,
          helpName: help?.name ?? name,
          helpPhone: help?.phone ?? phone,
          helpEmail: help?.email ?? '',
          registration: house.config.registration,
        },
        now,
      );
      if (!set) throw agencyProblems('agency.set_up_already');
      const registered = caller.door !== 'program';
      const account =
        (await promote(db, phone, registered ? now : null)) ??
        (await addAccount(context, { name, phone, state: 'active', administrator: true, registered }));
      // So that the first message is less than a minute away; whoever read the terminal is trusted with more than that.
      if (registered) await openSession(context, account, browserOf(context));
      return { account };
    },

    'agency.change': async ({ db, note }, input) => {
      const row = await agencyRow(db);
      if (!row) throw problem('not_found');
      const after = {
        ...row,
        name: input.name ?? row.name,
        registration: input.registration ?? row.registration,
        ...(input.help
          ? { helpName: input.help.name, helpPhone: numberIn(input.help.phone), helpEmail: input.help.email }
          : {}),
      };
      note({ details: changesOf(row, after, 'name', 'registration', 'helpName') });
      await saveAgency(db, after);
      return {};
    },
  });
}

function numberIn(typed: string): string {
  const phone = readNumber(typed);
  if (!phone) throw agencyProblems('agency.wrong_number', { field: 'help.phone' });
  return phone;
}

function isCodeOf(error: unknown, ...wanted: string[]): boolean {
  return wanted.includes(String((error as { code?: unknown }).code));
}

/** Compares set-up codes; after too many wrong ones nobody's is compared for a while. */
function codeChecker(house: House): (typed: string) => void {
  let wrong: number[] = [];
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return (typed) => {
    const now = house.now().getTime();
    wrong = wrong.filter((at) => now - at < HOUR_MS);
    if (wrong.length >= SETUP_WRONG_HOUR)
      throw problem('too_fast', { wait: Math.ceil((wrong[0]! + HOUR_MS - now) / 1000) });
    if (timingSafeEqual(digest(plainSetupCode(typed)), digest(setupCode(house)))) return;
    wrong.push(now);
    throw agencyProblems('agency.wrong_code');
  };
}

/** A repeated set-up whose first answer got lost is given its cookie again. */
export const agencyAgain = {
  'agency.setUp': async (context: QueryContext & { readonly id: string }): Promise<void> => {
    const cookie = await resendSession(context.house, context.id, browserIn(context));
    if (cookie) context.setCookie(cookie);
  },
};
