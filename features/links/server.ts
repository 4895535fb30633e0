import { randomBytes, randomUUIDv7 } from 'node:crypto';

import type { OutputOf } from '../../protocol/action.ts';
import { problem } from '../../protocol/problem.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { Database } from '../../server/database.ts';
import type { House, Route } from '../../server/house.ts';
import { takeStreams } from '../../server/stream.ts';
import { areasWithin, areaTitles } from '../areas/access.ts';
import { tooManyMembers } from '../groups/access.ts';
import { isLeader, readSettings } from '../groups/rights.ts';
import type { Role } from '../groups/rights.ts';
import { MEMBERS_MOST } from '../groups/rules.ts';
import { addMembers } from '../members/access.ts';
import { makeRequests } from '../requests/access.ts';
import { unitPath, unitsWithin } from '../units/access.ts';
import { linkActions, linkProblems } from './protocol.ts';
import { CODE_BYTES, LINK_DAYS_MOST, LINKS_MOST } from './rules.ts';
import { groupOfCode, insertLink, linksOf, openedBy, photoBytes, revokeLink, takePlace } from './store.ts';
import type { LinkRow, OpenedRow } from './store.ts';

const DAY_MS = 86_400_000;

/** Links by which people come into a group, or ask to. */
export function linkHandlers(): HandlersOf<typeof linkActions> {
  return handlers(linkActions, {
    'link.list': async ({ db, now }, { group }) => ({ links: await shownLinks(db, await linksOf(db, group), now) }),

    'link.make': async ({ actor, db, now, note }, { group, name, endsAt, quota, area, unit }) => {
      if (endsAt !== null && (endsAt <= now.getTime() || endsAt > now.getTime() + LINK_DAYS_MOST * DAY_MS))
        throw linkProblems('link.end_over');
      if (area !== null && !(await areaTitles(db, [area])).has(area)) throw linkProblems('link.unknown_place');
      if (unit !== null && (await unitPath(db, unit)).length === 0) throw linkProblems('link.unknown_place');
      // The group's stream is locked, so that two at once do not pass the limit.
      if ((await linksOf(db, group)).length >= LINKS_MOST) throw linkProblems('link.too_many', { most: LINKS_MOST });
      const id = randomUUIDv7();
      const code = randomBytes(CODE_BYTES).toString('base64url');
      const ends = endsAt === null ? null : new Date(endsAt);
      await insertLink(db, { id, group, code, name, by: actor.account, at: now, endsAt: ends, quota, area, unit });
      note({ object: id, details: area === null ? {} : { area } });
      const [link] = await shownLinks(db, await linksOf(db, group, id), now);
      return { link: link! };
    },

    'link.revoke': async ({ actor, standing, db, now }, { group, link }) => {
      const [known] = await linksOf(db, group, link);
      // Revoked already, or never there: it opens nothing, which is what was wished for.
      if (!known) return {};
      if (!isLeader(standing.role as Role) && known.by.account !== actor.account)
        throw problem('forbidden', { right: 'link.invite' });
      await revokeLink(db, link, now);
      return {};
    },

    'link.preview': async ({ actor, db, now }, { code }) => {
      const it = await openedBy(db, code, actor.account, now);
      if (!it) throw linkProblems('link.dead');
      return {
        name: it.name,
        kind: it.kind,
        photo: it.photo !== null,
        unit: it.unitName,
        leaders: [...it.leaders],
        members: it.members,
        approval: it.approval,
        question: readSettings(it.kind, it.settings).question,
        request: it.request,
        group: it.inside ? it.group : null,
      };
    },

    'link.join': async (context, { code, way, answer }) => {
      const { actor, db, now, note } = context;
      const group = await groupOfCode(db, code);
      if (group === undefined) throw linkProblems('link.dead');
      await takeStreams(db, [group]);
      const it = await openedBy(db, code, actor.account, now);
      if (!it) throw linkProblems('link.dead');
      note({ group, object: it.link });
      if (it.inside) return { result: 'in', group };
      if (it.request) return { result: 'waiting', request: it.request.id };
      await fitting(db, it);
      if (it.members >= MEMBERS_MOST) throw tooManyMembers();
      await takePlace(db, it.link);
      const people = [{ id: actor.account, name: it.ownName }];
      if (it.approval) {
        const [made] = await makeRequests(context, { group, people, way, link: it.link, by: null, answer });
        return { result: 'waiting', request: made!.id };
      }
      await addMembers(context, { group, kind: it.kind, people, by: null, as: 'member.joined' });
      return { result: 'in', group };
    },
  });
}

/** Fails where the link is for people of elsewhere. */
async function fitting(db: Database, it: OpenedRow): Promise<void> {
  if (it.area !== null) {
    const within = await areasWithin(db, it.area);
    if (it.ownArea === null || !within.includes(it.ownArea))
      throw linkProblems('link.elsewhere', { place: (await areaTitles(db, [it.area])).get(it.area) ?? it.area });
  }
  if (it.unit === null) return;
  const within = await unitsWithin(db, it.unit);
  if (it.ownUnit === null || !within.includes(it.ownUnit))
    throw linkProblems('link.elsewhere', { place: (await unitPath(db, it.unit)).at(-1)?.name ?? '' });
}

type Shown = OutputOf<(typeof linkActions)['link.list']>['links'];

async function shownLinks(db: Database, links: readonly LinkRow[], now: Date): Promise<Shown> {
  const codes = [...new Set(links.flatMap((it) => it.area ?? []))];
  const titles = await areaTitles(db, codes);
  return links.map(({ at, endsAt, area, ...it }) => ({
    ...it,
    at: at.getTime(),
    endsAt: endsAt?.getTime() ?? null,
    area: area === null ? null : { code: area, name: titles.get(area) ?? area },
    state: endsAt && endsAt <= now ? 'ended' : it.quota !== null && it.used >= it.quota ? 'full' : 'open',
  }));
}

/** The photo of a group for who has a link to it, and is no member yet. */
export function linkRoutes(house: House): Route[] {
  return [
    {
      path: '/photos/links/:code',
      who: 'account',
      rate: { name: 'link photos', burst: 30, perMinute: 20 },
      async get({ code }, actor) {
        const opened = code && actor ? await openedBy(house.db, code, actor.account, house.now()) : undefined;
        const bytes = opened?.photo ? await photoBytes(house.db, opened.photo) : undefined;
        if (!bytes) throw problem('not_found');
        return {
          status: 200,
          headers: {
            'content-type': 'image/webp',
            'content-disposition': 'inline',
            'content-security-policy': "default-src 'none'; sandbox",
          },
          body: bytes,
        };
      },
    },
  ];
}
