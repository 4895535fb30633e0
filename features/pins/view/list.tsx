import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ArrowDown, ArrowUp, ArrowUpToLine, BookOpenText, GripVertical, MessageSquare, PinOff, Timer } from 'lucide';

import { formatDateTime } from '../../../web/format.ts';
import { navigate } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { MenuButton } from '../../../web/ui/menu.tsx';
import type { MenuEntry } from '../../../web/ui/menu.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { useChats } from '../../chats/view/use-chats.ts';
import type { Pin } from '../protocol.ts';
import { beforeAt } from '../rules.ts';
import { strings } from '../strings.ts';
import { unpin } from './act.ts';
import { useDrag } from './drag.ts';
import { PinEnds } from './ends.tsx';
import { isInChat, openPin } from './open.ts';
import { tried, usePinList, usePins } from './use-pins.ts';
import { PinnedMessage } from './whole.tsx';
import { kindIcons, underWords, whatWords } from './words.ts';
import '../pins.css';

interface PinListProps {
  group: string;
  /** Only the first so many; the rest is a press further. */
  most?: number;
}

/** May the person pin here, and put pins in order? */
export function mayPin(group: string): boolean {
  const chat = useChats()?.get(group);
  return chat?.state === 'open' && chat.rights.includes('message.pin');
}

/** What is pinned, in its order; who may changes it by dragging, with Alt and the arrows, or by the menu. */
export function PinList({ group, most }: PinListProps) {
  const pins = usePins();
  const list = usePinList(group);
  const may = mayPin(group);
  const [announced, setAnnounced] = useState('');
  const [reading, setReading] = useState<Pin>();
  const [ending, setEnding] = useState<Pin>();
  const [all, setAll] = useState(false);
  const box = useRef<HTMLUListElement>(null);
  /** Moving it in the list takes the focus away from what had it. */
  const refocus = useRef<{ readonly thing: string; readonly on: string } | undefined>(undefined);
  useLayoutEffect(() => {
    const it = refocus.current;
    refocus.current = undefined;
    if (it) box.current?.querySelector<HTMLElement>(`[data-thing="${it.thing}"] .${it.on}`)?.focus();
  }, [list]);

  /** To this place of the list. */
  const moveTo = (pin: Pin, to: number): void => {
    if (!pins || !list) return;
    const from = list.findIndex((it) => it.thing === pin.thing);
    const place = Math.max(0, Math.min(list.length - 1, to));
    const words = { what: whatWords(pin), n: place + 1, all: list.length };
    if (from === place || from === -1) return setAnnounced(strings('notMovable', words));
    if (tried(() => pins.move(group, pin.thing, beforeAt(list, pin.thing, place))))
      setAnnounced(strings('moved', words));
  };
  const keys = (event: KeyboardEvent, pin: Pin, at: number): void => {
    if (!may || !event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    event.stopPropagation();
    refocus.current = { thing: pin.thing, on: (event.currentTarget as Element).className };
    moveTo(pin, at + (event.key === 'ArrowUp' ? -1 : 1));
  };
  const drag = useDrag(box, (thing, to) => {
    const pin = list?.find((it) => it.thing === thing);
    if (pin) moveTo(pin, to);
  });

  if (!list) return <Skeleton kind="setting" rows={most ?? 3} />;
  if (list.length === 0) return <p class="pin-none">{strings(may ? 'emptyMay' : 'empty')}</p>;
  const shown = most === undefined ? list : list.slice(0, most);

  const open = (pin: Pin): void => openPin(group, pin, (it) => setReading(it));
  const itemsOf = (pin: Pin, at: number): MenuEntry[] => [
    may && at > 0 && { label: strings('up'), icon: ArrowUp, hint: 'Alt ↑', onSelect: () => moveTo(pin, at - 1) },
    may &&
      at < list.length - 1 && {
        label: strings('down'),
        icon: ArrowDown,
        hint: 'Alt ↓',
        onSelect: () => moveTo(pin, at + 1),
      },
    may && at > 1 && { label: strings('first'), icon: ArrowUpToLine, onSelect: () => moveTo(pin, 0) },
    'line',
    pin.kind === 'message' && { label: strings('readWhole'), icon: BookOpenText, onSelect: () => setReading(pin) },
    isInChat(group, pin) && {
      label: strings('inChat'),
      icon: MessageSquare,
      onSelect: () => navigate(`/chats/${group}?at=${pin.seq}`),
    },
    'line',
    may && { label: strings('ends'), icon: Timer, onSelect: () => setEnding(pin) },
    may && { label: strings('unpin'), icon: PinOff, onSelect: () => unpin(group, pin.thing) },
  ];

  return (
    <div class="pins">
      <ul class="pin-list" ref={box} aria-label={strings('title')}>
        {shown.map((pin, at) => (
          <li key={pin.thing} class="pin-row" data-thing={pin.thing}>
            {may ? (
              <button
                type="button"
                class="pin-grip"
                aria-label={strings('grip', { what: whatWords(pin) })}
                onKeyDown={(event) => keys(event, pin, at)}
                {...drag(at)}
              >
                <Icon of={GripVertical} size={20} />
              </button>
            ) : null}
            <button
              type="button"
              class="pin-press"
              onClick={() => open(pin)}
              onKeyDown={(event) => keys(event, pin, at)}
            >
              <Icon of={kindIcons[pin.kind]} size={20} class="pin-icon" />
              <span class="pin-words">
                <span class="pin-what">{whatWords(pin)}</span>
                <span class="pin-under">
                  {underWords(pin)}
                  {pin.until === null ? null : ` · ${strings('until', { when: formatDateTime(pin.until) })}`}
                </span>
              </span>
            </button>
            <MenuButton size={20} label={strings('menuOf', { what: whatWords(pin) })} items={() => itemsOf(pin, at)} />
          </li>
        ))}
      </ul>
      {shown.length < list.length ? (
        <Button look="text" size="small" onPress={() => setAll(true)}>
          {strings('all', { n: list.length })}
        </Button>
      ) : null}
      <p class="unseen" role="status">
        {announced}
      </p>
      {all ? <PinsSheet group={group} onClose={() => setAll(false)} /> : null}
      {reading ? <PinnedMessage group={group} pin={reading} onClose={() => setReading(undefined)} /> : null}
      {ending ? <PinEnds group={group} pin={ending} onClose={() => setEnding(undefined)} /> : null}
    </div>
  );
}

/** All that is pinned in a group, over its conversation or its board. */
export function PinsSheet({ group, onClose }: { group: string; onClose: () => void }) {
  const n = usePinList(group)?.length ?? 0;
  return (
    <Sheet title={n > 0 ? strings('titleN', { n }) : strings('title')} shape="panel" flush onClose={onClose}>
      <PinList group={group} />
    </Sheet>
  );
}
