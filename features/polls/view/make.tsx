import { useRef, useState } from 'preact/hooks';
import { Plus, X } from 'lucide';

import { connection } from '../../../web/connection.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { RadioRows, SwitchRow } from '../../../web/ui/choice.tsx';
import { Field, Select, TextArea } from '../../../web/ui/field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { CHOICE_MOST, CHOICES_LEAST, CHOICES_MOST, QUESTION_MOST } from '../rules.ts';
import { choicesOf, deadlines, emptyDraft, inputOf, wrongIn } from '../state/draft.ts';
import type { Deadline, PollDraft } from '../state/draft.ts';
import { strings } from '../strings/form.ts';
import type { PollWish } from './form.tsx';
import { usePolls } from './use-polls.ts';
import { refusalWords } from './words.ts';
import '../polls.css';

/** What was being written when the form was closed, by account and group; as long as the page lives. */
const drafts = new Map<string, PollDraft>();

/** Asks for a new poll: question, choices, how to vote, until when. */
export function MakePoll({ group, text, onClose }: PollWish & { onClose: () => void }) {
  const state = usePolls();
  const key = `${state?.account ?? ''} ${group}`;
  const [draft, setDraft] = useState<PollDraft>(() =>
    text === undefined ? (drafts.get(key) ?? emptyDraft()) : emptyDraft(text),
  );
  // Said once the button was pressed, not while somebody has yet to write.
  const [tried, setTried] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const now = connection().now();
  const wrong = tried ? wrongIn(draft, now) : undefined;

  function change(it: Partial<PollDraft>): void {
    const next = { ...draft, ...it };
    drafts.set(key, next);
    setDraft(next);
  }

  function setChoice(at: number, value: string): void {
    change({ choices: draft.choices.map((it, place) => (place === at ? value : it)) });
  }

  /** Enter in a choice leads to the next one, and makes it where there is none. */
  function next(at: number): void {
    if (at === draft.choices.length - 1) {
      if (draft.choices.length >= CHOICES_MOST) return;
      change({ choices: [...draft.choices, ''] });
    }
    requestAnimationFrame(() => list.current?.querySelectorAll('input')[at + 1]?.focus());
  }

  function make(): void {
    setTried(true);
    if (!state || wrongIn(draft, connection().now())) return;
    try {
      state.create(inputOf(draft, group, connection().now()));
      drafts.delete(key);
      // Made at once, it stands in the conversation and needs no words.
      if (connection().state.peek() !== 'online') showToast(strings('madeLater'));
      onClose();
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    }
  }

  const filled = Math.max(CHOICES_LEAST, choicesOf(draft).length);
  return (
    <Sheet
      title={strings('title')}
      onClose={onClose}
      foot={
        <Button wide onPress={make}>
          {strings('make')}
        </Button>
      }
    >
      <div class="poll-form">
        <TextArea
          label={strings('question')}
          value={draft.question}
          maxLength={QUESTION_MOST}
          autofocus
          error={wrong?.what === 'noQuestion' ? strings('noQuestion') : undefined}
          onInput={(question) => change({ question })}
        />
        <fieldset class="poll-form-group">
          <legend class="field-label">{strings('choices')}</legend>
          <div class="poll-form-choices" ref={list}>
            {draft.choices.map((it, at) => (
              <div class="poll-form-choice" key={at}>
                <Field
                  label={strings('choice', { n: at + 1 })}
                  hideLabel
                  placeholder={strings('choice', { n: at + 1 })}
                  value={it}
                  maxLength={CHOICE_MOST}
                  onInput={(value) => setChoice(at, value)}
                  onEnter={() => next(at)}
                />
                {draft.choices.length > CHOICES_LEAST ? (
                  <IconButton
                    icon={X}
                    label={strings('dropChoice', { n: at + 1 })}
                    onPress={() => change({ choices: draft.choices.filter((_, place) => place !== at) })}
                  />
                ) : null}
              </div>
            ))}
          </div>
          {wrong?.what === 'noChoices' || wrong?.what === 'repeated' ? (
            <p class="poll-form-wrong" role="alert">
              {wrong.what === 'noChoices' ? strings('noChoices') : strings('repeated', { n: (wrong.at ?? 0) + 1 })}
            </p>
          ) : null}
          {draft.choices.length < CHOICES_MOST ? (
            <Button look="text" size="small" icon={Plus} onPress={() => next(draft.choices.length - 1)}>
              {strings('addChoice')}
            </Button>
          ) : (
            <p class="poll-note">{strings('full', { n: CHOICES_MOST })}</p>
          )}
        </fieldset>
        <div class="poll-form-rules" role="group" aria-label={strings('rules')}>
          <SwitchRow label={strings('many')} checked={draft.many} onChange={(many) => change({ many })} />
          {draft.many ? (
            <Select
              label={strings('most')}
              value={String(draft.most)}
              onChange={(most) => change({ most: Number(most) })}
              options={[
                { value: '0', label: strings('unlimited') },
                ...Array.from({ length: filled - 1 }, (_, at) => ({ value: String(at + 2), label: String(at + 2) })),
              ]}
            />
          ) : null}
          <SwitchRow
            label={strings('open')}
            checked={draft.open && !draft.anonymous}
            disabled={draft.anonymous}
            onChange={(open) => change({ open })}
          />
          <SwitchRow
            label={strings('hidden')}
            checked={draft.hidden || draft.anonymous}
            disabled={draft.anonymous}
            onChange={(hidden) => change({ hidden })}
          />
          <SwitchRow
            label={strings('anonymous')}
            help={strings('anonymousHelp')}
            checked={draft.anonymous}
            onChange={(anonymous) => change({ anonymous })}
          />
        </div>
        <RadioRows<Deadline>
          label={strings('deadline')}
          value={draft.deadline}
          onChange={(deadline) => change({ deadline })}
          options={[...deadlines(now), 'other' as const].map((value) => ({ value, label: strings(value) }))}
        />
        {draft.deadline === 'other' ? (
          <div class="poll-form-time">
            <Field label={strings('day')} type="date" value={draft.day} onInput={(day) => change({ day })} />
            <Field label={strings('time')} type="time" value={draft.time} onInput={(time) => change({ time })} />
          </div>
        ) : null}
        {wrong?.what === 'past' || wrong?.what === 'far' ? (
          <p class="poll-form-wrong" role="alert">
            {strings(wrong.what)}
          </p>
        ) : null}
      </div>
    </Sheet>
  );
}
