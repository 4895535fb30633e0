import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { IconNode } from 'lucide';
import { formatBadge } from '../format.ts';
import { Icon } from './icon.tsx';
import './choice.css';

interface ChipProps {
  children: ComponentChildren;
  on: boolean;
  onPress: () => void;
  icon?: IconNode;
  count?: number;
  /** filled: soft ground (filters). outline: opens a menu. */
  look?: 'filled' | 'outline';
  iconAfter?: IconNode;
}

export function Chip({ children, on, onPress, icon, count, look = 'filled', iconAfter }: ChipProps) {
  return (
    <button type="button" class={`chip chip-${look}`} aria-pressed={on} onClick={onPress}>
      <span class="chip-face">
        {icon ? <Icon of={icon} size={16} /> : null}
        <span>{children}</span>
        {count ? <span class="chip-count">{formatBadge(count)}</span> : null}
        {iconAfter ? <Icon of={iconAfter} size={16} /> : null}
      </span>
    </button>
  );
}

/** A row of chips that scrolls sideways within its own box. */
export function Chips({ label, children }: { label: string; children: ComponentChildren }) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A chip reached by keyboard is brought fully into sight.
    const element = row.current;
    const show = (event: FocusEvent) => {
      (event.target as Element).scrollIntoView({ block: 'nearest', inline: 'nearest' });
    };
    element?.addEventListener('focusin', show);
    return () => element?.removeEventListener('focusin', show);
  }, []);
  return (
    <div class="chips" role="group" aria-label={label} ref={row}>
      {children}
    </div>
  );
}
