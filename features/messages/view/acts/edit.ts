import { Pencil } from 'lucide';

import { connection } from '../../../../web/connection.ts';
import { canEdit } from '../../rules.ts';
import { strings } from '../../strings/changing.ts';
import type { Act } from '../acts.ts';

export const edit: Act = {
  when: (line, { self, can }) => !line.card && can('message.send') && canEdit(line, self, connection().now()),
  item: () => ({ label: strings('edit'), icon: Pencil }),
  run: (line, { messages, group }) => {
    messages.composition(group).edit(line);
    // Still within the press: else a phone does not show its keyboard.
    document.querySelector<HTMLElement>('.composer-field')?.focus();
  },
};
