import { useState } from 'preact/hooks';

import { Button } from '../../../web/ui/button.tsx';
import { SwitchRow } from '../../../web/ui/choice.tsx';
import { TextArea } from '../../../web/ui/field.tsx';
import { SettingRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import type { GroupSettings } from '../../groups/rights.ts';
import { QUESTION_MOST } from '../../groups/rules.ts';
import { strings } from '../strings.ts';

interface JoiningProps {
  settings: GroupSettings;
  governs: boolean;
  onChange: (change: { links?: boolean; question?: string }) => void;
}

/** How people come in by themselves: the switch of the links, and what who asks is asked. */
export function JoiningRows({ settings, governs, onChange }: JoiningProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <SwitchRow
        label={strings('linksOn')}
        help={strings('linksHelp')}
        checked={settings.links}
        disabled={!governs}
        onChange={(links) => onChange({ links })}
      />
      <SettingRow
        label={strings('question')}
        help={settings.question || strings('questionNone')}
        onPress={governs ? () => setAsking(true) : undefined}
      />
      {asking ? (
        <QuestionSheet
          question={settings.question ?? ''}
          onSave={(question) => {
            setAsking(false);
            onChange({ question });
          }}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

interface QuestionProps {
  question: string;
  onSave: (question: string) => void;
  onClose: () => void;
}

function QuestionSheet({ question, onSave, onClose }: QuestionProps) {
  const [text, setText] = useState(question);
  return (
    <Sheet
      title={strings('question')}
      size="small"
      onClose={onClose}
      foot={<Button onPress={() => onSave(text.trim())}>{strings('questionSave')}</Button>}
    >
      <TextArea
        label={strings('question')}
        hideLabel
        help={strings('questionHelp')}
        value={text}
        onInput={setText}
        maxLength={QUESTION_MOST}
        rows={2}
        optional
      />
    </Sheet>
  );
}
