import { officeFactor } from '../../server/address.ts';
import { handlers, preparing } from '../../server/handler.ts';
import type { ChangeContext, HandlersOf, QueryContext } from '../../server/handler.ts';
import { changesOf } from '../../server/changes.ts';
import type { House } from '../../server/house.ts';
import { problem } from '../../protocol/problem.ts';
import { areaName } from '../areas/rules.ts';
import { resendSession } from '../devices/access.ts';
import { searchText } from '../directory/rules.ts';
import { encodePhoto, replacePhoto } from '../photos/access.ts';
import { browserIn } from './access.ts';
import { accountActions, accountProblems } from './protocol.ts';
import type { Myself } from './protocol.ts';
import { requestCode } from './server/codes.ts';
import type { Codes } from './server/codes.ts';
import { confirm, register, tellAdministrators, verifyCode } from './server/sign-in.ts';
import type { OnRegistered } from './server/sign-in.ts';
import {
  deleteWaiting,
  deleteSpentChallenges,
  deleteWrongChecks,
  myself,
  phoneOf,
  saveApproved,
  savePhotoOf,
  saveProfile,
  waitingAccounts,
} from './store.ts';
import type { MyselfRow } from './store.ts';

export function accountHandlers(
  house: House,
  { codes, onRegistered }: { codes: Codes; onRegistered: readonly OnRegistered[] },
): HandlersOf<typeof accountActions> {
  const factorOf = officeFactor(house.config);
  return handlers(accountActions, {
    'account.requestCode': (context, { phone }) => requestCode(context, phone, codes, factorOf),
    'account.verifyCode': (context, input) => verifyCode(context, input, factorOf, onRegistered),
    'account.register': (context, input) => register(context, input, onRegistered),
    'account.confirm': (context, input) => confirm(context, input, factorOf),

    'account.me': async ({ db, actor }) => {
      const row = await myself(db, actor.account);
      if (!row) throw problem('not_found');
      return { account: shownMyself(row), waiting: row.waiting, at: row.at };
    },

    'account.setProfile': async ({ db, actor, announce, note }, input) => {
      const before = await mine(db, actor.account);
      const name = input.name ?? before.name;
      const phoneShown = input.phoneShown ?? before.phoneShown;
      const askedFirst = input.askedFirst ?? before.askedFirst;
      const changed = {
        ...(name === before.name ? {} : { name }),
        ...(phoneShown === before.phoneShown ? {} : { phoneShown }),
        ...(askedFirst === before.askedFirst ? {} : { askedFirst }),
      };
      if (Object.keys(changed).length === 0) return {};
      note({ details: changesOf(before, { ...before, ...changed }, 'name', 'phoneShown', 'askedFirst') });
      const search = searchText({ name, position: before.position, unit: before.unitName });
      await saveProfile(db, actor.account, { name, phoneShown, askedFirst, search });
      announce('account.changed', actor.account, changed);
      return {};
    },

    'account.setPhoto': preparing(
      async ({ photo }) => (photo === null ? null : encodePhoto(photo)),
      async ({ db, actor, announce }, _input, encoded) => {
        const { photo: former } = await mine(db, actor.account);
        if (encoded === undefined) throw accountProblems('account.photo_unreadable');
        if (encoded === null && former === null) return { photo: null };
        const id = await replacePhoto(db, actor.account, former, encoded, (it) => savePhotoOf(db, actor.account, it));
        announce('account.changed', actor.account, { photo: id });
        return { photo: id };
      },
    ),

    'account.requests': async ({ db }) => ({
      requests: (await waitingAccounts(db)).map((it) => ({ ...it, at: it.at.getTime() })),
    }),

    'account.approve': async (context, { account }) => {
      if (!(await saveApproved(context.db, account))) throw accountProblems('account.not_waiting');
      await tellAdministrators(context);
      return {};
    },

    'account.refuse': async (context, { account }) => {
      const name = await deleteWaiting(context.db, account);
      if (name === undefined) throw accountProblems('account.not_waiting');
      // There is nobody of this id any more who would have a name.
      context.note({ details: { name } });
      await tellAdministrators(context);
      return {};
    },

    'account.unlock': async ({ db, now }, { account }) => {
      const phone = await phoneOf(db, account);
      if (phone === undefined) throw problem('not_found');
      if (phone !== null) {
        await deleteWrongChecks(db, phone);
        await deleteSpentChallenges(db, phone, now);
      }
      return {};
    },
  });
}

/** A repeated sign-in whose first answer got lost is given its cookie again. */
export const accountsAgain = {
  'account.verifyCode': resend,
  'account.register': resend,
};

async function resend(context: QueryContext & { readonly id: string }): Promise<void> {
  const cookie = await resendSession(context.house, context.id, browserIn(context));
  if (cookie) context.setCookie(cookie);
}

async function mine(db: ChangeContext['db'], account: string): Promise<MyselfRow> {
  const row = await myself(db, account);
  if (!row) throw problem('not_found');
  return row;
}

function shownMyself(row: MyselfRow): Myself {
  const { areaKind, areaName: area, waiting: _waiting, at: _at, ...shown } = row;
  return { ...shown, areaName: areaKind === null || area === null ? '' : areaName({ kind: areaKind, name: area }) };
}
