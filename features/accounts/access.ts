import { createHash, randomBytes } from 'node:crypto';

import type { Database } from '../../server/database.ts';
import type { ChangeContext, QueryContext } from '../../server/handler.ts';
import type { Actor } from '../../server/house.ts';
import { insertStreams } from '../../server/stream.ts';
import { newId } from '../../protocol/id.ts';
import { cookie, tokenInCookies } from '../devices/access.ts';
import { searchText } from '../directory/rules.ts';
import { administrators, insertAccount, peopleByIds, phoneOf, savePromoted } from './store.ts';
import type { ShownPerson } from './store.ts';

export type { ShownPerson };

/** What others see of people, by their ids; those who do not exist are left out. One statement. */
export async function peopleOf(db: Database, ids: readonly string[]): Promise<Map<string, ShownPerson>> {
  const people = await peopleByIds(db, [...new Set(ids)]);
  return new Map(people.map((it) => [it.id, it]));
}

/** The number of an account, E.164. */
export async function numberOf(db: Database, account: string): Promise<string | undefined> {
  return (await phoneOf(db, account)) ?? undefined;
}

const BROWSER_DAYS = 30;

/** The cookie a browser has before signing in: what a code is bound to. Undefined where it has none. */
export function browserIn({ house, caller }: Pick<QueryContext, 'house' | 'caller'>): string | undefined {
  return tokenInCookies(house, 'pre', caller.cookie);
}

/** The same, given to the browser where it has none. */
export function browserOf(context: Pick<QueryContext, 'house' | 'caller' | 'setCookie'>): string {
  const found = browserIn(context);
  if (found) return found;
  const made = randomBytes(32).toString('base64url');
  context.setCookie(cookie(context.house, 'pre', made, BROWSER_DAYS * 86_400));
  return made;
}

export function hashOfBrowser(browser: string): Buffer {
  return createHash('sha256').update(`browser\n${browser}`).digest();
}

/** A new account with its own stream. */
export async function addAccount(
  { db, now }: Pick<ChangeContext, 'db' | 'now'>,
  it: {
    name: string;
    phone: string;
    state: 'active' | 'waiting';
    administrator?: boolean;
    registered: boolean;
  },
): Promise<string> {
  const id = newId(now.getTime());
  await insertStreams(db, 'account', [id]);
  await insertAccount(db, {
    id,
    phone: it.phone,
    name: it.name,
    state: it.state,
    administrator: it.administrator ?? false,
    search: searchText({ name: it.name, position: '', unit: '' }),
    registeredAt: it.registered ? now : null,
    at: now,
  });
  return id;
}

/** Makes the person of the staff list who has this number an administrator; undefined where nobody has it. */
export function promote(tx: Database, phone: string, registeredAt: Date | null): Promise<string | undefined> {
  return savePromoted(tx, phone, registeredAt);
}

const NO_SESSION = '00000000-0000-0000-0000-000000000000';

/** Who the operator at the machine acts as: the first administrator. */
export async function operatorOf(db: Database): Promise<Actor | undefined> {
  const [account] = await administrators(db);
  return account === undefined ? undefined : { account, session: NO_SESSION, administrator: true };
}
