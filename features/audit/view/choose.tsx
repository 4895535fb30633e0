import { useState } from 'preact/hooks';

import { AUDIT_TOPICS } from '../../../protocol/action.ts';
import type { AuditTopic } from '../../../protocol/action.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { RadioRows } from '../../../web/ui/choice.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import type { Person } from '../../directory/protocol.ts';
import { PeoplePicker } from '../../directory/view/people-picker.tsx';
import type { Choice } from '../state/log.ts';
import { strings } from '../strings/log.ts';

const NOBODY: ReadonlyMap<string, Person> = new Map();

interface PersonSheetProps {
  title: string;
  excluded?: ReadonlySet<string>;
  onChoose: (person: Person) => void;
  onClose: () => void;
}

/** One person of the directory. */
export function PersonSheet({ title, excluded, onChoose, onClose }: PersonSheetProps) {
  return (
    <Sheet title={title} size="medium" full flush onClose={onClose}>
      <PeoplePicker
        chosen={NOBODY}
        excluded={excluded}
        most={1}
        onToggle={onChoose}
        onChooseAll={([first]) => {
          if (first) onChoose(first);
        }}
        autofocus
      />
    </Sheet>
  );
}

interface ChoosingProps {
  choice: Choice;
  onChoose: (choice: Choice) => void;
  onClose: () => void;
}

export function KindSheet({ choice, onChoose, onClose }: ChoosingProps) {
  return (
    <Sheet title={strings('kind')} size="small" onClose={onClose}>
      <RadioRows<AuditTopic | 'any'>
        label={strings('kind')}
        hideLabel
        value={choice.topic ?? 'any'}
        onChange={(topic) => {
          onChoose({ ...choice, topic: topic === 'any' ? undefined : topic });
          onClose();
        }}
        options={[
          { value: 'any', label: strings('anyKind') },
          ...AUDIT_TOPICS.map((topic) => ({ value: topic, label: strings(topic) })),
        ]}
      />
    </Sheet>
  );
}

export function TimeSheet({ choice, onChoose, onClose }: ChoosingProps) {
  const [from, setFrom] = useState(choice.from);
  const [to, setTo] = useState(choice.to);
  const wrong = from !== '' && to !== '' && from > to ? strings('wrongDays') : undefined;
  const apply = (): void => {
    if (wrong) return;
    onChoose({ ...choice, from, to });
    onClose();
  };
  return (
    <Sheet
      title={strings('chooseTime')}
      size="small"
      onClose={onClose}
      foot={
        <Button wide onPress={apply} disabled={wrong !== undefined} reason={wrong}>
          {strings('apply')}
        </Button>
      }
    >
      <div class="audit-time">
        <Field label={strings('from')} type="date" value={from} onInput={setFrom} autofocus optional />
        <Field label={strings('to')} type="date" value={to} onInput={setTo} error={wrong} optional onEnter={apply} />
      </div>
    </Sheet>
  );
}

export const personOf = ({ id, name }: Person): { id: string; name: string } => ({ id, name: displayName(name) });
