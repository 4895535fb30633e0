import { useEffect, useState } from 'preact/hooks';
import {
  ArrowLeftRight,
  CalendarArrowDown,
  CalendarX2,
  Check,
  CircleX,
  MessageSquareText,
  Pencil,
  RotateCcw,
  Undo2,
  UserRoundCheck,
} from 'lucide';

import { formatDateTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { useNow } from '../../../web/now.ts';
import { back, navigate } from '../../../web/routing.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button, LinkButton } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { MenuButton } from '../../../web/ui/menu.tsx';
import type { MenuEntry } from '../../../web/ui/menu.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Section } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { Gone } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { reminderFilePath } from '../../calendar/rules.ts';
import { Text } from '../../messages/view/parts/text.tsx';
import { urgencyWord } from '../../messages/view/parts/urgency.tsx';
import { FileList } from '../../notes/view/files.tsx';
import type { Reminder, ReminderOccurrence } from '../protocol.ts';
import { lastOccurrence, nextOccurrences, overAt } from '../rules/when.ts';
import type { Occurrence } from '../rules/when.ts';
import type { Reminders } from '../state.ts';
import { shownOf } from '../state/occurrence.ts';
import type { Shown } from '../state/occurrence.ts';
import { capital, dayWords, momentWords } from '../state/saying.ts';
import { strings } from '../strings/details.ts';
import { Answering } from './answering.tsx';
import { Answers, ExportButton } from './answers.tsx';
import { Facts, Standing, tileLook, Totals } from './card.tsx';
import { CancelSheet, MoveSheet } from './changing.tsx';
import { ChangeReminder } from './make.tsx';
import { refusalWords, sayRefused } from './refusal.ts';
import { DayTile } from './tile.tsx';
import { useReminders } from './use-reminders.ts';
import '../reminders.css';

const TONES = ['red-soft', 'red-outline', 'red'] as const;
/** Times ahead that are listed, and how many more at a time. */
const TIMES_SHOWN = 4;
const TIMES_MORE = 10;

/** `/chats/:group/reminders/:reminder?at=`: all of one reminder, at one of its times. */
export function ReminderScreen({ params, query }: ScreenProps) {
  const state = useReminders();
  const group = params['group'] ?? '';
  const id = params['reminder'] ?? '';
  const asked = Number(query.get('at') ?? Number.NaN);
  if (!state) return <Coming group={group} />;
  return (
    <Opened
      key={`${id} ${asked}`}
      state={state}
      group={group}
      id={id}
      asked={Number.isSafeInteger(asked) ? asked : undefined}
    />
  );
}

function Coming({ group }: { group: string }) {
  return (
    <Page title={strings('title')} nested backTo={`/chats/${group}/board`}>
      <Skeleton kind="text" rows={6} />
    </Page>
  );
}

interface OpenedProps {
  state: Reminders;
  group: string;
  id: string;
  asked: number | undefined;
}

function Opened({ state, group, id, asked }: OpenedProps) {
  const [at, setAt] = useState(asked);
  const [more, setMore] = useState<readonly ReminderOccurrence[]>([]);
  const it = state.of(group, id, more);
  const known = it !== undefined && it !== 'gone' ? it : undefined;
  const now = useNow();
  const refused = state.refused.value;
  useEffect(() => {
    if (refused) sayRefused(state);
  }, [refused]);
  // Of a time that is not around now, what was answered is asked for by itself.
  const wanted = known && at !== undefined ? shownOf(known, at, now).at : undefined;
  const near = state.of(group, id);
  const far =
    wanted !== undefined && near !== undefined && near !== 'gone' && !near.near.some((one) => one.at === wanted);
  const told = JSON.stringify([known?.version, known?.near.map((one) => one.counts)]);
  useEffect(() => {
    if (!far || wanted === undefined) return;
    let here = true;
    state.fetch(group, id, wanted).then(
      ({ near }) => here && setMore(near),
      // Without a line it is shown as far as the rule tells it.
      () => {},
    );
    return () => {
      here = false;
    };
  }, [wanted, far, told]);
  if (it === undefined) return <Coming group={group} />;
  if (it === 'gone')
    return (
      <Page title={strings('title')} nested backTo={`/chats/${group}/board`}>
        <Gone home={`/chats/${group}`} />
      </Page>
    );
  return <Details state={state} it={it} at={at} onAt={setAt} now={now} />;
}

interface DetailsProps {
  state: Reminders;
  it: Reminder;
  at: number | undefined;
  onAt: (at: number) => void;
  now: number;
}

function Details({ state, it, at, onAt, now }: DetailsProps) {
  const [open, setOpen] = useState<'change' | 'move' | 'cancel' | 'cancelOne'>();
  const shown = shownOf(it, at, now);
  const off = it.cancelled !== null || shown.cancelled;
  const items = menuOf({ state, it, shown, now, open: setOpen });
  return (
    <Page
      title={strings('title')}
      nested
      backTo={`/chats/${it.group}/board`}
      actions={<MenuButton label={strings('more')} items={() => items} />}
      foot={
        it.maySeeAnswers ? (
          <div class="reminder-foot">
            <ExportButton state={state} it={it} at={shown.at} />
            <LinkButton look="outline" href={reminderFilePath(it.id)} download icon={CalendarArrowDown}>
              {strings('icsShort')}
            </LinkButton>
          </div>
        ) : (
          <LinkButton look="outline" wide href={reminderFilePath(it.id)} download icon={CalendarArrowDown}>
            {strings('ics')}
          </LinkButton>
        )
      }
    >
      <div class="reminder-details">
        <div
          class={`reminder-card-top${off || shown.over ? ' reminder-card-past' : ''}${off ? ' reminder-card-off' : ''}`}
        >
          <DayTile at={shown.start} look={tileLook(it, shown)} />
          <div class="reminder-card-words">
            <h2 class="reminder-details-title">{it.title}</h2>
            <p class="reminder-details-tags">
              {it.urgency > 0 ? <Tag tone={TONES[it.urgency - 1]}>{urgencyWord(it.urgency)}</Tag> : null}
              <Standing it={it} shown={shown} now={now} />
            </p>
            <Facts it={it} shown={shown} whole />
            <Totals shown={shown} whole={!off} />
          </div>
        </div>
        {it.cancelled ? (
          <p class="reminder-card-why">
            {[
              strings('cancelledBy', { time: formatDateTime(it.cancelled.at) }),
              it.cancelled.reason ? strings('reason', { reason: it.cancelled.reason }) : '',
            ]
              .filter(Boolean)
              .join('. ')}
          </p>
        ) : null}
        <Answering state={state} it={it} shown={shown} off={off} />
        {it.text ? (
          <Section look="plain" title={strings('text')}>
            <div class="reminder-text">
              <Text line={{ text: it.text }} />
            </div>
          </Section>
        ) : null}
        {it.files.length > 0 ? (
          <Section look="plain" title={strings('files')}>
            <FileList files={it.files} />
          </Section>
        ) : null}
        {it.repeat ? <Times it={it} shown={shown} now={now} onAt={onAt} /> : null}
        <Section look="plain" title={strings('answers')}>
          {it.maySeeAnswers ? (
            <Answers key={shown.at} state={state} it={it} at={shown.at} counts={shown.counts} />
          ) : (
            <p class="reminder-note">{strings('notSeen')}</p>
          )}
        </Section>
        <p class="reminder-made">
          {strings('by', { name: displayName(it.by.name), time: formatDateTime(it.createdAt) })}
          {it.changedAt > it.createdAt ? ` · ${strings('changedAt', { time: formatDateTime(it.changedAt) })}` : ''}
        </p>
      </div>
      {open === 'change' ? <ChangeReminder state={state} it={it} onClose={() => setOpen(undefined)} /> : null}
      {open === 'move' ? (
        <MoveSheet state={state} it={it} shown={shown} onClose={() => setOpen(undefined)} />
      ) : open === 'cancel' || open === 'cancelOne' ? (
        <CancelSheet state={state} it={it} shown={shown} all={open === 'cancel'} onClose={() => setOpen(undefined)} />
      ) : null}
    </Page>
  );
}

interface MenuWish {
  state: Reminders;
  it: Reminder;
  shown: Shown;
  now: number;
  open: (what: 'change' | 'move' | 'cancel' | 'cancelOne') => void;
}

/** What may be done with it. */
function menuOf({ state, it, shown, now, open }: MenuWish): readonly MenuEntry[] {
  const repeats = it.repeat !== null;
  const comes = it.cancelled === null && nextOccurrences(it, now, 1).length > 0;
  const single = it.mayChange && repeats && it.cancelled === null && !shown.over;
  return [
    { label: strings('inChat'), icon: MessageSquareText, onSelect: () => navigate(`/chats/${it.group}?at=${it.seq}`) },
    'line',
    it.mayChange &&
      it.cancelled === null &&
      (comes || repeats) && {
        label: strings('edit'),
        icon: Pencil,
        onSelect: () => open('change'),
      },
    single && !shown.cancelled && { label: strings('move'), icon: ArrowLeftRight, onSelect: () => open('move') },
    single && !shown.cancelled && { label: strings('cancelOne'), icon: CircleX, onSelect: () => open('cancelOne') },
    single &&
      shown.cancelled && {
        label: strings('restore'),
        icon: RotateCcw,
        onSelect: () => void restore(state, it, shown.at, shown.at),
      },
    'line',
    it.mayChange &&
      comes && {
        label: strings(repeats ? 'cancelAll' : 'cancel'),
        icon: CalendarX2,
        tone: 'red' as const,
        onSelect: () => open('cancel'),
      },
    it.mayChange && {
      label: strings('remove'),
      icon: Undo2,
      tone: 'red' as const,
      onSelect: () => void remove(state, it),
    },
  ];
}

/** A time takes place again, when it did before. */
export async function restore(state: Reminders, it: Reminder, at: number, to: number): Promise<void> {
  try {
    await state.call('reminder.move', { group: it.group, reminder: it.id, at, to });
    state.again(it.group, it.id);
    showToast(strings('restored'));
  } catch (error) {
    showToast({ words: refusalWords(error), icon: null });
  }
}

async function remove(state: Reminders, it: Reminder): Promise<void> {
  const sure = await confirm({
    title: strings('removeTitle', { title: it.title }),
    text: strings('removeText'),
    yes: strings('removeYes'),
    danger: true,
  });
  if (!sure) return;
  try {
    await state.call('reminder.remove', { group: it.group, reminder: it.id });
    showToast({ words: strings('removed'), icon: Undo2 });
    back(`/chats/${it.group}/board`);
  } catch (error) {
    showToast({ words: refusalWords(error), icon: null });
  }
}

interface TimesProps {
  it: Reminder;
  shown: Shown;
  now: number;
  onAt: (at: number) => void;
}

/** Its times, the last that is over and those to come: each can be looked at and answered by itself. */
function Times({ it, shown, now, onAt }: TimesProps) {
  const [most, setMost] = useState(TIMES_SHOWN);
  const past = lastOccurrence(it, now);
  const next = nextOccurrences(it, now, most + 1);
  const cancelled = it.near.filter((one) => one.cancelled && overAt(one) > now && it.cancelled === null);
  const list = [...(past ? [past] : []), ...next.slice(0, most), ...cancelled, shown]
    .filter((one, at, all) => all.findIndex((other) => other.at === one.at) === at)
    .toSorted((a, b) => a.start - b.start);
  return (
    <Section look="plain" title={strings('times')}>
      <ul class="reminder-times" aria-label={strings('timesHelp')}>
        {list.map((one) => (
          <li key={one.at}>
            <button
              type="button"
              class="reminder-time-row"
              aria-pressed={one.at === shown.at}
              onClick={() => onAt(one.at)}
            >
              <span class={one.cancelled ? 'reminder-time-off' : overAt(one) <= now ? 'reminder-time-past' : undefined}>
                {timeLine(it, one, now)}
              </span>
              <Mine it={it} at={one.at} />
            </button>
          </li>
        ))}
      </ul>
      {next.length > most ? (
        <Button look="text" onPress={() => setMost(most + TIMES_MORE)}>
          {strings('laterTimes')}
        </Button>
      ) : null}
    </Section>
  );
}

function timeLine(it: Reminder, one: Occurrence, now: number): string {
  const words = capital(momentWords({ start: one.start, end: one.end, wholeDay: it.wholeDay }, now));
  if (one.cancelled || it.cancelled) return strings('timeCancelled', { words });
  return one.start === one.at ? words : strings('timeMoved', { words, from: dayWords(one.at, now) });
}

/** What the person has answered at this time. */
function Mine({ it, at }: { it: Reminder; at: number }) {
  const mine = it.near.find((one) => one.at === at)?.mine;
  if (!mine || mine.again) return null;
  const icon = mine.answer === 'accepted' ? Check : mine.answer === 'declined' ? CircleX : UserRoundCheck;
  return <Icon of={icon} size={20} label={strings(mine.answer)} />;
}
