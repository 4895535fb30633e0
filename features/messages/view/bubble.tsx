import { memo } from 'preact/compat';
import { CircleAlert, Clock, Copy, EllipsisVertical, Info, KeyRound, RotateCw, Trash2 } from 'lucide';
import { useState } from 'preact/hooks';

import { formatDay, formatTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { IconButton } from '../../../web/ui/button.tsx';
import { copyText } from '../../../web/ui/gestures.ts';
import { Icon } from '../../../web/ui/icon.tsx';
import { useMenu } from '../../../web/ui/menu.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { isTouch } from '../../../web/viewport.ts';
import { photoPath } from '../../photos/rules.ts';
import type { Receipts } from '../../receipts/state.ts';
import { MessageDetails, OwnState, reachedOf, stateWords } from '../../receipts/view.tsx';
import { partsOf } from '../rules.ts';
import type { Messages, Pending } from '../state.ts';
import type { Row } from '../state/rows.ts';
import { strings } from '../strings.ts';
import { Notice } from './notice.tsx';

/** What every line of one log shares. */
export interface LogPlace {
  readonly group: string;
  readonly pair: boolean;
  readonly members: number;
  readonly self: string;
  /** How far the actor has read. */
  readonly readSeq: () => number;
  readonly messages: Messages;
  readonly receipts: Receipts;
  /** Who leads the group: their messages are marked. Empty until it is known. */
  readonly leaders: ReadonlyMap<string, 'owner' | 'deputy'>;
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
          <Notice line={line} people={place.messages.people} self={place.self} /> · {formatTime(line.at)}
        </p>
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
  const text = line.text ?? '';
  const [detailed, setDetailed] = useState(false);
  const receipt = {
    receipts: place.receipts,
    group: place.group,
    seq: line.seq,
    members: place.members,
    pair: place.pair,
    self: place.readSeq,
  };
  const menu = useMenu({
    label: strings('menu'),
    items: () => [
      { label: strings('copy'), icon: Copy, quick: true, onSelect: () => void copyMessage(text) },
      row.own && {
        label: strings('details'),
        icon: Info,
        hint: stateWords(reachedOf(receipt)),
        onSelect: () => setDetailed(true),
      },
    ],
  });
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
      {...menu.gesture}
    >
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
        <div class="bubble">
          <span class="bubble-text" id={`${id}-text`}>
            <Text text={text} />
          </span>
          <span class="bubble-meta" id={`${id}-meta`}>
            <time dateTime={new Date(line.at).toISOString()}>{formatTime(line.at)}</time>
            {row.own ? <OwnState {...receipt} /> : null}
          </span>
        </div>
      </div>
      <More menu={menu} />
      {menu.view}
      {detailed ? <MessageDetails {...receipt} at={line.at} onClose={() => setDetailed(false)} /> : null}
    </article>
  );
}

/** Opens the menu with the mouse; under a finger a long press does. */
function More({ menu }: { menu: ReturnType<typeof useMenu> }) {
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
  const { id, text, state, at } = pending;
  const refused = state === 'refused';
  const hopeless = pending.refused?.code === 'not_found' || pending.refused?.code === 'forbidden';
  const retry = (): void => place.messages.retry(id);
  const discard = (): void => place.messages.discard(id);
  const menu = useMenu({
    label: strings('menu'),
    items: () => [
      { label: strings('copy'), icon: Copy, quick: true, onSelect: () => void copyMessage(text) },
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
        <div class="bubble">
          <span class="bubble-text" id={`p${id}-text`}>
            <Text text={text} />
          </span>
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
              <button type="button" onClick={() => void copyMessage(text)}>
                {strings('copy')}
              </button>
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
      return strings('refusedForbidden');
    case 'not_found':
      return strings('refusedGone');
    case 'fault':
      return strings('refusedFault', { id: String(refused.details['id'] ?? '') });
    default:
      return strings('refusedOther');
  }
}

/** Text as people wrote it; only web addresses, e-mail addresses and phone numbers become links. */
function Text({ text }: { text: string }) {
  return (
    <>
      {partsOf(text).map((part, at) =>
        part.href ? (
          <a
            key={at}
            class={part.whole ? 'bubble-link bubble-whole' : 'bubble-link'}
            href={part.href}
            // Whatever calls or writes letters is opened by the device, not in another page.
            target={part.href.startsWith('http') ? '_blank' : undefined}
            rel="noopener noreferrer"
            tabIndex={-1}
          >
            {part.text}
          </a>
        ) : part.whole ? (
          <span key={at} class="bubble-whole">
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </>
  );
}

async function copyMessage(text: string): Promise<void> {
  showToast(strings((await copyText(text)) ? 'copied' : 'notCopied'));
}

/** A line in one line of words, for the list of chats. */
export function lineWords(line: { kind: string; text: string | null }, notice: () => string): string {
  return line.kind === 'notice' ? notice() : (line.text ?? '').replace(/\s+/g, ' ').trim();
}
