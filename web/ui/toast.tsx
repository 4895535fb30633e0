import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { CircleCheck, X, type IconNode } from 'lucide';
import { formatClock } from '../format.ts';
import { strings } from '../strings.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import './toast.css';

interface Toast {
  words: string;
  icon?: IconNode | null;
  /** “Hoàn tác” by default, when `onAction` is there. */
  action?: string;
  onAction?: () => void;
  /** 6 by default, 10 with an act; from half a minute on the rest is counted down. */
  seconds?: number;
}

const shown = signal<(Toast & { id: number }) | undefined>(undefined);
let last = 0;

/** Says something that needs no answer; one at a time, the newest wins. */
export function showToast(toast: Toast | string): void {
  shown.value = { ...(typeof toast === 'string' ? { words: toast } : toast), id: ++last };
}

export function hideToast(): void {
  shown.value = undefined;
}

/** Stands once in the frame; the region is there before the words, so that they are announced. */
export function Toasts() {
  const toast = shown.value;
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toast ? <ToastCard key={toast.id} toast={toast} /> : null}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const seconds = toast.seconds ?? (toast.onAction ? 10 : 6);
  const [left, setLeft] = useState(seconds);
  const held = useRef(false);
  useEffect(() => {
    const step = setInterval(() => {
      if (!held.current || seconds >= 30) setLeft((now) => now - 1);
    }, 1000);
    return () => clearInterval(step);
  }, [seconds]);
  useEffect(() => {
    if (left <= 0) hideToast();
  }, [left]);
  return (
    <div
      class="toast"
      onPointerEnter={() => (held.current = true)}
      onPointerLeave={() => (held.current = false)}
      onFocusIn={() => (held.current = true)}
      onFocusOut={() => (held.current = false)}
    >
      {toast.icon === null ? null : <Icon of={toast.icon ?? CircleCheck} size={20} />}
      <span class="toast-words">{toast.words}</span>
      {toast.onAction ? (
        <button
          type="button"
          class="toast-action"
          onClick={() => {
            hideToast();
            toast.onAction?.();
          }}
        >
          {toast.action ?? strings('undo')}
          {seconds >= 30 ? <span aria-hidden="true"> {formatClock(left)}</span> : null}
        </button>
      ) : (
        <IconButton icon={X} size={20} class="toast-close" label={strings('close')} onPress={hideToast} />
      )}
    </div>
  );
}
