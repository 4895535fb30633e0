import { RadioRows } from '../../../../web/ui/choice.tsx';
import { Sheet } from '../../../../web/ui/sheet.tsx';
import type { Urgency } from '../../state/composition.ts';
import { strings } from '../../strings/writing.ts';
import { urgencyWord } from '../parts/urgency.tsx';
import { levelsOf } from './chosen.tsx';
import type { PanelProps } from './place.ts';

/** Độ khẩn, on a phone. */
export function UrgencySheet({ place, onClose }: PanelProps) {
  const { composition } = place;
  return (
    <Sheet title={strings('urgencyLabel')} size="small" onClose={onClose}>
      <RadioRows
        label={strings('urgencyLabel')}
        hideLabel
        value={String(composition.urgency.value)}
        onChange={(value) => {
          composition.urgency.value = Number(value) as Urgency;
        }}
        options={levelsOf(place).map((level) => ({ value: String(level), label: urgencyWord(level) }))}
      />
    </Sheet>
  );
}
