import { fold } from '../../../protocol/fold.ts';
import { problem } from '../../../protocol/problem.ts';
import { handlers } from '../../../server/handler.ts';
import type { HandlersOf } from '../../../server/handler.ts';
import { readList } from '../../directory/access/list.ts';
import { lookingUp } from '../access.ts';
import { compareList } from '../comparing.ts';
import { personInLine } from '../numbers.ts';
import { comparingActions } from '../protocol/comparing.ts';
import { COMPARED_MOST, LIST_BYTES_MOST } from '../rules.ts';
import { everyMember, peopleByName, peopleByPhone } from '../store/comparing.ts';
import type { PersonRow } from '../store/comparing.ts';

/** The members held against a list of people. */
export function comparingHandlers(): HandlersOf<typeof comparingActions> {
  return handlers(comparingActions, {
    'member.compare': async (context, { group, file, lines }) => {
      const { standing, db } = context;
      if (!standing.can('member.add') && !standing.can('member.remove'))
        throw problem('forbidden', { right: 'member.add' });
      const count = lookingUp(context);
      const list =
        file === null
          ? lines.flatMap((text, at) => personInLine(text, at + 1))
          : await readList(file, { bytes: LIST_BYTES_MOST, rows: COMPARED_MOST });
      const phones = new Set(list.flatMap((it) => it.phone ?? []));
      const names = new Set(list.map((it) => fold(it.name)).filter(Boolean));
      const [members, numbered, named] = await Promise.all([
        everyMember(db, group),
        peopleByPhone(db, [...phones]),
        peopleByName(db, [...names]),
      ]);
      const { listed, extra, told } = compareList(list, { members, numbered, named });
      count(told);
      return {
        listed: listed.map(({ from, result, person }) => ({
          line: from.line,
          result,
          name: from.name,
          phone: from.phone ?? from.wrong,
          person: person ? shown(person) : null,
        })),
        extra: standing.can('member.list') ? extra.map((it) => ({ ...shown(it), role: it.role, photo: it.photo })) : [],
        members: members.length,
      };
    },
  });
}

function shown({ account, name, position, unit }: PersonRow): Omit<PersonRow, 'folded'> {
  return { account, name, position, unit };
}
