import { IconButton } from '../../../../web/ui/button.tsx';
import { strings } from '../../strings.ts';
import { format } from './format.ts';
import { FORMATS, formats } from './formats.ts';
import type { ComposerPlace } from './place.ts';
import './format.css';

/** A button for each look of words, above the tools of a computer. */
export function FormatBar({ place }: { place: ComposerPlace }) {
  return (
    <div class="format-bar" role="toolbar" aria-label={strings('format')}>
      {formats.map((it) => {
        const { icon, label, key } = FORMATS[it];
        return (
          <IconButton
            key={it}
            icon={icon}
            size={20}
            label={key ? `${label()} (Ctrl ${key})` : label()}
            onPress={() => void format(place, it)}
          />
        );
      })}
    </div>
  );
}
