import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ChevronDown, PhoneOff, RotateCcw, TriangleAlert, UserRoundPlus, UsersRound, VolumeX, X } from 'lucide';

import { formatSpan } from '../../../web/format.ts';
import { later } from '../../../web/later.ts';
import { useLayer } from '../../../web/layer.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Spinner } from '../../../web/ui/progress.tsx';
import { useModal } from '../../../web/ui/sheet.tsx';
import type { CallsState, Over, Room, Stage } from '../state/shapes.ts';
import { strings } from '../strings/stage.ts';
import { joinCall, startCall } from './begin.ts';
import { Clock } from './clock.tsx';
import { Controls, onCallKey, refusedWords } from './controls.tsx';
import type { CallSheet } from './controls.tsx';
import { DevicesSheet } from './devices.tsx';
import { doing, Notices } from './notices.tsx';
import { Picture } from './picture.tsx';
import { Round } from './round.tsx';
import { inside, lookOf, sharerOf, Tiles } from './tiles.tsx';
import type { Look } from './tiles.tsx';
import { useWhom } from './who.ts';
import type { Whom } from './who.ts';

const people = later(() => import('./people.tsx'));

const OVERS = {
  left: 'overLeft',
  declined: 'overDeclined',
  missed: 'overMissed',
  cancelled: 'overCancelled',
  busy: 'overBusy',
  ended: 'overEnded',
  moved: 'overMoved',
  dismissed: 'overDismissed',
  removed: 'overRemoved',
  lost: 'overLost',
  refused: 'overRefused',
} as const satisfies Record<Over, string>;

export const overWords = (over: Over | undefined): string => strings(OVERS[over ?? 'ended']);

/** Where one stands, in words; nothing while one is in it. */
export function stageWords(stage: Stage, over: Over | undefined): string {
  if (stage === 'over') return overWords(over);
  return stage === 'on' ? '' : strings(stage);
}

/** Keeps what is known of a line in words: nothing while it is good. */
export function lineWords(room: Room): string {
  if (room.videoSaved.value) return strings('weakSaved');
  const line = room.line.value;
  return line === 'good' ? '' : strings(line === 'weak' ? 'weak' : 'poor');
}

interface RoomScreenProps {
  state: CallsState;
  room: Room;
  /** It is over, and read. */
  onClose: () => void;
  /** The card of another call that rings. */
  children?: ComponentChildren;
}

/** The call over the whole window. Going back, Esc and the arrow make it small; nothing but the red button leaves it. */
export function RoomScreen({ state, room, onClose, children }: RoomScreenProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const whom = useWhom(room.group);
  const pair = whom.group === undefined;
  const [chosen, setChosen] = useState<Look>();
  const [sheet, setSheet] = useState<CallSheet>();
  const stage = room.stage.value;
  const over = stage === 'over';
  const close = useLayer(() => (room.stage.peek() === 'over' ? onClose() : room.setSmall(true)));
  useModal(dialog, () => title.current);
  // What was begun in a sheet has no place any more.
  useEffect(() => {
    if (over) setSheet(undefined);
  }, [over]);
  useEffect(() => {
    if (sheet === 'people' || sheet === 'invite') void people.fetch();
  }, [sheet]);

  const look = lookOf(room, chosen);
  const n = inside(room).length;
  const waiting = room.seats.value.filter((it) => it.state === 'waiting').length;
  const leads = room.leads.value;
  const invites = !pair && whom.rights.includes('call.start');
  const between = stage === 'on' || stage === 'mending';
  const alone = !between || (n < 2 && !sharerOf(room));
  const weak = between ? lineWords(room) : '';
  const since = room.since.value;
  const People = people.it.value;

  return (
    <dialog
      ref={dialog}
      class={`call-screen call-room always-dark${alone && !between ? ' call-green' : ''}${over ? ' call-over' : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      // A second Esc without another key or press between is not asked about by the browser: it just closes.
      onClose={(event) => {
        if (event.target === event.currentTarget) close();
      }}
      onKeyDown={(event) => {
        if (!over) onCallKey(room, event);
      }}
    >
      <header class="call-head">
        {over ? (
          <span class="call-head-space" />
        ) : (
          <IconButton icon={ChevronDown} label={strings('makeSmall')} onPress={close} />
        )}
        <div class="call-titles">
          <h2 class={alone ? 'unseen' : 'call-title cut'} id={id} tabIndex={-1} ref={title} title={whom.name}>
            <span class="unseen">{strings('callWith')} </span>
            {whom.name}
          </h2>
          <p class="call-meta">
            {between && since !== undefined ? <Clock since={since} /> : null}
            {between && !pair ? (
              <>
                <span aria-hidden="true">·</span>
                <span>{strings('people', { n })}</span>
              </>
            ) : null}
            <span role="status">
              {stage === 'mending' ? (
                <span class="call-weak">
                  <Spinner size={16} />
                  {strings('mending')}
                </span>
              ) : weak ? (
                <span class="call-weak">
                  <Icon of={TriangleAlert} size={16} />
                  {weak}
                </span>
              ) : null}
            </span>
          </p>
        </div>
        {over || stage === 'waiting' || pair ? (
          <span class="call-head-space" />
        ) : (
          <IconButton
            icon={UsersRound}
            label={waiting > 0 && leads ? strings('participantsWait', { n: waiting }) : strings('participants')}
            count={leads ? waiting : 0}
            onPress={() => setSheet('people')}
          />
        )}
      </header>
      {over ? null : <Notices room={room} quiet={pair} />}
      {over ? null : <Troubles room={room} onDevices={() => setSheet('devices')} />}
      <div class="call-body">
        {alone ? (
          <Alone room={room} whom={whom} invites={invites && between} onInvite={() => setSheet('invite')} />
        ) : (
          <Tiles room={room} look={look} pair={pair && n > 1} />
        )}
      </div>
      <footer class="call-foot">
        {over ? (
          <Ended state={state} room={room} onClose={onClose} pair={pair} />
        ) : stage === 'waiting' ? (
          <div class="call-controls">
            <Round icon={PhoneOff} label={strings('stopWaiting')} tone="red" onPress={() => void room.leave()} />
          </div>
        ) : (
          <Controls room={room} pair={pair} look={look} onLook={setChosen} invites={invites} onSheet={setSheet} />
        )}
      </footer>
      {sheet === 'devices' ? (
        <DevicesSheet devices={room.devices} room={room} onClose={() => setSheet(undefined)} />
      ) : sheet === 'people' && People ? (
        <People.PeopleSheet
          room={room}
          invites={invites}
          onInvite={() => setSheet('invite')}
          onClose={() => setSheet(undefined)}
        />
      ) : sheet === 'invite' && People ? (
        <People.InviteSheet room={room} onClose={() => setSheet(undefined)} />
      ) : null}
      {children}
    </dialog>
  );
}

/** Before anybody else is there, and when it is over: with whom, and what is waited for. */
function Alone({ room, whom, invites, onInvite }: { room: Room; whom: Whom; invites: boolean; onInvite: () => void }) {
  const stage = room.stage.value;
  const own = room.ownCamera.value;
  const over = room.over.value;
  const since = room.since.value;
  const ended = useRef<number | undefined>(undefined);
  if (stage === 'over') ended.current ??= Date.now();
  const endedAt = ended.current;
  const words = stage === 'on' || stage === 'mending' ? strings('alone') : stageWords(stage, over);
  const moves = stage === 'calling' || stage === 'connecting' || stage === 'asking';
  return (
    <div class="call-alone">
      <span class={`call-face${moves ? ' call-face-waits' : ''}`}>
        <Avatar id={whom.id} name={whom.name} photo={whom.photo} group={whom.group} size={96} />
      </span>
      <p class="call-whom cut-2" aria-hidden="true">
        {whom.name}
      </p>
      {whom.second ? <p class="call-second">{whom.second}</p> : null}
      <p class={stage === 'over' ? 'call-state call-state-over' : 'call-state'} role="status">
        {words}
      </p>
      {stage === 'waiting' ? <p class="call-second">{strings('waitingHelp')}</p> : null}
      {endedAt !== undefined && since !== undefined ? (
        <p class="call-second">
          {strings('lasted', { time: formatSpan(Math.max(0, Math.floor((endedAt - since) / 1_000))) })}
        </p>
      ) : null}
      {invites ? (
        <Button look="soft" icon={UserRoundPlus} onPress={onInvite}>
          {strings('invite')}
        </Button>
      ) : null}
      {own && stage !== 'over' ? (
        <div class="call-self">
          <Picture stream={own} mirrored />
          <span class="call-tile-name">{strings('you')}</span>
        </div>
      ) : null}
    </div>
  );
}

/** What does not work here, and the button that leads to a way out. */
function Troubles({ room, onDevices }: { room: Room; onDevices: () => void }) {
  const { mic, camera } = room.refused.value;
  if (room.soundBlocked.value) {
    return (
      <p class="call-trouble" role="alert">
        <Icon of={VolumeX} size={20} />
        <span>{strings('soundBlocked')}</span>
        <Button look="soft" size="small" onPress={() => room.playSound()}>
          {strings('playSound')}
        </Button>
      </p>
    );
  }
  const what = mic ? 'mic' : camera ? 'camera' : undefined;
  const why = mic ?? camera;
  if (!what || !why) return null;
  return (
    <p class="call-trouble" role="alert">
      <Icon of={TriangleAlert} size={20} />
      <span>{refusedWords(what, why)}</span>
      <Button look="soft" size="small" onPress={onDevices}>
        {strings('howTo')}
      </Button>
    </p>
  );
}

/** What can be done when it is over. */
function Ended({ state, room, pair, onClose }: { state: CallsState; room: Room; pair: boolean; onClose: () => void }) {
  const over = room.over.value;
  const going = state.going(room.group);
  const again = pair && over !== 'removed' && over !== 'moved';
  const rejoin = !again && going && over !== 'dismissed' && over !== 'removed';
  return (
    <div class="call-controls">
      <Round icon={X} label={strings('close')} onPress={onClose} />
      {again || rejoin ? (
        <Round
          icon={RotateCcw}
          label={strings(rejoin ? 'joinBack' : 'callBack')}
          tone="accent"
          onPress={() =>
            void doing(async () => {
              if (going) await joinCall(state, room.group, going.id);
              else await startCall(state, room.group, room.kind);
            })
          }
        />
      ) : null}
    </div>
  );
}
