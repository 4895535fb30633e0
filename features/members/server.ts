import type { OutputOf } from '../../protocol/action.ts';
import { problem } from '../../protocol/problem.ts';
import { handlers } from '../../server/handler.ts';
import type { ChangeContext, HandlersOf } from '../../server/handler.ts';
import type { House } from '../../server/house.ts';
import { readPeopleQuery } from '../directory/rules.ts';
import { holdersIn, kindFor, mayIn, tooManyMembers } from '../groups/access.ts';
import { canGive } from '../groups/rights.ts';
import type { Role } from '../groups/rights.ts';
import { MEMBERS_MOST } from '../groups/rules.ts';
import { askedFirstAmong, inviteAccounts, inviteNumbers, mayInvite } from '../invitations/access.ts';
import { approvesMembers, makeRequests } from '../requests/access.ts';
import { addMembers, blockedAmong, countLookedUp, peopleFor, refusingAmong, sortNumbers } from './access.ts';
import { peopleDecidedAbout } from './server/decided.ts';
import { mobileInLine } from './numbers.ts';
import { memberActions, memberProblems } from './protocol.ts';
import { told } from './rules.ts';
import {
  accountsByPhone,
  countMembers,
  headForMember,
  membersAmong,
  membersOf,
  saveExceptions,
  saveRoles,
} from './store.ts';
import type { MemberRow, NamedAccount, Standing } from './store.ts';

type ReadLine = OutputOf<(typeof memberActions)['member.readNumbers']>['lines'][number];

export function memberHandlers(_house: House): HandlersOf<typeof memberActions> {
  return handlers(memberActions, {
    'member.list': async ({ actor, db }, { group, query, after, limit }) => {
      // The head is read first: what comes between is then heard as an event about a list that has it already.
      const at = await headForMember(db, group, actor.account);
      if (at === undefined) throw problem('not_found');
      const asked = readPeopleQuery(query);
      if (query !== '' && asked.by !== 'words') return { members: [], total: 0, at };
      const words = asked.by === 'words' ? asked.words : [];
      const { members, total } = await membersOf(db, { group, words, after, limit });
      return { members: members.map(shownMember), total, at };
    },

    'member.add': async (context, { group, accounts, invite }) => {
      const { actor, db } = context;
      countLookedUp(context, invite);
      const numbers = await sortNumbers(db, invite);
      const people = await peopleFor(db, [...accounts, ...numbers.accounts]);
      const inside = await membersAmong(
        db,
        group,
        people.map((it) => it.id),
      );
      const outside = people.filter((it) => !inside.has(it.id));
      const ids = outside.map((it) => it.id);
      const blocked = await blockedAmong(db, group, ids);
      const unwilling = await refusingAmong(db, group, ids);
      const fresh = outside.filter((it) => !blocked.has(it.id) && !unwilling.has(it.id));
      const admits = context.standing.can('member.admit') || !(await approvesMembers(db, group));
      const asking = admits ? await askedFirstAmong(db, ids) : new Set<string>();
      const asked = fresh.filter((it) => asking.has(it.id));
      const coming = admits ? fresh.filter((it) => !asking.has(it.id)) : [];
      const waiting = admits ? [] : fresh;
      // The group's stream is locked since the standing was proved, so that nobody else comes in meanwhile.
      if ((await countMembers(db, group)) + fresh.length - asked.length > MEMBERS_MOST) {
        throw tooManyMembers();
      }
      const kind = await kindFor(db, group);
      const added = await addMembers(context, { group, kind, people: coming, by: actor.account, as: 'member.added' });
      const { account: by } = actor;
      await makeRequests(context, { group, people: waiting, way: 'added', link: null, by, answer: '' });
      await inviteAccounts(
        context,
        group,
        asked.map((it) => it.id),
      );
      const invited = await inviteNumbers(context, group, numbers.strange);
      context.note({ details: { added: added.length, invited: invited + asked.length, waiting: waiting.length } });
      const shown = (list: readonly NamedAccount[]) => list.map(({ id, name }) => ({ account: id, name }));
      const named = (among: ReadonlySet<string>): { account: string; name: string }[] =>
        outside.flatMap(({ id, name }) => (among.has(id) ? [{ account: id, name }] : []));
      // Who is both is named once: as blocked, which a leader can change.
      return {
        added,
        already: [...inside],
        invited,
        waiting: shown(waiting),
        asked: shown(asked),
        blocked: named(blocked),
        unwilling: named(unwilling.difference(blocked)),
      };
    },

    'member.appoint': async (context, { group, accounts, role, until }) => {
      const people = await peopleDecidedAbout(context.db, { group, accounts, role: context.standing.role as Role });
      return giveRole(context, { group, people, role, until });
    },

    'member.restrict': async (context, { group, accounts, readOnly, until }) => {
      const people = await peopleDecidedAbout(context.db, { group, accounts, role: context.standing.role as Role });
      return giveRole(context, { group, people, role: readOnly ? 'reader' : 'member', until });
    },

    'member.except': async (context, { group, accounts, right, allowed, until }) => {
      const { db, standing, announce, now } = context;
      if (until !== null && until <= now.getTime()) throw memberProblems('member.term_over');
      const role = standing.role as Role;
      const holders = await holdersIn(db, group, right);
      if (!canGive(role, holders, holders)) throw problem('forbidden', { right: 'group.govern', holders: 'owner' });
      const people = await peopleDecidedAbout(db, { group, accounts, role });
      const wanted = allowed === null ? undefined : { allowed, until };
      const changed = people.filter(({ exceptions: { [right]: was } }) =>
        wanted ? was?.allowed !== wanted.allowed || was.until !== wanted.until : was !== undefined,
      );
      if (changed.length === 0) return { changed: 0 };
      await saveExceptions(
        db,
        group,
        changed.map(({ account, exceptions: { [right]: _was, ...rest } }) => ({
          account,
          exceptions: wanted ? { ...rest, [right]: wanted } : rest,
        })),
      );
      announce('member.excepted', group, { ...told(changed), right, allowed, until: wanted ? until : null });
      return { changed: changed.length };
    },

    'member.readNumbers': async (context, { group, lines }) => {
      const { actor, db, now } = context;
      if (group !== null) {
        const may = await mayIn(db, { group, account: actor.account, right: 'member.add', now });
        if (may === undefined) throw problem('not_found');
        // What it says of a number is also whether a member has it.
        if (!may) throw problem('forbidden', { right: 'member.add' });
      }
      const numbers = lines.map((line) => mobileInLine(line));
      const read = numbers.filter((it) => it !== undefined);
      countLookedUp(context, read);
      const found = await accountsByPhone(db, read, group);
      const byPhone = new Map(found.map((it) => [it.phone, it]));
      const invites = await mayInvite(context);
      const seen = new Set<string>();
      return {
        lines: lines.flatMap((text, line): ReadLine[] => {
          if (text.trim() === '') return [];
          const phone = numbers[line];
          const blank = { line, phone: phone ?? null, account: null, name: '', position: '', unit: '' };
          if (!phone) return [{ ...blank, result: 'wrong' }];
          if (seen.has(phone)) return [{ ...blank, result: 'twice' }];
          seen.add(phone);
          const person = byPhone.get(phone);
          if (!person) return [{ ...blank, result: invites ? 'invite' : 'unknown' }];
          if (!person.active) return [{ ...blank, result: 'unknown' }];
          const { id: account, name, position, unit } = person;
          const already = person.member || account === actor.account;
          return [{ line, phone, account, name, position, unit, result: already ? 'already' : 'add' }];
        }),
      };
    },
  });
}

type Shown = OutputOf<(typeof memberActions)['member.list']>['members'][number];

function shownMember({ joinedAt, roleUntil, ...it }: MemberRow): Shown {
  return { ...it, joinedAt: joinedAt.getTime(), roleUntil: roleUntil?.getTime() ?? null };
}

/** Gives these members a role and tells the group whom it changed; a plain member has no term. */
async function giveRole(
  { db, now, announce }: Pick<ChangeContext, 'db' | 'now' | 'announce'>,
  it: { group: string; people: readonly Standing[]; role: Exclude<Role, 'owner'>; until: number | null },
): Promise<{ changed: number }> {
  const { group, role } = it;
  if (it.until !== null && it.until <= now.getTime()) throw memberProblems('member.term_over');
  const until = role === 'member' ? null : it.until;
  const changed = it.people.filter((one) => one.role !== role || (one.roleUntil?.getTime() ?? null) !== until);
  if (changed.length === 0) return { changed: 0 };
  const accounts = changed.map((one) => one.account);
  await saveRoles(db, { group, accounts, role, until: until === null ? null : new Date(until) });
  announce('member.appointed', group, { ...told(changed), role, until });
  return { changed: changed.length };
}
