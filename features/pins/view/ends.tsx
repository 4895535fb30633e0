import { useState } from 'preact/hooks';
import { Timer } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { formatDateTime } from '../../../web/format.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows } from '../../../web/ui/choice.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { endOfDay, lastDay } from '../../members/rules.ts';
import type { Pin } from '../protocol.ts';
import { ENDS_LEAST_MS, ENDS_MOST_MS } from '../rules.ts';
import { strings } from '../strings.ts';
import { tried, usePins } from './use-pins.ts';
import { whatWords } from './words.ts';
import '../pins.css';

const DAY_MS = 86_400_000;

type Choice = 'never' | 'day' | 'week' | 'on';

/** Until when it stays pinned. */
export function PinEnds({ group, pin, onClose }: { group: string; pin: Pin; onClose: () => void }) {
  const pins = usePins();
  const [choice, setChoice] = useState<Choice>(pin.until === null ? 'never' : 'on');
  const [day, setDay] = useState(pin.until === null ? '' : lastDay(pin.until));
  const [wrong, setWrong] = useState(false);
  const now = connection().now();
  const until = untilOf(choice, day, now);

  const save = (): void => {
    if (until === undefined) return setWrong(true);
    if (pins && tried(() => pins.keep(group, pin.thing, until))) {
      showToast({ words: strings('savedEnds'), icon: Timer });
      onClose();
    }
  };

  return (
    <Sheet
      title={strings('endsTitle')}
      subtitle={<span class="cut pin-ends-what">{whatWords(pin)}</span>}
      size="small"
      onClose={onClose}
      foot={<Button onPress={save}>{strings('save')}</Button>}
    >
      <RadioRows<Choice>
        label={strings('endsTitle')}
        hideLabel
        value={choice}
        onChange={(it) => {
          setChoice(it);
          setWrong(false);
        }}
        options={[
          { value: 'never', label: strings('endsNever') },
          { value: 'day', label: strings('endsDay'), help: endsWords('day', now) },
          { value: 'week', label: strings('endsWeek'), help: endsWords('week', now) },
          { value: 'on', label: strings('endsOn') },
        ]}
      />
      {choice === 'on' ? (
        <Field
          type="date"
          label={strings('day')}
          value={day}
          onInput={(it) => {
            setDay(it);
            setWrong(false);
          }}
          onEnter={save}
          help={until ? strings('endsAt', { when: formatDateTime(until) }) : undefined}
          error={wrong ? strings('dayWrong') : undefined}
        />
      ) : null}
    </Sheet>
  );
}

const endsWords = (choice: Choice, now: number): string =>
  strings('endsAt', { when: formatDateTime(untilOf(choice, '', now)!) });

/** Undefined for a day that is none, is over, or lies too far ahead. */
function untilOf(choice: Choice, day: string, now: number): number | null | undefined {
  if (choice === 'never') return null;
  if (choice !== 'on') return now + (choice === 'day' ? 1 : 7) * DAY_MS;
  const end = endOfDay(day);
  return end !== undefined && end - now >= ENDS_LEAST_MS && end - now <= ENDS_MOST_MS ? end : undefined;
}
