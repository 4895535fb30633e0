import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Timer } from 'lucide';
import { formatClock, formatSpan } from '../../../web/format.ts';
import { Button } from '../../../web/ui/button.tsx';
import { CodeInput, useCodeFromSms } from '../../../web/ui/code-input.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import type { CodeAnswer } from '../protocol.ts';
import { CODE } from '../rules.ts';
import type { CodeEntry } from '../state/code.ts';
import { strings } from '../strings.ts';
import { troubleWords } from './words.ts';
import '../accounts.css';

/** This device's clock, redrawn each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

interface CodeFormProps {
  entry: CodeEntry;
  act: string;
  onAnswer: (answer: CodeAnswer) => void;
  /** Asks for a further code. */
  onResend: () => void;
  children?: ComponentChildren;
}

/** The code of an SMS: filled in by the phone, pasted or typed; sent by itself at the eighth digit. */
export function CodeForm({ entry, act, onAnswer, onResend, children }: CodeFormProps) {
  const now = useNow();
  const sent = entry.sent.value;
  const code = entry.code.value;
  const trouble = entry.trouble.value;
  const verify = (digits: string) =>
    void entry.verify(digits).then((answer) => {
      if (answer) onAnswer(answer);
    });
  useCodeFromSms((digits) => {
    entry.code.value = digits;
    verify(digits);
  });
  if (!sent) return null;
  const left = Math.max(0, sent.endsAt - now);
  const over = left === 0 || trouble?.kind === 'over';
  const blocked = Math.max(0, entry.blockedUntil.value - now);
  const again = sent.resendAt === null ? null : Math.max(0, sent.resendAt - now);
  const words = [
    over ? strings('over') : trouble && trouble.kind !== 'slow' ? troubleWords(trouble, now) : '',
    !over && blocked > 0 ? strings('slow', { time: formatSpan(blocked / 1000) }) : '',
  ];
  return (
    <form
      class="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        verify(code);
      }}
    >
      <CodeInput
        label={strings('code')}
        value={code}
        digits={CODE.digits}
        onInput={(digits) => {
          entry.code.value = digits;
        }}
        onComplete={verify}
        error={words.filter(Boolean).join(' ') || undefined}
        autofocus
      />
      {over ? null : <Lifetime left={left} />}
      {over && again === 0 ? (
        <Button size="large" wide busy={entry.busy.value} onPress={onResend}>
          {strings('newCode')}
        </Button>
      ) : (
        <Button
          type="submit"
          size="large"
          wide
          busy={entry.busy.value}
          reason={code.length < CODE.digits ? strings('needsDigits') : undefined}
        >
          {act}
        </Button>
      )}
      {over && again === 0 ? null : again === null ? (
        <p class="sign-in-again">{strings('resendTomorrow')}</p>
      ) : again > 0 ? (
        <p class="sign-in-again">{strings('resendIn', { time: formatClock(again / 1000) })}</p>
      ) : (
        <Button look="text" wide onPress={onResend}>
          {strings('resend')}
        </Button>
      )}
      {children}
    </form>
  );
}

/** How long the code lives: seen each second, told once a minute. */
function Lifetime({ left }: { left: number }) {
  const seconds = Math.ceil(left / 1000);
  const minutes = Math.ceil(seconds / 60);
  return (
    <p class="sign-in-life">
      <Icon of={Timer} size={20} />
      <span aria-hidden="true">{strings('lives', { time: formatSpan(seconds) })}</span>
      <span class="unseen" role="timer" aria-live="polite">
        {strings('livesMinutes', { n: minutes })}
      </span>
    </p>
  );
}
