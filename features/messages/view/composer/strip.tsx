import type { ComponentChildren } from 'preact';
import type { IconNode } from 'lucide';
import { X } from 'lucide';

import { IconButton } from '../../../../web/ui/button.tsx';
import { Icon } from '../../../../web/ui/icon.tsx';

interface ComposerStripProps {
  icon: IconNode;
  title: string;
  children?: ComponentChildren;
  /** What × does. */
  close: string;
  onClose: () => void;
}

/** One line above the field: what is being edited, with × to leave it. */
export function ComposerStrip({ icon, title, children, close, onClose }: ComposerStripProps) {
  return (
    <div class="composer-strip">
      <Icon of={icon} size={20} />
      <span class="composer-strip-words">
        <span class="composer-strip-title cut">{title}</span>
        {children ? <span class="composer-strip-text cut">{children}</span> : null}
      </span>
      <IconButton icon={X} size={20} label={close} onPress={onClose} />
    </div>
  );
}
