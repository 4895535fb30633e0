import { useState } from 'preact/hooks';
import { CalendarX2 } from 'lucide';

import { newId } from '../../../protocol/id.ts';
import { connection, isUnreachable } from '../../../web/connection.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { ReasonField } from '../../../web/ui/reason-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Reminder } from '../protocol.ts';
import { REASON_MOST } from '../rules.ts';
import type { Reminders } from '../state.ts';
import { momentOf, writtenMoment } from '../state/draft.ts';
import type { Shown } from '../state/occurrence.ts';
import { bothDays, dayWords, momentWords } from '../state/saying.ts';
import { strings } from '../strings/details.ts';
import { refusalWords } from './refusal.ts';

interface ChangingProps {
  state: Reminders;
  it: Reminder;
  /** The time that is meant. */
  shown: Shown;
  onClose: () => void;
}

/** The same however often it is tried, until it was answered. */
function useAct() {
  const [id, setId] = useState(() => newId());
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  async function run(act: (id: string) => Promise<unknown>): Promise<boolean> {
    setBusy(true);
    setRefusal(undefined);
    try {
      await act(id);
      return true;
    } catch (error) {
      if (!isUnreachable(error)) setId(newId());
      setRefusal(refusalWords(error));
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { busy, refusal, run };
}

function Refusal({ words }: { words: string | undefined }) {
  return words ? (
    <p class="reminder-form-refusal" role="alert">
      {words}
    </p>
  ) : null;
}

/** One time takes place at another moment. */
export function MoveSheet({ state, it, shown, onClose }: ChangingProps) {
  const [from] = useState(() => writtenMoment(shown.start));
  const [day, setDay] = useState(from.day);
  const [time, setTime] = useState(from.time);
  const { busy, refusal, run } = useAct();
  const now = connection().now();
  const to = momentOf(day, it.wholeDay ? '00:00' : time);
  const fits = to !== undefined && to > now && to !== shown.start;
  const long = shown.end - shown.start;

  async function move(): Promise<void> {
    const { group, id: reminder } = it;
    if (to === undefined) return;
    const done = await run((id) => state.call('reminder.move', { group, reminder, at: shown.at, to }, { id }));
    if (!done) return;
    state.again(group, reminder);
    onClose();
    showToast({
      words: strings('moved', { day: dayWords(to, now) }),
      onAction: () =>
        void state.call('reminder.move', { group, reminder, at: shown.at, to: shown.start }).then(
          () => state.again(group, reminder),
          (error: unknown) => showToast({ words: refusalWords(error), icon: null }),
        ),
    });
  }

  return (
    <Sheet
      title={strings('moveTitle', { day: dayWords(shown.start, now) })}
      subtitle={it.title}
      size="small"
      onClose={onClose}
      foot={
        <div class="reminder-form-foot">
          <Refusal words={refusal} />
          <Button wide busy={busy} disabled={!fits} onPress={() => void move()}>
            {strings('moveYes')}
          </Button>
        </div>
      }
    >
      <p class="reminder-note">{strings('moveHelp')}</p>
      <div class="reminder-when-row">
        <Field
          label={strings('moveDay')}
          type="date"
          value={day}
          onInput={setDay}
          help={to === undefined ? undefined : bothDays(to)}
          error={to !== undefined && to <= now ? strings('movePast') : undefined}
        />
        {it.wholeDay ? null : <Field label={strings('moveTime')} type="time" value={time} onInput={setTime} />}
      </div>
      {fits ? (
        <p class="reminder-next-line" role="status">
          {momentWords({ start: to, end: to + long, wholeDay: it.wholeDay }, now)}
        </p>
      ) : null}
    </Sheet>
  );
}

/** It does not take place: this time, or at all. */
export function CancelSheet({ state, it, shown, all, onClose }: ChangingProps & { all: boolean }) {
  const [reason, setReason] = useState('');
  const { busy, refusal, run } = useAct();
  const now = connection().now();
  const day = dayWords(shown.start, now);

  async function cancel(): Promise<void> {
    const { group, id: reminder } = it;
    const at = all ? null : shown.at;
    const done = await run((id) =>
      state.call('reminder.cancel', { group, reminder, at, reason: all ? reason.trim() : '' }, { id }),
    );
    if (!done) return;
    state.again(group, reminder);
    onClose();
    if (all) return showToast({ words: strings('cancelled'), icon: CalendarX2 });
    showToast({
      words: strings('cancelledOne', { day }),
      icon: CalendarX2,
      onAction: () =>
        void state.call('reminder.move', { group, reminder, at: shown.at, to: shown.start }).then(
          () => {
            state.again(group, reminder);
            showToast(strings('restored'));
          },
          (error: unknown) => showToast({ words: refusalWords(error), icon: null }),
        ),
    });
  }

  return (
    <Sheet
      title={all ? strings('cancelTitle', { title: it.title }) : strings('cancelOneTitle', { day })}
      size="small"
      onClose={onClose}
      foot={
        <div class="reminder-form-foot">
          <Refusal words={refusal} />
          <Button wide look="danger" busy={busy} onPress={() => void cancel()}>
            {strings(all ? 'cancelYes' : 'cancelOneYes')}
          </Button>
        </div>
      }
    >
      <p class="reminder-note">{strings(all ? 'cancelText' : 'cancelOneText')}</p>
      {all ? (
        <ReasonField
          label={strings('cancelReason')}
          help={strings('cancelReasonHelp')}
          readyLabel={strings('cancelReady')}
          ready={[strings('reasonMoved'), strings('reasonWeather'), strings('reasonDone')]}
          value={reason}
          onInput={setReason}
          most={REASON_MOST}
        />
      ) : null}
    </Sheet>
  );
}
