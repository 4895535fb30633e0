import { h } from 'preact';
import type { IconNode } from 'lucide';
import './icon.css';

interface IconProps {
  of: IconNode;
  /** 24 in bars, 20 in rows, 16 and 14 in text, 44 and more in empty states. */
  size?: 14 | 16 | 18 | 20 | 24 | 28 | 32 | 44 | 88;
  /** Only where the icon alone carries the meaning; otherwise it is decoration beside words. */
  label?: string;
  class?: string;
}

/** An icon of lucide, drawn as elements: its nodes are data, so no markup is ever parsed. Sizes follow the text size. */
export function Icon({ of, size = 24, label, class: className = '' }: IconProps) {
  const stroke = size >= 24 ? 1.75 : size >= 18 ? 1.9 : 2.2;
  return (
    <svg
      class={`icon icon-${size} ${className}`}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={stroke}
      stroke-linecap="round"
      stroke-linejoin="round"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      focusable="false"
    >
      {of.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
