import { Icon } from '../../../../web/ui/icon.tsx';
import { Sheet } from '../../../../web/ui/sheet.tsx';
import { strings } from '../../strings/format.ts';
import { Text } from '../parts/text.tsx';
import { format } from './format.ts';
import { FORMATS, formats } from './formats.ts';
import type { PanelProps } from './place.ts';
import './format.css';

/** What is selected in the field gets the look that is pressed here. */
export function FormatSheet({ place, onClose }: PanelProps) {
  return (
    <Sheet title={strings('format')} onClose={onClose} size="small" flush>
      <p class="format-help">{strings('formatHelp')}</p>
      <ul class="format-list">
        {formats.map((it) => (
          <li key={it}>
            <button
              type="button"
              class="format-row"
              onClick={() => {
                onClose();
                void format(place, it);
              }}
            >
              <Icon of={FORMATS[it].icon} size={20} />
              <span class="format-name">{FORMATS[it].label()}</span>
              <code class="format-written">{FORMATS[it].written()}</code>
              <span class="format-shown">
                <Text line={{ text: FORMATS[it].written() }} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
