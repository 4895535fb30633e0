import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Bold, Heading, Italic, List, ListChecks, ListOrdered, Strikethrough } from 'lucide';
import type { IconNode } from 'lucide';

import { IconButton } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
import { TextArea } from '../../../web/ui/field.tsx';
import { nextOfList, toggleList, toggleSign } from '../../messages/rules/marking.ts';
import type { Selected } from '../../messages/rules/marking.ts';
import { nextTick, toggleLines } from '../rules/layout.ts';
import { strings } from '../strings/form.ts';
import { NoteWords } from './text.tsx';

interface Look {
  readonly key: 'bold' | 'italic' | 'strike' | 'heading' | 'bullet' | 'number' | 'tick';
  readonly icon: IconNode;
  /** With Ctrl. */
  readonly letter?: string;
  readonly change: (it: Selected) => Selected;
}

const LOOKS: readonly Look[] = [
  { key: 'bold', icon: Bold, letter: 'B', change: (it) => toggleSign(it, '*') },
  { key: 'italic', icon: Italic, letter: 'I', change: (it) => toggleSign(it, '_') },
  { key: 'strike', icon: Strikethrough, change: (it) => toggleSign(it, '~') },
  { key: 'heading', icon: Heading, change: (it) => toggleLines(it, 'heading') },
  { key: 'bullet', icon: List, change: (it) => toggleList(it, 'bullet') },
  { key: 'number', icon: ListOrdered, change: (it) => toggleList(it, 'number') },
  { key: 'tick', icon: ListChecks, change: (it) => toggleLines(it, 'tick') },
];

interface WritingFieldProps {
  value: string;
  onInput: (text: string) => void;
  error?: string | undefined;
  label?: string;
  rows?: number;
}

/** The text of a note: written in plain signs, with a button for each, and looked at as it will be read. */
export function WritingField({ value, onInput, error, label = strings('text'), rows = 8 }: WritingFieldProps) {
  const box = useRef<HTMLTextAreaElement | null>(null);
  const [mode, setMode] = useState<'write' | 'preview'>('write');
  const place = useRef<{ from: number; to: number } | undefined>(undefined);
  const changing = useRef(onInput);
  changing.current = onInput;

  // After the text has been put there: the caret stands where it stood.
  useLayoutEffect(() => {
    const it = place.current;
    if (!it || !box.current) return;
    place.current = undefined;
    box.current.focus();
    box.current.setSelectionRange(it.from, it.to);
  });

  const reshape = (change: (it: Selected) => Selected | undefined): boolean => {
    const field = box.current;
    if (!field) return false;
    const next = change({ text: field.value, from: field.selectionStart, to: field.selectionEnd });
    if (!next) return false;
    place.current = { from: next.from, to: next.to };
    changing.current(next.text);
    return true;
  };

  useEffect(() => {
    const field = box.current;
    if (!field) return undefined;
    const pressed = (event: KeyboardEvent): void => {
      if (event.isComposing) return;
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        if (reshape((it) => nextTick(it) ?? nextOfList(it))) event.preventDefault();
        return;
      }
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const look = LOOKS.find((it) => it.letter?.toLowerCase() === event.key.toLowerCase());
      if (look && reshape(look.change)) event.preventDefault();
    };
    field.addEventListener('keydown', pressed);
    return () => field.removeEventListener('keydown', pressed);
  }, [mode]);

  return (
    <div class="note-writing">
      <div class="note-writing-bar">
        {mode === 'write' ? (
          <div class="note-tools" role="toolbar" aria-label={strings('format')}>
            {LOOKS.map(({ key, icon, letter, change }) => (
              <IconButton
                key={key}
                icon={icon}
                size={20}
                label={letter ? `${strings(key)} (Ctrl ${letter})` : strings(key)}
                onPress={() => void reshape(change)}
              />
            ))}
          </div>
        ) : (
          <span />
        )}
        <Segmented
          label={strings('mode')}
          value={mode}
          onChange={setMode}
          options={[
            { value: 'write', label: strings('write') },
            { value: 'preview', label: strings('preview') },
          ]}
        />
      </div>
      {mode === 'write' ? (
        <TextArea
          label={label}
          value={value}
          onInput={onInput}
          rows={rows}
          maxRows={24}
          error={error}
          help={strings('textHelp')}
          inputRef={box}
        />
      ) : value.trim() === '' ? (
        <p class="note-empty">{strings('nothingYet')}</p>
      ) : (
        <div class="note-preview">
          <NoteWords text={value} />
        </div>
      )}
    </div>
  );
}
