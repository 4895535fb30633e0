import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Check, Minus, type IconNode } from 'lucide';
import { formatBadge } from '../format.ts';
import { Icon } from './icon.tsx';
import './choice.css';

interface RowChoice {
  label: ComponentChildren;
  help?: ComponentChildren;
  icon?: IconNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  class?: string;
}

/** How long a switch waits for what it stands for after the house took it. */
const TAKEN_MS = 5_000;

interface SwitchProps extends Omit<RowChoice, 'onChange'> {
  /**
   * A promise where the house is asked: the switch stays as it was pressed until `checked` follows. It goes back at once where the
   * promise answers `false` or fails.
   */
  onChange: (checked: boolean) => void | Promise<boolean | void>;
}

/** A setting that is on or off; the whole row presses. */
export function SwitchRow({ onChange, ...props }: SwitchProps) {
  const id = useId();
  const [pressed, setPressed] = useState<boolean>();
  useEffect(() => {
    if (pressed === undefined) return;
    if (pressed === props.checked) return setPressed(undefined);
    const timer = setTimeout(() => setPressed(undefined), TAKEN_MS);
    return () => clearTimeout(timer);
  }, [pressed, props.checked]);

  function press(on: boolean): void {
    const asked = onChange(on);
    if (!asked) return;
    setPressed(on);
    asked.then(
      (taken) => taken === false && setPressed(undefined),
      (error: unknown) => {
        setPressed(undefined);
        throw error;
      },
    );
  }

  return (
    <label class={`choice-row switch-row ${props.class ?? ''}`}>
      {props.icon ? <Icon of={props.icon} size={20} class="choice-icon" /> : null}
      <span class="choice-words">
        <span id={id}>{props.label}</span>
        {props.help ? (
          <span class="choice-help" id={`${id}-help`}>
            {props.help}
          </span>
        ) : null}
      </span>
      <input
        type="checkbox"
        // oxlint-disable-next-line jsx-a11y/role-has-required-aria-props -- a checkbox tells its state itself
        role="switch"
        class="switch"
        checked={pressed ?? props.checked}
        disabled={props.disabled}
        aria-labelledby={id}
        aria-describedby={props.help ? `${id}-help` : undefined}
        onChange={(event) => press(event.currentTarget.checked)}
      />
    </label>
  );
}

interface CheckboxRowProps extends RowChoice {
  /** The tick stands before the words (consent, forms) or after them (choosing people). */
  side?: 'start' | 'end';
  mixed?: boolean;
  /** Before the words: an avatar. */
  before?: ComponentChildren;
  /** Another accessible name where the row shows more than that. */
  name?: string;
}

export function CheckboxRow({ side = 'start', mixed, before, ...props }: CheckboxRowProps) {
  const id = useId();
  const tick = (
    <TickBox
      checked={props.checked}
      mixed={mixed}
      disabled={props.disabled}
      label={props.name}
      labelledBy={props.name ? undefined : id}
      describedBy={props.help ? `${id}-help` : undefined}
      onChange={props.onChange}
    />
  );
  return (
    <label class={`choice-row checkbox-row ${props.class ?? ''}`}>
      {side === 'start' ? tick : null}
      {before}
      {props.icon ? <Icon of={props.icon} size={20} class="choice-icon" /> : null}
      <span class="choice-words">
        <span id={id}>{props.label}</span>
        {props.help ? (
          <span class="choice-help" id={`${id}-help`}>
            {props.help}
          </span>
        ) : null}
      </span>
      {side === 'end' ? tick : null}
    </label>
  );
}

interface TickBoxProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  mixed?: boolean;
  disabled?: boolean;
  label?: string;
  labelledBy?: string;
  describedBy?: string;
  /** A picture of a tick: the row around it is the control. */
  still?: boolean;
}

/** The tick box alone, 22 inside 44, for tables and own rows. */
export function TickBox(props: TickBoxProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = props.mixed === true;
  }, [props.mixed]);
  return (
    <span class={`tick${props.still ? ' tick-still' : ''}`}>
      <input
        ref={box}
        type="checkbox"
        class="tick-input"
        checked={props.checked}
        disabled={props.disabled}
        tabIndex={props.still ? -1 : undefined}
        aria-label={props.label}
        aria-labelledby={props.labelledBy}
        aria-describedby={props.describedBy}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <Icon of={props.mixed ? Minus : Check} size={16} class="tick-mark" />
    </span>
  );
}

interface RadioRowsProps<V extends string> {
  label: string;
  hideLabel?: boolean;
  value: V | undefined;
  onChange: (value: V) => void;
  options: readonly {
    value: V;
    label: ComponentChildren;
    help?: ComponentChildren;
    icon?: IconNode;
    disabled?: boolean;
  }[];
}

export function RadioRows<V extends string>({ label, hideLabel, value, onChange, options }: RadioRowsProps<V>) {
  const name = useId();
  return (
    <fieldset class="radio-rows">
      <legend class={hideLabel ? 'unseen' : 'field-label'}>{label}</legend>
      {options.map((option) => (
        <label class="choice-row" key={option.value}>
          <span class="tick">
            <input
              type="radio"
              class="tick-input radio-input"
              name={name}
              checked={option.value === value}
              disabled={option.disabled}
              aria-labelledby={`${name}-${option.value}`}
              aria-describedby={option.help ? `${name}-${option.value}-help` : undefined}
              onChange={() => onChange(option.value)}
            />
            <span class="radio-mark" />
          </span>
          {option.icon ? <Icon of={option.icon} size={20} class="choice-icon" /> : null}
          <span class="choice-words">
            <span id={`${name}-${option.value}`}>{option.label}</span>
            {option.help ? (
              <span class="choice-help" id={`${name}-${option.value}-help`}>
                {option.help}
              </span>
            ) : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface SegmentedProps<V extends string> {
  label: string;
  /** Show the label above, as a field's. */
  showLabel?: boolean;
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: string; icon?: IconNode; count?: number }[];
  /** tabs: shows one of several panels. choice: one value of a form. */
  as?: 'choice' | 'tabs';
  /** For tabs: the id of the panel of each value, `${panel}-${value}`. */
  panel?: string;
}

export function Segmented<V extends string>(props: SegmentedProps<V>) {
  const id = useId();
  const row = useRef<HTMLDivElement>(null);
  const { options, value, onChange, as = 'choice' } = props;
  const keys = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    const at = options.findIndex((option) => option.value === value);
    const to = by
      ? (at + by + options.length) % options.length
      : event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? options.length - 1
          : -1;
    const next = options[to];
    if (!next) return;
    event.preventDefault();
    onChange(next.value);
    focusChild(row, to);
  };
  return (
    <div class="field">
      <span id={id} class={props.showLabel ? 'field-label' : 'unseen'}>
        {props.label}
      </span>
      <div
        class="segmented"
        ref={row}
        role={as === 'tabs' ? 'tablist' : 'radiogroup'}
        aria-labelledby={id}
        onKeyDown={keys}
      >
        {options.map((option) => {
          const on = option.value === value;
          return (
            <button
              key={option.value}
              type="button"
              class="segment"
              role={as === 'tabs' ? 'tab' : 'radio'}
              aria-checked={as === 'choice' ? on : undefined}
              aria-selected={as === 'tabs' ? on : undefined}
              aria-controls={as === 'tabs' && props.panel && on ? `${props.panel}-${option.value}` : undefined}
              tabIndex={on ? 0 : -1}
              onClick={() => onChange(option.value)}
            >
              {option.icon ? <Icon of={option.icon} size={20} /> : null}
              <span>{option.label}</span>
              {option.count ? <span class="segment-count">{formatBadge(option.count)}</span> : null}
            </button>
          );
        })}
      </div>
    </div>
  );
}

function focusChild(row: RefObject<HTMLElement | null>, index: number): void {
  (row.current?.children[index] as HTMLElement | undefined)?.focus();
}
