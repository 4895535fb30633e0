import { useEffect, useState } from 'preact/hooks';
import { Moon } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { connection } from '../../../web/connection.ts';
import { language } from '../../../web/language.ts';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { RadioRows, SwitchRow } from '../../../web/ui/choice.tsx';
import { Select } from '../../../web/ui/field.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Section } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { NotificationSection, SoundSections } from '../../notifications/view/section.tsx';
import { isQuiet, QUIET, QUIET_ZONE } from '../rules.ts';
import type { Quiet, Urgency } from '../rules.ts';
import { quietHours } from '../state.ts';
import type { QuietHours } from '../state.ts';
import { strings } from '../strings.ts';
import '../quiet.css';

const MINUTE_MS = 60_000;
const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const THROUGH = [1, 2, 3] as const;
const HALF_HOURS = Array.from(
  { length: 48 },
  (_, at) => `${String(Math.floor(at / 2)).padStart(2, '0')}:${at % 2 ? '30' : '00'}`,
);
/** A Monday, from which the names of the days are counted. */
const MONDAY = Date.UTC(2026, 10, 23);

/** Cá nhân → Thông báo và giờ yên tĩnh. What rings comes first, then when nothing does. */
export function QuietScreen() {
  const state = quietHours.value;
  const quiet = state?.now.value;
  return (
    <Page title={strings('title')} lane="form">
      <NotificationSection />
      {state && quiet ? <Hours state={state} quiet={quiet} /> : <Skeleton kind="setting" rows={6} />}
      <SoundSections />
    </Page>
  );
}

function Hours({ state, quiet }: { state: QuietHours; quiet: Quiet }) {
  const [now, setNow] = useState(() => connection().now());
  useEffect(() => {
    const timer = setInterval(() => setNow(connection().now()), MINUTE_MS / 4);
    return () => clearInterval(timer);
  }, []);
  const on = quiet.from !== quiet.to;

  async function take(changed: Partial<Quiet>): Promise<boolean> {
    try {
      await state.set({ ...quiet, ...changed });
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showToast({ words: strings('needsLine'), icon: null });
      return false;
    }
  }

  const set = (changed: Partial<Quiet>): void => void take(changed);

  return (
    <>
      <Section title={strings('hours')}>
        <SwitchRow
          icon={Moon}
          label={strings('hours')}
          help={strings('hoursHelp')}
          checked={on}
          onChange={(wanted) => take(wanted ? { from: QUIET.from, to: QUIET.to } : { from: '00:00', to: '00:00' })}
        />
        {on ? <Times quiet={quiet} set={set} /> : null}
        <div class="quiet-days">
          <p class="quiet-help">
            <b>{strings('days')}</b> · {strings('daysHelp')}
          </p>
          <Chips label={strings('days')}>
            {DAYS.map((day) => {
              const works = !quiet.days.includes(day);
              return (
                <Chip
                  key={day}
                  on={works}
                  onPress={() =>
                    set({ days: works ? [...quiet.days, day].sort() : quiet.days.filter((it) => it !== day) })
                  }
                >
                  {dayName(day)}
                </Chip>
              );
            })}
          </Chips>
        </div>
        <p class="quiet-help" role="status">
          {strings(isQuiet(quiet, now, QUIET_ZONE) ? 'nowQuiet' : 'nowLoud')}
        </p>
      </Section>
      <Section title={strings('through')}>
        <RadioRows
          label={strings('through')}
          hideLabel
          value={String(quiet.through || 3)}
          onChange={(value) => set({ through: Number(value) as Urgency })}
          options={THROUGH.map((level) => ({ value: String(level), label: strings(`level${level}`) }))}
        />
        <p class="quiet-help">{strings('perChat')}</p>
      </Section>
    </>
  );
}

/** Beginning and end of the night, to the half hour; what another device chose to the minute is kept. */
function Times({ quiet, set }: { quiet: Quiet; set: (changed: Partial<Quiet>) => void }) {
  const choices = (other: string, chosen: string) =>
    [...new Set([...HALF_HOURS, chosen])]
      .filter((time) => time !== other)
      .sort()
      .map((value) => ({ value, label: value.replace(/^0/, '') }));
  return (
    <div class="quiet-times">
      <Select
        label={strings('from')}
        value={quiet.from}
        options={choices(quiet.to, quiet.from)}
        onChange={(from) => set({ from })}
      />
      <Select
        label={strings('to')}
        value={quiet.to}
        options={choices(quiet.from, quiet.to)}
        onChange={(to) => set({ to })}
      />
    </div>
  );
}

/** T2 … CN, as people write them; Mon … Sun. */
function dayName(day: (typeof DAYS)[number]): string {
  if (language.value === 'vi') return day === 7 ? 'CN' : `T${day + 1}`;
  return new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' }).format(
    MONDAY + (day - 1) * 86_400_000,
  );
}
