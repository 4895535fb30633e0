import { useEffect, useId, useRef } from 'preact/hooks';
import { CircleAlert } from 'lucide';
import { useFocusOnMount } from './inputs.ts';
import { Icon } from './icon.tsx';
import './code-input.css';

interface CodeInputProps {
  label: string;
  value: string;
  onInput: (digits: string) => void;
  /** Called once the last digit is there. */
  onComplete?: (digits: string) => void;
  digits?: number;
  help?: string;
  error?: string;
  disabled?: boolean;
  autofocus?: boolean;
}

const spaced = (digits: string, half: number) =>
  digits.length > half ? `${digits.slice(0, half)} ${digits.slice(half)}` : digits;

/** A one-time code: one field, digits shown in two groups; takes paste and the phone's own filling in. */
export function CodeInput(props: CodeInputProps) {
  const { digits = 8, value } = props;
  const half = digits / 2;
  const id = useId();
  const focusRef = useFocusOnMount(props.autofocus);
  const input = (box: HTMLInputElement) => {
    const before = box.value.slice(0, box.selectionStart ?? box.value.length).replace(/\D/g, '').length;
    const typed = box.value.replace(/\D/g, '').slice(0, digits);
    const shown = spaced(typed, half);
    if (box.value !== shown) {
      box.value = shown;
      const at = Math.min(before > half ? before + 1 : before, shown.length);
      box.setSelectionRange(at, at);
    }
    props.onInput(typed);
    if (typed.length === digits && typed !== value) props.onComplete?.(typed);
  };
  return (
    <div class={`field${props.error ? ' field-wrong' : ''}`}>
      <label class="field-label" for={id}>
        {props.label}
      </label>
      <span class="field-box code">
        <span class="code-lane">
          <span class="code-blanks" aria-hidden="true">
            {Array.from({ length: digits + 1 }, (_, i) => (
              <span class="code-blank" key={i}>
                {i === half || (i > half ? i - 1 : i) < value.length ? '' : '–'}
              </span>
            ))}
          </span>
          <input
            ref={(node) => {
              focusRef.current = node;
            }}
            id={id}
            class="code-input"
            type="text"
            inputMode="numeric"
            autocomplete="one-time-code"
            maxLength={digits * 2}
            value={spaced(value, half)}
            disabled={props.disabled}
            aria-invalid={props.error ? true : undefined}
            aria-describedby={
              [props.error ? `${id}-error` : '', props.help ? `${id}-help` : ''].filter(Boolean).join(' ') || undefined
            }
            onInput={(event) => input(event.currentTarget)}
          />
        </span>
      </span>
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

/** WebOTP: where the phone offers it, the code of our SMS (its last line names this site) is filled in after one press. */
export function useCodeFromSms(take: (digits: string) => void): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    if (!('OTPCredential' in window)) return;
    const stop = new AbortController();
    const wish = { otp: { transport: ['sms'] }, signal: stop.signal } as CredentialRequestOptions;
    void navigator.credentials.get(wish).then(
      (found) => {
        const code = (found as { code?: unknown } | null)?.code;
        if (typeof code === 'string') latest.current(code.replace(/\D/g, ''));
      },
      () => {
        // Declined, or no message came: the person types it.
      },
    );
    return () => stop.abort();
  }, []);
}
