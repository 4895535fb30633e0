import type { ComponentChildren } from 'preact';
import type { IconNode } from 'lucide';
import { Icon } from './icon.tsx';
import './strip.css';

interface StripProps {
  children: ComponentChildren;
  tone?: 'gold' | 'accent' | 'red';
  icon?: IconNode;
  action?: string;
  onAction?: () => void;
  /** At the right end, for a time: “Dữ liệu lúc 13:58”. */
  after?: ComponentChildren;
}

/** One line under the bar: no connection, new version. Announced when it appears. */
export function Strip({ children, tone = 'accent', icon, action, onAction, after }: StripProps) {
  return (
    <div class={`strip strip-${tone}`} role="status">
      {icon ? <Icon of={icon} size={16} /> : null}
      <span class="strip-words">{children}</span>
      {after ? <span class="strip-after">{after}</span> : null}
      {action ? (
        <button type="button" class="strip-action" onClick={onAction}>
          {action}
        </button>
      ) : null}
    </div>
  );
}
