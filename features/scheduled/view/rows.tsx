import { useState } from 'preact/hooks';
import { CalendarClock, Clock, Pencil, SendHorizontal, Trash2 } from 'lucide';

import { call, connection } from '../../../web/connection.ts';
import { displayName } from '../../../web/names.ts';
import { confirm } from '../../../web/ui/confirm.tsx';
import { MenuButton } from '../../../web/ui/menu.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { DraftForm } from '../../messages/state/composition.ts';
import { urgencyWord } from '../../messages/view/parts/urgency.tsx';
import type { Scheduled } from '../protocol.ts';
import { strings } from '../strings.ts';
import { scheduledMessages } from './list.ts';
import { TimeSheet } from './time.tsx';
import { refusalWords, timeWords, whyWords } from './words.ts';
import './scheduled.css';

interface RowsProps {
  /** Of one chat; absent for all. */
  group?: string;
  /** Takes the words into a field; absent where there is none. */
  onEdit?: (it: Scheduled, text: string, form: DraftForm) => void;
}

const TONES = ['red-soft', 'red-outline', 'red'] as const;

/** Messages that wait, the next first, with what can be done with each. */
export function ScheduledRows({ group, onEdit }: RowsProps) {
  const state = scheduledMessages();
  const all = state.list.value;
  const trouble = state.trouble.value;
  const [timing, setTiming] = useState<Scheduled>();
  const [busy, setBusy] = useState(false);
  const list = all?.filter((it) => group === undefined || it.group === group);
  const now = connection().now();

  async function doing(act: () => Promise<unknown>, done?: string): Promise<boolean> {
    setBusy(true);
    try {
      await act();
      if (done) showToast({ words: done, icon: CalendarClock });
      return true;
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
      return false;
    } finally {
      setBusy(false);
      void state.fetch();
    }
  }

  async function edit(it: Scheduled): Promise<void> {
    await doing(async () => {
      const { text, mentions, files, urgency, ask } = await call('scheduled.get', { scheduled: it.id });
      onEdit?.(it, text, {
        ...(mentions ? { mentions } : {}),
        ...(files ? { files } : {}),
        ...(urgency ? { urgency: urgency as 1 | 2 | 3 } : {}),
        ...(ask ? { ask } : {}),
      });
    });
  }

  async function cancel(it: Scheduled): Promise<void> {
    const sure = await confirm({
      title: strings('cancelTitle'),
      text: strings('cancelText'),
      yes: strings('cancel'),
      danger: true,
    });
    if (sure) await doing(() => call('scheduled.cancel', { scheduled: it.id }), strings('cancelled'));
  }

  if (!list)
    return trouble === undefined ? (
      <Skeleton kind="text" rows={4} />
    ) : (
      <Trouble error={trouble} onRetry={() => void state.fetch()} />
    );
  if (list.length === 0)
    return <EmptyState icon={CalendarClock} title={strings('empty')} text={strings('emptyText')} />;
  return (
    <>
      <ul class="scheduled-list">
        {list.map((it) => (
          <li key={it.id} class="scheduled-item">
            <div class="scheduled-item-words">
              <span class="scheduled-item-time">
                {it.refused ? strings('notSent') : timeWords(it.at, now)}
                {it.urgency ? <Tag tone={TONES[it.urgency - 1]}>{urgencyWord(it.urgency)}</Tag> : null}
              </span>
              {group === undefined ? (
                <span class="scheduled-item-group">
                  {it.groupName === '' ? strings('pair') : displayName(it.groupName)}
                </span>
              ) : null}
              {it.text ? <span class="scheduled-item-text cut-2">{it.text}</span> : null}
              {it.files > 0 ? <span class="scheduled-item-files">{strings('files', { n: it.files })}</span> : null}
              {it.refused ? <span class="scheduled-item-why">{whyWords(it.refused)}</span> : null}
            </div>
            <MenuButton
              label={strings('more')}
              items={() => [
                onEdit && { label: strings('edit'), icon: Pencil, onSelect: () => void edit(it) },
                { label: strings('changeTime'), icon: Clock, onSelect: () => setTiming(it) },
                {
                  label: strings('sendNow'),
                  icon: SendHorizontal,
                  onSelect: () => void doing(() => call('scheduled.send', { scheduled: it.id })),
                },
                'line',
                { label: strings('cancel'), icon: Trash2, tone: 'red' as const, onSelect: () => void cancel(it) },
              ]}
            />
          </li>
        ))}
      </ul>
      {timing ? (
        <TimeSheet
          title={strings('changeTime')}
          at={Math.max(timing.at, now)}
          busy={busy}
          onChoose={(at) =>
            void doing(
              () => call('scheduled.change', { group: timing.group, scheduled: timing.id, at }),
              strings('done', { time: timeWords(at, now) }),
            ).then((done) => done && setTiming(undefined))
          }
          onClose={() => setTiming(undefined)}
        />
      ) : null}
    </>
  );
}
