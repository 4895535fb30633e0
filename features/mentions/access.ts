import { problem } from '../../protocol/problem.ts';
import type { Database } from '../../server/database.ts';
import type { Actor, House, Standing } from '../../server/house.ts';
import { Buckets } from '../../server/rate.ts';
import type { Mention } from '../messages/protocol.ts';
import { ALL_RATE, placed, ROLES } from './rules.ts';
import { nameable, unitsAmong } from './store.ts';

const called = new WeakMap<House, Buckets>();

/** Who is about to write, and with what standing. */
export interface Writer {
  readonly house: House;
  readonly db: Database;
  readonly standing: Standing;
  readonly actor: Actor;
  readonly now: Date;
}

/**
 * Whom a text names, in the order of the places. Fails with `malformed` where a place is none, `forbidden` without the right to
 * name more than people, `too_fast` where somebody calls everybody too often; what `before` named already is no further call.
 * Who has left the group meanwhile, and a unit of which nobody is there any more, are not named: what they were named by stays
 * text, since a message must not be lost over it.
 */
export async function mentionsFor(
  { house, db, standing, actor, now }: Writer,
  text: string,
  mentions: readonly Mention[],
  before: readonly Mention[] = [],
): Promise<Mention[]> {
  const places = placed(text, mentions);
  if (!places || !places.every(isNamed)) throw problem('malformed', { field: 'mentions', reason: 'place' });
  if (places.some((it) => it.who !== 'account') && !standing.can('message.mentionAll'))
    throw problem('forbidden', { right: 'message.mentionAll' });
  const idsOf = (who: Mention['who']): string[] => places.flatMap((it) => (it.who === who && it.id ? [it.id] : []));
  const asking = { group: standing.group, account: actor.account, listed: standing.can('member.list') };
  const [people, units] = await Promise.all([
    nameable(db, asking, idsOf('account')),
    unitsAmong(db, standing.group, idsOf('unit')),
  ]);
  if (house.limits && calls(places) && !calls(before)) {
    const buckets = called.get(house) ?? new Buckets();
    called.set(house, buckets);
    const wait = buckets.take(actor.account, ALL_RATE, now.getTime());
    if (wait > 0) throw problem('too_fast', { wait });
  }
  return places.filter(({ who, id }) => (who !== 'account' || people.has(id!)) && (who !== 'unit' || units.has(id!)));
}

const calls = (mentions: readonly Mention[]): boolean => mentions.some((it) => it.who === 'all');

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isNamed({ who, id }: Mention): boolean {
  if (who === 'all') return id === undefined;
  if (who === 'role') return ROLES.some((it) => it === id);
  return id !== undefined && ID.test(id);
}
