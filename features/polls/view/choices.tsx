import { useState } from 'preact/hooks';
import { Check, Clock, Plus } from 'lucide';

import { Button } from '../../../web/ui/button.tsx';
import { Field } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { connection } from '../../../web/connection.ts';
import type { Choice, Poll } from '../protocol.ts';
import { ANONYMOUS_LEAST, CHOICE_MOST, CHOICES_MOST, pressed, shareOf, shownState } from '../rules.ts';
import type { Polls } from '../state.ts';
import { strings } from '../strings.ts';
import { refusalWords } from './words.ts';

/** More choices than this are cut short on a card, to so many. */
const CUT_FROM = 8;
const CUT_TO = 6;

interface ChoicesProps {
  state: Polls;
  poll: Poll;
  now: number;
  /** The group takes votes. */
  votes: boolean;
  /** Where all of them stand; absent where they do here. */
  onAll?: () => void;
}

/** The choices of a poll with their bars, to be pressed. */
export function Choices({ state, poll, now, votes, onAll }: ChoicesProps) {
  const { anonymous, most, voters } = poll;
  // What is marked before an anonymous vote is sent; in other polls a press is the vote.
  const [marked, setMarked] = useState<readonly number[]>([]);
  const open = shownState(poll, now) === 'open';
  const casting = anonymous && open && !poll.voted;
  const waiting = state.isWaiting(poll.id);
  const mine = !anonymous ? poll.mine : casting ? marked : state.unsent(poll.id);
  const mayPress = open && votes && (!anonymous || casting);

  function press(choice: number): void {
    if (!votes) return showToast({ words: strings('readOnly'), icon: null });
    if (!mayPress) return;
    const wish = pressed(poll, mine, choice);
    if (!wish) return showToast({ words: strings('tooMany', { n: most }), icon: null });
    if (anonymous) return setMarked(wish);
    send(wish);
  }

  function send(wish: readonly number[]): void {
    try {
      state.vote(poll, wish);
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    }
  }

  const cut = onAll !== undefined && poll.choices.length > CUT_FROM;
  // What the person chose themselves is among those that are shown.
  const shown = cut ? poll.choices.filter((it, at) => at < CUT_TO || mine.includes(it.id)) : poll.choices;
  return (
    <div class="poll-choices">
      <div
        class="poll-options"
        role={most === 1 ? 'radiogroup' : 'group'}
        aria-label={strings('choices')}
        aria-disabled={mayPress ? undefined : true}
      >
        {shown.map((it) => (
          <Option
            key={it.id}
            choice={it}
            many={most > 1}
            on={mine.includes(it.id)}
            voters={voters}
            press={mayPress ? () => press(it.id) : undefined}
          />
        ))}
      </div>
      {cut && shown.length < poll.choices.length ? (
        <Button look="text" size="small" onPress={onAll}>
          {strings('allChoices', { n: poll.choices.length })}
        </Button>
      ) : null}
      {poll.open && open && votes && poll.choices.length < CHOICES_MOST ? (
        <AddChoice state={state} poll={poll} />
      ) : null}
      {casting ? (
        <div class="poll-cast">
          <p class="poll-note">{strings('castHelp')}</p>
          <Button
            wide
            disabled={marked.length === 0}
            onPress={() => {
              send(marked);
              setMarked([]);
            }}
          >
            {strings('cast')}
          </Button>
        </div>
      ) : null}
      <Note poll={poll} open={open} waiting={waiting} />
    </div>
  );
}

/** What stands in the way of a result, or of a vote. */
function Note({ poll, open, waiting }: { poll: Poll; open: boolean; waiting: boolean }) {
  const { anonymous, voted } = poll;
  const told = poll.choices.some((it) => it.votes !== null);
  if (waiting && connection().state.value !== 'online')
    return (
      <p class="poll-note poll-note-icon" role="status">
        <Icon of={Clock} size={16} />
        {strings(anonymous ? 'castWaits' : 'waits')}
      </p>
    );
  if (open && anonymous && voted) return <p class="poll-note">{strings('castDone')}</p>;
  if (open && !anonymous && !told && !voted) return <p class="poll-note">{strings('voteFirst')}</p>;
  if (poll.few) return <p class="poll-note">{strings('few', { n: ANONYMOUS_LEAST })}</p>;
  if (!open && !told) return <p class="poll-note">{strings('opening')}</p>;
  return null;
}

interface OptionProps {
  choice: Choice;
  many: boolean;
  on: boolean;
  voters: number;
  press: (() => void) | undefined;
}

function Option({ choice: { text, votes, by }, many, on, voters, press }: OptionProps) {
  const percent = Math.round(shareOf(votes, voters) * 100);
  return (
    <button
      type="button"
      class={`poll-option${on ? ' poll-option-on' : ''}`}
      role={many ? 'checkbox' : 'radio'}
      aria-checked={on}
      aria-disabled={press ? undefined : true}
      onClick={press}
    >
      <span class={`poll-mark${many ? ' poll-mark-many' : ''}`} aria-hidden="true">
        {on && many ? <Icon of={Check} size={16} /> : null}
      </span>
      <span class="poll-option-text">
        {text}
        {by === undefined ? null : <span class="poll-option-by"> · {strings('addedBy')}</span>}
      </span>
      {votes === null ? null : (
        <>
          <span class="poll-option-count">
            <span aria-hidden="true">{votes}</span>
            <span class="unseen">{strings('votes', { n: votes })}</span>
          </span>
          <span class="poll-bar" aria-hidden="true">
            <span class="poll-bar-fill" style={{ inlineSize: `${percent}%` }} />
          </span>
        </>
      )}
    </button>
  );
}

function AddChoice({ state, poll }: { state: Polls; poll: Poll }) {
  const [adding, setAdding] = useState(false);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);

  async function add(): Promise<void> {
    if (text.trim() === '') return;
    setBusy(true);
    try {
      await state.act('poll.addChoice', poll, text);
      setText('');
      setAdding(false);
      showToast(strings('added'));
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    }
    setBusy(false);
  }

  if (!adding)
    return (
      <Button look="text" size="small" icon={Plus} onPress={() => setAdding(true)}>
        {strings('add')}
      </Button>
    );
  return (
    <div class="poll-add">
      <Field
        label={strings('addLabel')}
        value={text}
        maxLength={CHOICE_MOST}
        autofocus
        onInput={setText}
        onEnter={() => void add()}
      />
      <Button look="outline" busy={busy} disabled={text.trim() === ''} onPress={() => void add()}>
        {strings('addDo')}
      </Button>
    </div>
  );
}
