import { randomBytes } from 'node:crypto';

import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House } from '../../server/house.ts';
import type { PushDoor } from '../../server/push/door.ts';
import { areKeys } from '../../server/push/encrypt.ts';
import { deviceName, SESSION } from '../devices/rules.ts';
import { can, factsOf } from '../groups/rights.ts';
import { notificationActions, notificationProblems } from './protocol.ts';
import { DIGEST_AFTER_MS, DIGEST_UPTO_MS, NAMED_MOST, SENDERS_MOST, SHOWN_MOST } from './rules.ts';
import {
  deleteEndpoint,
  deleteSubscriptions,
  digestChoice,
  lookOf,
  reachedOf,
  saveArrived,
  saveCleared,
  saveDigestArrived,
  saveDigestChoice,
  saveLook,
  saveSubscription,
  shownOn,
  subscriptionOf,
  waitingFor,
} from './store.ts';
import { ringsOn, saveRingsArrived } from './store/rings.ts';

export function notificationHandlers(house: House, door: PushDoor): HandlersOf<typeof notificationActions> {
  return handlers(notificationActions, {
    'notification.devices': async ({ actor, db, now }) => {
      const since = {
        used: new Date(now.getTime() - SESSION.idle),
        created: new Date(now.getTime() - SESSION.absolute),
      };
      const rows = await reachedOf(db, actor.account, since);
      return {
        key: door.publicKey,
        current: actor.session,
        devices: rows.map((row) => ({
          id: row.id,
          ...deviceName(row.device),
          usedAt: row.usedAt.getTime(),
          push:
            row.names === null
              ? null
              : {
                  names: row.names,
                  rings: row.rings ?? true,
                  sentAt: row.sentAt?.getTime() ?? null,
                  arrivedAt: row.arrivedAt?.getTime() ?? null,
                },
        })),
        digest: await digestChoice(db, actor.account),
        texts: house.config.urgentSmsAfterMinutes,
      };
    },

    'notification.subscribe': async ({ actor, db, now }, { endpoint, p256dh, auth, language, names }) => {
      const host = door.hostOf(endpoint);
      const keys = { p256dh: Buffer.from(p256dh, 'base64url'), auth: Buffer.from(auth, 'base64url') };
      if (host === undefined || !areKeys(keys)) throw notificationProblems('notification.endpoint_refused');
      const { account, session } = actor;
      const seed = randomBytes(32);
      await saveSubscription(db, { session, account, endpoint, host, ...keys, seed, language, names, at: now });
      return {};
    },

    'notification.unsubscribe': async ({ actor, db }) => {
      await deleteSubscriptions(db, [actor.session]);
      return {};
    },

    'notification.choose': async ({ actor, db }, { names, rings, language, digest }) => {
      if (names !== undefined || rings !== undefined || language !== undefined)
        await saveLook(db, actor.session, { names, rings, language });
      if (digest !== undefined) await saveDigestChoice(db, actor.account, digest);
      return {};
    },

    'notification.list': async ({ actor, db, now }) => {
      const look = await lookOf(db, actor.session, actor.account, now);
      const rows = await shownOn(db, actor.session, SENDERS_MOST, NAMED_MOST);
      const ringing = await ringsOn(db, actor.session, now, SHOWN_MOST);
      const waiting = look?.digest
        ? await waitingFor(db, [actor.account], {
            now,
            before: new Date(now.getTime() - DIGEST_AFTER_MS),
            after: new Date(now.getTime() - DIGEST_UPTO_MS),
          })
        : [];
      return {
        chats: rows
          .filter((it) => it.fresh)
          .slice(0, SHOWN_MOST)
          .map((it) => ({
            group: it.group,
            seq: it.seq,
            unread: it.unread,
            urgency: it.urgency,
            mentions: it.mentions,
            silent: it.silent,
            missed: it.missed,
            reply: it.accepted && can(factsOf(it), 'message.send', now.getTime()),
            ...(look?.names ? { name: it.other ?? it.name, by: [...it.by] } : {}),
          })),
        rings: ringing.map(({ name, by, pair, until, ...it }) => ({
          ...it,
          until: until.getTime(),
          ...(look?.names ? { by, ...(pair ? {} : { name }) } : {}),
        })),
        unread: rows.map((it) => it.group),
        digest: waiting[0] ? { messages: waiting[0].messages, groups: waiting[0].groups } : null,
        badge: look?.badge ?? 0,
        language: look?.language ?? 'vi',
      };
    },

    'notification.arrived': async ({ actor, db, now }, { chats, digest, rings }) => {
      let news = chats.length > 0 ? await saveArrived(db, actor.session, chats, now) : 0;
      if (digest) news += await saveDigestArrived(db, actor.session, actor.account, now);
      if (rings && rings.length > 0) news += await saveRingsArrived(db, actor.session, rings, now);
      if (news > 0) house.metrics.pushes.inc({ outcome: 'arrived' }, news);
      return {};
    },

    'notification.cleared': async ({ actor, db }, { groups }) => {
      await saveCleared(db, actor.session, groups);
      return {};
    },

    'notification.test': async ({ actor, db }) => {
      const found = await subscriptionOf(db, actor.session);
      if (!found) return { outcome: 'off' as const };
      const outcome = await door.send({
        endpoint: found.endpoint,
        keys: found,
        body: JSON.stringify({ t: 'test' }),
        ttl: 60,
        urgency: 'high',
      });
      if (outcome === 'gone') await deleteEndpoint(db, actor.session, found.endpoint);
      return { outcome };
    },
  });
}
