import { Undo2 } from 'lucide';

import { call, connection } from '../../../../web/connection.ts';
import { confirm } from '../../../../web/ui/confirm.tsx';
import { showToast } from '../../../../web/ui/toast.tsx';
import { canDecideAbout } from '../../../groups/rights.ts';
import type { Role } from '../../../groups/rights.ts';
import type { Message } from '../../protocol.ts';
import { canRecallOwn, leftOf, RECALL_HOURS } from '../../rules.ts';
import { strings } from '../../strings/changing.ts';
import type { Act } from '../acts.ts';
import { refusalWords } from '../changing-words.ts';
import type { LogPlace } from '../place.ts';

const HOUR = 3_600_000;

const LEADS = { owner: 'rightOwner', deputy: 'rightDeputy', clerk: 'rightClerk' } as const;

/** As a leader: of the people this one decides about, and the own at any time. */
function mayAsLeader({ by }: Message, { chat, can, self, roleOf }: LogPlace): boolean {
  const role = chat()?.role;
  if (!role || !can('message.recallOthers')) return false;
  return by === self || canDecideAbout(role, roleOf(by) ?? 'member');
}

/** Why it may be done: “còn 23 giờ”, “Quyền phó nhóm”. */
function reason(line: Message, { self, chat }: LogPlace): string {
  const now = connection().now();
  if (canRecallOwn(line, self, now)) {
    const left = leftOf(RECALL_HOURS, line.at, now);
    return left >= HOUR
      ? strings('hoursLeft', { n: Math.floor(left / HOUR) })
      : strings('minutesLeft', { n: Math.max(1, Math.floor(left / 60_000)) });
  }
  const role: Role = chat()?.role ?? 'member';
  return role in LEADS ? strings(LEADS[role as keyof typeof LEADS]) : '';
}

/** One after the other, as each may be refused by itself; those that were recalled stay so. */
async function ask(lines: readonly Message[], { group, chat, selection }: LogPlace): Promise<void> {
  const keeps = chat()?.settings.records === true;
  const n = lines.length;
  const sure = await confirm({
    title: n === 1 ? strings('recallTitle') : strings('recallManyTitle', { n }),
    text: keeps ? `${strings('recallText')} ${strings('recallKept')}` : strings('recallText'),
    yes: n === 1 ? strings('recallYes') : strings('recallManyYes', { n }),
    danger: true,
  });
  if (!sure) return;
  selection.end();
  try {
    for (const { id } of lines) await call('message.recall', { group, message: id });
    showToast({ words: n === 1 ? strings('recalledToast') : strings('recalledMany', { n }), icon: Undo2 });
  } catch (error) {
    showToast({ words: refusalWords(error), icon: null });
  }
}

export const recall: Act = {
  key: 'Delete',
  when: (line, place) =>
    line.kind === 'text' &&
    !line.recalled &&
    !line.card &&
    place.chat()?.state === 'open' &&
    (canRecallOwn(line, place.self, connection().now()) || mayAsLeader(line, place)),
  item: (line, place) => ({ label: strings('recall'), icon: Undo2, tone: 'red', hint: reason(line, place) }),
  run: (line, place) => void ask([line], place),
  many: {
    item: () => ({ label: strings('recall'), icon: Undo2, tone: 'red' }),
    run: (lines, place) => void ask(lines, place),
  },
};
