import type { ComponentChildren, Ref } from 'preact';
import type { IconNode } from 'lucide';

import { Icon } from '../../../web/ui/icon.tsx';

interface RoundProps {
  icon: IconNode;
  /** Beneath it, and its name. */
  label: string;
  /** A longer name where the words beneath are short. */
  name?: string;
  tone?: 'plain' | 'light' | 'red' | 'accent';
  onPress: (event: MouseEvent) => void;
  /** The key that does the same. */
  keys?: string;
  hasMenu?: boolean;
  expanded?: boolean;
  /** On the icon: how many wait. */
  count?: number;
  busy?: boolean;
  buttonRef?: Ref<HTMLButtonElement>;
  children?: ComponentChildren;
}

/** A round button of a call, 60 wide, with its words beneath. */
export function Round(props: RoundProps) {
  const { icon, label, name, tone = 'plain', count, keys } = props;
  return (
    <button
      ref={props.buttonRef}
      type="button"
      class={`call-round call-round-${tone}`}
      aria-label={name}
      title={keys ? `${name ?? label} (${keys})` : name}
      aria-keyshortcuts={keys}
      aria-haspopup={props.hasMenu ? 'menu' : undefined}
      aria-expanded={props.expanded}
      aria-busy={props.busy || undefined}
      onClick={(event) => {
        if (!props.busy) props.onPress(event);
      }}
    >
      <span class="call-round-face">
        <Icon of={icon} size={28} />
        {count ? <span class="call-round-count">{count}</span> : null}
      </span>
      <span class="call-round-words">{label}</span>
    </button>
  );
}
