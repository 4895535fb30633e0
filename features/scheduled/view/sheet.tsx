import { Sheet } from '../../../web/ui/sheet.tsx';
import type { PanelProps } from '../../messages/view/composer/place.ts';
import { strings } from '../strings.ts';
import { ScheduledRows } from './rows.tsx';

/** What waits to be sent into one chat. */
export function ScheduledSheet({ place, onClose }: PanelProps) {
  const { group, composition, focus } = place;
  return (
    <Sheet title={strings('title')} size="medium" flush onClose={onClose}>
      <ScheduledRows
        group={group}
        onEdit={(it, text, form) => {
          onClose();
          composition.begin({ id: it.id, what: 'scheduled', at: it.at }, text, form);
          focus();
        }}
      />
    </Sheet>
  );
}
