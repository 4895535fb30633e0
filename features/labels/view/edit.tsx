import { useId, useState } from 'preact/hooks';

import { Button } from '../../../web/ui/button.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Label } from '../protocol.ts';
import { LABEL_COLOURS, LABEL_NAME_MOST } from '../rules.ts';
import type { LabelColour } from '../rules.ts';
import { labels } from '../state.ts';
import { strings } from '../strings.ts';
import { LabelDot } from './dot.tsx';
import { refusalOf } from './refusal.ts';
import '../manage.css';

/** A new label, or another name and colour for one that is there. */
export function EditLabel({
  label,
  onClose,
  onDone,
}: {
  label?: Label;
  onClose: () => void;
  onDone?: (label: string) => void;
}) {
  const state = labels.value;
  const others = state?.list.value?.filter((it) => it.label !== label?.label) ?? [];
  const [name, setName] = useState(label?.name ?? '');
  // The first colour that none of the others has.
  const [colour, setColour] = useState<LabelColour>(
    label?.colour ?? LABEL_COLOURS.find((it) => others.every((one) => one.colour !== it)) ?? 'pine',
  );
  const [error, setError] = useState<string | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const form = useId();

  async function save(): Promise<void> {
    const wanted = name.trim();
    if (wanted === '') return setError(strings('nameMissing'));
    if (others.some((it) => it.name.toLocaleLowerCase('vi') === wanted.toLocaleLowerCase('vi')))
      return setError(strings('nameTwice'));
    if (!state) return;
    setBusy(true);
    try {
      if (label) await state.change(label.label, wanted, colour);
      else {
        const made = await state.add(wanted, colour);
        onDone?.(made);
      }
      onClose();
    } catch (trouble) {
      showToast({ words: refusalOf(trouble), icon: null });
      setBusy(false);
    }
  }

  return (
    <Sheet
      title={strings(label ? 'change' : 'addTitle')}
      size="small"
      onClose={onClose}
      foot={
        <Button type="submit" form={form} wide busy={busy}>
          {strings('save')}
        </Button>
      }
    >
      <form
        id={form}
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          label={strings('name')}
          help={strings('nameHelp', { n: LABEL_NAME_MOST })}
          value={name}
          error={error}
          maxLength={LABEL_NAME_MOST}
          autofocus
          onInput={(text) => {
            setName(text);
            setError(undefined);
          }}
        />
        <fieldset class="label-colours">
          <legend class="field-label">{strings('colour')}</legend>
          {LABEL_COLOURS.map((it) => (
            <label key={it} class="label-colour">
              <input
                type="radio"
                class="unseen"
                name={`${form}-colour`}
                checked={it === colour}
                onChange={() => setColour(it)}
              />
              <LabelDot colour={it} />
              <span>{strings(it)}</span>
            </label>
          ))}
        </fieldset>
      </form>
    </Sheet>
  );
}
