import { isId } from '../../protocol/id.ts';
import { problem } from '../../protocol/problem.ts';
import type { House, Route } from '../../server/house.ts';
import { photoSeenBy } from './store.ts';

/** Pages of a directory and lists of members are full of photos; who leafs through all of them is slowed down. */
const RATE = { name: 'photos', burst: 600, perMinute: 600 };

/** Photos of people and groups, for those who may see them; asked each time. */
export function photoRoutes(house: House): Route[] {
  const route = (path: string, size: 'small' | 'large'): Route => ({
    path,
    who: 'account',
    rate: RATE,
    async get({ id }, actor) {
      const bytes = isId(id) && actor ? await photoSeenBy(house.db, id, actor.account, size) : undefined;
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
  });
  return [route('/photos/:id', 'small'), route('/photos/:id/large', 'large')];
}
