import type { ComponentChildren } from 'preact';
import type { IconNode } from 'lucide';
import { formatBadge } from '../format.ts';
import { Icon } from './icon.tsx';
import './tag.css';

interface TagProps {
  children: ComponentChildren;
  /** gold: leaders and cautions. soft: other roles. accent: states. The reds are for urgency only. */
  tone?: 'soft' | 'gold' | 'accent' | 'red-soft' | 'red-outline' | 'red' | 'guard';
  icon?: IconNode;
}

export function Tag({ children, tone = 'soft', icon }: TagProps) {
  return (
    <span class={`tag tag-${tone}`}>
      {icon ? <Icon of={icon} size={14} /> : null}
      <span>{children}</span>
    </span>
  );
}

interface BadgeProps {
  n: number;
  tone?: 'accent' | 'red' | 'muted';
  /** What it counts, in words, for those who cannot see where it stands: “3 tin chưa đọc”. */
  words?: string;
}

/** A count. Nothing when there is nothing to count. */
export function Badge({ n, tone = 'accent', words }: BadgeProps) {
  if (n <= 0) return null;
  return (
    <span class={`badge badge-${tone}`}>
      <span aria-hidden={words ? true : undefined}>{formatBadge(n)}</span>
      {words ? <span class="unseen">{words}</span> : null}
    </span>
  );
}
