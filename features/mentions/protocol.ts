import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { Id, Seq, shortText } from '../../protocol/shapes.ts';
import { RoleShape } from '../groups/protocol.ts';
import { PersonShape } from '../messages/protocol.ts';
import { UNREAD_MOST } from './rules.ts';

export const mentionActions = actions({
  'mention.find': {
    summary:
      'Whom a message of the group could name: members, searched toneless, who wrote lately first; units of members for who may call everybody. Who may not see the list of members finds those who wrote.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({ group: Id, query: shortText(100, 0).default('') }),
    output: z.strictObject({
      people: z.array(PersonShape.extend({ role: RoleShape })),
      units: z.array(z.strictObject({ id: Id, name: z.string(), members: z.number().int() })),
    }),
  },
  'mention.unread': {
    summary:
      'Numbers of the unread messages of a group that name the actor: by name, everybody, their unit or their role; ascending.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    input: z.strictObject({ group: Id }),
    output: z.strictObject({ seqs: z.array(Seq).max(UNREAD_MOST) }),
  },
});
