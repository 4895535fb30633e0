import { randomUUIDv7 } from 'node:crypto';

import { sql } from 'kysely';

import type { Database } from '../../server/database.ts';
import { corpus, queries } from './corpus.ts';
import type { Way } from './corpus.ts';

/** Looked at of each answer. */
const FIRST = 20;
const SEED = 52;
const SIZE = 4_000;

export interface Quality {
  readonly way: Way;
  readonly queries: number;
  /** Of what should be found (at most 20), the share that is among the first 20. */
  readonly recall: number;
  /** One by the place of the first right one, on average. */
  readonly rank: number;
}

/** Puts the labelled messages into a group, an hour apart; answers their ids in order. */
export async function writeCorpus(db: Database, group: string, sender: string): Promise<string[]> {
  const written = corpus(SEED, SIZE);
  const ids = written.map(() => randomUUIDv7());
  await sql`
    insert into messages (id, group_id, seq, ordinal, kind, sender, text, sent_at)
    select t.id, ${group}, t.n, t.n, 'text', ${sender}, t.text, now() - make_interval(hours => (${SIZE}::int - t.n::int))
    from unnest(${ids}::uuid[], ${written.map((it) => it.text)}::text[]) with ordinality as t(id, text, n)`.execute(db);
  await sql`update streams set head = ${SIZE}, messages = ${SIZE} where id = ${group}`.execute(db);
  return ids;
}

/** Asks all labelled queries; `ask` answers ids, best first. */
export async function measureQuality(
  ids: readonly string[],
  ask: (query: string, way: Way) => Promise<readonly string[]>,
): Promise<Quality[]> {
  const places = new Map(ids.map((id, at) => [id, at]));
  const sums = new Map<Way, { queries: number; recall: number; rank: number }>();
  for (const { way, query, relevant } of queries(SEED + 1, corpus(SEED, SIZE))) {
    const first = (await ask(query, way)).slice(0, FIRST).map((id) => places.get(id) ?? -1);
    const right = first.filter((it) => relevant.has(it)).length;
    const place = first.findIndex((it) => relevant.has(it));
    const sum = sums.get(way) ?? { queries: 0, recall: 0, rank: 0 };
    sum.queries += 1;
    sum.recall += right / Math.min(FIRST, relevant.size);
    sum.rank += place < 0 ? 0 : 1 / (place + 1);
    sums.set(way, sum);
  }
  return [...sums].map(([way, it]) => ({
    way,
    queries: it.queries,
    recall: it.recall / it.queries,
    rank: it.rank / it.queries,
  }));
}
