import { randomInt, timingSafeEqual } from 'node:crypto';

import { countedAs, networkOf } from '../../../server/address.ts';
import type { House, Job } from '../../../server/house.ts';
import { keyOf, mac } from '../../../server/keys.ts';
import type { Sms } from '../../../server/sms/open.ts';
import { newId } from '../../../protocol/id.ts';
import { isInvited } from '../../invitations/access.ts';
import type { SessionChange } from '../../devices/access.ts';
import { browserIn, browserOf, hashOfBrowser } from '../access.ts';
import { accountProblems } from '../protocol.ts';
import { CODE, sendingCaps, waitForCode } from '../rules.ts';
import { readMobile } from '../rules/phone.ts';
import {
  accountByPhone,
  insertChallenge,
  pruneChallenges,
  registrationMode,
  requestsFrom,
  requestsOf,
  saveCode,
  sendingsSince,
  takeTurns,
  usualSendings,
  wasProved,
} from '../store.ts';

const QUEUE_MOST = 5_000;
const USUAL_KEPT_MS = 600_000;
const USUAL_DAYS = 14;

export const ago = (now: Date, ms: number): Date => new Date(now.getTime() - ms);

/** Whole seconds, at least one. */
export const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));

/** What a challenge keeps of its code. */
export function codeMac(house: House, challenge: string, code: string): Buffer {
  return mac(keyOf(house.config.keysDir, 'codes'), challenge, code);
}

export function isCode(house: House, challenge: string, code: string, kept: Buffer): boolean {
  return timingSafeEqual(codeMac(house, challenge, code), kept);
}

/**
 * May this number sign in or register? The only question whose answer differs between numbers, so it is asked after the
 * answer has gone out.
 */
export async function isExpected(house: House, phone: string): Promise<boolean> {
  const holder = await accountByPhone(house.db, phone);
  if (holder) return holder.state === 'active' || holder.state === 'waiting';
  return (await registrationMode(house.db)) === 'approval' || isInvited(house.db, phone, house.now());
}

/** The text of the message: the code first, on the last line what a browser fills in by itself. Plain letters: one SMS, not three. */
export function codeText(house: House, code: string): string {
  const domain = new URL(house.config.publicUrl).hostname;
  return `${code} la ma dang nhap. Co hieu luc 5 phut. Khong dua ma nay cho bat ky ai.\n\n@${domain} #${code}`;
}

export interface Codes {
  /** Puts a code on a challenge that was committed, and sends it where the number is expected and the caps allow. */
  deliver(challenge: { id: string; phone: string; endsAt: Date }): void;
  /** Resolves once all that was asked for is decided. */
  settled(): Promise<void>;
}

/** Decides after the answer, one challenge after the other, so that the answer takes the same time for every number. */
export function openCodes(house: House, sms: Sms): Codes {
  let last: Promise<void> = Promise.resolve();
  let queued = 0;
  let usual: { at: number; caps: { hour: number; day: number } } | undefined;

  async function caps(now: Date): Promise<{ hour: number; day: number }> {
    if (!usual || Math.abs(now.getTime() - usual.at) > USUAL_KEPT_MS) {
      const found = await usualSendings(house.db, ago(now, USUAL_DAYS * CODE.day));
      usual = { at: now.getTime(), caps: sendingCaps(found) };
    }
    return usual.caps;
  }

  /** The cap that stands in the way, if any. */
  async function capReached(phone: string, now: Date): Promise<string | undefined> {
    const sent = await sendingsSince(house.db, phone, {
      prefix: ago(now, CODE.prefixWindow),
      hour: ago(now, CODE.hour),
      day: ago(now, CODE.day),
    });
    const most = await caps(now);
    if (sent.prefix >= CODE.sendsPerPrefix) return 'prefix';
    if (sent.hour >= most.hour) return 'hour';
    return sent.day >= most.day ? 'day' : undefined;
  }

  async function decide({ id, phone, endsAt }: { id: string; phone: string; endsAt: Date }): Promise<void> {
    const now = house.now();
    const code = String(randomInt(10 ** CODE.digits)).padStart(CODE.digits, '0');
    const expected = await isExpected(house, phone);
    const cap = await capReached(phone, now);
    const sends = expected && cap === undefined;
    const stands = await saveCode(house.db, id, codeMac(house, id, code), sends ? now : null);
    if (expected && cap !== undefined) {
      house.metrics.sms.inc({ provider: sms.provider, outcome: 'capped' });
      house.log.error({ to: phone, cap }, 'a code was not sent: the cap for text messages is reached');
    }
    if (sends && stands) sms.send({ id, to: phone, text: codeText(house, code), until: endsAt });
  }

  return {
    deliver(challenge) {
      if (queued >= QUEUE_MOST) {
        house.log.error('a code was not sent: too many wait');
        return;
      }
      queued += 1;
      last = last
        .then(() => decide(challenge))
        .catch((error: unknown) => house.log.error({ error }, 'a code could not be made'))
        .finally(() => {
          queued -= 1;
        });
    },
    settled: () => last,
  };
}

/**
 * Whether this browser or address is where the number's owner has signed in before, or an office of the agency. There no stranger can use up
 * what they may do: the limits that all addresses share are not for them.
 */
export async function isKnown(
  context: Pick<SessionChange, 'house' | 'db' | 'now' | 'caller'>,
  phone: string,
  factorOf: (address: string) => number,
): Promise<boolean> {
  const { db, now, caller } = context;
  if (factorOf(caller.address) > 1) return true;
  const browser = browserIn(context);
  const from = { browser: browser === undefined ? null : hashOfBrowser(browser), address: countedAs(caller.address) };
  return wasProved(db, phone, from, ago(now, CODE.knownFor));
}

/** `account.requestCode` */
export async function requestCode(
  context: SessionChange,
  typed: string,
  codes: Codes,
  factorOf: (address: string) => number,
): Promise<{ challenge: string; phone: string; endsAt: number; resendAt: number | null; now: number }> {
  const { db, now, caller } = context;
  const phone = readMobile(typed);
  if (!phone) throw accountProblems('account.wrong_number');
  const address = countedAs(caller.address);
  const network = networkOf(caller.address);
  // Taken in turn, so that a hundred requests at once are not all the first.
  await takeTurns(db, [`code for ${phone}`, `codes from ${network}`]);

  const asked = await requestsOf(db, phone, address, ago(now, CODE.day));
  const over = asked.all.length - CODE.perPhoneDayOfAll;
  const crowded = over >= 0 && !(await isKnown(context, phone, factorOf));
  const wait = Math.max(
    waitForCode(asked.here, now),
    crowded ? asked.all[over]!.getTime() + CODE.day - now.getTime() : 0,
  );
  if (wait > 0) throw accountProblems('account.too_many_codes', { wait: seconds(wait), of: 'number' });
  const crowd = await requestsFrom(db, address, network, ago(now, CODE.hour));
  const factor = factorOf(caller.address);
  if (crowd.address >= CODE.sendsPerAddressHour * factor || crowd.network >= CODE.sendsPerNetworkHour * factor) {
    const until = (crowd.since?.getTime() ?? now.getTime()) + CODE.hour;
    throw accountProblems('account.too_many_codes', { wait: seconds(until - now.getTime()), of: 'address' });
  }

  const id = newId(now.getTime());
  const endsAt = new Date(now.getTime() + CODE.lives);
  const browser = hashOfBrowser(browserOf(context));
  await insertChallenge(db, { id, phone, browser, address, network, at: now, endsAt });
  context.afterCommit(() => codes.deliver({ id, phone, endsAt }));
  const again = waitForCode([...asked.here, now], now);
  return {
    challenge: id,
    phone,
    endsAt: endsAt.getTime(),
    resendAt: again > CODE.hour ? null : now.getTime() + again,
    now: now.getTime(),
  };
}

/** Challenges are kept as long as the caps look back, those that were proved as long as their browser is known. */
export function challengeJob(house: House): Job {
  return {
    name: 'forget old codes',
    everySeconds: 3_600,
    run: () => {
      const now = house.now();
      return pruneChallenges(
        house.db,
        ago(now, (USUAL_DAYS + 1) * CODE.day),
        ago(now, CODE.knownFor),
        ago(now, 2 * CODE.day),
      );
    },
  };
}
