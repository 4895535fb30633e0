import { Ban, Check, MapPin, Repeat2, UserRoundPlus, X } from 'lucide';
import type { IconNode } from 'lucide';

import { formatTimeInText, OFFICE_ZONE } from '../../../web/format.ts';
import { Link } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { dayOf } from '../../reminders/rules/civil.ts';
import type { DayNumber } from '../rules.ts';
import type { Entry } from '../state.ts';
import { strings } from '../strings.ts';
import { isOff, pathOf } from './grid.tsx';
import { shortDay, timeWords } from './words.ts';

interface DayListProps {
  entries: readonly Entry[];
  /** The name of its group, where there are several. */
  groupName?: (group: string) => string;
}

/** The reminders of one day, each a link to its details. */
export function DayList({ entries, groupName }: DayListProps) {
  return (
    <ul class="time-list">
      {entries.map((it) => (
        <li key={`${it.reminder.id} ${it.time.at}`}>
          <TimeRow entry={it} group={groupName?.(it.reminder.group)} />
        </li>
      ))}
    </ul>
  );
}

const ANSWERS: Readonly<Record<string, { icon: IconNode; words: () => string; tone: 'accent' | 'soft' }>> = {
  accepted: { icon: Check, words: () => strings('accepted'), tone: 'accent' },
  declined: { icon: X, words: () => strings('declined'), tone: 'soft' },
  substitute: { icon: UserRoundPlus, words: () => strings('substitute'), tone: 'soft' },
};

function TimeRow({ entry, group }: { entry: Entry; group: string | undefined }) {
  const { time, reminder } = entry;
  const answer = time.answer === null ? undefined : ANSWERS[time.answer];
  const off = isOff(entry);
  return (
    <Link href={pathOf(entry)} class={`time-row${off ? ' time-off' : ''}${reminder.concerns ? '' : ' time-others'}`}>
      <span class="time-when">
        <b>{timeWords(entry)}</b>
        <span class="time-end">{endWords(entry)}</span>
      </span>
      <span class="time-words">
        <span class="time-title">
          {reminder.repeats ? <Icon of={Repeat2} size={14} class="time-repeats" /> : null}
          {reminder.title}
          {reminder.repeats ? <span class="unseen">, {strings('repeats')}</span> : null}
        </span>
        {group ? <span class="time-meta cut">{group}</span> : null}
        {reminder.place ? (
          <span class="time-meta time-place">
            <Icon of={MapPin} size={14} />
            <span class="cut">{reminder.place}</span>
          </span>
        ) : null}
        {time.cancelled || answer || !reminder.concerns ? (
          <span class="time-tags">
            {time.cancelled ? (
              <Tag tone="red-soft" icon={Ban}>
                {strings('cancelled')}
              </Tag>
            ) : null}
            {answer && !time.cancelled ? (
              <Tag tone={answer.tone} icon={answer.icon}>
                {answer.words()}
              </Tag>
            ) : null}
            {reminder.concerns ? null : <Tag tone="soft">{strings('notMine')}</Tag>}
          </span>
        ) : null}
      </span>
    </Link>
  );
}

/** Until when, and on which day where that is another. */
function endWords({ time, reminder }: Entry): string {
  if (time.end === null) return '';
  const [first, last]: [DayNumber, DayNumber] = [dayOf(time.start), dayOf(time.end - 1)];
  if (reminder.wholeDay) return first === last ? '' : `– ${shortDay(last)}`;
  const clock = formatTimeInText(time.end, OFFICE_ZONE);
  return first === last ? `– ${clock}` : `– ${clock} ${shortDay(last)}`;
}
