import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  Ban,
  Building2,
  ChevronDown,
  CircleAlert,
  ListFilter,
  LogIn,
  RefreshCw,
  Server,
  ShieldAlert,
  SlidersHorizontal,
  UserRound,
  UserRoundCheck,
  X,
} from 'lucide';
import type { IconNode } from 'lucide';

import type { AuditTopic } from '../../../protocol/action.ts';
import { formatDate, formatDay, formatTime, sameDay } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { icons } from '../../../web/ui/meanings.ts';
import { Spinner } from '../../../web/ui/progress.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Strip } from '../../../web/ui/strip.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { VirtualList } from '../../../web/ui/virtual-list.tsx';
import type { VirtualizerHandle } from '../../../web/ui/virtual-list.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { AuditEntry } from '../protocol.ts';
import { ALL, FRESH_MOST, isAll, LogPages } from '../state/log.ts';
import { actorName, actTitle, detailWords, deviceWords } from '../state/sentences.ts';
import { strings } from '../strings/log.ts';
import { KindSheet, personOf, PersonSheet, TimeSheet } from './choose.tsx';
import '../audit.css';

const TOPIC_ICONS: Readonly<Record<string, IconNode>> = {
  group: SlidersHorizontal,
  member: UserRoundCheck,
  account: UserRound,
  sign_in: LogIn,
  directory: Building2,
  agency: Building2,
  secrecy: ShieldAlert,
  log: icons.auditLog,
} satisfies Record<AuditTopic, IconNode>;

/** How often it is looked whether something new is there; only for as long as somebody is at the page. */
const LOOK_MS = 20_000;
/** Without a touch for so long nobody looks: rights of administrators that are not used must come to rest. */
const PRESENT_MS = 5 * 60_000;
const NEAR_END = 20;

export function useLog(group: string | undefined): LogPages {
  const pages = useMemo(() => new LogPages(group), [group]);
  useEffect(() => void pages.begin(), [pages]);
  useEffect(() => {
    let touched = Date.now();
    const touch = (): void => {
      touched = Date.now();
    };
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible' || Date.now() - touched > PRESENT_MS) return;
      // What could not be asked now is asked the next time.
      pages.look().catch(() => undefined);
    }, LOOK_MS);
    for (const event of ['pointerdown', 'keydown', 'wheel'] as const)
      window.addEventListener(event, touch, { passive: true });
    return () => {
      clearInterval(timer);
      for (const event of ['pointerdown', 'keydown', 'wheel'] as const) window.removeEventListener(event, touch);
    };
  }, [pages]);
  return pages;
}

/** The line of filters. */
export function LogFilters({ pages }: { pages: LogPages }) {
  const [open, setOpen] = useState<'person' | 'kind' | 'time'>();
  const choice = pages.choice.value;
  const choose = (next: typeof choice): void => void pages.choose(next);
  const close = (): void => setOpen(undefined);
  const { person, topic, refused, from, to } = choice;
  const day = (text: string): string => formatDate(`${text}T12:00:00+07:00`);
  const time =
    from !== '' && to !== ''
      ? strings('days', { from: day(from), to: day(to) })
      : from !== ''
        ? strings('since', { day: day(from) })
        : to !== ''
          ? strings('before', { day: day(to) })
          : strings('time');
  return (
    <>
      <Chips label={strings('filters')}>
        <Chip look="outline" on={person !== undefined} iconAfter={ChevronDown} onPress={() => setOpen('person')}>
          {person?.name ?? strings('person')}
        </Chip>
        <Chip look="outline" on={from !== '' || to !== ''} iconAfter={ChevronDown} onPress={() => setOpen('time')}>
          {time}
        </Chip>
        <Chip look="outline" on={topic !== undefined} iconAfter={ChevronDown} onPress={() => setOpen('kind')}>
          {strings(topic ?? 'kind')}
        </Chip>
        <Chip on={refused} onPress={() => choose({ ...choice, refused: !refused })}>
          {strings('refusedOnly')}
        </Chip>
        {isAll(choice) ? null : (
          <Chip on={false} icon={X} onPress={() => choose(ALL)}>
            {strings('clear')}
          </Chip>
        )}
      </Chips>
      {open === 'person' ? (
        <PersonSheet
          title={strings('choosePerson')}
          onClose={close}
          onChoose={(chosen) => {
            choose({ ...choice, person: personOf(chosen) });
            close();
          }}
        />
      ) : null}
      {open === 'kind' ? <KindSheet choice={choice} onChoose={choose} onClose={close} /> : null}
      {open === 'time' ? <TimeSheet choice={choice} onChoose={choose} onClose={close} /> : null}
    </>
  );
}

type Item = AuditEntry | { readonly day: string; readonly at: number };

function withDays(entries: readonly AuditEntry[]): Item[] {
  return entries.flatMap((it, index): Item[] => {
    const before = entries[index - 1];
    return before && sameDay(before.at, it.at) ? [it] : [{ day: formatDay(it.at), at: it.at }, it];
  });
}

interface LogListProps {
  pages: LogPages;
  /** The log of one group: its name stands at the top already. */
  ofGroup: boolean;
}

export function LogList({ pages, ofGroup }: LogListProps) {
  const handle = useRef<VirtualizerHandle>(null);
  const entries = pages.entries.value;
  const busy = pages.busy.value;
  const error = pages.error.value;
  const fresh = pages.fresh.value;
  const items = useMemo(() => withDays(entries), [entries]);
  const strip =
    fresh > 0 ? (
      <Strip
        icon={RefreshCw}
        action={strings('show')}
        onAction={() => {
          handle.current?.scrollToIndex(0);
          void pages.begin();
        }}
      >
        {fresh >= FRESH_MOST ? strings('freshMany', { n: FRESH_MOST - 1 }) : strings('fresh', { n: fresh })}
      </Strip>
    ) : null;
  if (items.length === 0) {
    if (error !== undefined) return <Trouble error={error} onRetry={() => void pages.begin()} />;
    if (busy) return <Skeleton kind="person" rows={9} />;
    return isAll(pages.choice.value) ? (
      <EmptyState icon={icons.auditLog} title={strings('nothing')} text={strings('nothingText')} />
    ) : (
      <EmptyState icon={ListFilter} title={strings('nothingFound')} text={strings('nothingFoundText')} announce />
    );
  }
  return (
    <div class={`audit-log${ofGroup ? ' audit-log-of-group' : ''}`}>
      {strip}
      <div class="audit-heads" aria-hidden="true">
        <span>{strings('time')}</span>
        <span>{strings('who')}</span>
        <span>{strings('act')}</span>
        <span>{strings('details')}</span>
        {ofGroup ? null : <span>{strings('inGroup')}</span>}
      </div>
      <VirtualList
        items={items}
        keyOf={(it) => ('day' in it ? `day ${it.day}` : String(it.seq))}
        label={strings('entries')}
        estimate={56}
        total={pages.more.value ? -1 : items.length}
        handle={handle}
        focusable
        onScroll={() => {
          const shown = handle.current;
          if (!shown) return;
          if (shown.findItemIndex(shown.scrollOffset + shown.viewportSize) > items.length - NEAR_END)
            void pages.older();
        }}
        after={
          error !== undefined ? (
            <Trouble error={error} onRetry={() => void pages.begin()} />
          ) : busy ? (
            <p class="audit-more">
              <Spinner size={20} label={strings('loading')} />
            </p>
          ) : undefined
        }
      >
        {(it) => ('day' in it ? <h2 class="audit-day">{it.day}</h2> : <LogRow entry={it} ofGroup={ofGroup} />)}
      </VirtualList>
    </div>
  );
}

function LogRow({ entry, ofGroup }: { entry: AuditEntry; ofGroup: boolean }) {
  const { actor, result, topic, more } = entry;
  const refused = result !== 'done';
  const icon = result === 'denied' ? Ban : result === 'failed' ? CircleAlert : (TOPIC_ICONS[topic] ?? icons.auditLog);
  const details = [...detailWords(entry), ...(more > 0 ? [strings('more', { n: more })] : [])];
  const from = [deviceWords(entry), entry.address].filter(Boolean).join(' · ');
  const group = entry.group ? displayName(entry.group.name) : '';
  const shown = actor ?? (refused ? entry.people[0] : undefined);
  return (
    <article class={`audit-row${refused ? ' audit-row-refused' : ''}`}>
      <time class="audit-time-of" dateTime={new Date(entry.at).toISOString()}>
        {formatTime(entry.at)}
        <span class="audit-seconds">:{String(Math.floor(entry.at / 1000) % 60).padStart(2, '0')}</span>
      </time>
      <span class="audit-who">
        {shown ? (
          <Avatar id={shown.id} name={displayName(shown.name)} photo={photoPath(shown.photo)} size={24} />
        ) : (
          <span class="audit-system">
            <Icon of={entry.door === 'house' ? Server : UserRound} size={16} />
          </span>
        )}
        <span class="audit-who-words">
          <span class="audit-name">{actorName(entry)}</span>
          {from === '' ? null : <span class="audit-from">{from}</span>}
        </span>
      </span>
      <span class="audit-act">
        <Icon of={icon} size={16} />
        <span>{actTitle(entry)}</span>
      </span>
      <span class="audit-details">{details.join(' · ')}</span>
      {ofGroup ? null : (
        <span class="audit-group cut" title={group}>
          {group}
        </span>
      )}
    </article>
  );
}
