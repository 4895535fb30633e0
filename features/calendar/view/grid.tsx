import { useLayoutEffect, useRef } from 'preact/hooks';

import { navigate } from '../../../web/routing.ts';
import { civilDate, weekdayOf } from '../../reminders/rules/civil.ts';
import { isoOf, lunarLabel, lunarOn, moved } from '../rules.ts';
import type { DayNumber } from '../rules.ts';
import type { Entry } from '../state.ts';
import { strings } from '../strings.ts';
import { cellWords, holidayWords, timeWords, weekdays } from './words.ts';

interface DayGridProps {
  /** Rows of seven, from Monday. */
  weeks: readonly (readonly DayNumber[])[];
  chosen: DayNumber;
  today: DayNumber;
  /** The month whose days are in front; absent: all are. */
  month?: number;
  entriesOn: (day: DayNumber) => readonly Entry[];
  onChoose: (day: DayNumber) => void;
  label: string;
  /** How many titles a cell has room for, where the grid is wide enough to show any. */
  titles: number;
}

const DOTS_MOST = 3;

/**
 * Days in rows of weeks, one stop for the keyboard (WAI-ARIA grid): arrows go by a day and a week, Home and End to the ends of the
 * week, Page Up and Page Down by a month, with Shift by a year.
 */
export function DayGrid({ weeks, chosen, today, month, entriesOn, onChoose, label, titles }: DayGridProps) {
  const table = useRef<HTMLTableElement>(null);
  const follows = useRef(false);
  // Moved by a key, also into another month: the focus goes with it.
  useLayoutEffect(() => {
    if (!follows.current) return;
    follows.current = false;
    table.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }, [chosen, weeks]);

  return (
    <table
      ref={table}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a table is what a grid of days is made of
      role="grid"
      class="day-grid"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return;
        const to = moved(chosen, event.key, event.shiftKey);
        if (to === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        follows.current = true;
        onChoose(to);
      }}
    >
      <thead>
        <tr>
          {weekdays().map(({ short, long }) => (
            <th key={short} scope="col" abbr={long}>
              <span aria-hidden="true">{short}</span>
              <span class="unseen">{long}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((day) => (
              <DayCell
                key={day}
                day={day}
                chosen={day === chosen}
                today={day === today}
                faint={month !== undefined && civilDate(day).month !== month}
                entries={entriesOn(day)}
                titles={titles}
                onChoose={onChoose}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DayCellProps {
  day: DayNumber;
  chosen: boolean;
  today: boolean;
  faint: boolean;
  entries: readonly Entry[];
  titles: number;
  onChoose: (day: DayNumber) => void;
}

function DayCell({ day, chosen, today, faint, entries, titles, onChoose }: DayCellProps) {
  const lunar = lunarOn(day);
  const holiday = holidayWords(day);
  // The last line says how many more there are, where not all find room.
  const shown = entries.length > titles ? titles - 1 : titles;
  const looks = [
    'day-cell',
    faint ? 'day-faint' : '',
    chosen ? 'day-chosen' : '',
    today ? 'day-today' : '',
    holiday || weekdayOf(day) === 7 ? 'day-free' : '',
  ];
  return (
    <td
      class={looks.filter(Boolean).join(' ')}
      data-day={isoOf(day)}
      tabIndex={chosen ? 0 : -1}
      aria-selected={chosen}
      aria-current={today ? 'date' : undefined}
      onClick={(event) => {
        // With the mouse a title is pressed where it stands; its link for everybody is in the list of the day.
        const title = (event.target as Element).closest<HTMLElement>('[data-open]');
        if (title?.dataset['open']) navigate(title.dataset['open']);
        else onChoose(day);
      }}
    >
      <span class="unseen">{cellWords(day, today, entries.length)}</span>
      <span class="day-inside" aria-hidden="true">
        <span class="day-numbers">
          <span class="day-number">{civilDate(day).day}</span>
          <span class={`day-lunar${lunar.day === 1 ? ' day-lunar-first' : ''}`}>{lunarLabel(lunar)}</span>
        </span>
        {holiday ? <span class="day-holiday cut">{holiday}</span> : null}
        {entries.length > 0 ? (
          <>
            <span class="day-dots">
              {entries.slice(0, DOTS_MOST).map((it, at) => (
                <span key={at} class={`day-dot${isOff(it) ? ' day-dot-off' : ''}`} />
              ))}
            </span>
            <span class="day-titles">
              {entries.slice(0, shown).map((it) => (
                <span
                  key={`${it.reminder.id} ${it.time.at}`}
                  class={`day-title cut${isOff(it) ? ' day-title-off' : ''}`}
                  title={it.reminder.title}
                  data-open={pathOf(it)}
                >
                  {it.reminder.wholeDay ? null : <b>{timeWords(it)}</b>} {it.reminder.title}
                </span>
              ))}
              {entries.length > shown ? (
                <span class="day-more">{strings('moreTimes', { n: entries.length - shown })}</span>
              ) : null}
            </span>
          </>
        ) : null}
      </span>
    </td>
  );
}

/** What one does not go to. */
export function isOff({ time }: Entry): boolean {
  return time.cancelled || time.answer === 'declined';
}

/** The details of a reminder, at this time of it. */
export function pathOf({ reminder, time }: Entry): string {
  return `/chats/${reminder.group}/reminders/${reminder.id}${reminder.repeats ? `?at=${time.at}` : ''}`;
}
