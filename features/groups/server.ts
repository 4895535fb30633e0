import { randomUUIDv7 } from 'node:crypto';

import { Problem, problem } from '../../protocol/problem.ts';
import type { Database } from '../../server/database.ts';
import { changesOf } from '../../server/changes.ts';
import { handlers, preparing } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House } from '../../server/house.ts';
import { Buckets } from '../../server/rate.ts';
import { insertStreams, takeStreams } from '../../server/stream.ts';
import { areaTitles, openAreaFor } from '../areas/access.ts';
import { inviteNumbers } from '../invitations/access.ts';
import { addFirstMembers, countLookedUp, peopleFor, sortNumbers } from '../members/access.ts';
import { encodePhoto, replacePhoto } from '../photos/access.ts';
import { groupActions, groupProblems } from './protocol.ts';
import { shownTransfer } from './access.ts';
import { factsOf, isLeader, rightsOf, roleAt } from './rights.ts';
import { NEW_PAIRS, pairKey } from './rules.ts';
import { groupOf, infoOf, insertGroup, pairOf, saveInfo, savePhotoOf } from './store.ts';
import { exceptedIn, insertName } from './store/governing.ts';
import { transferOf } from './store/transfer.ts';

export function groupHandlers(house: House): HandlersOf<typeof groupActions> {
  const pairs = new Buckets();
  return handlers(groupActions, {
    'group.create': async (context, input) => {
      const { actor, db, now, announce, note } = context;
      countLookedUp(context, input.invite);
      const numbers = await sortNumbers(db, input.invite);
      const people = await peopleFor(db, [actor.account, ...input.members, ...numbers.accounts]);
      const accounts = people.map((it) => it.id);
      const approver = input.approver ?? actor.account;
      if (!accounts.includes(approver)) throw groupProblems('group.unknown_person', { accounts: [approver] });
      if (input.area !== null) await areaChosen(db, input.area);

      const group = randomUUIDv7();
      const { name, kind, description, area, topic, approval } = input;
      await insertStreams(db, 'group', [group]);
      await insertGroup(db, {
        id: group,
        kind,
        name,
        description: description.trim(),
        area,
        topic,
        approval,
        approver,
        pair: null,
        by: actor.account,
        at: now,
      });
      announce('group.created', group, { name, members: accounts.length });
      await addFirstMembers(context, { group, kind, accounts, owner: actor.account, by: actor.account });
      const invited = await inviteNumbers(context, group, numbers.strange);
      note({ group, details: { members: accounts.length, invited } });
      return { group, invited };
    },

    'group.openPair': async (context, { account }) => {
      const { actor, db, now } = context;
      if (account === actor.account) throw groupProblems('group.unknown_person', { accounts: [account] });
      const key = pairKey(actor.account, account);
      const known = await pairOf(db, key);
      if (known) return { group: known };
      const people = await peopleFor(db, [actor.account, account]).catch(() => {
        throw problem('not_found');
      });
      // Whoever of the two comes second waits here, and then finds what the first has made.
      await takeStreams(db, [actor.account, account]);
      const made = await pairOf(db, key);
      if (made) return { group: made };
      const wait = house.limits ? pairs.take(actor.account, NEW_PAIRS, now.getTime()) : 0;
      if (wait > 0) throw problem('too_fast', { wait });
      const group = randomUUIDv7();
      await insertStreams(db, 'group', [group]);
      await insertGroup(db, {
        id: group,
        kind: 'pair',
        name: '',
        description: '',
        area: null,
        topic: '',
        approval: false,
        approver: null,
        pair: key,
        by: actor.account,
        at: now,
      });
      const accounts = people.map((it) => it.id);
      await addFirstMembers(context, { group, kind: 'pair', accounts, owner: null, by: actor.account });
      return { group };
    },

    'group.get': async ({ actor, db, now }, { group }) => {
      const row = await groupOf(db, group, actor.account);
      if (!row) throw problem('not_found');
      const facts = factsOf({ ...row, approver: row.approver === actor.account });
      const leads = isLeader(roleAt(facts, now.getTime()));
      const offered = await transferOf(db, group);
      const excepted = await exceptedIn(db, group);
      return {
        ...row,
        area: await areaShown(db, row.area),
        createdAt: row.createdAt.getTime(),
        dissolvesAt: row.dissolvesAt?.getTime() ?? null,
        roleUntil: facts.roleUntil ?? null,
        leaders: [...row.leaders],
        settings: facts.settings,
        transfer: offered && (leads || offered.to === actor.account) ? shownTransfer(offered) : null,
        exceptions: leads ? excepted : excepted.filter((it) => it.account === actor.account),
        rights: rightsOf(facts, now.getTime()),
      };
    },

    'group.change': async ({ actor, db, now, announce, note }, { group, ...wish }) => {
      const before = await infoOf(db, group);
      const after = {
        name: wish.name ?? before.name,
        description: wish.description?.trim() ?? before.description,
        area: wish.area === undefined ? before.area : wish.area,
        topic: wish.topic ?? before.topic,
      };
      const changed = {
        ...(after.name === before.name ? {} : { name: after.name }),
        ...(after.description === before.description ? {} : { description: after.description }),
        ...(after.area === before.area ? {} : { area: after.area === null ? null : await areaChosen(db, after.area) }),
        ...(after.topic === before.topic ? {} : { topic: after.topic }),
      };
      if (Object.keys(changed).length === 0) return {};
      note({ details: changesOf(before, after, 'name', 'area', 'topic') });
      await saveInfo(db, group, after);
      if (changed.name !== undefined) {
        await insertName(db, { group, former: before.name, name: after.name, by: actor.account, at: now });
      }
      announce('group.changed', group, changed);
      return {};
    },

    'group.setPhoto': preparing(
      async ({ photo }) => (photo === null ? null : encodePhoto(photo)),
      async ({ db, announce }, { group }, encoded) => {
        const { photo: former } = await infoOf(db, group);
        if (encoded === undefined) throw groupProblems('group.photo_unreadable');
        if (encoded === null && former === null) return { photo: null };
        const id = await replacePhoto(db, group, former, encoded, (it) => savePhotoOf(db, group, it));
        announce('group.changed', group, { photo: id });
        return { photo: id };
      },
    ),
  });
}

/** An area somebody may choose now, with its title: “Xã Ia Grai, tỉnh Gia Lai”. */
async function areaChosen(db: Database, code: string): Promise<{ code: string; name: string }> {
  try {
    await openAreaFor(db, code);
  } catch (error) {
    throw error instanceof Problem ? groupProblems('group.unknown_area', { code }) : error;
  }
  return (await areaShown(db, code))!;
}

async function areaShown(db: Database, code: string | null): Promise<{ code: string; name: string } | null> {
  if (code === null) return null;
  return { code, name: (await areaTitles(db, [code])).get(code) ?? code };
}
