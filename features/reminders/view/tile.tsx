import { formatDate, MONTHS, OFFICE_ZONE } from '../../../web/format.ts';
import { language } from '../../../web/language.ts';
import { civilDate, dayOf, weekdayOf } from '../rules/civil.ts';
import { weekdayWord } from '../state/saying.ts';
import { strings } from '../strings.ts';

/** The day as a leaf of a calendar. Read as one date. */
export function DayTile({ at, look }: { at: number; look: 'calls' | 'calm' | 'off' }) {
  const day = dayOf(at);
  const { month, day: of } = civilDate(day);
  const head = language.value === 'vi' ? strings('month', { n: month }) : (MONTHS[month - 1] ?? '').slice(0, 3);
  const weekday = weekdayWord(weekdayOf(day));
  return (
    <span class={`day-tile day-tile-${look}`}>
      <span class="unseen">{`${weekday} ${formatDate(at, OFFICE_ZONE)}`}</span>
      <span class="day-tile-month" aria-hidden="true">
        {head}
      </span>
      <span class="day-tile-day" aria-hidden="true">
        {of}
      </span>
      <span class="day-tile-weekday" aria-hidden="true">
        {weekday}
      </span>
    </span>
  );
}
