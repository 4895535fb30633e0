import {
  DoorOpen,
  Ellipsis,
  Hand,
  LayoutGrid,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  PhoneOff,
  Presentation,
  SwitchCamera,
  UserRoundPlus,
  UsersRound,
  Video,
  VideoOff,
  Volume2,
} from 'lucide';

import { letterKeys } from '../../../web/appearance.ts';
import { isWriting, keyName } from '../../../web/keys.ts';
import { confirm } from '../../../web/ui/confirm.tsx';
import { useMenu } from '../../../web/ui/menu.tsx';
import { isTouch } from '../../../web/viewport.ts';
import { useGroups } from '../../groups/view/use-groups.ts';
import type { Refusal, Room } from '../state/shapes.ts';
import { strings } from '../strings/stage.ts';
import { doing, sayInCall } from './notices.tsx';
import { Round } from './round.tsx';
import { inside } from './tiles.tsx';
import type { Look } from './tiles.tsx';

export type CallSheet = 'people' | 'invite' | 'devices';

/** What stands in the way of a microphone, a camera or a screen, and what to press. */
export function refusedWords(what: 'mic' | 'camera' | 'screen', why: Refusal): string {
  const at = { denied: 'Denied', none: 'None', taken: 'Taken' } as const;
  return strings(`${what}${at[why]}`);
}

export const setMic = (room: Room): Promise<void> => turned(room, 'mic', (on) => room.setMic(on), !room.mic.peek());
export const setCamera = (room: Room): Promise<void> =>
  turned(room, 'camera', (on) => room.setCamera(on), !room.camera.peek());
const setScreen = (room: Room): Promise<void> =>
  turned(room, 'screen', (on) => room.setScreen(on), !room.screen.peek());
export const setHand = (room: Room): void => void doing(() => room.setHand(!room.hand.peek()));

/** Turns it; where the browser does not give it, says why. */
async function turned(
  room: Room,
  what: 'mic' | 'camera' | 'screen',
  set: (on: boolean) => Promise<void>,
  on: boolean,
): Promise<void> {
  await doing(() => set(on));
  const why = on ? room.refused.peek()[what] : undefined;
  if (why) sayInCall(refusedWords(what, why));
}

/** M, V and H, while the focus is in the call and nobody is writing. */
export function onCallKey(room: Room, event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat || !letterKeys.peek() || isWriting(event.target)) return;
  // Of a sheet that lies over the call they are not.
  if (event.target instanceof Element && event.target.closest('dialog, [role=menu]') !== event.currentTarget) {
    if (event.target.closest('dialog.sheet, [role=menu]')) return;
  }
  const act = { m: setMic, v: setCamera, h: setHand }[keyName(event)];
  if (!act) return;
  event.preventDefault();
  void act(room);
}

interface ControlsProps {
  room: Room;
  pair: boolean;
  look: Look;
  onLook: (look: Look) => void;
  invites: boolean;
  onSheet: (sheet: CallSheet) => void;
}

/** The round buttons at the foot. */
export function Controls({ room, pair, look, onLook, invites, onSheet }: ControlsProps) {
  const self = useGroups()?.account;
  const mic = room.mic.value;
  const camera = room.camera.value;
  const screen = room.screen.value;
  const hand = room.hand.value;
  const leads = room.leads.value;
  const call = room.call.value;
  const shares = !isTouch && 'getDisplayMedia' in (navigator.mediaDevices ?? {});
  const others = inside(room).length - 1;
  const waiting = room.seats.value.filter((it) => it.state === 'waiting').length;
  const cameras = room.devices.cameras.value.length;

  async function endForAll(): Promise<void> {
    const yes = await confirm({
      title: strings('endForAllTitle'),
      text: strings('endForAllText', { n: others + 1 }),
      yes: strings('endForAll'),
      danger: true,
    });
    if (yes) await doing(() => room.endForAll());
  }

  const menu = useMenu({
    label: strings('moreLabel'),
    items: () => [
      { label: strings('participants'), icon: UsersRound, onSelect: () => onSheet('people') },
      invites && { label: strings('invite'), icon: UserRoundPlus, onSelect: () => onSheet('invite') },
      isTouch &&
        camera &&
        cameras > 1 && {
          label: strings('turnCamera'),
          icon: SwitchCamera,
          onSelect: () => void doing(() => room.turnCamera()),
        },
      { label: strings('devices'), icon: Volume2, onSelect: () => onSheet('devices') },
      others > 1 && {
        label: strings(look === 'grid' ? 'viewSpeaker' : 'viewGrid'),
        icon: look === 'grid' ? Presentation : LayoutGrid,
        onSelect: () => onLook(look === 'grid' ? 'speaker' : 'grid'),
      },
      leads && !pair && 'line',
      leads &&
        others > 0 && {
          label: strings('muteAll'),
          icon: MicOff,
          onSelect: () => void doing(() => room.muteAll()).then((done) => done && sayInCall(strings('mutedAll'))),
        },
      leads && {
        label: strings('lobby'),
        icon: DoorOpen,
        checked: call?.lobby ?? false,
        onSelect: () => void doing(() => room.setLobby(!call?.lobby)),
      },
      !pair && (leads || call?.by.id === self) && 'line',
      !pair &&
        (leads || call?.by.id === self) && {
          label: strings('endForAll'),
          icon: PhoneOff,
          tone: 'red' as const,
          onSelect: () => void endForAll(),
        },
    ],
  });

  return (
    <div class="call-controls" role="toolbar" aria-label={strings('controls')}>
      <Round
        icon={mic ? Mic : MicOff}
        label={strings(mic ? 'micOff' : 'micOn')}
        tone={mic ? 'plain' : 'light'}
        keys="M"
        onPress={() => void setMic(room)}
      />
      <Round
        icon={camera ? Video : VideoOff}
        label={strings(camera ? 'cameraOff' : 'cameraOn')}
        keys="V"
        onPress={() => void setCamera(room)}
      />
      {pair ? null : (
        <Round icon={Hand} label={strings(hand ? 'handDown' : 'handUp')} keys="H" onPress={() => setHand(room)} />
      )}
      {isTouch ? null : (
        <Round icon={Volume2} label={strings('speaker')} name={strings('devices')} onPress={() => onSheet('devices')} />
      )}
      {shares ? (
        <Round
          icon={screen ? MonitorX : MonitorUp}
          label={strings(screen ? 'unshare' : 'shareShort')}
          name={strings(screen ? 'unshare' : 'share')}
          tone={screen ? 'light' : 'plain'}
          onPress={() => void setScreen(room)}
        />
      ) : null}
      <Round
        icon={Ellipsis}
        label={strings('more')}
        name={strings('moreLabel')}
        hasMenu
        expanded={menu.isOpen}
        count={leads ? waiting : 0}
        onPress={(event) => menu.open(event.currentTarget as Element)}
      />
      <Round icon={PhoneOff} label={strings(pair ? 'end' : 'leave')} tone="red" onPress={() => void room.leave()} />
      {menu.view}
    </div>
  );
}
