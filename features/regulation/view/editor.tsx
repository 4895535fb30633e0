import { useEffect, useState } from 'preact/hooks';
import { ArrowDown, ArrowUp, CircleAlert, CornerDownRight, Plus, Trash2 } from 'lucide';

import { Button } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Field, TextArea } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { MenuButton } from '../../../web/ui/menu.tsx';
import { Section, SettingRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { LINE_MOST, TEXT_MOST } from '../rules.ts';
import type { Item, RegulationDocument } from '../rules.ts';
import { outlineOf } from '../rules/outline.ts';
import type { DraftForm } from '../state/draft.ts';
import { strings } from '../strings.ts';
import { Downloads, FileCard, RegulationText } from './text.tsx';
import { missingWords, refusalWords } from './words.ts';
import '../regulation.css';

interface EditorProps {
  form: DraftForm;
  /** What publishing does to others, in a sentence. */
  effect: string;
  onPublished: (version: number) => void;
  onDiscarded: () => void;
}

/** The boxes of the document and the list of its articles, one below the other. */
export function DraftFields({ form }: { form: DraftForm }) {
  const document = form.document.value;
  const file = form.file.value;
  if (!document) return file ? <FileCard file={file} /> : null;
  const text = (key: TextKey, label: string, more: { help?: string; maxLength?: number } = {}) => (
    <Field
      label={label}
      value={document[key]}
      onInput={(value) => form.change({ [key]: value })}
      maxLength={more.maxLength ?? LINE_MOST}
      help={more.help}
    />
  );
  return (
    <>
      <Section title={strings('head')}>
        <div class="form">
          {text('superior', strings('superior'), { help: strings('superiorHelp') })}
          {text('agency', strings('agency'))}
          <div class="regulation-pair">
            <Field
              label={strings('number')}
              value={document.number}
              onInput={(value) => form.change({ number: value.replace(/[^\da-zđ]/gu, '').slice(0, 6) })}
              inputMode="numeric"
              help={strings('numberHelp')}
            />
            {text('symbol', strings('symbol'), { maxLength: 40 })}
          </div>
          <div class="regulation-pair">
            {text('place', strings('place'), { maxLength: 100 })}
            <Field
              label={strings('date')}
              type="date"
              value={document.date}
              onInput={(value) => form.change({ date: value })}
              help={strings('dateHelp')}
            />
          </div>
          <TextArea
            label={strings('title')}
            value={document.title}
            onInput={(value) => form.change({ title: value.replace(/\n/g, ' ') })}
            maxLength={LINE_MOST}
            rows={2}
            maxRows={4}
          />
          <Lines label={strings('bases')} value={document.bases} onInput={(bases) => form.change({ bases })} />
          <TextArea
            label={strings('opening')}
            value={document.opening}
            onInput={(value) => form.change({ opening: value.replace(/\n/g, ' ') })}
            maxLength={1_000}
            rows={2}
            maxRows={6}
          />
        </div>
      </Section>
      <Items form={form} document={document} />
      <Section title={strings('end')}>
        <div class="form">
          <Lines
            label={strings('recipients')}
            value={document.recipients}
            onInput={(recipients) => form.change({ recipients })}
          />
          <TextArea
            label={strings('authority')}
            value={document.authority}
            onInput={(authority) => form.change({ authority })}
            help={strings('authorityHelp')}
            maxLength={200}
            rows={2}
            maxRows={3}
          />
          {text('position', strings('position'))}
          {text('signer', strings('signer'), { maxLength: 100 })}
        </div>
      </Section>
    </>
  );
}

type TextKey = 'superior' | 'agency' | 'symbol' | 'place' | 'position' | 'signer';

function Lines({
  label,
  value,
  onInput,
}: {
  label: string;
  value: readonly string[];
  onInput: (value: string[]) => void;
}) {
  return (
    <TextArea
      label={label}
      value={value.join('\n')}
      onInput={(text) => onInput(text.split('\n').slice(0, 30))}
      help={strings('oneALine')}
      rows={3}
      maxRows={10}
    />
  );
}

function Items({ form, document }: { form: DraftForm; document: RegulationDocument }) {
  const [open, setOpen] = useState<number>();
  const outline = outlineOf(document.items);

  function remove(at: number, label: string): void {
    const { items } = document;
    form.removeItem(at);
    setOpen(undefined);
    showToast({
      words: strings('removed', { label }),
      action: strings('undo'),
      onAction: () => form.change({ items }),
    });
  }

  return (
    <Section title={strings('content')}>
      <ol class="regulation-items">
        {outline.map((it, at) => {
          const clauses = it.kind === 'article' ? it.clauses.length : 0;
          return (
            <li key={at} class={it.kind === 'chapter' ? 'regulation-item-chapter' : 'regulation-item'}>
              <SettingRow
                label={`${it.label} ${it.title || strings('untitled')}`}
                help={it.kind === 'article' ? strings('clauses', { n: clauses }) : undefined}
                onPress={() => setOpen(at)}
                after={
                  <MenuButton
                    label={strings('itemMenu', { label: it.label.replace(/\.$/, '') })}
                    items={() => [
                      at > 0 && { label: strings('moveUp'), icon: ArrowUp, onSelect: () => form.moveItem(at, -1) },
                      at < outline.length - 1 && {
                        label: strings('moveDown'),
                        icon: ArrowDown,
                        onSelect: () => form.moveItem(at, 1),
                      },
                      {
                        label: strings('addBelow'),
                        icon: CornerDownRight,
                        onSelect: () => setOpen(form.addItem('article', at)),
                      },
                      {
                        label: strings('remove'),
                        icon: Trash2,
                        tone: 'red' as const,
                        onSelect: () => remove(at, it.label.replace(/\.$/, '')),
                      },
                    ]}
                  />
                }
              />
            </li>
          );
        })}
      </ol>
      <p class="regulation-add">
        <Button look="soft" size="small" icon={Plus} onPress={() => setOpen(form.addItem('article'))}>
          {strings('addArticle')}
        </Button>
        <Button look="soft" size="small" icon={Plus} onPress={() => setOpen(form.addItem('chapter'))}>
          {strings('addChapter')}
        </Button>
      </p>
      {open !== undefined && document.items[open] ? (
        <ItemSheet
          label={outline[open]!.label.replace(/\.$/, '')}
          item={document.items[open]}
          onChange={(item) => form.setItem(open, item)}
          onRemove={() => remove(open, outline[open]!.label.replace(/\.$/, ''))}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
    </Section>
  );
}

interface ItemProps {
  label: string;
  item: Item;
  onChange: (item: Item) => void;
  onRemove: () => void;
  onClose: () => void;
}

function ItemSheet({ label, item, onChange, onRemove, onClose }: ItemProps) {
  return (
    <Sheet
      title={label}
      onClose={onClose}
      full={item.kind === 'article'}
      foot={
        <p class="regulation-buttons">
          <Button look="danger-text" icon={Trash2} onPress={onRemove}>
            {strings('remove')}
          </Button>
          <Button wide onPress={onClose}>
            {strings('done')}
          </Button>
        </p>
      }
    >
      <div class="form regulation-form">
        <Field
          label={strings('itemTitle')}
          value={item.title}
          onInput={(title) => onChange({ ...item, title })}
          maxLength={LINE_MOST}
          autofocus={item.title === ''}
        />
        {item.kind === 'article' ? (
          <TextArea
            label={strings('itemText')}
            value={item.text}
            onInput={(text) => onChange({ ...item, text })}
            help={strings('itemTextHelp')}
            maxLength={TEXT_MOST}
            rows={10}
            maxRows={24}
          />
        ) : null}
      </div>
    </Sheet>
  );
}

/** What the draft stands at, and what can be done with it. */
export function DraftFoot({ form, effect, onPublished, onDiscarded }: EditorProps) {
  const [previewed, setPreviewed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const saving = form.saving.value;
  const trouble = form.trouble.value;
  const document = form.document.value;
  const missing = form.missing.value;

  // What was typed last is not lost by leaving in the middle of a word.
  useEffect(() => () => void form.save(), [form]);

  async function publish(): Promise<void> {
    if (missing) {
      setRefusal(missingWords(missing));
      setPreviewed(false);
      return;
    }
    // Asked above the preview: a layer that closes takes with it what opens at the same moment.
    if (!(await confirm({ title: strings('publishTitle'), text: effect, yes: strings('publish') }))) return;
    setPreviewed(false);
    setBusy(true);
    setRefusal(undefined);
    try {
      const version = await form.publish();
      showToast(strings('published', { n: String(version) }));
      onPublished(version);
    } catch (error) {
      setRefusal(refusalWords(error));
    } finally {
      setBusy(false);
    }
  }

  async function discard(): Promise<void> {
    const yes = await confirm({
      title: strings('discardTitle'),
      text: strings('discardText'),
      yes: strings('discard'),
      danger: true,
    });
    if (!yes) return;
    setBusy(true);
    try {
      await form.discard();
      onDiscarded();
    } catch (error) {
      setRefusal(refusalWords(error));
    } finally {
      setBusy(false);
    }
  }

  const words = refusal ?? (saving === 'failed' && trouble !== undefined ? refusalWords(trouble) : undefined);
  return (
    <div class="regulation-foot">
      {words ? (
        <p class="regulation-refusal" role="alert">
          <Icon of={CircleAlert} size={16} />
          <span>{words}</span>
        </p>
      ) : null}
      <p class="regulation-saving" role="status">
        {saving === 'saved' && !form.kept.value ? '' : strings(saving === 'failed' ? 'notSaved' : saving)}
      </p>
      <p class="regulation-buttons">
        <MenuButton
          label={strings('discard')}
          items={() => [
            { label: strings('discard'), icon: Trash2, tone: 'red' as const, onSelect: () => void discard() },
          ]}
        />
        {document ? (
          <Button look="outline" onPress={() => setPreviewed(true)}>
            {strings('preview')}
          </Button>
        ) : null}
        <Button wide busy={busy} onPress={() => void publish()}>
          {strings('publish')}
        </Button>
      </p>
      {previewed && document ? (
        <Sheet
          title={strings('preview')}
          onClose={() => setPreviewed(false)}
          full
          foot={
            <Button wide onPress={() => void publish()}>
              {strings('publish')}
            </Button>
          }
        >
          <RegulationText document={document} />
          {form.id.value && saving === 'saved' && 'group' in form.owner ? (
            <Downloads id={form.id.value} file={form.file.value} />
          ) : null}
        </Sheet>
      ) : null}
    </div>
  );
}
