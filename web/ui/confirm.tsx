import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { later } from '../later.ts';
import { strings } from '../strings.ts';
import { Button } from './button.tsx';
import { Sheet } from './sheet.tsx';
import './confirm.css';

interface Question {
  /** Names the thing: “Thu hồi tin nhắn này?” */
  title: string;
  /** What will happen, and to whom. */
  text: ComponentChildren;
  /** Verb and object: “Thu hồi tin nhắn”. */
  yes: string;
  no?: string;
  danger?: boolean;
  /** Must be typed before the button works; only for dissolving a group. */
  typeToConfirm?: { label: string; word: string };
}

/** Few things ask for a word to be typed: the field for it comes when one does. */
const field = later(() => import('./field.tsx').then((it) => it.Field));

const asked = signal<{ question: Question; answer: (yes: boolean) => void } | undefined>(undefined);

/** Asks, and resolves with the answer; back, Esc and × mean no. */
export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = { question, answer: resolve };
  });
}

/** Stands once in the frame. */
export function Confirmations() {
  const current = asked.value;
  if (!current) return null;
  return <Confirmation key={current.question} {...current} />;
}

function Confirmation({ question, answer }: { question: Question; answer: (yes: boolean) => void }) {
  const text = useId();
  const [typed, setTyped] = useState('');
  const finish = (yes: boolean) => {
    if (asked.value?.question === question) asked.value = undefined;
    answer(yes);
  };
  const must = question.typeToConfirm;
  const Field = field.it.value;
  useEffect(() => {
    if (must) void field.fetch();
  }, [must]);
  const ready = !must || typed.trim().normalize('NFC') === must.word.trim().normalize('NFC');
  return (
    <Sheet
      title={question.title}
      size="small"
      role="alertdialog"
      describedBy={text}
      class="confirm"
      onClose={() => finish(false)}
      foot={
        <>
          <Button look="outline" onPress={() => finish(false)}>
            {question.no ?? strings('cancel')}
          </Button>
          <Button look={question.danger ? 'danger' : 'filled'} disabled={!ready} onPress={() => finish(true)}>
            {question.yes}
          </Button>
        </>
      }
    >
      <p id={text} class="confirm-text">
        {question.text}
      </p>
      {must && Field ? <Field label={must.label} value={typed} onInput={setTyped} /> : null}
    </Sheet>
  );
}
