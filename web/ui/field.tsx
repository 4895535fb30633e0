import type { ComponentChildren, Ref } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { ChevronDown, CircleAlert, type IconNode } from 'lucide';
import { spacePhone } from '../format.ts';
import { strings } from '../strings.ts';
import { Icon } from './icon.tsx';
import { hand, useFocusOnMount, useGrowing } from './inputs.ts';
import './field.css';

interface Described {
  label: string;
  /** Stands below; also read with the field. */
  help?: ComponentChildren;
  /** A sentence that says what to write. Shown from the first time the field is left. */
  error?: string;
  optional?: boolean;
  /** The label is read but not seen. */
  hideLabel?: boolean;
  class?: string;
}

interface Frame extends Described {
  id: string;
  children: ComponentChildren;
}

const described = (id: string, help: unknown, error: unknown) =>
  [error ? `${id}-error` : '', help ? `${id}-help` : ''].filter(Boolean).join(' ') || undefined;

function FieldFrame({ id, label, help, error, optional, hideLabel, children, class: className = '' }: Frame) {
  return (
    <div class={`field${error ? ' field-wrong' : ''} ${className}`}>
      <label class={hideLabel ? 'unseen' : 'field-label'} for={id}>
        {label}
        {optional ? <span class="field-optional"> ({strings('optional')})</span> : null}
      </label>
      {children}
      <div aria-live="polite">
        {error ? (
          <p class="field-error" id={`${id}-error`}>
            <Icon of={CircleAlert} size={16} />
            <span>{error}</span>
          </p>
        ) : null}
      </div>
      {help ? (
        <p class="field-help" id={`${id}-help`}>
          {help}
        </p>
      ) : null}
    </div>
  );
}

type InputType = 'text' | 'tel' | 'email' | 'url' | 'password' | 'date' | 'time' | 'datetime-local' | 'number';

export interface FieldProps extends Described {
  value: string;
  onInput: (value: string) => void;
  /** Check here, on leaving, not while typing. */
  onBlur?: () => void;
  onEnter?: () => void;
  type?: InputType;
  name?: string;
  autocomplete?: string;
  inputMode?: 'text' | 'numeric' | 'tel' | 'email' | 'url' | 'search' | 'decimal' | 'none';
  placeholder?: string;
  icon?: IconNode;
  /** At the right end: a code, a unit. */
  after?: ComponentChildren;
  required?: boolean;
  disabled?: boolean;
  readOnly?: boolean;
  maxLength?: number;
  autofocus?: boolean;
  autocapitalize?: 'off' | 'words' | 'sentences' | 'characters';
  spellcheck?: boolean;
  inputRef?: Ref<HTMLInputElement>;
  id?: string;
}

export function Field(props: FieldProps) {
  const own = useId();
  const id = props.id ?? own;
  const { type = 'text', value, onInput } = props;
  const element = useRef<HTMLInputElement | null>(null);
  const focusRef = useFocusOnMount(props.autofocus);
  const input = (box: HTMLInputElement) => {
    if (type !== 'tel') {
      onInput(box.value);
      return;
    }
    // Spaces are ours; the caret stays after the same digit.
    const digitsBefore = box.value.slice(0, box.selectionStart ?? box.value.length).replace(/\D/g, '').length;
    const spaced = spacePhone(box.value);
    if (spaced !== box.value && /^\d/.test(box.value)) {
      box.value = spaced;
      let at = 0;
      for (let seen = 0; at < spaced.length && seen < digitsBefore; at++) if (/\d/.test(spaced[at] as string)) seen++;
      box.setSelectionRange(at, at);
    }
    onInput(spaced);
  };
  return (
    <FieldFrame {...props} id={id}>
      <span class="field-box">
        {props.icon ? <Icon of={props.icon} size={20} class="field-icon" /> : null}
        <input
          ref={(node) => {
            element.current = node;
            focusRef.current = node;
            hand(props.inputRef, node);
          }}
          id={id}
          class="field-input"
          {...typed(type)}
          name={props.name}
          value={value}
          autocomplete={props.autocomplete ?? 'off'}
          inputMode={props.inputMode}
          placeholder={props.placeholder}
          required={props.required}
          disabled={props.disabled}
          readOnly={props.readOnly}
          maxLength={props.maxLength}
          autocapitalize={props.autocapitalize}
          spellcheck={props.spellcheck}
          aria-invalid={props.error ? true : undefined}
          aria-describedby={described(id, props.help, props.error)}
          onInput={(event) => input(event.currentTarget)}
          onBlur={props.onBlur}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.isComposing && props.onEnter) {
              event.preventDefault();
              props.onEnter();
            }
          }}
        />
        {props.after ? <span class="field-after">{props.after}</span> : null}
      </span>
    </FieldFrame>
  );
}

/** The types of Preact want one literal; which one it is matters to nothing else. */
const typed = (type: InputType): { type: 'text' } => ({ type }) as { type: 'text' };

interface TextAreaProps extends Described {
  value: string;
  onInput: (value: string) => void;
  onBlur?: () => void;
  placeholder?: string;
  rows?: number;
  maxRows?: number;
  maxLength?: number;
  required?: boolean;
  disabled?: boolean;
  autofocus?: boolean;
  name?: string;
  inputRef?: Ref<HTMLTextAreaElement>;
}

export function TextArea(props: TextAreaProps) {
  const id = useId();
  const element = useGrowing(props.value, props.maxRows ?? 10);
  const focusRef = useFocusOnMount(props.autofocus);
  return (
    <FieldFrame {...props} id={id}>
      <span class="field-box field-box-tall">
        <textarea
          ref={(node) => {
            element.current = node;
            focusRef.current = node;
            hand(props.inputRef, node);
          }}
          id={id}
          class="field-input"
          name={props.name}
          rows={props.rows ?? 3}
          value={props.value}
          placeholder={props.placeholder}
          maxLength={props.maxLength}
          required={props.required}
          disabled={props.disabled}
          aria-invalid={props.error ? true : undefined}
          aria-describedby={described(id, props.help, props.error)}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onBlur={props.onBlur}
        />
      </span>
    </FieldFrame>
  );
}

interface SelectProps<V extends string> extends Described {
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: string; disabled?: boolean }[];
  icon?: IconNode;
  disabled?: boolean;
  required?: boolean;
}

/** The phone's own picker: it knows thumbs, scaling and screen readers better than we do. */
export function Select<V extends string>(props: SelectProps<V>) {
  const id = useId();
  return (
    <FieldFrame {...props} id={id}>
      <span class="field-box">
        {props.icon ? <Icon of={props.icon} size={20} class="field-icon" /> : null}
        <select
          id={id}
          class="field-input field-select"
          value={props.value}
          disabled={props.disabled}
          required={props.required}
          aria-invalid={props.error ? true : undefined}
          aria-describedby={described(id, props.help, props.error)}
          onChange={(event) => props.onChange(event.currentTarget.value as V)}
        >
          {props.options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon of={ChevronDown} size={20} class="field-chevron" />
      </span>
    </FieldFrame>
  );
}

interface PickFieldProps extends Described {
  /** What was picked, or nothing yet. */
  children?: ComponentChildren;
  placeholder: string;
  icon?: IconNode;
  after?: ComponentChildren;
  onPress: () => void;
  disabled?: boolean;
}

/** Looks like a field, opens a sheet to pick from (area, unit, person). */
export function PickField(props: PickFieldProps) {
  const id = useId();
  return (
    <div class={`field${props.error ? ' field-wrong' : ''} ${props.class ?? ''}`}>
      {props.hideLabel ? null : (
        <span class="field-label" aria-hidden="true">
          {props.label}
          {props.optional ? <span class="field-optional"> ({strings('optional')})</span> : null}
        </span>
      )}
      <button
        type="button"
        class="field-box field-pick"
        id={id}
        disabled={props.disabled}
        aria-haspopup="dialog"
        aria-describedby={described(id, props.help, props.error)}
        onClick={props.onPress}
      >
        <span class="unseen">{props.optional ? `${props.label} (${strings('optional')})` : props.label}: </span>
        {props.icon ? <Icon of={props.icon} size={20} class="field-icon" /> : null}
        <span class={`field-picked cut${props.children ? '' : ' field-placeholder'}`}>
          {props.children ?? props.placeholder}
        </span>
        {props.after ? <span class="field-after">{props.after}</span> : null}
        <Icon of={ChevronDown} size={20} class="field-pick-chevron" />
      </button>
      <div aria-live="polite">
        {props.error ? (
          <p class="field-error" id={`${id}-error`}>
            <Icon of={CircleAlert} size={16} />
            <span>{props.error}</span>
          </p>
        ) : null}
      </div>
      {props.help ? (
        <p class="field-help" id={`${id}-help`}>
          {props.help}
        </p>
      ) : null}
    </div>
  );
}

/** Shows an error only once its field has been left or the form was sent: `const phone = useChecked(error)`. */
export function useChecked(error: string | undefined) {
  const [left, setLeft] = useState(false);
  return { error: left ? error : undefined, onBlur: () => setLeft(true), check: () => setLeft(true) };
}
