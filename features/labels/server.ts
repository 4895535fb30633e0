import { randomUUIDv7 } from 'node:crypto';

import { problem } from '../../protocol/problem.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import { labelActions, labelProblems } from './protocol.ts';
import { inOrder, LABELS_MOST } from './rules.ts';
import { deleteLabel, insertLabel, labelsOf, saveChatLabels, saveLabel, saveOrder, takeLabels } from './store.ts';

export function labelHandlers(): HandlersOf<typeof labelActions> {
  return handlers(labelActions, {
    'label.list': ({ actor, db }) => labelsOf(db, actor.account),

    'label.add': async ({ actor: { account }, db, announce }, { name, colour }) => {
      if ((await takeLabels(db, account)).length >= LABELS_MOST) throw labelProblems('label.too_many');
      const label = randomUUIDv7();
      await insertLabel(db, { label, account, name, colour });
      announce('label.added', account, { label, name, colour });
      return { label };
    },

    'label.change': async ({ actor: { account }, db, announce }, { label, name, colour }) => {
      if (!(await saveLabel(db, { label, account, name, colour }))) throw problem('not_found');
      announce('label.changed', account, { label, name, colour });
      return {};
    },

    'label.order': async ({ actor: { account }, db, announce }, { labels }) => {
      const known = (await takeLabels(db, account)).map((label) => ({ label }));
      const order = inOrder(known, labels).map((it) => it.label);
      await saveOrder(db, account, order);
      announce('label.ordered', account, { labels: order });
      return {};
    },

    'label.remove': async ({ actor: { account }, db, announce }, { label }) => {
      if (!(await deleteLabel(db, label, account))) throw problem('not_found');
      announce('label.removed', account, { label });
      return {};
    },

    'label.put': async ({ actor: { account }, db, id, announce }, { group, labels }) => {
      const wanted = [...new Set(labels)];
      const known = new Set(await takeLabels(db, account));
      if (wanted.some((it) => !known.has(it))) throw problem('not_found');
      await saveChatLabels(db, { group, account, labels: wanted });
      announce('label.put', account, { group, labels: wanted, act: id });
      return {};
    },
  });
}
