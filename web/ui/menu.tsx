import type { ComponentChildren } from 'preact';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Check, EllipsisVertical, type IconNode } from 'lucide';
import { useLayer } from '../layer.ts';
import { strings } from '../strings.ts';
import { isPhone } from '../viewport.ts';
import { IconButton } from './button.tsx';
import { useMenuGesture, usePressOutside, type MenuPlace } from './gestures.ts';
import { Icon } from './icon.tsx';
import { useModal } from './sheet.tsx';
import './menu.css';

export interface MenuItem {
  label: string;
  icon?: IconNode;
  /** At the right: “còn 23 giờ”, “Đã xem 22/47”. */
  hint?: string;
  tone?: 'red' | 'guard';
  onSelect: () => void;
  /** Cannot be chosen now, and why; shown beneath. */
  reason?: string;
  /** One of several that can be on. */
  checked?: boolean;
  /** On a phone: in the grid of large icons at the top. */
  quick?: boolean;
}

export type MenuEntry = MenuItem | 'line' | false | undefined;

interface MenuProps {
  label: string;
  at: MenuPlace;
  items: readonly MenuEntry[];
  onClose: () => void;
  /** Above the items: the bar of reactions. `close` closes the menu. */
  header?: (close: () => void) => ComponentChildren;
}

/** The menu itself: floating on a computer, a sheet on a phone. Most callers want `useMenu` or `MenuButton`. */
export function Menu(props: MenuProps) {
  return isPhone.value ? <SheetMenu {...props} /> : <FloatingMenu {...props} />;
}

function present(items: readonly MenuEntry[]): (MenuItem | 'line')[] {
  const shown = items.filter((item): item is MenuItem | 'line' => Boolean(item));
  return shown.filter((item, i) => item !== 'line' || (i > 0 && i < shown.length - 1 && shown[i - 1] !== 'line'));
}

function FloatingMenu({ label, at, items, onClose, header }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const close = useLayer(onClose);
  const before = useRef(document.activeElement);
  usePressOutside(box, close);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.showPopover?.();
    place(element, at);
    (element.querySelector<HTMLElement>('[role^=menuitem]') ?? element).focus({ preventScroll: true });
    return () => {
      // Focus that went elsewhere on purpose (a press outside) is left there.
      if (element.contains(document.activeElement)) restore(before.current);
    };
  }, []);

  const choose = (item: MenuItem) => {
    restore(before.current);
    close();
    item.onSelect();
  };
  return (
    <div
      ref={box}
      popover="manual"
      class="menu"
      onKeyDown={(event) => {
        if (event.key === 'Tab') {
          event.preventDefault();
          restore(before.current);
          close();
        }
      }}
    >
      {header ? <div class="menu-header">{header(close)}</div> : null}
      <Items label={label} items={present(items)} choose={choose} />
    </div>
  );
}

function SheetMenu({ label, items, onClose, header }: MenuProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useLayer(onClose);
  useModal(dialog, () => dialog.current?.querySelector<HTMLElement>('[role^=menuitem]') ?? dialog.current);
  const choose = (item: MenuItem) => {
    // Closed by hand first, so that the focus is back at its place before the act may open the next dialog.
    dialog.current?.close();
    close();
    item.onSelect();
  };
  const shown = present(items);
  const quick = shown.filter((item): item is MenuItem => item !== 'line' && item.quick === true);
  const rest = present(shown.filter((item) => item === 'line' || !item.quick));
  return (
    <dialog
      ref={dialog}
      class="sheet sheet-as-dialog menu-sheet"
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      // A second Esc without another key or press between is not asked about by the browser: it just closes.
      onClose={close}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      {header ? <div class="menu-header menu-header-above">{header(close)}</div> : null}
      <div class="sheet-panel">
        <div class="sheet-grab" aria-hidden="true" />
        <div class="sheet-body sheet-flush scroll">
          <Items label={label} items={rest} quick={quick} choose={choose} />
        </div>
      </div>
    </dialog>
  );
}

interface ItemsProps {
  label: string;
  items: (MenuItem | 'line')[];
  quick?: MenuItem[];
  choose: (item: MenuItem) => void;
}

function Items({ label, items, quick = [], choose }: ItemsProps) {
  const list = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const keys = (event: KeyboardEvent) => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    let to: number | undefined;
    if (event.key === 'ArrowDown' || event.key === 'ArrowRight') to = (at + 1) % all.length;
    else if (event.key === 'ArrowUp' || event.key === 'ArrowLeft') to = (at - 1 + all.length) % all.length;
    else if (event.key === 'Home') to = 0;
    else if (event.key === 'End') to = all.length - 1;
    else if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const now = event.timeStamp;
      typed.current = {
        text: (now - typed.current.at < 600 ? typed.current.text : '') + event.key.toLowerCase(),
        at: now,
      };
      const from = typed.current.text.length > 1 ? at : at + 1;
      for (let i = 0; i < all.length && to === undefined; i++) {
        const candidate = (from + i) % all.length;
        if (all[candidate]?.textContent?.toLowerCase().startsWith(typed.current.text)) to = candidate;
      }
    }
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all[to]?.focus();
  };
  const one = (item: MenuItem, className: string) => (
    <button
      type="button"
      key={item.label}
      class={`${className}${item.tone ? ` menu-${item.tone}` : ''}`}
      role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
      aria-checked={item.checked}
      aria-disabled={item.reason !== undefined || undefined}
      tabIndex={-1}
      onClick={() => {
        if (item.reason === undefined) choose(item);
      }}
    >
      {item.icon ? <Icon of={item.icon} size={className === 'menu-quick' ? 24 : 20} /> : null}
      <span class="menu-words">
        <span>{item.label}</span>
        {item.reason ? <span class="menu-reason">{item.reason}</span> : null}
      </span>
      {item.hint ? <span class="menu-hint">{item.hint}</span> : null}
      {item.checked ? <Icon of={Check} size={20} /> : null}
    </button>
  );
  return (
    <div class="menu-items" role="menu" aria-label={label} ref={list} onKeyDown={keys}>
      {quick.length > 0 ? (
        <div class="menu-grid" role="group" aria-label={label}>
          {quick.map((item) => one(item, 'menu-quick'))}
        </div>
      ) : null}
      {quick.length > 0 && items.length > 0 && items[0] !== 'line' ? <hr class="menu-line" /> : null}
      {items.map((item, i) => (item === 'line' ? <hr class="menu-line" key={`line-${i}`} /> : one(item, 'menu-item')))}
    </div>
  );
}

function restore(element: Element | null): void {
  if (element instanceof HTMLElement && element.isConnected) element.focus({ preventScroll: true });
}

const EDGE = 8;

/** Below its element and flush with its nearer side, or at the point; turned round where there is no room. */
function place(menu: HTMLElement, at: MenuPlace): void {
  const { width, height } = menu.getBoundingClientRect();
  const anchor = at instanceof Element ? at.getBoundingClientRect() : new DOMRect(at.x, at.y, 0, 0);
  const atRight = at instanceof Element && anchor.left + anchor.right > innerWidth;
  const left = Math.max(EDGE, Math.min(atRight ? anchor.right - width : anchor.left, innerWidth - width - EDGE));
  const below = anchor.bottom + 4;
  const above = anchor.top - height - 4;
  const top =
    below + height <= innerHeight - EDGE || above < EDGE ? Math.min(below, innerHeight - height - EDGE) : above;
  menu.style.left = `${left}px`;
  menu.style.top = `${Math.max(EDGE, top)}px`;
}

interface MenuOptions {
  label: string;
  /** Made when the menu opens, so that only what is allowed now is listed. */
  items: () => readonly MenuEntry[];
  header?: (close: () => void) => ComponentChildren;
}

/**
 * One menu, all ways to it. Spread `gesture` on the row or bubble (long press, right click, menu key), give `open` to a
 * ⋯ button, and put `view` somewhere inside.
 */
export function useMenu({ label, items, header }: MenuOptions) {
  const [at, setAt] = useState<MenuPlace | undefined>(undefined);
  const open = useCallback((place: MenuPlace) => setAt(place), []);
  const gesture = useMenuGesture(open);
  const view = at ? (
    <Menu label={label} at={at} items={items()} header={header} onClose={() => setAt(undefined)} />
  ) : null;
  return { gesture, open, isOpen: at !== undefined, view };
}

interface MenuButtonProps extends MenuOptions {
  icon?: IconNode;
  look?: 'plain' | 'soft';
  size?: 20 | 24;
  class?: string;
}

/** A button that opens a menu: ⋯ unless another icon is given. */
export function MenuButton({ icon = EllipsisVertical, look, size, class: className, ...options }: MenuButtonProps) {
  const menu = useMenu(options);
  return (
    <>
      <IconButton
        icon={icon}
        label={options.label || strings('more')}
        hasMenu
        expanded={menu.isOpen}
        look={look}
        size={size}
        class={className}
        onPress={(event) => menu.open(event.currentTarget as Element)}
      />
      {menu.view}
    </>
  );
}
