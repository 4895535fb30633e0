import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { X } from 'lucide';
import { useLayer } from '../layer.ts';
import { strings } from '../strings.ts';
import { IconButton } from './button.tsx';
import './sheet.css';

interface SheetProps {
  title: string;
  subtitle?: ComponentChildren;
  /** The title is read, not seen. */
  hideTitle?: boolean;
  children: ComponentChildren;
  /** Buttons that stay in sight below what scrolls. */
  foot?: ComponentChildren;
  /** Beside the title, before ×. */
  actions?: ComponentChildren;
  onClose: () => void;
  /** On a computer: a dialog in the middle, or a panel at the right. On a phone always a sheet from below. */
  shape?: 'dialog' | 'panel';
  /** Dialog width: 400, 520, 680/720. */
  size?: 'small' | 'medium' | 'large';
  /** On a phone: the whole screen instead of a sheet (pickers, search). */
  full?: boolean;
  role?: 'dialog' | 'alertdialog';
  /** No gutter around the content (lists). */
  flush?: boolean;
  describedBy?: string;
  class?: string;
}

const FAR_ENOUGH_PX = 90;

/** A sheet on a phone, a dialog or right panel on a computer, with the same content. Mounted means open. */
export function Sheet(props: SheetProps) {
  const { shape = 'dialog', size = 'medium' } = props;
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const close = useLayer(props.onClose);
  useModal(dialog, () => title.current);
  const drag = useDragDown(panel, close);

  return (
    <dialog
      ref={dialog}
      class={`sheet sheet-as-${shape} sheet-${size}${props.full ? ' sheet-full' : ''} ${props.class ?? ''}`}
      role={props.role}
      aria-labelledby={id}
      aria-describedby={props.describedBy}
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
      <div class="sheet-panel" ref={panel}>
        <div class="sheet-grab" {...drag} aria-hidden="true" />
        <div class={props.hideTitle ? 'unseen' : 'sheet-head'}>
          <div class="sheet-titles">
            <h2 id={id} class="sheet-title" tabIndex={-1} ref={title}>
              {props.title}
            </h2>
            {props.subtitle ? <p class="sheet-subtitle">{props.subtitle}</p> : null}
          </div>
          {props.actions}
          <IconButton icon={X} label={strings('close')} onPress={close} class="sheet-close" />
        </div>
        <div class={`sheet-body scroll${props.flush ? ' sheet-flush' : ''}`} tabIndex={-1}>
          {props.children}
        </div>
        {props.foot ? <div class="sheet-foot">{props.foot}</div> : null}
      </div>
    </dialog>
  );
}

/** Shows a dialog over everything else; focus goes in, stays in, and returns to where it was. */
export function useModal(dialog: { current: HTMLDialogElement | null }, first: () => HTMLElement | null): void {
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const before = document.activeElement;
    element.showModal();
    (element.querySelector<HTMLElement>('[autofocus], [data-autofocus]') ?? first())?.focus({ preventScroll: true });
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
    // Once: a dialog is open as long as it is mounted.
  }, []);
}

/** The sheet follows the finger on its grab bar, and closes when it is let go far enough down. */
function useDragDown(panel: { current: HTMLElement | null }, close: () => void) {
  const from = useRef<number | undefined>(undefined);
  const move = useCallback((px: number) => {
    if (panel.current) panel.current.style.transform = px > 0 ? `translateY(${px}px)` : '';
  }, []);
  useEffect(() => () => move(0), [move]);
  return {
    onPointerDown: (event: PointerEvent) => {
      from.current = event.clientY;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent) => {
      if (from.current !== undefined) move(event.clientY - from.current);
    },
    onPointerUp: (event: PointerEvent) => {
      const far = from.current !== undefined && event.clientY - from.current > FAR_ENOUGH_PX;
      from.current = undefined;
      move(0);
      if (far) close();
    },
    onPointerCancel: () => {
      from.current = undefined;
      move(0);
    },
  };
}
