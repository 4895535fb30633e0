import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import { endSessionsOf, shownDevice } from './access.ts';
import { deviceActions } from './protocol.ts';
import { SESSION } from './rules.ts';
import { headOf, sessionsOf } from './store.ts';
import { cookie } from './access.ts';
import type { House } from '../../server/house.ts';
import type { Database } from '../../server/database.ts';

/** Open sessions of the account, this one first. */
async function devicesOf(db: Database, now: Date, account: string, current: string) {
  const rows = await sessionsOf(db, account, {
    used: new Date(now.getTime() - SESSION.idle),
    created: new Date(now.getTime() - SESSION.absolute),
  });
  return rows.sort((a, b) => Number(b.id === current) - Number(a.id === current));
}

export function deviceHandlers(house: House): HandlersOf<typeof deviceActions> {
  return handlers(deviceActions, {
    'device.list': async ({ db, actor, now }) => {
      // The number first: what happens between the two is then told twice rather than never.
      const at = await headOf(db, actor.account);
      const rows = await devicesOf(db, now, actor.account, actor.session);
      return { devices: rows.map(shownDevice), current: actor.session, at };
    },

    'device.signOut': async (context, { device }) => {
      const { db, actor, now } = context;
      const mine = await devicesOf(db, now, actor.account, actor.session);
      if (!mine.some((it) => it.id === device)) return { ended: false };
      const ended = await endSessionsOf(context, actor.account, [device]);
      return { ended: ended.length > 0 };
    },

    'device.signOutOthers': async (context) => {
      const { db, actor, now } = context;
      const others = (await devicesOf(db, now, actor.account, actor.session)).filter((it) => it.id !== actor.session);
      const ended = await endSessionsOf(
        context,
        actor.account,
        others.map((it) => it.id),
      );
      context.note({ details: { ended: ended.length } });
      return { ended: ended.length };
    },

    'device.signOutThis': async (context) => {
      const { actor } = context;
      await endSessionsOf(context, actor.account, [actor.session]);
      context.setCookie(cookie(house, 'sid', '', 0));
      context.clearSite();
      return {};
    },
  });
}
