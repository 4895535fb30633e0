import { useEffect, useMemo, useState } from 'preact/hooks';
import { CalendarDays as CalendarIcon, CalendarPlus, ChevronLeft, ChevronRight, Plus } from 'lucide';

import { connection } from '../../../web/connection.ts';
import type { Device } from '../../../web/device.ts';
import { formatListTime } from '../../../web/format.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
import { useSwipe } from '../../../web/ui/gestures.ts';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { isPhone } from '../../../web/viewport.ts';
import { civilDate, dayOf } from '../../reminders/rules/civil.ts';
import { dayFromIso, monthWeeks, spanOf, turned, VIEWS, weekOf } from '../rules.ts';
import type { DayNumber, View } from '../rules.ts';
import { CalendarDays, entriesByDay } from '../state.ts';
import type { Entry, KnownDays } from '../state.ts';
import { strings } from '../strings.ts';
import { strings as tabStrings } from '../strings/tab.ts';
import { DayGrid } from './grid.tsx';
import { DayList } from './list.tsx';
import { dayWords, holidayWords, lunarWords, shortDay, spanWords } from './words.ts';
import './calendar.css';

interface CalendarProps {
  device: Device;
  /** Of one group; absent: of all. */
  group?: string;
  /** Whether a group is one of the person’s now; what they have left is not shown, whatever this device remembers. */
  isHere: (group: string) => boolean;
  groupName?: (group: string) => string;
  /** `2026-11-23`: the day it opens at. */
  at?: string | null;
  /** Makes a reminder on a day; absent where the person may not. */
  onMake?: (day: DayNumber) => void;
}

/** Titles a cell has room for on a computer. */
const TITLES = { month: 3, week: 8 } as const;

const EARLIER = { month: 'earlierMonth', week: 'earlierWeek', agenda: 'earlierDays' } as const;
const LATER = { month: 'laterMonth', week: 'laterWeek', agenda: 'laterDays' } as const;

interface Place {
  view: View;
  day: DayNumber;
}

/** Where each calendar was left, until the page ends: whoever comes back from a reminder stands where they stood. */
const left = new Map<string, Place>();

const today = (): DayNumber => dayOf(connection().now());

/** Month, week or list of the reminders of a group or of a person. */
export function Calendar({ device, group, isHere, groupName, at, onMake }: CalendarProps) {
  const name = group ?? '';
  const asked = dayFromIso(at);
  const [place, setPlace] = useState<Place>(() => {
    const before = left.get(name);
    return asked === undefined
      ? (before ?? { view: 'month', day: today() })
      : { view: before?.view ?? 'month', day: asked };
  });
  const { view, day } = place;
  const go = (next: Partial<Place>): void => {
    const to = { ...place, ...next };
    left.set(name, to);
    setPlace(to);
  };

  const days = useMemo(() => new CalendarDays(device, group), [device, group]);
  useEffect(() => () => days.close(), [days]);
  const { from, to } = spanOf(view, day);
  useEffect(() => void days.look({ from, to }), [days, from, to]);

  const known = days.known.value;
  const trouble = days.trouble.value;
  const entries = known ? entriesByDay(known, dayOf, isHere) : new Map<DayNumber, readonly Entry[]>();
  const entriesOn = (one: DayNumber): readonly Entry[] => entries.get(one) ?? [];
  const swipe = useSwipe({
    left: () => go({ day: turned(view, day, 1) }),
    right: () => go({ day: turned(view, day, -1) }),
  });
  const title = spanWords(view, day, { from, to }, today());

  return (
    <div class="calendar">
      <div class="calendar-bar">
        <span class="calendar-turn">
          <IconButton
            icon={ChevronLeft}
            label={strings(EARLIER[view])}
            onPress={() => go({ day: turned(view, day, -1) })}
          />
          <h2 class="calendar-span" aria-live="polite">
            {title}
          </h2>
          <IconButton
            icon={ChevronRight}
            label={strings(LATER[view])}
            onPress={() => go({ day: turned(view, day, 1) })}
          />
        </span>
        <Button look="outline" size="small" onPress={() => go({ day: today() })}>
          {strings('today')}
        </Button>
        <span class="calendar-views">
          <Segmented
            label={strings('view')}
            value={view}
            options={VIEWS.map((value) => ({ value, label: strings(value) }))}
            onChange={(next) => go({ view: next })}
          />
        </span>
      </div>
      {known?.more ? <p class="calendar-note">{strings('more')}</p> : null}
      {known && trouble ? (
        <p class="calendar-note" role="status">
          {strings('asOf', { time: formatListTime(known.asOf) })}
        </p>
      ) : null}
      {!known && trouble ? (
        connection().state.value === 'online' ? (
          <Trouble error={trouble} onRetry={() => void days.look({ from, to })} />
        ) : (
          <EmptyState icon={CalendarIcon} title={tabStrings('title')} text={strings('noLine')} />
        )
      ) : view === 'agenda' ? (
        known ? (
          <Agenda known={known} entries={entries} day={day} groupName={groupName} onMake={onMake} mine={!group} />
        ) : (
          <Skeleton kind="setting" rows={6} />
        )
      ) : (
        <div class={`calendar-days calendar-${view}`} aria-busy={!known}>
          <div class="calendar-grid" {...swipe}>
            <DayGrid
              weeks={view === 'month' ? monthWeeks(day) : [weekOf(day)]}
              month={view === 'month' ? civilDate(day).month : undefined}
              chosen={day}
              today={today()}
              entriesOn={entriesOn}
              onChoose={(next) => go({ day: next })}
              label={strings('grid', { span: title })}
              titles={TITLES[view]}
            />
          </div>
          {view === 'week' && isPhone.value ? (
            <div class="calendar-lists">
              {weekOf(day).map((one) => (
                <DaySection
                  key={one}
                  day={one}
                  entries={entriesOn(one)}
                  groupName={groupName}
                  onMake={one === day ? onMake : undefined}
                  known={known !== undefined}
                />
              ))}
            </div>
          ) : (
            <div class="calendar-lists">
              <DaySection
                day={day}
                entries={entriesOn(day)}
                groupName={groupName}
                onMake={onMake}
                known={known !== undefined}
              />
            </div>
          )}
        </div>
      )}
    </div>
  );
}

interface DaySectionProps {
  day: DayNumber;
  entries: readonly Entry[];
  groupName?: ((group: string) => string) | undefined;
  onMake?: ((day: DayNumber) => void) | undefined;
  known: boolean;
}

/** A day with its lunar date, its holiday and its reminders. */
function DaySection({ day, entries, groupName, onMake, known }: DaySectionProps) {
  const holiday = holidayWords(day);
  const words = dayWords(day);
  return (
    <section class="day-section" aria-label={words}>
      <div class="day-head">
        <h3 class="day-name">
          {day === today() ? strings('todayDay', { day: dayWords(day, true) }) : words}
          <span class="day-below">
            {lunarWords(day)}
            {holiday ? <b class="day-feast"> · {holiday}</b> : null}
          </span>
        </h3>
        {onMake && day >= today() ? (
          <Button
            look="text"
            size="small"
            icon={Plus}
            label={strings('makeOn', { day: shortDay(day) })}
            onPress={() => onMake(day)}
          >
            {strings('make')}
          </Button>
        ) : null}
      </div>
      {entries.length > 0 ? (
        <DayList entries={entries} groupName={groupName} />
      ) : known ? (
        <p class="day-none">{strings('none')}</p>
      ) : null}
    </section>
  );
}

interface AgendaProps extends Omit<DaySectionProps, 'known' | 'entries'> {
  known: KnownDays;
  entries: ReadonlyMap<DayNumber, readonly Entry[]>;
  mine: boolean;
}

/** Day after day those that have something, from the chosen one on. */
function Agenda({ known, entries, day, groupName, onMake, mine }: AgendaProps) {
  const { from, to } = spanOf('agenda', day);
  const days = [...entries.keys()].filter((it) => it >= from && it <= to).sort((a, b) => a - b);
  if (days.length === 0) {
    return (
      <EmptyState
        icon={CalendarIcon}
        title={strings('noneHere', { from: shortDay(known.from), to: shortDay(known.to) })}
        text={strings(mine ? 'noneEverMine' : 'noneEver')}
        action={
          onMake ? (
            <Button look="outline" icon={CalendarPlus} onPress={() => onMake(day)}>
              {strings('make')}
            </Button>
          ) : undefined
        }
      />
    );
  }
  return (
    <div class="calendar-agenda">
      {days.map((one) => (
        <DaySection key={one} day={one} entries={entries.get(one)!} groupName={groupName} known />
      ))}
    </div>
  );
}
