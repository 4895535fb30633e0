import { createHash, randomUUIDv7 } from 'node:crypto';

import { sql } from 'kysely';

import { governs, isCharge, RIGHT_OF } from '../protocol/action.ts';
import type { ActionSpec, Rate } from '../protocol/action.ts';
import type { EventFrame } from '../protocol/frame.ts';
import { isId } from '../protocol/id.ts';
import { Problem, problem } from '../protocol/problem.ts';
import { countedAs } from './address.ts';
import { isOutOfRoom, isTransient, isUnavailable } from './database.ts';
import { tellUnavailable } from './fault.ts';
import type { Passed } from './guard.ts';
import type { AuditNote, Caller, ChangeContext, QueryContext } from './handler.ts';
import type { Features, House, Standing } from './house.ts';
import { COMMITS_UNSURE } from './live.ts';
import { Buckets } from './rate.ts';
import { insertEvents, rightsVersionOf, takeStreams } from './stream.ts';
import type { Announcement } from './stream.ts';

export interface Request {
  readonly name: string;
  readonly id?: string | undefined;
  readonly input: unknown;
  readonly caller: Caller;
}

export interface Answer {
  readonly output: unknown;
  readonly cookies: readonly string[];
  /** The browser is to forget everything of this site. */
  readonly clearSite: boolean;
}

export type Perform = (request: Request) => Promise<Answer>;

const USUAL_RATE: Rate = { burst: 100, perMinute: 600 };
/** What governs the agency is done by hand, or from a list in one act. */
const GOVERNING_RATE: Rate = { burst: 60, perMinute: 60 };
/** How often a change is decided again when the rights changed under it, or two transactions waited for each other. */
const TRIES = 5;
/**
 * Actions under way at once, of all people. Each waits in memory for one of few connections: so that a storm of those who come back and ask at
 * the same moment is refused for a second or two, in place of growing until nobody gets an answer.
 */
export const UNDER_WAY_MOST = 2_000;
/** Seconds; the disk is looked at every second, and whoever makes room takes longer. */
const STORAGE_WAIT = 10;

/**
 * The one path of every door: parse → who → rate → in this group? → has the right? → past the guard → done already? →
 * commit(writes + events) → wake the bus → answer. Nothing else authorises, validates or opens a transaction. Throws a `Problem`, or a
 * fault (any other error).
 */
export function createPerform(house: House, features: Features): Perform {
  const buckets = new Buckets();
  let underWay = 0;

  return async function perform(request): Promise<Answer> {
    const { name, id, caller, input } = request;
    const spec = Object.hasOwn(house.actions, name) ? house.actions[name] : undefined;
    const since = performance.now();
    // Names that are no actions are a stranger's, and each would be a figure of its own.
    const action = spec ? name : 'none';
    underWay += 1;
    try {
      if (underWay > UNDER_WAY_MOST && house.limits) throw problem('busy', { wait: 1 + Math.floor(Math.random() * 4) });
      const answer = await walk(request, spec);
      house.metrics.actions.inc({ action, outcome: 'done' });
      house.metrics.actionSeconds.observe({ action }, (performance.now() - since) / 1_000);
      return answer;
    } catch (error) {
      house.metrics.actions.inc({ action, outcome: error instanceof Problem ? error.code : 'fault' });
      if (spec && isAudited(spec) && error instanceof Problem && error.code === 'forbidden') {
        const parsed = safely(spec, input)?.data;
        const act = { name, spec, id, caller, input: parsed, notes: [], at: house.now() };
        await features.audit.denied(act, String(error.details['right'] ?? ''));
      }
      throw error;
    } finally {
      underWay -= 1;
    }
  };

  async function walk({ name, id, input, caller }: Request, spec: ActionSpec | undefined): Promise<Answer> {
    const handler = features.handlers[name];
    if (!spec || !handler) throw problem('no_such_action');
    if (spec.door === 'http' && caller.door === 'socket') throw problem('wrong_door');

    if (spec.who !== 'anyone' && !caller.actor) throw problem('signed_out');

    const rate = spec.rate ?? (governs(spec.who) && caller.door !== 'program' ? GOVERNING_RATE : USUAL_RATE);
    refuseTooFast(`${name} ${caller.actor?.account ?? countedAs(caller.address)}`, rate);

    if (spec.who === 'administrator' && !caller.actor?.administrator)
      throw problem('forbidden', { right: 'agency.administer' });
    if (spec.who === 'administrator' && caller.door !== 'program') {
      if (!(await features.sessions.mayGovern(caller.actor!.session))) throw problem('confirm_needed');
    }
    if (isCharge(spec.who) && caller.door !== 'program') {
      const may = await features.sessions.mayAct(caller.actor!.session, spec.who);
      if (may === undefined) throw problem('forbidden', { right: RIGHT_OF[spec.who] });
      if (!may) throw problem('confirm_needed');
    }
    const changes = spec.kind === 'change' || spec.kind === 'append';
    if (changes && !isId(id)) throw problem('action.id_missing');
    const parsed = parse(spec, input);
    // The rest goes on for as long as the database finds room: who must be let in or put out is.
    if (house.storage.isLow && (spec.kind === 'append' || spec.bodyLimit !== undefined))
      throw problem('server.storage_full', { wait: STORAGE_WAIT });

    let prepared: Promise<unknown> | undefined;
    let passed: Passed = {};

    try {
      for (let attempt = 1; ; attempt += 1) {
        const standing = await standingFor(spec, parsed, caller);
        if (standing && spec.groupRate && attempt === 1) refuseTooFast(`${name} in ${standing.group}`, spec.groupRate);
        const cookies: string[] = [];
        let clearSite = false;
        const answer = (output: unknown): Answer => ({ output, cookies, clearSite });
        const context: QueryContext = {
          house,
          db: house.db,
          caller,
          actor: caller.actor as never,
          standing: standing as never,
          now: house.now(),
          setCookie: (cookie) => void cookies.push(cookie),
          clearSite: () => (clearSite = true),
        };
        try {
          if (changes && attempt === 1) {
            const owner = ownerOf(caller);
            passed = await features.guard.text({ name, spec, id, owner, input: parsed, caller, standing });
          }
          if (spec.kind === 'change') {
            prepared ??= handler.prepare?.(parsed as never);
            const change = { input, parsed, prepared: await prepared };
            const output = await commit(name, spec, id!, change, { ...context, ...passed }, standing, handler as never);
            if (output !== RIGHTS_CHANGED) return answer(output);
          } else if (spec.kind === 'append') {
            const output = await (handler as AnyHandler)({ ...context, ...passed, id }, parsed);
            if (output !== 'rights_changed') return answer(output);
          } else {
            const output = await (handler as AnyHandler)(context, parsed);
            // What was read is theirs if they were still who they are remembered to be when it had been read.
            const proved = standing === undefined || spec.kind !== 'query';
            if (proved || (await rightsVersionOf(house.db, standing.group)) === standing.rightsVersion)
              return answer(output);
          }
          if (standing) features.groups.forget(standing.group);
        } catch (error) {
          const outdated = error instanceof Problem && error.code === 'forbidden' && (await isOutdated(standing));
          if (!(outdated || isTransient(error)) || attempt >= TRIES) throw error;
          if (outdated) features.groups.forget(standing!.group);
        }
        if (attempt >= TRIES) throw problem('busy', { wait: 1 });
      }
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (changes && isUnavailable(error)) house.bus.publish(COMMITS_UNSURE, {});
      if (isOutOfRoom(error) || (isUnavailable(error) && house.storage.isFull)) {
        tellUnavailable(house.log, error as Error);
        throw problem('server.storage_full', { wait: STORAGE_WAIT });
      }
      if (isUnavailable(error)) {
        tellUnavailable(house.log, error as Error);
        throw problem('busy', { wait: 2 });
      }
      throw error;
    }
  }

  function refuseTooFast(key: string, rate: Rate): void {
    const wait = house.limits ? buckets.take(key, rate, house.now().getTime()) : 0;
    if (wait > 0) throw problem('too_fast', { wait });
  }

  async function standingFor(spec: ActionSpec, input: unknown, caller: Caller): Promise<Standing | undefined> {
    if (spec.scope !== 'group') return undefined;
    const { group } = input as { group: string };
    const { actor } = caller;
    let standing = actor && (await features.groups.standing(group, actor.account));
    if (standing && spec.right && !standing.can(spec.right) && (await isOutdated(standing))) {
      features.groups.forget(group);
      standing = await features.groups.standing(group, actor!.account);
    }
    if (!standing) throw problem('not_found');
    if (spec.right && !standing.can(spec.right)) throw problem('forbidden', { right: spec.right });
    return standing;
  }

  /** Was it remembered, and has another node changed the group since? Nobody is refused what they were given a moment ago. */
  async function isOutdated(standing: Standing | undefined): Promise<boolean> {
    return standing !== undefined && (await rightsVersionOf(house.db, standing.group)) !== standing.rightsVersion;
  }

  /** One transaction: once, under the rights it was decided with, the writes, the events, the answer for next time. */
  async function commit(
    name: string,
    spec: ActionSpec,
    id: string,
    { input, parsed, prepared }: { input: unknown; parsed: unknown; prepared: unknown },
    context: QueryContext,
    standing: Standing | undefined,
    handler: AnyHandler,
  ): Promise<unknown> {
    const actor = context.actor?.account ?? null;
    const owner = ownerOf(context.caller);
    const digest = createHash('sha256')
      .update(`${name}\n${stableJson(input)}`)
      .digest();
    const announcements: Announcement[] = [];
    const after: (() => void | Promise<void>)[] = [];
    const notes: AuditNote[] = [];
    const told: EventFrame[] = [];

    const outcome = await house.db
      .transaction()
      .execute(async (tx) => {
        const { rows: mine } = await sql`
        insert into actions (actor, id, name, digest, at) values (${owner}, ${id}, ${name}, ${digest}, ${context.now}::timestamptz)
        on conflict do nothing returning id`.execute(tx);
        if (mine.length === 0) {
          const { rows } = await sql<{ name: string; digest: Buffer; answer: unknown }>`
          select name, digest, answer from actions where actor = ${owner} and id = ${id}`.execute(tx);
          const first = rows[0];
          if (!first || first.name !== name || !first.digest.equals(digest)) throw problem('action.id_reused');
          return { output: first.answer, frames: [] as EventFrame[], again: true };
        }
        if (standing) {
          const row = (await takeStreams(tx, [standing.group])).get(standing.group);
          if (row?.rightsVersion !== standing.rightsVersion) throw new RightsChanged();
        }
        const change: ChangeContext = {
          ...context,
          db: tx,
          id,
          announce: (event, stream, body, about) => {
            const spec = house.events[event];
            announcements.push({
              name: event,
              stream,
              body,
              ...(spec?.notice ? { message: randomUUIDv7() } : {}),
              ...(about ? { about: about.message } : {}),
            });
          },
          tell: (frame) => void told.push(frame),
          note: (note) => void notes.push(note),
          afterCommit: (run) => void after.push(run),
        };
        const output = spec.output.parse(await handler(change, parsed, prepared));
        if (isAudited(spec)) {
          const { caller, now } = context;
          await features.audit.write(tx, { name, spec, id, caller, input: parsed, notes, at: now });
        }
        const frames = await insertEvents(tx, house.events, actor, context.now, announcements, features.writeNotices);
        await sql`update actions set answer = ${JSON.stringify(output ?? null)}::jsonb where actor = ${owner} and id = ${id}`.execute(
          tx,
        );
        return { output, frames: [...told, ...frames], again: false };
      })
      .catch((error: unknown) => {
        if (error instanceof RightsChanged) return undefined;
        throw error;
      });
    if (!outcome) return RIGHTS_CHANGED;

    if (outcome.again) await features.again?.[name]?.({ ...context, id });
    publish(house, outcome.frames);
    if (!outcome.again) features.audit.wake();
    for (const run of after) await run();
    return outcome.output;
  }
}

/** Tells the nodes what has been committed; the frames of one stream travel together and in order. */
export function publish(house: House, frames: readonly EventFrame[]): void {
  const byStream = Map.groupBy(frames, (it) => it.in);
  for (const [stream, list] of byStream) house.bus.publish(`stream.${stream}`, list);
}

const isAudited = ({ audit }: ActionSpec): boolean => audit !== undefined && !('none' in audit);

type AnyHandler = (context: unknown, input: unknown, prepared?: unknown) => Promise<unknown>;

class RightsChanged extends Error {}
const RIGHTS_CHANGED = Symbol('rights changed');

/** Undefined where the input makes the check itself fail: an object may call anything its `length` or `toString`. */
function safely(spec: ActionSpec, input: unknown): ReturnType<ActionSpec['input']['safeParse']> | undefined {
  try {
    return spec.input.safeParse(input);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function parse(spec: ActionSpec, input: unknown): unknown {
  const result = safely(spec, input);
  if (result?.success) return result.data;
  const issue = result?.error.issues[0];
  throw problem('malformed', {
    field: issue?.path.map(String).join('.') ?? '',
    reason: issue?.code === 'custom' ? issue.message : (issue?.code ?? ''),
  });
}

const ownerOf = (caller: Caller): string => caller.actor?.account ?? anonymousActor(caller);

/** Before signing in there is no account: the address and device stand for the actor, so that ids of strangers cannot meet. */
function anonymousActor(caller: Caller): string {
  const hash = createHash('sha256').update(`anonymous\n${caller.address}\n${caller.device}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-${hash.slice(12, 16)}-${hash.slice(16, 20)}-${hash.slice(20, 32)}`;
}

/** JSON with sorted keys, so that the same request has the same digest whatever the order of its fields. */
export function stableJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, it: unknown) =>
      it && typeof it === 'object' && !Array.isArray(it)
        ? Object.fromEntries(Object.entries(it).sort(([a], [b]) => (a < b ? -1 : 1)))
        : it,
    ) ?? 'null'
  );
}
