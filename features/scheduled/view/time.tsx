import { useState } from 'preact/hooks';

import { connection } from '../../../web/connection.ts';
import { formatTimeInText, OFFICE_ZONE } from '../../../web/format.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows } from '../../../web/ui/choice.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { AHEAD_MS, isFitTime, quickTimes } from '../rules.ts';
import { strings } from '../strings.ts';
import { timeWords } from './words.ts';
import './scheduled.css';

interface TimeSheetProps {
  title: string;
  /** What it was set to. */
  at?: number;
  /** Why nothing can be scheduled just now. */
  hindrance?: string;
  busy: boolean;
  onChoose: (at: number) => void;
  onClose: () => void;
}

const DAY_MS = 86_400_000;

/** Chooses the moment of sending: what is usual with one press, or any date and time of this device. */
export function TimeSheet({ title, at, hindrance, busy, onChoose, onClose }: TimeSheetProps) {
  // Those of the moment at which it was opened: they do not move under the finger.
  const [now] = useState(() => connection().now());
  const quick = quickTimes(now);
  const [chosen, setChosen] = useState<string>(at === undefined ? quick[0]!.key : 'other');
  const [first] = useState(() => new Date(at ?? now + DAY_MS));
  const [day, setDay] = useState(dayOf(first));
  const [time, setTime] = useState(at === undefined ? '07:30' : timeOf(first));
  const typed = new Date(`${day}T${time}`).getTime();
  const wished = chosen === 'other' ? typed : (quick.find((it) => it.key === chosen)?.at ?? now);
  const fits = Number.isFinite(wished) && isFitTime(wished, connection().now());
  const wrong = chosen === 'other' && !fits ? strings(wished - now > AHEAD_MS ? 'far' : 'past') : undefined;
  return (
    <Sheet
      title={title}
      size="small"
      onClose={onClose}
      foot={
        <Button
          wide
          busy={busy}
          disabled={!fits && hindrance === undefined}
          reason={hindrance}
          onPress={() => onChoose(wished)}
        >
          {fits ? strings('confirm', { time: timeWords(wished, now) }) : strings('schedule')}
        </Button>
      }
    >
      <RadioRows
        label={strings('when')}
        hideLabel
        value={chosen}
        onChange={setChosen}
        options={[
          ...quick.map((it) => ({
            value: it.key,
            label:
              it.key === 'hour' ? strings('hour') : strings(it.key, { time: formatTimeInText(it.at, OFFICE_ZONE) }),
          })),
          { value: 'other', label: strings('other') },
        ]}
      />
      {chosen === 'other' ? (
        <>
          <div class="schedule-other">
            <Field label={strings('day')} type="date" value={day} onInput={setDay} />
            <Field label={strings('time')} type="time" value={time} onInput={setTime} />
          </div>
          {wrong ? (
            <p class="schedule-note" role="alert">
              {wrong}
            </p>
          ) : null}
        </>
      ) : null}
    </Sheet>
  );
}

const two = (n: number): string => String(n).padStart(2, '0');
const dayOf = (it: Date): string => `${it.getFullYear()}-${two(it.getMonth() + 1)}-${two(it.getDate())}`;
const timeOf = (it: Date): string => `${two(it.getHours())}:${two(it.getMinutes())}`;
