import { useState } from 'preact/hooks';
import { CalendarClock } from 'lucide';

import { newId } from '../../../protocol/id.ts';
import { call, connection } from '../../../web/connection.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import type { PanelProps } from '../../messages/view/composer/place.ts';
import { tooLongBy } from '../../messages/rules.ts';
import { strings } from '../strings.ts';
import { scheduledMessages } from './list.ts';
import { TimeSheet } from './time.tsx';
import { refusalWords, timeWords } from './words.ts';

/** Schedules what stands in the composer. */
export function ScheduleSheet({ place, onClose }: PanelProps) {
  const { composition, group } = place;
  const [busy, setBusy] = useState(false);
  // The same however often it is tried: an answer that was lost schedules nothing twice.
  const [id] = useState(() => newId());
  const ready = composition.filled.value && tooLongBy(composition.text.value) <= 0;

  async function schedule(at: number): Promise<void> {
    const { text, form } = composition.message();
    const { forward: _forward, ...rest } = form;
    setBusy(true);
    try {
      await call('scheduled.add', { group, text, ...rest, at }, { id });
      composition.clear();
      void scheduledMessages().fetch();
      showToast({ words: strings('done', { time: timeWords(at, connection().now()) }), icon: CalendarClock });
      onClose();
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    }
    setBusy(false);
  }

  return (
    <TimeSheet
      title={strings('schedule')}
      hindrance={!ready ? strings('nothing') : composition.waits.value ? strings('uploading') : undefined}
      busy={busy}
      onChoose={(at) => void schedule(at)}
      onClose={onClose}
    />
  );
}
