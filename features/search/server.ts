import { sql } from 'kysely';

import { problem } from '../../protocol/problem.ts';
import { isId } from '../../protocol/id.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { Database } from '../../server/database.ts';
import type { Person } from '../messages/protocol.ts';
import { searchActions } from './protocol.ts';
import type { Hit } from './protocol.ts';
import { readQuery, TYPED_FILES, TYPED_MESSAGES, TYPED_NUMBERS } from './rules.ts';
import { END, pageOf, START } from './server/walk.ts';
import type { Place, Wish } from './server/walk.ts';
import { ownGroups, peopleNamed } from './store.ts';

/** Longer than any search should take: a house under load answers that it is busy rather than piling up. */
const STATEMENT_MS = 1_500;

interface Given {
  readonly query: string;
  readonly typing: boolean;
  readonly group?: string | undefined;
  readonly by?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export function searchHandlers(): HandlersOf<typeof searchActions> {
  return handlers(searchActions, {
    'search.typed': async ({ actor: { account }, db }, given) =>
      within(db, async (tx) => {
        const wish = await wishOf(tx, account, given);
        const numbers = await pageOf(tx, wish, 'number', START, TYPED_NUMBERS);
        const files = await pageOf(tx, wish, 'file', START, TYPED_FILES);
        const messages = await pageOf(tx, wish, 'message', START, TYPED_MESSAGES);
        // What stands first need not stand below again.
        const shown = new Set(numbers.hits.map((it) => it.id));
        const rest = <T extends { hits: Hit[] }>(page: T): T => ({
          ...page,
          hits: page.hits.filter((it) => !shown.has(it.id)),
        });
        const [files2, messages2] = [rest(files), rest(messages)];
        const people = await writersOf(tx, [...numbers.hits, ...files2.hits, ...messages2.hits]);
        return { numbers: numbers.hits, files: written(files2), messages: written(messages2), people };
      }),

    'search.page': async ({ actor: { account }, db }, { kind, after, limit, ...given }) =>
      within(db, async (tx) => {
        const page = await pageOf(tx, await wishOf(tx, account, given), kind, readCursor(after), limit);
        return { ...written(page), people: await writersOf(tx, page.hits) };
      }),
  });
}

async function wishOf(db: Database, account: string, given: Given): Promise<Wish> {
  const groups = await ownGroups(db, account, given.group);
  if (given.group !== undefined && groups.length === 0) throw problem('not_found');
  return {
    account,
    groups,
    query: readQuery(given.query, given.typing),
    by: given.by,
    from: given.from === undefined ? null : new Date(given.from),
    to: given.to === undefined ? null : new Date(given.to),
  };
}

/** One look at one moment, that ends in time. */
async function within<T>(db: Database, look: (tx: Database) => Promise<T>): Promise<T> {
  try {
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (tx) => {
        await sql`set local statement_timeout = ${sql.lit(STATEMENT_MS)}`.execute(tx);
        return look(tx);
      });
  } catch (error) {
    if ((error as { code?: unknown }).code === '57014') throw problem('busy', { wait: 2 });
    throw error;
  }
}

async function writersOf(db: Database, hits: readonly Hit[]): Promise<Person[]> {
  return peopleNamed(db, [...new Set(hits.flatMap((it) => (it.by === null ? [] : [it.by])))]);
}

function written({ hits, next }: { hits: Hit[]; next: Place | undefined }): { hits: Hit[]; next: string | null } {
  const cursor = next && Buffer.from(JSON.stringify([next.loose ? 1 : 0, next.at, next.id])).toString('base64url');
  return { hits, next: cursor ?? null };
}

function readCursor(cursor: string | null): Place {
  if (cursor === null) return START;
  try {
    const [loose, at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (
      (loose === 0 || loose === 1) &&
      typeof at === 'number' &&
      Number.isSafeInteger(at) &&
      at >= 0 &&
      at <= END &&
      isId(id)
    )
      return { loose: loose === 1, at, id };
  } catch {
    // Not one of ours.
  }
  throw problem('malformed', { field: 'after' });
}
