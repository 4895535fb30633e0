import { createHash } from 'node:crypto';

import { sql } from 'kysely';

import { problem } from '../protocol/problem.ts';
import type { Problem } from '../protocol/problem.ts';
import { isTransient, isUniqueViolation } from './database.ts';
import type { Database } from './database.ts';
import type { Actor, House, Standing } from './house.ts';
import { Paced } from './paced.ts';
import { publish, stableJson } from './perform.ts';
import { insertEventsOfMany, takeStreams } from './stream.ts';
import type { Announcement } from './stream.ts';

/** A group is told at most this often, whatever its members do meanwhile. */
const EVERY_MS = 250;
/** Acts of one transaction, and waiting for one. */
const TOGETHER = 1_000;
const WAITING = 20_000;
const TRIES = 5;

/** One of many small acts on something of a group. */
export interface SmallAct<In> {
  readonly id: string;
  readonly account: string;
  readonly input: In;
}

/** What became of acts that were written together. */
export interface Tallied {
  /** By their places: why an act was not done; undefined where it was. */
  readonly refused: readonly (Problem | undefined)[];
  /** One for each thing and batch, never one for each act; and for the devices of those who acted. */
  readonly announcements: readonly (Announcement & { readonly by: string | null })[];
}

interface Waiting<In> extends SmallAct<In> {
  readonly group: string;
  readonly rightsVersion: number;
  readonly digest: Buffer;
}

/** `at`: see `openTally`. */
type Outcome = { readonly at: number } | { readonly refused: Problem } | 'rights_changed';

/**
 * Makes the handler of an `append` action that many do at once to the same few things (a reaction, an acknowledgement): acts are
 * gathered by group and written together, at most four times a second a group, in one transaction over many people and groups.
 *
 * In that transaction the streams of the groups and of those who act are locked (in the order of their ids), acts decided under
 * rights that have changed are left out to be decided again, and acts done before give their first answer. `write` decides and
 * stores the rest, in their order, and says whom to tell: since it holds the group's stream, totals it reads are true until it
 * has written them. What it refuses changes nothing and is not remembered.
 *
 * The action's output is `{ at }`: the number of the actor's own stream that tells it to their other devices, so that a client
 * knows when what it heard includes the act; 0 where nothing had to be told.
 */
export function openTally<In extends { readonly group: string }>(
  house: House,
  name: string,
  write: (tx: Database, acts: readonly SmallAct<In>[], at: Date) => Promise<Tallied>,
): (
  context: { readonly id: string; readonly actor: Actor; readonly standing: Standing },
  input: In,
) => Promise<{ at: number } | 'rights_changed'> {
  const acts = new Paced<Waiting<In>, Outcome>((list) => tallyTogether(house, name, write, list), {
    everyMs: EVERY_MS,
    most: TOGETHER,
    limit: WAITING,
  });
  return async ({ id, actor, standing }, input) => {
    const digest = createHash('sha256')
      .update(`${name}\n${stableJson(input)}`)
      .digest();
    const { group } = input;
    const { rightsVersion } = standing;
    const waiting = acts.add(group, { id, account: actor.account, group, rightsVersion, digest, input });
    if (!waiting) throw problem('busy', { wait: 2 });
    const outcome = await waiting;
    if (outcome !== 'rights_changed' && 'refused' in outcome) throw outcome.refused;
    return outcome;
  };
}

async function tallyTogether<In>(
  house: House,
  name: string,
  write: (tx: Database, acts: readonly SmallAct<In>[], at: Date) => Promise<Tallied>,
  list: readonly Waiting<In>[],
): Promise<Outcome[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { outcomes, frames } = await house.db.transaction().execute((tx) => tallyIn(tx, house, name, write, list));
      publish(house, frames);
      return outcomes;
    } catch (error) {
      if (!(isTransient(error) || isUniqueViolation(error)) || attempt >= TRIES) throw error;
    }
  }
}

async function tallyIn<In>(
  tx: Database,
  house: House,
  name: string,
  write: (tx: Database, acts: readonly SmallAct<In>[], at: Date) => Promise<Tallied>,
  list: readonly Waiting<In>[],
) {
  const at = house.now();
  const streams = await takeStreams(tx, [...new Set(list.flatMap((it) => [it.group, it.account]))]);
  const known = await doneBefore(tx, list);
  const outcomes = new Map<string, Outcome>();
  const firsts = new Map<string, Waiting<In>>();
  for (const it of list) {
    const key = keyOf(it);
    // The same id twice in one batch (two sockets, a retry): done once, both are answered alike.
    if (firsts.has(key) || outcomes.has(key)) continue;
    const before = known.get(key);
    if (before) outcomes.set(key, { at: before.at });
    else if (streams.get(it.group)?.rightsVersion !== it.rightsVersion) outcomes.set(key, 'rights_changed');
    else firsts.set(key, it);
  }
  const fresh = [...firsts.values()];
  const { refused, announcements } = fresh.length > 0 ? await write(tx, fresh, at) : { refused: [], announcements: [] };
  const frames = await insertEventsOfMany(tx, house.events, at, announcements);
  const told = new Map(frames.map((it) => [it.in, it.n]));
  const done: (Waiting<In> & { readonly told: number })[] = [];
  fresh.forEach((it, place) => {
    const why = refused[place];
    if (why) outcomes.set(keyOf(it), { refused: why });
    else {
      done.push({ ...it, told: told.get(it.account) ?? 0 });
      outcomes.set(keyOf(it), { at: told.get(it.account) ?? 0 });
    }
  });
  if (done.length > 0) await insertDone(tx, name, done, at);
  const answers = list.map((it): Outcome => {
    const digest = known.get(keyOf(it))?.digest ?? firsts.get(keyOf(it))?.digest;
    if (digest && !digest.equals(it.digest)) return { refused: problem('action.id_reused') };
    return outcomes.get(keyOf(it))!;
  });
  return { outcomes: answers, frames };
}

const keyOf = ({ account, id }: { readonly account: string; readonly id: string }): string => `${account} ${id}`;

async function doneBefore(
  tx: Database,
  list: readonly { readonly account: string; readonly id: string }[],
): Promise<Map<string, { digest: Buffer; at: number }>> {
  const { rows } = await sql<{ account: string; id: string; digest: Buffer; at: number | null }>`
    select a.actor as account, a.id, a.digest, (a.answer->>'at')::bigint as at
    from unnest(${list.map((it) => it.account)}::uuid[], ${list.map((it) => it.id)}::uuid[]) as t(actor, id)
    join actions a on a.actor = t.actor and a.id = t.id`.execute(tx);
  return new Map(rows.map((row) => [keyOf(row), { digest: row.digest, at: row.at ?? 0 }]));
}

/** Fails with a unique violation where another node has just done one of them: then all is done again, and finds it. */
async function insertDone(
  tx: Database,
  name: string,
  list: readonly { account: string; id: string; digest: Buffer; told: number }[],
  at: Date,
): Promise<void> {
  await sql`
    insert into actions (actor, id, name, digest, at, answer)
    select t.actor, t.id, ${name}, t.digest, ${at}::timestamptz, jsonb_build_object('at', t.told)
    from unnest(${list.map((it) => it.account)}::uuid[], ${list.map((it) => it.id)}::uuid[], ${list.map((it) => it.digest)}::bytea[],
      ${list.map((it) => it.told)}::bigint[]) as t(actor, id, digest, told)`.execute(tx);
}
