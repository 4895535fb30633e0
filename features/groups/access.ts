import { problem } from '../../protocol/problem.ts';
import type { Problem } from '../../protocol/problem.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import { eventsOf } from '../../server/bus/bus.ts';
import type { Further } from '../../server/bus/bus.ts';
import type { Database } from '../../server/database.ts';
import type { GroupScope, House, Standing } from '../../server/house.ts';
import type { ChangeContext } from '../../server/handler.ts';
import type { BodyOf } from '../../protocol/event.ts';
import { groupProblems } from './protocol.ts';
import type { Transfer } from './protocol.ts';
import type { transferEvents } from './protocol/transfer.ts';
import { can, factsOf, holdersOf, paceOf, readSettings, RIGHTS } from './rights.ts';
import type { GroupKind, History, Holders, Right } from './rights.ts';
import { MEMBERS_MOST } from './rules.ts';
import { dropApprover, kindOf, standingOf, stateOf } from './store.ts';
import { governedOf } from './store/governing.ts';
import { takeTransfer, takeTransfersTo, transferOf } from './store/transfer.ts';
import type { TransferRow } from './store/transfer.ts';

/** Standings kept by one node; past it the groups that were asked for longest ago are forgotten. */
export const STANDINGS_MOST = 100_000;
/** A wake-up may be lost, so nothing is believed for longer; sessions are looked at again as often. */
export const STANDING_MS = 60_000;
/** The same while other nodes are not heard at all. */
export const STANDING_ALONE_MS = 4_000;

interface Slot {
  readonly standing: Promise<Standing | undefined>;
  readonly at: number;
}

interface Kept {
  readonly slots: Map<string, Slot>;
  readonly stop: () => void;
}

/**
 * Who stands how in which group, from memory where it was asked for lately. Only members are remembered, never strangers, so
 * that who joins is in at once; and what is remembered is proved by `rightsVersion` in the statement that commits.
 */
export function groupScope(house: House, most: number = STANDINGS_MOST): GroupScope {
  // In the order in which they were asked for.
  const groups = new Map<string, Kept>();
  let count = 0;

  function forget(group: string): void {
    const kept = groups.get(group);
    if (!kept) return;
    groups.delete(group);
    count -= kept.slots.size;
    kept.stop();
  }

  function keep(group: string): Kept {
    let kept = groups.get(group);
    if (kept) groups.delete(group);
    else {
      const stop = house.bus.subscribe(`stream.${group}`, (frames) => {
        const events = eventsOf(frames as EventFrame[] | Further);
        if (!events || events.some((it) => house.events[it.on]?.rights)) forget(group);
      });
      kept = { slots: new Map(), stop };
    }
    groups.set(group, kept);
    return kept;
  }

  // Nothing was heard of others, or something may not have been: what is remembered may be old.
  house.bus.line?.onTurn(() => {
    for (const group of groups.keys()) forget(group);
  });
  const believedMs = (): number => (house.bus.line?.up === false ? STANDING_ALONE_MS : STANDING_MS);

  function drop(group: string, kept: Kept, account: string): void {
    if (groups.get(group) !== kept || !kept.slots.delete(account)) return;
    count -= 1;
    if (kept.slots.size === 0) forget(group);
  }

  function load(group: string, account: string, now: number): Promise<Standing | undefined> {
    const kept = keep(group);
    const standing = readStanding(house, group, account);
    // Put in before it is known, so that `forget` also forgets what is still being read.
    if (!kept.slots.has(account)) count += 1;
    const slot = { standing, at: now };
    kept.slots.set(account, slot);
    const dropUnlessMember = (it: Standing | undefined): void => {
      if (!it && kept.slots.get(account) === slot) drop(group, kept, account);
    };
    standing.then(dropUnlessMember, () => dropUnlessMember(undefined));
    while (count > most && groups.size > 1) forget(groups.keys().next().value!);
    return standing;
  }

  return {
    async standing(group, account) {
      const now = house.now().getTime();
      const slot = groups.get(group)?.slots.get(account);
      if (!slot || now - slot.at > believedMs() || now < slot.at) return load(group, account, now);
      keep(group);
      return slot.standing;
    },
    forget,
  };
}

async function readStanding(house: House, group: string, account: string): Promise<Standing | undefined> {
  const row = await standingOf(house.db, group, account);
  if (!row) return undefined;
  const facts = factsOf(row);
  return {
    group,
    role: row.role,
    rightsVersion: row.rightsVersion,
    accepted: row.accepted,
    // Asked at the moment of the act, so that a term which ends while this is remembered ends on time.
    can: (right) => Object.hasOwn(RIGHTS, right) && can(facts, right as Right, house.now().getTime()),
    pace: () => paceOf(facts, house.now().getTime()),
  };
}

/** Has this account the right now? Undefined for who is no member; asked afresh, for what no commit proves. */
export async function mayIn(
  db: Database,
  it: { group: string; account: string; right: Right; now: Date },
): Promise<boolean | undefined> {
  const row = await standingOf(db, it.group, it.account);
  return row && can(factsOf(row), it.right, it.now.getTime());
}

/** May this member admit others now? */
export async function mayAdmit(db: Database, group: string, account: string, now: Date): Promise<boolean> {
  return (await mayIn(db, { group, account, right: 'member.admit', now })) === true;
}

/** Takes people in: neither frozen nor gone. */
export async function isOpen(db: Database, group: string): Promise<boolean> {
  return (await stateOf(db, group)) === 'open';
}

export async function kindFor(db: Database, group: string): Promise<GroupKind> {
  const kind = await kindOf(db, group);
  if (!kind) throw problem('not_found');
  return kind;
}

/** What who comes into a group may read of what was said before. */
export async function historyIn(tx: Database, group: string): Promise<History> {
  const { kind, settings } = await governedOf(tx, group);
  return readSettings(kind, settings).history;
}

/** Whether the group keeps the originals of recalled messages, in a transaction that holds its stream. */
export async function keepsRecordsIn(tx: Database, group: string): Promise<boolean> {
  const { kind, settings } = await governedOf(tx, group);
  return readSettings(kind, settings).records;
}

/** Whom the group gives a right now, in a transaction that holds its stream. */
export async function holdersIn(tx: Database, group: string, right: Right): Promise<Holders> {
  const { kind, settings } = await governedOf(tx, group);
  return holdersOf({ kind, settings: readSettings(kind, settings) }, right);
}

type Announcing = Pick<ChangeContext, 'db' | 'announce'>;

/** Somebody is no member any more: nor the one who admits members, nor the one to whom the lead is offered. */
export async function dropPosts({ db, announce }: Announcing, group: string, account: string): Promise<void> {
  await dropApprover(db, group, account);
  const offered = await transferOf(db, group);
  if (offered && (offered.to === account || offered.from === account)) await voidTransfer({ db, announce }, group);
}

/** What is offered to people who are no members any more ends. */
export async function dropOffersTo({ db, announce }: Announcing, accounts: readonly string[]): Promise<void> {
  for (const it of await takeTransfersTo(db, accounts)) announceEnd(announce, it, 'void');
}

/** Who led the group does not go on admitting members: whoever leads it now decides who does. */
export async function endAdmitting({ db, announce }: Announcing, group: string, account: string): Promise<void> {
  if (await dropApprover(db, group, account)) announce('group.governed', group, { approver: null });
}

/** The offer of a group’s lead ends, if there is one: what it rests on has changed. */
export async function voidTransfer({ db, announce }: Announcing, group: string): Promise<void> {
  const ended = await takeTransfer(db, group);
  if (ended) announceEnd(announce, ended, 'void');
}

type EndOfTransfer = BodyOf<(typeof transferEvents)['transfer.ended']>['why'];

/** Tells the two whose business it was. */
export function announceEnd(announce: ChangeContext['announce'], it: TransferRow, why: EndOfTransfer): void {
  const from = { account: it.from, name: it.fromName };
  const to = { account: it.to, name: it.toName };
  for (const account of [it.from, it.to]) announce('transfer.ended', account, { group: it.group, why, from, to });
}

export function shownTransfer({ group: _group, endsAt, ...rest }: TransferRow): Transfer {
  return { ...rest, endsAt: endsAt.getTime() };
}

export function unknownPerson(accounts: readonly string[]): Problem {
  return groupProblems('group.unknown_person', { accounts });
}

export function tooManyMembers(): Problem {
  return groupProblems('group.too_many_members', { most: MEMBERS_MOST });
}
