import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { BellRing, ChevronDown, MessageSquareText, Phone, PhoneIncoming, PhoneOff, Video, VideoOff } from 'lucide';

import { useKeys } from '../../../web/keys.ts';
import { useLayer } from '../../../web/layer.ts';
import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { TextArea } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Sheet, useModal } from '../../../web/ui/sheet.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { CallsState, Ring, Room } from '../state/shapes.ts';
import { strings } from '../strings/stage.ts';
import { told } from './begin.ts';
import { Round } from './round.tsx';
import { secondOf, useWhom } from './who.ts';

const QUICK = ['quick1', 'quick2', 'quick3', 'quick4'] as const;
const WORDS_MOST = 500;

interface RingProps {
  state: CallsState;
  ring: Ring;
}

/** What is said of who rings. */
function useRing({ state, ring }: RingProps) {
  const { call } = ring;
  const whom = useWhom(call.group);
  const group = whom.group !== undefined;
  const video = call.kind === 'video';
  const caller = displayName(call.by.name);
  return {
    id: group ? whom.id : call.by.id,
    name: group ? whom.name : caller,
    photo: group ? whom.photo : photoPath(call.by.photo, 'large'),
    group: whom.group,
    kind: strings(
      group ? (video ? 'incomingGroupVideo' : 'incomingGroupVoice') : video ? 'incomingVideo' : 'incomingVoice',
    ),
    second: group ? strings('calledBy', { name: caller }) : secondOf(call.by),
    third: group && call.people > 1 ? strings('inIt', { n: call.people }) : undefined,
    video,
    writes: whom.rights.includes('message.send'),
    decline: (words?: string) => void told(() => state.decline(ring, words)),
    answer: (camera: boolean) => void told(() => state.answer(ring, { camera })),
  };
}

/** On a phone: the whole screen. Going back leaves a card, and lets it ring. */
export function RingScreen({ state, ring, onSmall }: RingProps & { onSmall: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const [id, about] = [useId(), useId()];
  const close = useLayer(onSmall);
  useModal(dialog, () => title.current);
  const it = useRing({ state, ring });
  return (
    <dialog
      ref={dialog}
      class="call-screen call-ring always-dark"
      role="alertdialog"
      aria-labelledby={id}
      aria-describedby={about}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClose={close}
    >
      <div class="call-ring-body scroll">
        <p class="call-kind" id={about}>
          <Icon of={it.video ? Video : PhoneIncoming} size={24} />
          {it.kind}
        </p>
        <span class="call-face">
          <Avatar id={it.id} name={it.name} photo={it.photo} group={it.group} size={96} />
        </span>
        <h2 class="call-whom" id={id} tabIndex={-1} ref={title}>
          {it.name}
        </h2>
        {it.second ? <p class="call-second">{it.second}</p> : null}
        {it.third ? <p class="call-second">{it.third}</p> : null}
        {ring.through ? <Through /> : null}
      </div>
      <div class="call-ring-foot">
        {it.video ? (
          <button type="button" class="call-pill" onClick={() => it.answer(false)}>
            <Icon of={VideoOff} size={20} />
            {strings('answerNoCamera')}
          </button>
        ) : null}
        {it.writes ? <DeclineWith onDecline={it.decline} /> : null}
        <div class="call-ring-acts">
          <Round icon={PhoneOff} label={strings('decline')} tone="red" onPress={() => it.decline()} />
          <Round
            icon={it.video ? Video : Phone}
            label={strings('answer')}
            tone="accent"
            onPress={() => it.answer(it.video)}
          />
        </div>
      </div>
    </dialog>
  );
}

function Through() {
  return (
    <p class="call-through">
      <Icon of={BellRing} size={20} />
      {strings('through')}
    </p>
  );
}

/** On a computer, and while one is in a call: a card in the corner that takes no focus away. */
export function RingCard({ state, ring, room }: RingProps & { room: Room | undefined }) {
  const card = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const [id, about] = [useId(), useId()];
  const it = useRing({ state, ring });
  const [modal] = useState(() => document.querySelector('dialog:modal:not(.call-screen)') !== null);
  useKeys({ 'Alt+c': () => title.current?.focus() });
  const answer = (camera: boolean): void => {
    if (!room) return it.answer(camera);
    void told(() => room.leave()).then(() => it.answer(camera));
  };
  const inside = (
    <>
      <p class="unseen" role="alert">
        {strings('incomingFrom', { kind: it.kind, name: it.name })}
      </p>
      <div class="call-card-head">
        <Avatar id={it.id} name={it.name} photo={it.photo} group={it.group} size={56} />
        <div class="call-card-words">
          <p class="call-kind" id={about}>
            <Icon of={it.video ? Video : PhoneIncoming} size={16} />
            {it.kind}
          </p>
          <h2 class="call-card-name cut-2" id={id} tabIndex={-1} ref={title}>
            {it.name}
          </h2>
          <p class="call-second">{[it.second, it.third].filter(Boolean).join(' · ')}</p>
        </div>
      </div>
      {ring.through ? <Through /> : null}
      {room ? <p class="call-second">{strings('endAndAnswerHelp')}</p> : null}
      <div class="call-card-acts">
        <Button look="danger" icon={PhoneOff} wide onPress={() => it.decline()}>
          {strings('decline')}
        </Button>
        <Button icon={it.video ? Video : Phone} wide onPress={() => answer(it.video)}>
          {strings(room ? 'endAndAnswer' : 'answer')}
        </Button>
      </div>
      {it.video && !room ? (
        <Button look="text" icon={VideoOff} onPress={() => answer(false)}>
          {strings('answerNoCamera')}
        </Button>
      ) : null}
      {it.writes ? <DeclineWith onDecline={it.decline} /> : null}
    </>
  );
  if (modal) return <ModalCard id={id} about={about} title={title} children={inside} />;
  return (
    <section
      ref={card}
      class="call-card always-dark"
      role="alertdialog"
      aria-labelledby={id}
      aria-describedby={about}
      aria-keyshortcuts="Alt+C"
    >
      {inside}
    </section>
  );
}

interface ModalCardProps {
  id: string;
  about: string;
  title: { current: HTMLHeadingElement | null };
  children: ComponentChildren;
}

/** Over a sheet that is open nothing else could be pressed: then the card is a dialog of its own. */
function ModalCard({ id, about, title, children }: ModalCardProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useModal(dialog, () => title.current);
  return (
    <dialog
      ref={dialog}
      class="call-card always-dark"
      role="alertdialog"
      aria-labelledby={id}
      aria-describedby={about}
      // Esc neither answers nor declines.
      onCancel={(event) => event.preventDefault()}
    >
      {children}
    </dialog>
  );
}

/** The first of the ready words at once; others, and one’s own, from a sheet. */
function DeclineWith({ onDecline }: { onDecline: (words: string) => void }) {
  const [open, setOpen] = useState(false);
  const first = strings(QUICK[0]);
  return (
    <>
      <div class="call-pill call-pill-split">
        <button type="button" class="call-pill-main" onClick={() => onDecline(first)}>
          <Icon of={MessageSquareText} size={20} />
          <span>{strings('declineWith', { words: first })}</span>
        </button>
        <IconButton
          icon={ChevronDown}
          size={20}
          label={strings('declineOther')}
          expanded={open}
          onPress={() => setOpen(true)}
        />
      </div>
      {open ? <DeclineSheet onDecline={onDecline} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function DeclineSheet({ onDecline, onClose }: { onDecline: (words: string) => void; onClose: () => void }) {
  const [words, setWords] = useState('');
  const own = words.trim();
  return (
    <Sheet
      title={strings('declineTitle')}
      size="small"
      class="always-dark"
      onClose={onClose}
      foot={
        <Button
          wide
          icon={MessageSquareText}
          disabled={own === ''}
          onPress={() => {
            onDecline(own);
          }}
        >
          {strings('send')}
        </Button>
      }
    >
      <ul class="call-quick">
        {QUICK.map((it) => (
          <li key={it}>
            <Button look="outline" wide onPress={() => onDecline(strings(it))}>
              {strings(it)}
            </Button>
          </li>
        ))}
      </ul>
      <TextArea label={strings('ownWords')} value={words} onInput={setWords} maxLength={WORDS_MOST} />
    </Sheet>
  );
}
