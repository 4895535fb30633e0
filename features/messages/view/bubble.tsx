import { memo } from 'preact/compat';
import { useEffect } from 'preact/hooks';
import { Bookmark, Check, CircleAlert, Clock, Copy, EllipsisVertical, KeyRound, RotateCw, Trash2 } from 'lucide';

import { formatDay, formatTime } from '../../../web/format.ts';
import { later } from '../../../web/later.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { IconButton } from '../../../web/ui/button.tsx';
import { copyText } from '../../../web/ui/gestures.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import { useMenu } from '../../../web/ui/menu.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { isTouch } from '../../../web/viewport.ts';
import { Documents, Pictures } from '../../files/view/attachments.tsx';
import { isPicture } from '../../files/rules/layout.ts';
import { filesWords, isRefusedFile, refusedFileWords } from '../../files/view/words.ts';
import { callLine } from '../../calls/view/line.ts';
import { photoPath } from '../../photos/rules.ts';
import { LinkPreview } from '../../previews/view/preview.tsx';
import { Reactions } from '../../reactions/view.tsx';
import { useTapReaction } from '../../reactions/view/tap.ts';
import { OwnState } from '../../receipts/view.tsx';
import { Asking } from '../../receipts/view/asking.tsx';
import { HandlingTag } from '../../reports/view/handling.tsx';
import type { Message } from '../protocol.ts';
import { CHOSEN_MOST, markOf } from '../rules.ts';
import { unmarked } from '../rules/markup.ts';
import type { Pending } from '../state.ts';
import type { Row } from '../state/rows.ts';
import { isChoosable } from '../state/selection.ts';
import { strings } from '../strings.ts';
import { useMessageMenu } from './menu.tsx';
import { Notice } from './notice.tsx';
import { Card } from './parts/card.tsx';
import { Edited } from './parts/edited.tsx';
import { Forwarded } from './parts/forwarded.tsx';
import { Quote } from './parts/quote.tsx';
import { Recalled } from './parts/recalled.tsx';
import { Text } from './parts/text.tsx';
import { Urgency } from './parts/urgency.tsx';
import type { LogPlace, PartProps } from './place.ts';
import { lineOfPending, receiptOf } from './said.ts';
import { together, useSwipeAnswer } from './swipe.ts';

const guardedLine = later(() => import('./guarded.tsx').then((it) => it.GuardedLine));

/** What the guard refused is seldom: its card comes with the first. */
function GuardedSlot(props: { row: Row; pending: Pending; place: LogPlace }) {
  useEffect(() => void guardedLine.fetch(), []);
  const Line = guardedLine.it.value;
  return Line ? <Line {...props} /> : null;
}

interface LineProps {
  row: Row;
  place: LogPlace;
  unread: number;
}

/** One line with what stands above it. Drawn again only when its row is another. */
export const LogLine = memo(function LogLine({ row, place, unread }: LineProps) {
  const { line, pending } = row;
  return (
    <div class={`log-row${row.head || row.newDay || row.unread ? ' log-row-apart' : ''}`}>
      {row.newDay ? (
        <div class="log-day" role="separator" aria-label={formatDay(row.at)}>
          <span class="log-pill" aria-hidden="true">
            {formatDay(row.at)}
          </span>
        </div>
      ) : null}
      {row.unread ? (
        <div class="log-unread" role="separator" aria-label={strings('unread', { n: unread })}>
          <span aria-hidden="true">{strings('unread', { n: unread })}</span>
        </div>
      ) : null}
      {line?.kind === 'notice' ? (
        <p
          class="log-notice"
          role="article"
          tabIndex={-1}
          data-key={row.key}
          aria-setsize={-1}
          aria-posinset={line.seq}
        >
          <Notice line={line} group={place.group} people={place.messages.people} self={place.self} /> ·{' '}
          {formatTime(line.at)}
        </p>
      ) : pending?.guard ? (
        <GuardedSlot row={row} pending={pending} place={place} />
      ) : pending ? (
        <PendingBubble row={row} pending={pending} place={place} />
      ) : line ? (
        <Bubble row={row} place={place} />
      ) : null}
    </div>
  );
});

function Bubble({ row, place }: { row: Row; place: LogPlace }) {
  const line = row.line!;
  const menu = useMessageMenu(line, place);
  const tap = useTapReaction(line, place);
  const swipe = useSwipeAnswer(line, place);
  const choosing = place.selection.on.value && isChoosable(line);
  const parts: PartProps = { line, own: row.own, place };
  const person = place.messages.people.get(line.by);
  const name = row.own ? strings('you') : displayName(person?.name ?? strings('someone'));
  const position = [person?.position, person?.unit].filter(Boolean).join(' · ');
  const named = !row.own && !place.pair;
  const role = place.leaders.get(line.by ?? '');
  const id = `m${line.seq}`;
  return (
    <article
      class={`bubble-line ${row.own ? 'bubble-own' : 'bubble-other'}${row.head ? ' bubble-head' : ''}${place.pair ? ' bubble-pair' : ''}`}
      tabIndex={-1}
      data-key={row.key}
      aria-labelledby={`${id}-by ${id}-text ${id}-meta`}
      aria-setsize={-1}
      aria-posinset={line.seq}
      {...(place.selection.on.value ? {} : together(menu.gesture, swipe))}
    >
      {choosing ? <Picked line={line} place={place} labelled={`${id}-by ${id}-text`} /> : null}
      {named ? (
        row.head ? (
          <Avatar id={line.by ?? ''} name={name} photo={photoPath(person?.photo)} size={36} role={role} />
        ) : (
          <span class="bubble-space" />
        )
      ) : null}
      <div class="bubble-column">
        {named && row.head ? (
          <header class="bubble-by" id={`${id}-by`}>
            <span class="bubble-name">
              {name}
              {role ? <Icon of={KeyRound} size={16} class={`bubble-role bubble-role-${role}`} /> : null}
            </span>
            {position ? <span class="bubble-position">{position}</span> : null}
          </header>
        ) : (
          <span class="unseen" id={`${id}-by`}>
            {name}
          </span>
        )}
        <div class={bubbleClass(parts)} {...tap}>
          <Said {...parts} id={id} />
          <span class="bubble-meta" id={`${id}-meta`}>
            <Edited {...parts} />
            {line.saved ? <Icon of={Bookmark} size={14} label={strings('savedMark')} /> : null}
            <time dateTime={new Date(line.at).toISOString()}>{formatTime(line.at)}</time>
            {row.own && !line.recalled ? <OwnState {...receiptOf(line, place)} /> : null}
          </span>
          {line.recalled ? null : <Asking {...parts} />}
        </div>
        {line.recalled ? null : <Reactions {...parts} />}
      </div>
      {place.selection.on.value ? null : <More menu={menu} />}
      {menu.view}
    </article>
  );
}

interface PickedProps {
  line: Message;
  place: LogPlace;
  /** What it is the tick of. */
  labelled: string;
}

/** While messages are picked, each is pressed as a whole: the tick lies over it. */
function Picked({ line, place, labelled }: PickedProps) {
  const { selection } = place;
  const on = selection.has(line.id);
  const pick = (event: MouseEvent): void => {
    const all = event.shiftKey ? selection.reach(line, place.conversation.shown.peek().lines) : selection.toggle(line);
    if (!all) showToast({ words: strings('pickMost', { n: CHOSEN_MOST }), icon: null });
  };
  return (
    <button
      type="button"
      class="bubble-pick"
      role="checkbox"
      aria-checked={on}
      aria-label={strings('pick')}
      aria-describedby={labelled}
      tabIndex={-1}
      onClick={pick}
    >
      <span class="bubble-tick">{on ? <Icon of={Check} size={16} /> : null}</span>
    </button>
  );
}

/** What a message says, part by part; a recalled one says only that. */
function Said({ id, ...parts }: PartProps & { id: string }) {
  const { line } = parts;
  if (line.recalled) {
    return (
      <span class="bubble-text" id={`${id}-text`}>
        <Recalled {...parts} />
      </span>
    );
  }
  return (
    <div class="bubble-said" id={`${id}-text`}>
      <Urgency {...parts} />
      <HandlingTag mark={markOf({ ...line, files: line.files?.filter(isPicture) })} />
      <Forwarded {...parts} />
      <Quote {...parts} />
      <Pictures {...parts} />
      {line.card ? (
        <Card {...parts} />
      ) : line.text ? (
        <span class="bubble-text">
          <Text line={line} place={parts.place} />
        </span>
      ) : null}
      <Documents {...parts} />
      <LinkPreview {...parts} />
    </div>
  );
}

function bubbleClass({ line, own, place }: PartProps): string {
  const calls = !own && !line.recalled && place.callsMe(line.mentions);
  return `bubble${line.urgency ? ` bubble-urgent-${line.urgency}` : ''}${line.recalled ? ' bubble-recalled' : ''}${calls ? ' bubble-calls-me' : ''}${line.card ? ' bubble-card' : ''}`;
}

/** Opens the menu with the mouse; under a finger a long press does. */
function More({ menu }: { menu: Pick<ReturnType<typeof useMenu>, 'open' | 'isOpen'> }) {
  if (isTouch) return null;
  return (
    <span class="bubble-more">
      <IconButton
        icon={EllipsisVertical}
        size={20}
        label={strings('menu')}
        hasMenu
        tabIndex={-1}
        expanded={menu.isOpen}
        onPress={(event) => menu.open(event.currentTarget as Element)}
      />
    </span>
  );
}

function PendingBubble({ row, pending, place }: { row: Row; pending: Pending; place: LogPlace }) {
  const { id, state, at } = pending;
  const line = lineOfPending(pending, place);
  const parts: PartProps = { line, pending, own: true, place };
  const text = line.text ?? '';
  const refused = state === 'refused';
  const { code } = pending.refused ?? {};
  const hopeless =
    code === 'not_found' ||
    code === 'forbidden' ||
    code === 'message.gone' ||
    code === 'message.kept_here' ||
    isRefusedFile(code);
  const retry = (): void => place.messages.retry(id);
  const discard = (): void => place.messages.discard(id);
  const menu = useMenu({
    label: strings('menu'),
    items: () => [
      text !== '' && { label: strings('copy'), icon: Copy, quick: true, onSelect: () => void copyMessage(text) },
      refused && !hopeless && { label: strings('retry'), icon: RotateCw, onSelect: retry },
      state !== 'sent' && { label: strings('discard'), icon: Trash2, tone: 'red' as const, onSelect: discard },
    ],
  });
  return (
    <article
      class={`bubble-line bubble-own bubble-pending${row.head ? ' bubble-head' : ''}${refused ? ' bubble-refused' : ''}`}
      tabIndex={-1}
      data-key={row.key}
      aria-labelledby={`p${id}-by p${id}-text p${id}-meta`}
      aria-setsize={-1}
      {...menu.gesture}
    >
      <div class="bubble-column">
        <span class="unseen" id={`p${id}-by`}>
          {strings('you')}
        </span>
        <div class={bubbleClass(parts)}>
          <Said {...parts} id={`p${id}`} />
          <span class="bubble-meta" id={`p${id}-meta`}>
            <time dateTime={new Date(at).toISOString()}>{formatTime(at)}</time>
            {refused ? (
              <span class="bubble-failed">
                <Icon of={CircleAlert} size={14} />
                {strings('refused')}
              </span>
            ) : (
              <span class="own-state">
                <Icon of={Clock} size={14} />
                {strings(state === 'sent' ? 'sent' : pending.refused ? 'waitingRegulation' : 'waiting')}
              </span>
            )}
          </span>
        </div>
        {refused ? (
          <div class="bubble-refusal" role="alert">
            <p>{refusalWords(pending)}</p>
            <p class="bubble-acts">
              {hopeless ? null : (
                <button type="button" onClick={retry}>
                  {strings('retry')}
                </button>
              )}
              {text ? (
                <button type="button" onClick={() => void copyMessage(text)}>
                  {strings('copy')}
                </button>
              ) : null}
              <button type="button" onClick={discard}>
                {strings('discard')}
              </button>
            </p>
          </div>
        ) : null}
      </div>
      <More menu={menu} />
      {menu.view}
    </article>
  );
}

function refusalWords({ refused }: Pending): string {
  switch (refused?.code) {
    case 'forbidden':
      return strings(refused.details['right'] === 'message.forward' ? 'refusedForward' : 'refusedForbidden');
    case 'message.gone':
      return strings('refusedSourceGone');
    case 'message.kept_here':
      return strings('refusedKeptHere');
    case 'not_found':
      return strings('refusedGone');
    case 'fault':
      return strings('refusedFault', { id: String(refused.details['id'] ?? '') });
    default:
      return isRefusedFile(refused?.code) ? refusedFileWords() : strings('refusedOther');
  }
}

async function copyMessage(text: string): Promise<void> {
  showToast(strings((await copyText(text)) ? 'copied' : 'notCopied'));
}

/** A line in one line of words, for the list of chats. */
export function lineWords(
  line: Pick<Message, 'kind' | 'text' | 'files' | 'recalled' | 'card'>,
  notice: () => string,
): string {
  if (line.kind === 'notice') return notice();
  if (line.recalled) return strings(line.recalled.secrecy ? 'withdrawn' : 'recalled');
  if (line.card?.kind === 'call') return callLine(line.text);
  return (
    unmarked(line.text ?? '')
      .replace(/\s+/g, ' ')
      .trim() || filesWords(line.files ?? [])
  );
}
