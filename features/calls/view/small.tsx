import { useEffect, useRef, useState } from 'preact/hooks';
import { Maximize2, Mic, MicOff, Move, PhoneOff, PictureInPicture2 } from 'lucide';

import { Avatar } from '../../../web/ui/avatar.tsx';
import { IconButton } from '../../../web/ui/button.tsx';
import { displayName } from '../../../web/names.ts';
import { photoPath } from '../../photos/rules.ts';
import type { Room } from '../state/shapes.ts';
import { strings } from '../strings/stage.ts';
import { Clock } from './clock.tsx';
import { onCallKey, setMic } from './controls.tsx';
import { Notices } from './notices.tsx';
import { Picture } from './picture.tsx';
import { stageWords } from './room.tsx';
import { inside, sharerOf } from './tiles.tsx';
import { useWhom } from './who.ts';

const CORNERS = ['top-end', 'bottom-end', 'bottom-start', 'top-start'] as const;
type Corner = (typeof CORNERS)[number];

/** A press that moved less far is a press. */
const DRAGGED_PX = 8;

/** The call as a tile over the rest of the app: who speaks, the clock, the microphone, the way back and out. */
export function SmallRoom({ room }: { room: Room }) {
  const box = useRef<HTMLElement>(null);
  const [corner, setCorner] = useState<Corner>('top-end');
  const whom = useWhom(room.group);
  const stage = room.stage.value;
  const own = room.own.value;
  const others = inside(room).filter((it) => it.id !== own);
  const sharer = sharerOf(room);
  const shown =
    (sharer && sharer.id !== own ? sharer : undefined) ??
    others.find((it) => it.id === room.speaker.value) ??
    others[0];
  const heard = shown && room.heard.value.get(shown.id);
  const picture = shown && (shown === sharer ? heard?.screen : shown.camera ? heard?.camera : undefined);
  const wanted = shown && `${shown.id} ${shown === sharer ? 'screen' : shown.camera ? 'camera' : ''}`;
  useEffect(() => {
    const [id, what] = wanted?.split(' ') ?? [];
    if (!id || !what) room.want(new Map());
    else room.want(new Map([[id, { camera: what === 'camera' ? 'low' : 'none', screen: what === 'screen' }]]));
  }, [room, wanted]);
  const drag = useDrag(box, setCorner);
  const since = room.since.value;
  const mic = room.mic.value;
  const words = stageWords(stage, room.over.value);

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the buttons within it
    <section
      ref={box}
      class={`call-small call-small-${corner} always-dark`}
      aria-label={`${strings('callWith')} ${whom.name}`}
      onKeyDown={(event) => onCallKey(room, event)}
    >
      <button
        type="button"
        class="call-small-face"
        aria-label={strings('makeLarge')}
        {...drag.handle}
        onClick={() => {
          if (!drag.moved()) room.setSmall(false);
        }}
      >
        {picture ? (
          <Picture stream={picture} whole={shown === sharer} />
        ) : (
          <Avatar
            id={shown?.person.id ?? whom.id}
            name={shown ? displayName(shown.person.name) : whom.name}
            photo={shown ? photoPath(shown.person.photo) : whom.photo}
            group={shown ? undefined : whom.group}
            size={48}
          />
        )}
      </button>
      <p class="call-small-words">
        <span class="cut">{whom.name}</span>
        <span class="call-small-state">{words || (since === undefined ? '' : <Clock since={since} />)}</span>
      </p>
      <div class="call-small-acts">
        <IconButton
          icon={mic ? Mic : MicOff}
          size={20}
          label={strings(mic ? 'micOff' : 'micOn')}
          onPress={() => void setMic(room)}
        />
        <IconButton
          icon={Move}
          size={20}
          label={strings('moveSmall')}
          onPress={() => setCorner(CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length]!)}
        />
        {picture && document.pictureInPictureEnabled ? (
          <IconButton
            icon={PictureInPicture2}
            size={20}
            label={strings('smallWindow')}
            // Refused where the picture has not come yet: the tile stays as it is.
            onPress={() =>
              void box.current
                ?.querySelector('video')
                ?.requestPictureInPicture()
                .catch(() => {})
            }
          />
        ) : (
          <IconButton icon={Maximize2} size={20} label={strings('makeLarge')} onPress={() => room.setSmall(false)} />
        )}
        <IconButton
          icon={PhoneOff}
          size={20}
          class="call-small-leave"
          label={strings('leave')}
          onPress={() => void room.leave()}
        />
      </div>
      <Notices room={room} quiet={whom.group === undefined} />
    </section>
  );
}

/** Follows the finger, and lies down in the corner it is let go nearest to. */
function useDrag(box: { current: HTMLElement | null }, onCorner: (corner: Corner) => void) {
  const from = useRef<{ x: number; y: number } | undefined>(undefined);
  const moved = useRef(false);
  const move = (x: number, y: number): void => {
    if (box.current) box.current.style.transform = x || y ? `translate(${x}px, ${y}px)` : '';
  };
  return {
    moved: () => moved.current,
    handle: {
      onPointerDown: (event: PointerEvent) => {
        from.current = { x: event.clientX, y: event.clientY };
        moved.current = false;
      },
      onPointerMove: (event: PointerEvent) => {
        if (!from.current) return;
        const [x, y] = [event.clientX - from.current.x, event.clientY - from.current.y];
        if (!moved.current && Math.hypot(x, y) < DRAGGED_PX) return;
        if (!moved.current) (event.currentTarget as Element).setPointerCapture(event.pointerId);
        moved.current = true;
        move(x, y);
      },
      onPointerUp: () => {
        from.current = undefined;
        const at = box.current?.getBoundingClientRect();
        move(0, 0);
        if (!moved.current || !at) return;
        const end = at.x + at.width / 2 > innerWidth / 2;
        const bottom = at.y + at.height / 2 > innerHeight / 2;
        onCorner(`${bottom ? 'bottom' : 'top'}-${end ? 'end' : 'start'}`);
      },
      onPointerCancel: () => {
        from.current = undefined;
        move(0, 0);
      },
    },
  };
}
