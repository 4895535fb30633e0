import { z } from 'zod';

import { actions } from '../../../protocol/action.ts';
import { events } from '../../../protocol/event.ts';
import { Id, Seq } from '../../../protocol/shapes.ts';
import { CHOSEN_MOST } from '../rules.ts';

const Chosen = z.strictObject({ group: Id, messages: z.array(Id).min(1).max(CHOSEN_MOST) });

/** Which lines, by id and by number: a device that has not got one finds it by its number. */
const Lines = z.strictObject({ group: Id, messages: z.array(z.strictObject({ id: Id, seq: Seq })) });

export const hidingActions = actions({
  'message.hide': {
    summary: 'Delete messages on one’s own side: nobody else is told, and all others see them as before.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { none: 'what a person wants to see is nobody else’s affair' },
    input: Chosen,
    output: z.strictObject({}),
  },
  'message.show': {
    summary: 'Undo that.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { none: 'what a person wants to see is nobody else’s affair' },
    input: Chosen,
    output: z.strictObject({}),
  },
});

export const hidingEvents = events({
  'message.hidden': { summary: 'The account does not see these any more.', stream: 'account', body: Lines },
  'message.shown': { summary: 'The account sees these again.', stream: 'account', body: Lines },
});
