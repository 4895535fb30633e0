import { countedAs } from '../../../server/address.ts';
import type { ChangeContext } from '../../../server/handler.ts';
import { openSession, wakeRights } from '../../devices/access.ts';
import type { SessionChange } from '../../devices/access.ts';
import { isInvited } from '../../invitations/access.ts';
import { addAccount, browserIn, hashOfBrowser } from '../access.ts';
import { accountProblems } from '../protocol.ts';
import type { CodeAnswer } from '../protocol.ts';
import { CODE, maskedNumber, waitForTry } from '../rules.ts';
import {
  accountByPhone,
  administrators,
  checksSince,
  countWaiting,
  insertCheck,
  phoneOf,
  registrationMode,
  saveProved,
  saveRegistered,
  saveTry,
  takeChallenge,
  takeTurns,
} from '../store.ts';
import type { Challenge } from '../store.ts';
import { ago, isCode, isKnown, seconds } from './codes.ts';

/** The clocks of two nodes are never further apart. */
const CLOCKS_APART_MS = 60_000;

export interface Registered {
  readonly id: string;
  readonly name: string;
  readonly phone: string;
}

/** What other features do when somebody is signed in for the first time, in the same transaction. */
export type OnRegistered = (context: SessionChange, person: Registered) => Promise<void>;

/** `phone`: of the challenge; undefined where that is not this browser’s. */
interface Refused {
  readonly refused: CodeAnswer;
  readonly phone?: string;
}
type Checked = { readonly right: Challenge } | Refused;

/** Compares a code with its challenge under all limits, and counts the try in the transaction that answers. */
async function check(
  context: SessionChange,
  input: { challenge: string; code: string },
  factorOf: (address: string) => number,
): Promise<Checked> {
  const { house, db, now, caller } = context;
  const address = countedAs(caller.address);
  await takeTurns(db, [`checks from ${address}`]);
  const found = await takeChallenge(db, input.challenge);
  const phone = found?.phone ?? '';
  const browser = browserIn(context);
  const ours = found && browser !== undefined && found.browser.equals(hashOfBrowser(browser));
  const spent = found && (found.dead || found.provedAt !== null || found.tries >= CODE.tries);
  // One that would still hold for longer than any does is of a time that has not come: the clock was set back.
  const ahead = found !== undefined && found.endsAt.getTime() - now.getTime() > CODE.lives + CLOCKS_APART_MS;
  const over = !ours || spent || found.endsAt <= now || ahead;
  // Whatever is compared is compared one after the other, so that a crowd does not get past the limit of all together.
  if (!over) await takeTurns(db, ['codes of all']);
  const sums = await checksSince(db, { address, phone }, { hour: ago(now, CODE.hour), day: ago(now, CODE.day) });
  if (sums.fromAddress >= CODE.checksPerAddressHour * factorOf(caller.address)) {
    const until = (sums.addressSince?.getTime() ?? now.getTime()) + CODE.hour;
    throw accountProblems('account.too_many_checks', { wait: seconds(until - now.getTime()) });
  }

  if (over) {
    // Counted for the address only: so that nobody can lock a number without having asked for its code.
    await insertCheck(db, { at: now, phone, address, wrong: false });
    return { refused: { result: 'over' } };
  }
  const lock = { refused: { result: 'locked' }, phone } as const;
  if (sums.wrongHere >= CODE.wrongPerPhoneDay) return lock;
  // What strangers do elsewhere does not keep out who signs in where they always do.
  const [paused, crowded] = [sums.wrongOfAll >= CODE.wrongPerHour, sums.wrongForPhone >= CODE.wrongPerPhoneDayOfAll];
  const known = (paused || crowded) && (await isKnown(context, phone, factorOf));
  if (paused && !known) {
    house.log.error(
      { wrong: sums.wrongOfAll },
      'too many wrong codes in an hour: nobody signs in anew from a place not known until they are fewer',
    );
    const until = (sums.allSince?.getTime() ?? now.getTime()) + CODE.hour;
    return { refused: { result: 'paused', wait: seconds(until - now.getTime()) }, phone };
  }
  if (crowded && !known) return lock;
  const wait = waitForTry(found.tries, found.triedAt, now);
  if (wait > 0) return { refused: { result: 'slow', wait: seconds(wait) }, phone };

  // Where no message was sent there is a code too, which nobody knows; not even luck lets it in.
  const right = found.code !== null && isCode(house, found.id, input.code, found.code) && found.sent;
  await insertCheck(db, { at: now, phone, address, wrong: !right });
  const left = CODE.tries - found.tries - 1;
  await saveTry(db, found.id, now, !right && left === 0);
  if (right) return { right: found };
  if (sums.wrongHere + 1 >= CODE.wrongPerPhoneDay) return lock;
  const again = Math.ceil((CODE.tryDelays[found.tries + 1] ?? 0) / 1000);
  return { refused: { result: 'wrong', left, wait: again }, phone };
}

/** A code that let nobody in, for the audit log: whose it would have been, by the name the directory has, and a number nobody can read. */
async function noteRefused({ db, note }: SessionChange, { refused, phone = '' }: Refused): Promise<void> {
  const holder = phone === '' ? undefined : await accountByPhone(db, phone);
  note({
    failed: true,
    people: holder ? [holder.id] : [],
    details: {
      result: refused.result,
      ...(phone === '' ? {} : { number: maskedNumber(phone) }),
      ...(refused.result === 'wrong' ? { left: refused.left, of: CODE.tries } : {}),
    },
  });
}

/** `account.verifyCode` */
export async function verifyCode(
  context: SessionChange,
  input: { challenge: string; code: string },
  factorOf: (address: string) => number,
  onRegistered: readonly OnRegistered[],
): Promise<CodeAnswer> {
  const { db, now } = context;
  const checked = await check(context, input, factorOf);
  if ('refused' in checked) {
    await noteRefused(context, checked);
    return checked.refused;
  }
  const { id, phone } = checked.right;
  await takeTurns(db, [`account of ${phone}`]);
  const holder = await accountByPhone(db, phone);
  if (holder && holder.state !== 'active' && holder.state !== 'waiting') {
    // Left or disabled since the code went out.
    await saveProved(db, id, now, true);
    context.note({ failed: true, people: [holder.id], details: { result: holder.state } });
    return { result: 'over' };
  }
  const invited = holder?.state !== 'active' && (await isInvited(db, phone, now));
  if (holder?.state === 'active') {
    await saveProved(db, id, now, true);
    return signIn(context, { ...holder, phone }, onRegistered);
  }
  if (holder) {
    await saveProved(db, id, now, true);
    context.note({ people: [holder.id], details: { result: 'waiting' } });
    return { result: 'waiting' };
  }
  if (!invited && (await registrationMode(db)) !== 'approval') {
    await saveProved(db, id, now, true);
    context.note({ failed: true, details: { result: 'over', number: maskedNumber(phone) } });
    return { result: 'over' };
  }
  await saveProved(db, id, now, false);
  context.note({ details: { result: 'name', number: maskedNumber(phone) } });
  return { result: 'name' };
}

async function signIn(
  context: SessionChange,
  holder: Registered & { readonly registered: boolean },
  onRegistered: readonly OnRegistered[],
): Promise<CodeAnswer> {
  if (!holder.registered) {
    await saveRegistered(context.db, holder.id, context.now);
    for (const hook of onRegistered) await hook(context, holder);
  }
  await openSession(context, holder.id, browserIn(context)!);
  if (!holder.registered) context.note({ details: { first: true } });
  return { result: 'in', account: holder.id, first: !holder.registered };
}

/** `account.register` */
export async function register(
  context: SessionChange,
  input: { challenge: string; name: string },
  onRegistered: readonly OnRegistered[],
): Promise<CodeAnswer> {
  const { db, now } = context;
  const found = await takeChallenge(db, input.challenge);
  const browser = browserIn(context);
  const ours = found && browser !== undefined && found.browser.equals(hashOfBrowser(browser));
  if (!ours || found.dead || found.provedAt === null || found.provedAt <= ago(now, CODE.nameWithin))
    throw accountProblems('account.code_over');
  const { phone } = found;
  await takeTurns(db, [`account of ${phone}`]);
  await saveProved(db, found.id, now, true);

  const holder = await accountByPhone(db, phone);
  if (holder?.state === 'active') return signIn(context, { ...holder, phone }, onRegistered);
  if (holder?.state === 'waiting') {
    context.note({ people: [holder.id], details: { result: 'waiting' } });
    return { result: 'waiting' };
  }
  if (holder) throw accountProblems('account.code_over');

  const { name } = input;
  if (await isInvited(db, phone, now)) {
    const id = await addAccount(context, { name, phone, state: 'active', registered: false });
    return signIn(context, { id, name, phone, registered: false }, onRegistered);
  }
  if ((await registrationMode(db)) !== 'approval') throw accountProblems('account.code_over');
  const id = await addAccount(context, { name, phone, state: 'waiting', registered: false });
  context.note({ people: [id], details: { result: 'waiting' } });
  await tellAdministrators(context);
  return { result: 'waiting' };
}

/** Each administrator hears how many wait now. */
export async function tellAdministrators(context: SessionChange): Promise<void> {
  const waiting = await countWaiting(context.db);
  for (const account of await administrators(context.db)) context.announce('account.requested', account, { waiting });
}

/** `account.confirm` */
export async function confirm(
  context: ChangeContext,
  input: { challenge: string; code: string },
  factorOf: (address: string) => number,
): Promise<CodeAnswer> {
  const { db, now } = context;
  const { account, session } = context.actor;
  const checked = await check(context, input, factorOf);
  if ('refused' in checked) {
    await noteRefused(context, checked);
    return checked.refused;
  }
  await saveProved(db, checked.right.id, now, true);
  if (checked.right.phone !== (await phoneOf(db, account))) {
    context.note({ failed: true, details: { result: 'over' } });
    return { result: 'over' };
  }
  await wakeRights(db, session, now);
  return { result: 'in', account, first: false };
}
