import { useEffect, useState } from 'preact/hooks';
import { ArrowDown, ArrowUp, Pencil, Plus, Trash2 } from 'lucide';

import { isUnreachable } from '../../../web/connection.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { SwitchRow } from '../../../web/ui/choice.tsx';
import { TextArea } from '../../../web/ui/field.tsx';
import { MenuButton } from '../../../web/ui/menu.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Section } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Phrases } from '../protocol.ts';
import { PHRASE_MOST, PHRASES_MOST } from '../rules.ts';
import { strings } from '../strings.ts';
import { offered, quickPhrases } from './phrases.ts';
import './phrases.css';

/** Cá nhân → Tin nhắn nhanh. */
export function PhrasesScreen() {
  const state = quickPhrases();
  const known = state.known.value;
  const [trouble, setTrouble] = useState<unknown>();
  const [open, setOpen] = useState<{ at: number }>();
  const load = (): void => {
    setTrouble(undefined);
    state.get().catch(setTrouble);
  };
  useEffect(load, []);

  async function save(next: Phrases): Promise<boolean> {
    try {
      await state.save(next);
      return true;
    } catch (error) {
      showToast({ words: strings(isUnreachable(error) ? 'offline' : 'failed'), icon: null });
      return false;
    }
  }

  return (
    <Page title={strings('title')} lane="form">
      {!known ? (
        trouble === undefined ? (
          <Skeleton kind="setting" rows={5} />
        ) : (
          <Trouble error={trouble} onRetry={load} />
        )
      ) : (
        <Lists known={known} save={save} open={setOpen} />
      )}
      {known && open ? <PhraseEdit known={known} at={open.at} save={save} onClose={() => setOpen(undefined)} /> : null}
    </Page>
  );
}

interface ListsProps {
  known: Phrases;
  save: (next: Phrases) => Promise<boolean>;
  open: (it: { at: number }) => void;
}

function Lists({ known, save, open }: ListsProps) {
  const { phrases, offers } = known;
  const full = phrases.length >= PHRASES_MOST;
  const moved = (from: number, to: number): Phrases => {
    const next = phrases.filter((_, at) => at !== from);
    next.splice(to, 0, phrases[from]!);
    return { phrases: next, offers };
  };
  const remove = async (at: number): Promise<void> => {
    const before = known;
    if (!(await save({ phrases: phrases.filter((_, i) => i !== at), offers }))) return;
    showToast({ words: strings('removed'), icon: Trash2, onAction: () => void save(before) });
  };
  return (
    <>
      <p class="phrase-help">{strings('help', { n: PHRASES_MOST })}</p>
      <Section title={strings('own')}>
        {phrases.length === 0 ? <p class="phrase-help">{strings('none')}</p> : null}
        <ul class="phrase-list">
          {phrases.map((phrase, at) => (
            <li key={phrase} class="phrase-row">
              <span class="phrase-words">{phrase}</span>
              <MenuButton
                label={strings('more')}
                items={() => [
                  { label: strings('change'), icon: Pencil, onSelect: () => open({ at }) },
                  at > 0 && { label: strings('up'), icon: ArrowUp, onSelect: () => void save(moved(at, at - 1)) },
                  at < phrases.length - 1 && {
                    label: strings('down'),
                    icon: ArrowDown,
                    onSelect: () => void save(moved(at, at + 1)),
                  },
                  'line',
                  { label: strings('remove'), icon: Trash2, tone: 'red' as const, onSelect: () => void remove(at) },
                ]}
              />
            </li>
          ))}
        </ul>
        <div class="phrase-help">
          <Button
            look="outline"
            icon={Plus}
            reason={full ? strings('full', { n: PHRASES_MOST }) : undefined}
            onPress={() => open({ at: phrases.length })}
          >
            {strings('add')}
          </Button>
        </div>
      </Section>
      <Section title={strings('offered')}>
        <SwitchRow
          label={strings('offers')}
          help={strings('offersHelp')}
          checked={offers}
          onChange={(on) => save({ phrases, offers: on })}
        />
        <ul class="phrase-list">
          {offered(known).map((phrase) => (
            <li key={phrase} class="phrase-row">
              <span class="phrase-words">{phrase}</span>
              <IconButton
                icon={Plus}
                label={`${strings('keep')}: ${phrase}`}
                disabled={full}
                onPress={() => void save({ phrases: [...phrases, phrase], offers })}
              />
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function PhraseEdit({
  known: { phrases, offers },
  at,
  save,
  onClose,
}: {
  known: Phrases;
  at: number;
  save: ListsProps['save'];
  onClose: () => void;
}) {
  const [text, setText] = useState(phrases[at] ?? '');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    const phrase = text.trim().normalize('NFC');
    if (phrase === '') return;
    if (Array.from(phrase).length > PHRASE_MOST) return setError(strings('tooLong', { n: PHRASE_MOST }));
    if (phrases.some((it, i) => it === phrase && i !== at)) return setError(strings('twice'));
    setBusy(true);
    const next = [...phrases];
    next[at] = phrase;
    if (await save({ phrases: next, offers })) onClose();
    else setBusy(false);
  };
  return (
    <Sheet
      title={strings(at < phrases.length ? 'change' : 'add')}
      size="small"
      onClose={onClose}
      foot={
        <Button wide busy={busy} disabled={text.trim() === ''} onPress={() => void submit()}>
          {strings('save')}
        </Button>
      }
    >
      <TextArea
        label={strings('phrase')}
        value={text}
        error={error}
        autofocus
        onInput={(next) => {
          setText(next);
          setError(undefined);
        }}
      />
    </Sheet>
  );
}
