import { X } from 'lucide';
import { useEffect } from 'preact/hooks';

import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { isPhone } from '../../../web/viewport.ts';
import { strings } from '../strings/keeping.ts';
import { manyOf } from './acts.ts';
import type { LogPlace } from './place.ts';
import './choosing.css';

/** How many messages are picked, and what can be done with all of them. */
export function ChoosingBar({ place, close }: { place: LogPlace; close: () => void }) {
  const { selection, conversation } = place;
  const lines = selection.chosen.value;
  // What is recalled or deleted meanwhile is not picked any more.
  const { shown } = conversation;
  useEffect(() => selection.refresh((id) => conversation.line(id)), [shown.value]);
  const many = manyOf(lines, place);
  const phone = isPhone.value;
  return (
    <section class="choosing" aria-label={strings('choosing')}>
      <div class="choosing-count">
        <IconButton icon={X} label={strings('choosingStop')} onPress={close} />
        <p role="status">{lines.length > 0 ? strings('chosen', { n: lines.length }) : strings('choosingHelp')}</p>
      </div>
      <div class="choosing-acts">
        {many.map((act) => {
          const { label, icon, tone } = act.item(lines, place);
          const run = (): void => act.run(selection.chosen.peek(), place);
          return phone ? (
            <button
              key={label}
              type="button"
              class={`choosing-act${tone === 'red' ? ' choosing-red' : ''}`}
              onClick={run}
            >
              {icon ? <Icon of={icon} size={24} /> : null}
              <span>{label}</span>
            </button>
          ) : (
            <Button key={label} look={tone === 'red' ? 'danger-text' : 'text'} size="small" icon={icon} onPress={run}>
              {label}
            </Button>
          );
        })}
      </div>
    </section>
  );
}
