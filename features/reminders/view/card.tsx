import { useEffect } from 'preact/hooks';
import {
  AlarmClock,
  ArrowLeftRight,
  CircleX,
  Clock,
  ExternalLink,
  MapPin,
  MoonStar,
  Paperclip,
  Repeat,
  UserRoundCheck,
  Users,
} from 'lucide';
import type { IconNode } from 'lucide';
import type { ComponentChildren } from 'preact';

import { cutMiddle } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { useNow } from '../../../web/now.ts';
import { Link } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { CardComing, CardGone } from '../../board/view/frame.tsx';
import { savePath } from '../../files/rules.ts';
import { urgencyWord } from '../../messages/view/parts/urgency.tsx';
import type { Reminder } from '../protocol.ts';
import { dayOf } from '../rules/civil.ts';
import type { Reminders } from '../state.ts';
import { shownOf } from '../state/occurrence.ts';
import type { Shown } from '../state/occurrence.ts';
import { dayWords, earlyWords, inner, lunarWords, repeatWords, timeWords } from '../state/saying.ts';
import { strings } from '../strings.ts';
import { Answering } from './answering.tsx';
import { sayRefused } from './refusal.ts';
import { DayTile } from './tile.tsx';
import { useReminders } from './use-reminders.ts';
import '../reminders.css';

export interface ReminderCardProps {
  readonly group: string;
  readonly id: string;
  /** The time it is about; absent: the next. */
  readonly at?: number | undefined;
  /** In the conversation. */
  readonly narrow?: boolean | undefined;
}

const TONES = ['red-soft', 'red-outline', 'red'] as const;
/** So long it is said that something has changed. */
const CHANGED_MS = 7 * 86_400_000;
const FILES_SHOWN = 2;

/** A reminder on the board, in the conversation, and among what waits for a person. */
export function ReminderCard({ group, id, at, narrow }: ReminderCardProps) {
  const state = useReminders();
  const it = state?.of(group, id);
  const refused = state?.refused.value;
  useEffect(() => {
    if (refused && state) sayRefused(state);
  }, [refused]);
  if (!state || it === undefined) return <CardComing title="" narrow={narrow} />;
  if (it === 'gone') return <CardGone narrow={narrow} />;
  return <Card state={state} it={it} at={at} narrow={narrow === true} />;
}

function Card({ state, it, at, narrow }: { state: Reminders; it: Reminder; at: number | undefined; narrow: boolean }) {
  const now = useNow();
  const shown = shownOf(it, at, now);
  const off = it.cancelled !== null || shown.cancelled;
  // The time that was next has passed while it was kept: what is answered to the one after it is asked for.
  const unknown = at === undefined && shown.counts === undefined;
  useEffect(() => {
    if (unknown) state.again(it.group, it.id);
  }, [unknown, shown.at]);
  // In the conversation it is no heading: those of the page would not follow each other.
  const Title = narrow ? 'p' : 'h3';
  return (
    // A group, no landmark: the same reminder may stand in a conversation several times.
    <div
      role="group"
      class={`board-card reminder-card${narrow ? ' board-card-narrow' : ''}${off || shown.over ? ' reminder-card-past' : ''}${off ? ' reminder-card-off' : ''}`}
      data-reminder={it.id}
      aria-label={strings('cardName', { title: it.title })}
    >
      <div class="reminder-card-top">
        <DayTile at={shown.start} look={tileLook(it, shown)} />
        <div class="reminder-card-words">
          <Title class="board-card-title">
            <Link href={pathOf(it, at)}>{it.title}</Link>{' '}
            {it.urgency > 0 && !narrow ? <Tag tone={TONES[it.urgency - 1]}>{urgencyWord(it.urgency)}</Tag> : null}
            <Standing it={it} shown={shown} now={now} />
          </Title>
          <Facts it={it} shown={shown} />
          <Totals shown={shown} whole={!off} />
        </div>
      </div>
      {it.cancelled?.reason ? (
        <p class="reminder-card-why">{strings('mineReason', { reason: it.cancelled.reason })}</p>
      ) : null}
      <Answering state={state} it={it} shown={shown} off={off} narrow={narrow} />
    </div>
  );
}

export function pathOf({ group, id }: Pick<Reminder, 'group' | 'id'>, at?: number): string {
  return `/chats/${group}/reminders/${id}${at === undefined ? '' : `?at=${at}`}`;
}

/** The head of the leaf is pine while something is asked of the person. */
export function tileLook(it: Reminder, shown: Shown): 'calls' | 'calm' | 'off' {
  if (it.cancelled !== null || shown.cancelled || shown.over) return 'off';
  const answered = shown.mine !== null && !shown.mine.again && !shown.mine.substitute?.refused;
  return shown.under || (it.concerns && !answered) ? 'calls' : 'calm';
}

/** What became of it: cancelled, under way, over, changed since. */
export function Standing({ it, shown, now }: { it: Reminder; shown: Shown; now: number }) {
  if (it.cancelled || shown.cancelled)
    return (
      <Tag tone="gold" icon={CircleX}>
        {strings(it.cancelled ? 'cancelled' : 'cancelledOne')}
      </Tag>
    );
  if (shown.under)
    return (
      <Tag tone="accent" icon={AlarmClock}>
        {strings('now')}
      </Tag>
    );
  if (shown.over) return <Tag>{strings(shown.missed ? 'missed' : 'over')}</Tag>;
  if (it.changed.length > 0 && now - it.changedAt < CHANGED_MS)
    return (
      <Tag tone="gold">
        {strings(
          it.changed.includes('time') ? 'changedTime' : it.changed.includes('place') ? 'changedPlace' : 'changed',
        )}
      </Tag>
    );
  return null;
}

/** When, how often, where, for whom, and with what. */
export function Facts({ it, shown, whole = false }: { it: Reminder; shown: Shown; whole?: boolean }) {
  const repeats = it.repeat !== null;
  const moved = shown.start !== shown.at;
  const time = timeWords({ start: shown.start, end: shown.end, wholeDay: it.wholeDay && !moved });
  const lunar = it.repeat?.every === 'lunarMonth' || it.repeat?.every === 'lunarYear';
  const rest = repeats ? inner(repeatWords(it.repeat)) : earlyWords(it.early);
  return (
    <>
      <Fact icon={repeats ? Repeat : Clock}>
        <b class="reminder-time">{time}</b>
        {rest ? `, ${rest}` : ''}
      </Fact>
      {repeats && it.early.length > 0 && whole ? <Fact icon={AlarmClock}>{earlyWords(it.early)}</Fact> : null}
      {moved ? (
        <Fact icon={ArrowLeftRight}>{strings('movedFrom', { day: dayWords(shown.at, shown.start) })}</Fact>
      ) : null}
      {lunar || whole ? <Fact icon={MoonStar}>{lunarWords(dayOf(shown.start))}</Fact> : null}
      {it.place ? <Fact icon={MapPin}>{it.place}</Fact> : null}
      {it.link ? (
        <Fact icon={ExternalLink}>
          <a class="reminder-link" href={it.link} target="_blank" rel="noopener noreferrer">
            {strings('open')} <span class="reminder-link-host">{hostOf(it.link)}</span>
          </a>
        </Fact>
      ) : null}
      {it.whom ? <Fact icon={Users}>{strings('concerns', { whom: whomWords(it) })}</Fact> : null}
      {whole ? null : <Files it={it} />}
    </>
  );
}

function Files({ it }: { it: Reminder }) {
  const { files } = it;
  if (files.length === 0) return null;
  return (
    <Fact icon={Paperclip}>
      {files.slice(0, FILES_SHOWN).map((file, at) => (
        <span key={file.id}>
          {at > 0 ? ', ' : ''}
          <a class="reminder-link" href={savePath(file.id)} download={file.name} title={file.name}>
            {cutMiddle(file.name, 28)}
          </a>
        </span>
      ))}
      {files.length > FILES_SHOWN ? strings('moreFiles', { n: files.length - FILES_SHOWN }) : ''}
    </Fact>
  );
}

function hostOf(link: string): string {
  return URL.canParse(link) ? new URL(link).host : link;
}

/** “Văn phòng, phó nhóm và 3 người” */
export function whomWords({ whom, named }: Pick<Reminder, 'whom' | 'named'>): string {
  if (!whom) return strings('everybody');
  const parts = [
    ...whom.roles.map((it) => strings(it)),
    ...named.units.map((it) => it.name),
    ...(whom.units.length > named.units.length
      ? [strings('unitsMore', { n: whom.units.length - named.units.length })]
      : []),
    ...named.accounts.slice(0, 2).map((it) => displayName(it.name)),
  ];
  const rest = whom.accounts.length - Math.min(2, named.accounts.length);
  return [...parts, ...(rest > 0 ? [strings(parts.length > 0 ? 'peopleMore' : 'people', { n: rest })] : [])].join(', ');
}

export function Fact({ icon, children }: { icon: IconNode; children: ComponentChildren }) {
  return (
    <p class="reminder-fact">
      <Icon of={icon} size={16} />
      <span>{children}</span>
    </p>
  );
}

/** “27 tham gia · 3 từ chối · 18 chưa trả lời” */
export function Totals({ shown: { counts, standsInFor }, whole }: { shown: Shown; whole: boolean }) {
  return (
    <>
      {whole && counts && counts.concerned > 0 ? (
        <p class="reminder-totals">
          <span class={counts.accepted > 0 ? 'reminder-totals-yes' : undefined}>
            {strings('accepted', { n: counts.accepted })}
          </span>
          {counts.substitute > 0 ? <span>{strings('substitutes', { n: counts.substitute })}</span> : null}
          <span>{strings('declined', { n: counts.declined })}</span>
          <span>{strings('waiting', { n: counts.none })}</span>
        </p>
      ) : null}
      {standsInFor.map((one) => (
        <p key={one.id} class="reminder-fact reminder-stands-in">
          <Icon of={one.refused ? CircleX : UserRoundCheck} size={16} />
          <span>{strings(one.refused ? 'standsNot' : 'standsIn', { name: displayName(one.name) })}</span>
        </p>
      ))}
    </>
  );
}
