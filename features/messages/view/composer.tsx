import type { ComponentType } from 'preact';
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { Check, CirclePlus, SendHorizontal, Smile } from 'lucide';

import { enterSends } from '../../../web/appearance.ts';
import { connection } from '../../../web/connection.ts';
import { formatClock } from '../../../web/format.ts';
import { later } from '../../../web/later.ts';
import { useLayer } from '../../../web/layer.ts';
import { Problem } from '../../../protocol/problem.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { useGrowing } from '../../../web/ui/inputs.ts';
import { MenuButton } from '../../../web/ui/menu.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { isPhone, isTouch } from '../../../web/viewport.ts';
import { canRecord, MicButton } from '../../files/view/mic.tsx';
import { takePaste, TraySlot } from '../../files/view/tray-slot.tsx';
import { HandlingHint } from '../../reports/view/handling-hint.tsx';
import type { Right } from '../../groups/rights.ts';
import { COUNTED_FROM, tooLongBy } from '../rules.ts';
import { ScheduledSlot } from '../../scheduled/view/slot.tsx';
import type { Messages } from '../state.ts';
import type { Composition } from '../state/composition.ts';
import { strings } from '../strings.ts';
import { strings as writing } from '../strings/writing.ts';
import { formatBar, formatKeys } from './composer/format.ts';
import type { ComposerPlace, PanelProps } from './composer/place.ts';
import { Chosen, UrgencyButton } from './composer/chosen.tsx';
import { ReplyStrip } from './composer/reply.tsx';
import { useSuggestions } from './composer/suggest.tsx';
import { suggesters } from './composer/suggesters.ts';
import { plusEntries } from './plus.ts';
import './composer/composer.css';

const LINES_MOST = 6;
const DRAFT_MS = 400;

/** Editing is done now and then: what belongs to it comes with the first time. */
const editing = later(() => import('./composer/editing.tsx'));

interface ComposerProps {
  group: string;
  name: string;
  pair: boolean;
  members: number;
  messages: Messages;
  can: (right: Right) => boolean;
  onTyping: () => void;
  /** Slow mode: when the next message may be sent, in the server's milliseconds. */
  againAt?: number;
  autofocus: boolean;
}

/**
 * Where a message is written. What is written stands in its composition, so that typing draws nothing but this.
 * From above: what is answered or edited, the list that a sign in the text calls up, what is attached, the field, the tools.
 */
export function Composer(props: ComposerProps) {
  const { group, name, pair, members, messages, can, onTyping, againAt, autofocus } = props;
  const composition = useMemo(() => messages.composition(group), [messages, group]);
  const wait = useSecondsUntil(againAt);
  // On a phone it has a line of its own, since it may stand there for an hour.
  const waits = wait > 0 && !isPhone.value;
  const text = composition.text.value;
  const field = useGrowing(text, LINES_MOST);
  const limit = useId();
  const saving = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [Panel, setPanel] = useState<ComponentType<PanelProps> | undefined>(undefined);

  // What was begun is kept, also when the screen is left in the middle of a word or another page takes over.
  useEffect(() => {
    const keep = (): void => {
      clearTimeout(saving.current);
      composition.keep();
    };
    // What is chosen beside the text is kept as soon as it is chosen.
    const chosen = [composition.reply, composition.files, composition.urgency, composition.ask];
    const stops = chosen.map((it) => it.subscribe(() => composition.keep()));
    document.addEventListener('visibilitychange', keep);
    return () => {
      for (const stop of stops) stop();
      document.removeEventListener('visibilitychange', keep);
      keep();
    };
  }, [composition]);

  useEffect(() => {
    if (!autofocus) return;
    const box = field.current;
    box?.focus({ preventScroll: true });
    box?.setSelectionRange(box.value.length, box.value.length);
  }, [composition]);

  const over = tooLongBy(text);
  const counted = over > -COUNTED_FROM;
  const empty = !composition.filled.value;
  const edited = composition.editing.value;
  const urgency = edited ? 0 : composition.urgency.value;
  // Editing is no further message.
  const held = empty || over > 0 || (wait > 0 && !edited);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (edited) void editing.fetch();
  }, [edited !== undefined]);

  const files = can('file.send') && !composition.editing.value;
  const latest = useRef(wait);
  latest.current = wait;

  const focus = (): void => field.current?.focus();

  const send = (): void => {
    // Looked at anew: the quickest fingers press Enter before the last letter is drawn.
    const ready = composition.filled.peek() && tooLongBy(composition.text.peek()) <= 0;
    const edits = composition.editing.peek() !== undefined;
    if (!ready || busy || (latest.current > 0 && !edits)) {
      focus();
      return;
    }
    if (edits) void save();
    else if (composition.urgency.peek() === 3) void sendExpress();
    else sendNow();
  };

  const save = async (): Promise<void> => {
    setBusy(true);
    await editing.fetch();
    await editing.it.peek()?.saveEdit(place);
    setBusy(false);
    focus();
  };

  /** It rings wherever it arrives, so it is asked about once. */
  const sendExpress = async (): Promise<void> => {
    const sure = await confirm({
      title: pair ? writing('expressTitlePair') : writing('expressTitle', { n: Math.max(1, members - 1) }),
      text: writing('expressText'),
      yes: writing('expressYes'),
      danger: true,
    });
    if (sure) sendNow();
  };

  const sendNow = (): void => {
    const { text: words, form, held } = composition.message();
    // What looks secret is not kept for sending: the server is asked at once.
    const unkept = composition.guarded || composition.suspects(words);
    if (unkept && held) return showToast({ words: strings('waitFiles'), icon: null });
    try {
      if (unkept) {
        const ready = composition.files.peek().flatMap((it) => it.file ?? []);
        messages.sendUnkept(group, words, form, ready);
      } else messages.send(group, words, form, held);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      showToast({ words: strings('full', { n: Number(error.details['most'] ?? 0) }), icon: null });
      return;
    }
    clearTimeout(saving.current);
    composition.clear();
    focus();
  };

  const write = (next: string): void => {
    composition.write(next);
    clearTimeout(saving.current);
    saving.current = setTimeout(() => composition.keep(), DRAFT_MS);
    if (next.trim() !== '') onTyping();
  };

  /** At once, not with the next drawing: letters that are typed before it would stand elsewhere, or the caret leap back among them. */
  const select = (from: number, to: number): void => {
    const box = field.current;
    if (!box) return;
    const written = composition.text.peek();
    if (box.value !== written) box.value = written;
    box.setSelectionRange(from, to);
  };

  const reshape: ComposerPlace['reshape'] = (change) => {
    const box = field.current;
    const { value, selectionStart: from, selectionEnd: to } = box ?? { value: '', selectionStart: 0, selectionEnd: 0 };
    const next = change({ text: value, from, to });
    write(next.text);
    focus();
    select(next.from, next.to);
  };

  const place = useMemo<ComposerPlace>(
    () => ({
      group,
      name,
      pair,
      members,
      messages,
      composition,
      can,
      show: (load) =>
        void load().then(
          (it) => setPanel(() => it),
          () => showToast({ words: strings('partMissing'), icon: null }),
        ),
      send,
      focus,
      reshape,
    }),
    [group, name, pair, members, messages, composition],
  );
  const suggestions = useSuggestions(suggesters, place);

  const look = (box: HTMLTextAreaElement): void => suggestions.look(box.value, box.selectionStart);

  const keys = (event: KeyboardEvent): void => {
    if (suggestions.keys(event)) return;
    // The key that ends a composition of letters belongs to the letters.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape' && composition.editing.peek()) {
      event.preventDefault();
      composition.endEdit();
      return;
    }
    if (
      event.key === 'ArrowUp' &&
      !event.shiftKey &&
      !event.ctrlKey &&
      !event.altKey &&
      composition.text.peek() === ''
    ) {
      event.preventDefault();
      void editing.fetch().then(() => editing.it.peek()?.editLast(place));
      return;
    }
    if (event.key === 'Escape' && composition.reply.peek() && !composition.editing.peek()) {
      event.preventDefault();
      composition.reply.value = undefined;
      return;
    }
    const enter = event.key === 'Enter' && !event.altKey;
    const asked = enterSends.value ? !event.shiftKey : event.ctrlKey || event.metaKey || event.shiftKey;
    const sends = enter && asked && !isTouch;
    if (formatKeys(event, place, enter && !sends)) {
      event.preventDefault();
      return;
    }
    if (!sends) return;
    event.preventDefault();
    send();
  };

  const putCaret = (at: number): void => {
    select(at, at);
    if (!isTouch) focus();
  };
  suggestions.onPicked.current = putCaret;
  const insert = (piece: string): void => {
    const box = field.current;
    putCaret(composition.insert(box?.selectionStart ?? text.length, box?.selectionEnd ?? text.length, piece));
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
  const EditStrip = editing.it.value?.EditStrip;
  const entries = plusEntries.filter((it) => it.when(place));
  const tools = isPhone.value ? [] : entries.filter((it) => it.tool);
  const more = entries.filter((it) => !tools.includes(it));
  const plus =
    more.length > 0 ? (
      <MenuButton
        icon={CirclePlus}
        label={strings('plus')}
        items={() =>
          more.map((it) => ({
            label: it.label(),
            icon: it.icon,
            hint: it.value?.(place),
            onSelect: () => it.run(place, undefined),
          }))
        }
      />
    ) : null;

  return (
    <div class="composer">
      {emoji ? <EmojiPanel onPick={insert} onClose={closeEmoji} messages={messages} /> : null}
      <ScheduledSlot place={place} />
      <ReplyStrip place={place} />
      <HandlingHint place={place} />
      {text.trim() === '' ? null : <EarlySlot composition={composition} />}
      {edited && EditStrip ? <EditStrip place={place} /> : null}
      {suggestions.view}
      {isPhone.value && wait > 0 ? (
        <p class="composer-again" role="timer">
          {strings('again', { time: formatClock(wait) })}
        </p>
      ) : null}
      {files && isPhone.value ? <TraySlot composition={composition} /> : null}
      <form
        class={`composer-card${urgency ? ` composer-urgent composer-urgent-${urgency}` : ''}`}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {edited ? null : <Chosen place={place} />}
        {isPhone.value ? plus : null}
        {files && !isPhone.value ? <TraySlot composition={composition} /> : null}
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
            {...suggestions.field}
            onInput={(event) => {
              write(event.currentTarget.value);
              look(event.currentTarget);
            }}
            onSelect={(event) => look(event.currentTarget)}
            onBlur={suggestions.close}
            onPaste={(event) => files && takePaste(event, group)}
            onKeyDown={keys}
          />
          {isPhone.value ? emojiButton : null}
        </span>
        {formatBar.value && !isPhone.value ? <FormatSlot place={place} /> : null}
        <span class="composer-tools">
          {tools.map((it) => (
            <IconButton
              key={it.key}
              icon={it.icon}
              size={20}
              label={it.label()}
              onPress={(event) => it.run(place, event.currentTarget as Element)}
            />
          ))}
          {isPhone.value ? null : emojiButton}
          {isPhone.value ? null : plus}
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
          {isPhone.value ? null : <UrgencyButton place={place} />}
          {isPhone.value && files && empty && wait === 0 && canRecord() ? (
            <MicButton place={place} />
          ) : isPhone.value ? (
            <IconButton
              icon={edited ? Check : SendHorizontal}
              look={held ? 'plain' : 'filled'}
              label={edited ? writing('save') : strings('send')}
              disabled={held}
              busy={busy}
              onPress={send}
            />
          ) : (
            <Button type="submit" iconAfter={edited ? Check : SendHorizontal} disabled={held} busy={busy}>
              {edited ? writing('save') : strings('send')}
            </Button>
          )}
        </span>
      </form>
      {Panel ? <Panel place={place} onClose={() => setPanel(undefined)} /> : null}
    </div>
  );
}

const early = later(() => import('../../secrecy/view/early.tsx').then((it) => it.EarlyWarning));

/** What tells that a text looks secret comes with the first letter. */
function EarlySlot({ composition }: { composition: Composition }) {
  useEffect(() => void early.fetch(), []);
  const Warning = early.it.value;
  return Warning ? <Warning composition={composition} /> : null;
}

const formatting = later(() => import('./composer/format-bar.tsx'));

/** The buttons come when they are first asked for. */
function FormatSlot({ place }: { place: ComposerPlace }) {
  useEffect(() => void formatting.fetch(), []);
  const known = formatting.it.value;
  return known ? <known.FormatBar place={place} /> : null;
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
