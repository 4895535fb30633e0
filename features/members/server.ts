import type { OutputOf } from '../../protocol/action.ts';
import { problem } from '../../protocol/problem.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House } from '../../server/house.ts';
import { readPeopleQuery } from '../directory/rules.ts';
import { dropApproverWhoLeft, kindFor, memberFor, tooManyMembers, unknownPerson } from '../groups/access.ts';
import { MEMBERS_MOST } from '../groups/rules.ts';
import { inviteNumbers, mayInvite } from '../invitations/access.ts';
import { addMembers, peopleFor, sortNumbers } from './access.ts';
import { mobileInLine } from './numbers.ts';
import { memberActions, memberProblems } from './protocol.ts';
import {
  accountsByPhone,
  countActiveOthers,
  countMembers,
  endMember,
  headForMember,
  membersAmong,
  membersOf,
  nameOf,
  saveRole,
} from './store.ts';

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
      return { members: members.map((it) => ({ ...it, joinedAt: it.joinedAt.getTime() })), total, at };
    },

    'member.add': async (context, { group, accounts, invite }) => {
      const { actor, db } = context;
      const numbers = await sortNumbers(db, invite);
      const people = await peopleFor(db, [...accounts, ...numbers.accounts]);
      const inside = await membersAmong(
        db,
        group,
        people.map((it) => it.id),
      );
      const fresh = people.filter((it) => !inside.has(it.id));
      // The group's stream is locked since the standing was proved, so that nobody else comes in meanwhile.
      if ((await countMembers(db, group)) + fresh.length > MEMBERS_MOST) {
        throw tooManyMembers();
      }
      const kind = await kindFor(db, group);
      const added = await addMembers(context, { group, kind, people: fresh, by: actor.account, as: 'member.added' });
      const invited = await inviteNumbers(context, group, numbers.strange);
      return { added, already: [...inside], invited };
    },

    'member.leave': async ({ actor, standing, db, now, announce }, { group, successor }) => {
      const { account } = actor;
      if ((await kindFor(db, group)) === 'pair') throw memberProblems('member.pair_stays');
      const owner = standing.role === 'owner';
      if (successor !== null && (!owner || successor === account)) throw memberProblems('member.owner_stays');
      if (owner && successor === null && (await countActiveOthers(db, group, account)) > 0) {
        throw memberProblems('member.owner_stays');
      }
      const heir = successor === null ? undefined : (await peopleFor(db, [successor]))[0]!;
      if (heir && !(await membersAmong(db, group, [heir.id])).has(heir.id)) {
        throw unknownPerson([heir.id]);
      }
      await endMember(db, group, account, now);
      if (heir) await saveRole(db, group, heir.id, 'owner');
      await dropApproverWhoLeft(db, group, account);
      announce('member.left', group, {
        accounts: [account],
        names: [await nameOf(db, account)],
        ...(heir ? { owner: { account: heir.id, name: heir.name } } : {}),
      });
      announce('chat.removed', account, { group, why: 'left' });
      return {};
    },

    'member.readNumbers': async (context, { group, lines }) => {
      const { actor, db } = context;
      if (group !== null) await memberFor(db, group, actor.account);
      const numbers = lines.map((line) => mobileInLine(line));
      const found = await accountsByPhone(
        db,
        numbers.filter((it) => it !== undefined),
        group,
      );
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
