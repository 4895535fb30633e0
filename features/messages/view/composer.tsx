import type { ComponentType } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { SendHorizontal, Smile } from 'lucide';

import { enterSends } from '../../../web/appearance.ts';
import { connection } from '../../../web/connection.ts';
import { formatClock } from '../../../web/format.ts';
import { useLayer } from '../../../web/layer.ts';
import { Problem } from '../../../protocol/problem.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { useGrowing } from '../../../web/ui/inputs.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { isPhone, isTouch } from '../../../web/viewport.ts';
import { COUNTED_FROM, tooLongBy } from '../rules.ts';
import type { Messages } from '../state.ts';
import { strings } from '../strings.ts';

const LINES_MOST = 6;
const DRAFT_MS = 400;

interface ComposerProps {
  group: string;
  name: string;
  pair: boolean;
  messages: Messages;
  draft: string;
  onDraft: (text: string) => void;
  onTyping: () => void;
  /** Slow mode: when the next message may be sent, in the server's milliseconds. */
  againAt?: number;
  autofocus: boolean;
}

/** Where a message is written. It keeps its own text, so that typing draws nothing else. */
export function Composer(props: ComposerProps) {
  const { group, name, pair, messages, draft, onDraft, onTyping, againAt, autofocus } = props;
  const wait = useSecondsUntil(againAt);
  // On a phone it has a line of its own, since it may stand there for an hour.
  const waits = wait > 0 && !isPhone.value;
  const [text, setText] = useState(draft);
  const field = useGrowing(text, LINES_MOST);
  const limit = useId();
  const latest = useRef(text);
  latest.current = text;
  const saving = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  // What was begun is kept, also when the screen is left in the middle of a word or another page takes over.
  useEffect(() => {
    const keep = (): void => {
      clearTimeout(saving.current);
      onDraft(latest.current);
    };
    document.addEventListener('visibilitychange', keep);
    return () => {
      document.removeEventListener('visibilitychange', keep);
      keep();
    };
  }, [group]);

  useEffect(() => {
    if (!autofocus) return;
    const box = field.current;
    box?.focus({ preventScroll: true });
    box?.setSelectionRange(box.value.length, box.value.length);
  }, [group]);

  const write = (next: string): void => {
    setText(next);
    clearTimeout(saving.current);
    saving.current = setTimeout(() => onDraft(latest.current), DRAFT_MS);
    if (next.trim() !== '') onTyping();
  };

  const over = tooLongBy(text);
  const counted = over > -COUNTED_FROM;
  const empty = text.trim() === '';

  const send = (): void => {
    if (empty || over > 0 || wait > 0) {
      field.current?.focus();
      return;
    }
    try {
      messages.send(group, text.replace(/\s+$/u, ''));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showToast({ words: strings('full', { n: Number(error.details['most'] ?? 0) }), icon: null });
      return;
    }
    clearTimeout(saving.current);
    latest.current = '';
    setText('');
    onDraft('');
    field.current?.focus();
  };

  const keys = (event: KeyboardEvent): void => {
    // The key that ends a composition of letters belongs to the letters.
    if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229 || isTouch) return;
    const sends = enterSends.value ? !event.shiftKey : event.ctrlKey || event.metaKey || event.shiftKey;
    if (!sends || event.altKey) return;
    event.preventDefault();
    send();
  };

  const insert = (piece: string): void => {
    const box = field.current;
    const from = box?.selectionStart ?? text.length;
    const to = box?.selectionEnd ?? text.length;
    write(text.slice(0, from) + piece + text.slice(to));
    requestAnimationFrame(() => {
      box?.setSelectionRange(from + piece.length, from + piece.length);
      if (!isTouch) box?.focus();
    });
  };

  const [emoji, setEmoji] = useState(false);
  const closeEmoji = useLayer(() => setEmoji(false), emoji);
  const emojiButton = (
    <IconButton
      icon={Smile}
      label={strings('emoji')}
      expanded={emoji}
      onPress={() => (emoji ? closeEmoji() : setEmoji(true))}
    />
  );

  return (
    <div class="composer">
      {emoji ? <EmojiPanel onPick={insert} onClose={closeEmoji} messages={messages} /> : null}
      {isPhone.value && wait > 0 ? (
        <p class="composer-again" role="timer">
          {strings('again', { time: formatClock(wait) })}
        </p>
      ) : null}
      <form
        class="composer-card"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <span class="composer-box">
          <textarea
            ref={field}
            class="composer-field"
            rows={1}
            value={text}
            placeholder={pair || !isPhone.value ? strings('toName', { name }) : strings('toGroup')}
            aria-label={strings('field', { name })}
            aria-describedby={counted ? limit : undefined}
            aria-invalid={over > 0 || undefined}
            title={isTouch ? undefined : enterSends.value ? strings('enterSends') : undefined}
            autocapitalize="sentences"
            enterkeyhint={isTouch ? 'enter' : 'send'}
            onInput={(event) => write(event.currentTarget.value)}
            onKeyDown={keys}
          />
          {isPhone.value ? emojiButton : null}
        </span>
        <span class="composer-tools">
          {isPhone.value ? null : emojiButton}
          <span
            id={limit}
            class={`composer-limit${over > 0 ? ' composer-over' : ''}`}
            role={over > 0 ? 'alert' : waits ? 'timer' : 'status'}
          >
            {over > 0
              ? strings('tooLong', { n: over })
              : waits
                ? strings('again', { time: formatClock(wait) })
                : counted
                  ? strings('left', { n: -over })
                  : null}
          </span>
          {isPhone.value ? (
            <IconButton
              icon={SendHorizontal}
              look={empty || over > 0 || wait > 0 ? 'plain' : 'filled'}
              label={strings('send')}
              disabled={empty || over > 0 || wait > 0}
              onPress={send}
            />
          ) : (
            <Button type="submit" iconAfter={SendHorizontal} disabled={empty || over > 0 || wait > 0}>
              {strings('send')}
            </Button>
          )}
        </span>
      </form>
    </div>
  );
}

/** Seconds until that moment of the server's clock, counted down. */
function useSecondsUntil(at: number | undefined): number {
  const left = (): number => (at === undefined ? 0 : Math.max(0, Math.ceil((at - connection().now()) / 1_000)));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    if (left() === 0) return;
    const timer = setInterval(() => {
      setSeconds(left());
      if (left() === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [at]);
  return seconds;
}

interface EmojiProps {
  onPick: (emoji: string) => void;
  onClose: () => void;
  messages: Messages;
}

let Picker: ComponentType<EmojiProps> | undefined;

/** The picker and its words come when they are first asked for. */
function EmojiPanel(props: EmojiProps) {
  const [, redraw] = useState(0);
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    if (Picker) return;
    let here = true;
    import('./emoji.tsx').then(
      (it) => {
        Picker = it.EmojiPicker;
        if (here) redraw((n) => n + 1);
      },
      () => {
        if (here) setMissing(true);
      },
    );
    return () => {
      here = false;
    };
  }, []);
  return (
    <div class="emoji-panel" role="dialog" aria-label={strings('emoji')}>
      {Picker ? <Picker {...props} /> : <p class="emoji-none">{strings(missing ? 'emojiMissing' : 'emojiLoading')}</p>}
    </div>
  );
}
