import { useState } from 'preact/hooks';
import { Building2, CalendarClock, UserRoundPlus, X } from 'lucide';

import { formatNumber } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { RadioRows, Segmented, SwitchRow } from '../../../web/ui/choice.tsx';
import { Field, Select, TextArea } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { isTouch } from '../../../web/viewport.ts';
import { connection } from '../../../web/connection.ts';
import { useChats } from '../../chats/view/use-chats.ts';
import { FormFilesField } from '../../files/view/form-files.tsx';
import type { FormFiles } from '../../files/view/form-files.tsx';
import { urgencyWord } from '../../messages/view/parts/urgency.tsx';
import {
  COUNT_MOST,
  EARLY_MOST,
  EARLY_OFFERED,
  FILES_MOST,
  INTERVAL_MOST,
  PEOPLE_MOST,
  PLACE_MOST,
  ROLES,
  TEXT_MOST,
  TITLE_MOST,
  UNITS_MOST,
} from '../rules.ts';
import { dayOf, startOfDay, weekdayOf } from '../rules/civil.ts';
import { dayOfLunar, lunarDate, lunarMonths } from '../rules/lunar.ts';
import { nextOccurrences } from '../rules/when.ts';
import { LASTS_OFFERED, offered, readDay, rhythmsFor, whenOf, writtenDay } from '../state/draft.ts';
import type { Draft, Named, RhythmChoice, RoleName, Wrong, WrongWhy } from '../state/draft.ts';
import { bothDays, capital, lunarWords, momentWords, repeatWords, spanWords, weekdayWord } from '../state/saying.ts';
import { strings } from '../strings/form.ts';
import { PickPeople } from './pick-people.tsx';
import { PickUnits } from './pick-units.tsx';

interface FieldsProps {
  group: string;
  draft: Draft;
  wrong: Wrong;
  files: FormFiles;
  filePlace: string;
  onChange: (draft: Draft) => void;
}

/** Times that are shown ahead of making it. */
const NEXT_SHOWN = 3;
/** Years ahead in which a lunar day can be chosen. */
const LUNAR_AHEAD = 10;

const DAY_WRONG: Readonly<Record<WrongWhy, 'dayWrong' | 'dayPast' | 'dayFar'>> = {
  missing: 'dayWrong',
  wrong: 'dayWrong',
  early: 'dayWrong',
  past: 'dayPast',
  far: 'dayFar',
};

/** All that a reminder says. */
export function ReminderFields({ group, draft, wrong, files, filePlace, onChange }: FieldsProps) {
  const set = (part: Partial<Draft>): void => onChange({ ...draft, ...part });
  return (
    <>
      <Field
        label={strings('title')}
        value={draft.title}
        onInput={(title) => set({ title })}
        placeholder={strings('titleExample')}
        maxLength={TITLE_MOST}
        error={wrong.title ? strings('titleMissing') : undefined}
        autofocus={draft.title === '' && !isTouch}
        autocapitalize="sentences"
      />
      <WhenFields draft={draft} wrong={wrong} set={set} />
      <RepeatFields draft={draft} wrong={wrong} set={set} />
      <Next draft={draft} />
      <EndFields draft={draft} wrong={wrong} set={set} />
      <Field
        label={strings('place')}
        value={draft.place}
        onInput={(place) => set({ place })}
        maxLength={PLACE_MOST * 2}
        autocapitalize="sentences"
        optional
      />
      <Early draft={draft} set={set} />
      <Whom group={group} draft={draft} wrong={wrong} set={set} />
      <TextArea
        label={strings('text')}
        value={draft.text}
        onInput={(text) => set({ text })}
        maxLength={TEXT_MOST}
        rows={3}
        optional
      />
      <FormFilesField place={filePlace} label={strings('files')} given={files} most={FILES_MOST} />
      <Urgency group={group} draft={draft} set={set} />
    </>
  );
}

interface PartProps {
  draft: Draft;
  wrong: Wrong;
  set: (part: Partial<Draft>) => void;
}

function WhenFields({ draft, wrong, set }: PartProps) {
  const day = readDay(draft.day);
  /** What lasts longer than a day ends no earlier than it begins. */
  const setDay = (written: string): void => {
    const next = readDay(written);
    const end = readDay(draft.endDay);
    set({ day: written, ...(next !== undefined && (end === undefined || end < next) ? { endDay: written } : {}) });
  };
  const both = day === undefined ? undefined : `${capital(weekdayWord(weekdayOf(day)))} ${bothDays(startOfDay(day))}`;
  return (
    <div class="reminder-when">
      <Segmented
        label={strings('calendar')}
        showLabel
        value={draft.lunar ? 'lunar' : 'solar'}
        onChange={(it) => set({ lunar: it === 'lunar', ...fittingRhythm(draft, it === 'lunar') })}
        options={[
          { value: 'solar', label: strings('solar') },
          { value: 'lunar', label: strings('lunar') },
        ]}
      />
      <div class={draft.lunar ? 'reminder-when-lunar' : 'reminder-when-row'}>
        {draft.lunar ? (
          <LunarDay day={day} onChange={setDay} />
        ) : (
          <Field
            label={strings('day')}
            type="date"
            value={draft.day}
            onInput={setDay}
            error={wrong.day ? strings(DAY_WRONG[wrong.day]) : undefined}
          />
        )}
        {draft.wholeDay ? null : (
          <Field label={strings('time')} type="time" value={draft.time} onInput={(time) => set({ time })} />
        )}
      </div>
      {draft.lunar && wrong.day ? (
        <p class="reminder-when-wrong" role="alert">
          {strings(DAY_WRONG[wrong.day])}
        </p>
      ) : both ? (
        <p class="reminder-when-both">{both}</p>
      ) : null}
      <SwitchRow label={strings('wholeDay')} checked={draft.wholeDay} onChange={(wholeDay) => set({ wholeDay })} />
    </div>
  );
}

/** How long it lasts. */
function EndFields({ draft, wrong, set }: PartProps) {
  return (
    <>
      {draft.wholeDay ? (
        <Field
          label={strings('endDay')}
          type="date"
          value={draft.endDay}
          onInput={(endDay) => set({ endDay })}
          error={wrong.end ? strings('endEarly') : undefined}
        />
      ) : (
        <>
          <Select
            label={strings('end')}
            value={String(draft.lasts)}
            onChange={(it) => set({ lasts: it === 'other' ? 'other' : Number(it) })}
            options={[
              { value: '0', label: strings('endNone') },
              ...LASTS_OFFERED.map((it) => ({
                value: String(it),
                label: strings('endAfter', { span: spanWords(it) }),
              })),
              { value: 'other', label: strings('endOther') },
            ]}
          />
          {draft.lasts === 'other' ? (
            <div class="reminder-when-row">
              <Field
                label={strings('endDay')}
                type="date"
                value={draft.endDay}
                onInput={(endDay) => set({ endDay })}
                error={wrong.end ? strings('endEarly') : undefined}
              />
              <Field
                label={strings('endTime')}
                type="time"
                value={draft.endTime}
                onInput={(endTime) => set({ endTime })}
              />
            </div>
          ) : null}
        </>
      )}
    </>
  );
}

/** A rhythm of the other calendar is none of this one. */
function fittingRhythm({ day: written, rhythm }: Draft, lunar: boolean): Partial<Draft> {
  const day = readDay(written);
  return day === undefined || rhythmsFor(day, lunar).includes(rhythm) ? {} : { rhythm: 'never' };
}

/** A day of the lunar calendar, by its own months. */
function LunarDay({ day, onChange }: { day: number | undefined; onChange: (written: string) => void }) {
  const today = dayOf(connection().now());
  const it = lunarDate(day ?? today) ?? lunarDate(today)!;
  const first = Math.min(it.year, lunarDate(today)!.year);
  const years = Array.from({ length: LUNAR_AHEAD + 1 }, (_, at) => first + at);
  const months = lunarMonths(it.year);
  const month = months.find((one) => one.month === it.month && one.leap === it.leap) ?? months[0]!;
  const choose = (year: number, wish: { month: number; leap: boolean }, of: number): void => {
    const list = lunarMonths(year);
    const found =
      list.find((one) => one.month === wish.month && one.leap === wish.leap) ??
      list.find((one) => one.month === wish.month)!;
    const next = dayOfLunar({ year, month: found.month, leap: found.leap, day: Math.min(of, found.length) });
    if (next !== undefined) onChange(writtenDay(next));
  };
  const nameOf = (one: { month: number; leap: boolean }): string => `${one.month}${one.leap ? ' leap' : ''}`;
  return (
    <>
      <Select
        label={strings('lunarDay')}
        value={String(it.day)}
        onChange={(of) => choose(it.year, it, Number(of))}
        options={Array.from({ length: month.length }, (_, at) => ({ value: String(at + 1), label: String(at + 1) }))}
      />
      <Select
        label={strings('lunarMonth')}
        value={nameOf(it)}
        onChange={(name) =>
          choose(
            it.year,
            months.find((one) => nameOf(one) === name)!,
            it.day,
          )
        }
        options={months.map((one) => ({
          value: nameOf(one),
          label: one.leap ? strings('leap', { n: String(one.month) }) : String(one.month),
        }))}
      />
      <Select
        label={strings('lunarYear')}
        value={String(it.year)}
        onChange={(year) => choose(Number(year), it, it.day)}
        options={years.map((year) => ({ value: String(year), label: String(year) }))}
      />
    </>
  );
}

function RepeatFields({ draft, wrong, set }: PartProps) {
  const day = readDay(draft.day) ?? dayOf(connection().now());
  const choices = rhythmsFor(day, draft.lunar);
  const shown = choices.includes(draft.rhythm) ? choices : [...choices, draft.rhythm];
  const label = (it: RhythmChoice): string =>
    it === 'never' ? strings('never') : it === 'custom' ? strings('everyOther') : repeatWords(offered(it, day));
  return (
    <>
      <Select
        label={strings('repeat')}
        value={draft.rhythm}
        onChange={(rhythm) => set({ rhythm, ...(draft.on.length === 0 ? { on: [weekdayOf(day)] } : {}) })}
        options={shown.map((it) => ({ value: it, label: label(it) }))}
      />
      {draft.rhythm === 'custom' ? <Custom draft={draft} wrong={wrong} set={set} day={day} /> : null}
      {draft.rhythm === 'never' ? null : (
        <div class="reminder-ends">
          <Select
            label={strings('ends')}
            value={draft.ends}
            onChange={(ends) => set({ ends })}
            options={[
              { value: 'never', label: strings('endsNever') },
              { value: 'until', label: strings('endsUntil') },
              { value: 'count', label: strings('endsCount') },
            ]}
          />
          {draft.ends === 'until' ? (
            <Field
              label={strings('untilDay')}
              type="date"
              value={draft.until}
              onInput={(until) => set({ until })}
              error={wrong.until ? strings('untilEarly') : undefined}
            />
          ) : draft.ends === 'count' ? (
            <Field
              label={strings('times')}
              inputMode="numeric"
              value={draft.count}
              onInput={(count) => set({ count })}
              maxLength={4}
              error={wrong.count ? strings('timesWrong', { n: COUNT_MOST }) : undefined}
            />
          ) : null}
        </div>
      )}
    </>
  );
}

const UNITS = { day: 'unitDay', week: 'unitWeek', month: 'unitMonth', year: 'unitYear' } as const;

/** Every so many days, weeks, months or years. */
function Custom({ draft, wrong, set, day }: PartProps & { day: number }) {
  return (
    <div class="reminder-custom">
      <div class="reminder-ends">
        <Field
          label={strings('every')}
          inputMode="numeric"
          value={draft.interval}
          onInput={(interval) => set({ interval })}
          maxLength={2}
          error={wrong.interval ? strings('everyWrong', { n: INTERVAL_MOST }) : undefined}
        />
        <Select
          label={strings('unit')}
          value={draft.unit}
          onChange={(unit) => set({ unit })}
          options={(Object.keys(UNITS) as (keyof typeof UNITS)[]).map((it) => ({
            value: it,
            label: strings(UNITS[it]),
          }))}
        />
      </div>
      {draft.unit === 'week' ? (
        <>
          <span class="field-label">{strings('onDays')}</span>
          <Chips label={strings('onDays')}>
            {[1, 2, 3, 4, 5, 6, 7].map((it) => (
              <Chip
                key={it}
                on={draft.on.includes(it)}
                onPress={() =>
                  set({ on: draft.on.includes(it) ? draft.on.filter((one) => one !== it) : [...draft.on, it].sort() })
                }
              >
                {capital(weekdayWord(it))}
              </Chip>
            ))}
          </Chips>
          {wrong.on ? (
            <p class="field-error" role="alert">
              {strings('daysMissing')}
            </p>
          ) : null}
        </>
      ) : draft.unit === 'month' ? (
        <Select
          label={strings('monthly')}
          value={draft.monthly}
          onChange={(monthly) => set({ monthly })}
          options={[
            { value: 'day', label: repeatWords(offered('month', day)) },
            { value: 'nth', label: repeatWords(offered('monthNth', day)) },
            { value: 'last', label: repeatWords(offered('monthLast', day)) },
          ]}
        />
      ) : null}
    </div>
  );
}

/** What it will be, said in words before it is made. */
function Next({ draft }: { draft: Draft }) {
  const now = connection().now();
  const when = whenOf(draft);
  const next = when ? nextOccurrences(when, now, NEXT_SHOWN + 1) : [];
  const repeats = when?.repeat != null;
  return (
    <div class="reminder-next" role="status">
      <Icon of={CalendarClock} size={20} />
      <div>
        {when === undefined || next.length === 0 ? (
          <p>{strings('nextNone')}</p>
        ) : (
          <>
            <p class="reminder-next-head">
              {repeats ? `${repeatWords(when.repeat)}. ${strings('nextMany')}` : strings('nextOnce')}
            </p>
            <ul>
              {next.slice(0, NEXT_SHOWN).map((it) => (
                <li key={it.at}>
                  {capital(momentWords({ start: it.start, end: it.end, wholeDay: when.wholeDay }, now))}
                  <span class="reminder-next-lunar"> ({lunarWords(dayOf(it.start))})</span>
                </li>
              ))}
              {next.length > NEXT_SHOWN ? <li>{strings('andOn')}</li> : null}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

function Early({ draft, set }: Pick<PartProps, 'draft' | 'set'>) {
  const { early } = draft;
  const list = [...new Set([...EARLY_OFFERED, ...early])].sort((a, b) => a - b);
  return (
    <div class="field">
      <span class="field-label" aria-hidden="true">
        {strings('early')}
      </span>
      <Chips label={strings('early')}>
        {list.map((it) => (
          <Chip
            key={it}
            on={early.includes(it)}
            onPress={() => {
              if (early.includes(it)) set({ early: early.filter((one) => one !== it) });
              else if (early.length >= EARLY_MOST)
                showToast({ words: strings('earlyMost', { n: EARLY_MOST }), icon: null });
              else set({ early: [...early, it] });
            }}
          >
            {spanWords(it)}
          </Chip>
        ))}
      </Chips>
      <p class="field-help">{strings(draft.wholeDay ? 'earlyWhole' : 'earlyHelp')}</p>
    </div>
  );
}

const ROLE_WORDS = { owner: 'roleOwner', deputy: 'roleDeputy', clerk: 'roleClerk' } as const;

function Whom({ group, draft, wrong, set }: PartProps & { group: string }) {
  const [picking, setPicking] = useState<'people' | 'units'>();
  const chat = useChats()?.get(group);
  // Two people are always both meant.
  if (!chat || chat.kind === 'pair') return null;
  const toggle = (role: RoleName): void =>
    set({ roles: draft.roles.includes(role) ? draft.roles.filter((it) => it !== role) : [...draft.roles, role] });
  return (
    <>
      <RadioRows
        label={strings('whom')}
        value={draft.whom}
        onChange={(whom) => set({ whom })}
        options={[
          {
            value: 'all',
            label: strings('whomAll'),
            help: strings('whomAllHelp', { n: formatNumber(chat.members) }),
          },
          { value: 'some', label: strings('whomSome'), help: strings('whomHelp') },
        ]}
      />
      {draft.whom === 'some' ? (
        <div class={`reminder-whom${wrong.whom ? ' field-wrong' : ''}`}>
          <Chosen list={draft.units} icon onDrop={(id) => set({ units: draft.units.filter((it) => it.id !== id) })} />
          <Chosen list={draft.people} onDrop={(id) => set({ people: draft.people.filter((it) => it.id !== id) })} />
          <div class="reminder-whom-add">
            <Button look="outline" size="small" icon={UserRoundPlus} onPress={() => setPicking('people')}>
              {strings('addPeople')}
            </Button>
            <Button look="outline" size="small" icon={Building2} onPress={() => setPicking('units')}>
              {strings('addUnit')}
            </Button>
          </div>
          <Chips label={strings('roles')}>
            {ROLES.map((it) => (
              <Chip key={it} on={draft.roles.includes(it)} onPress={() => toggle(it)}>
                {strings(ROLE_WORDS[it])}
              </Chip>
            ))}
          </Chips>
          {wrong.whom ? (
            <p class="field-error" role="alert">
              {strings('whomMissing')}
            </p>
          ) : null}
        </div>
      ) : null}
      {picking === 'people' ? (
        <PickPeople
          group={group}
          chosen={draft.people}
          most={PEOPLE_MOST}
          onChoose={(people) => set({ people })}
          onClose={() => setPicking(undefined)}
        />
      ) : picking === 'units' ? (
        <PickUnits
          group={group}
          chosen={draft.units}
          most={UNITS_MOST}
          onChoose={(units) => set({ units })}
          onClose={() => setPicking(undefined)}
        />
      ) : null}
    </>
  );
}

function Chosen({ list, icon, onDrop }: { list: readonly Named[]; icon?: boolean; onDrop: (id: string) => void }) {
  if (list.length === 0) return null;
  return (
    <ul class="reminder-chosen">
      {list.map(({ id, name }) => {
        const shown = displayName(name) || strings('unnamed');
        return (
          <li key={id}>
            {icon ? <Icon of={Building2} size={16} /> : null}
            <span class="cut">{shown}</span>
            <button
              type="button"
              class="reminder-chosen-drop"
              aria-label={strings('drop', { name: shown })}
              onClick={() => onDrop(id)}
            >
              <Icon of={X} size={16} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const LEVELS = [
  ['0', undefined],
  ['1', 'message.urgent'],
  ['2', 'message.pressing'],
  ['3', 'message.express'],
] as const;

function Urgency({ group, draft, set }: Pick<PartProps, 'draft' | 'set'> & { group: string }) {
  const rights = useChats()?.get(group)?.rights ?? [];
  const levels = LEVELS.filter(
    ([level, right]) => right === undefined || rights.includes(right) || level === String(draft.urgency),
  );
  if (levels.length < 2) return null;
  return (
    <Select
      label={strings('urgency')}
      value={String(draft.urgency)}
      onChange={(it) => set({ urgency: Number(it) as Draft['urgency'] })}
      options={levels.map(([value]) => ({ value, label: urgencyWord(Number(value)) }))}
    />
  );
}
