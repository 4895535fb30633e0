import { useState } from 'preact/hooks';

import { isPhone } from '../../../web/viewport.ts';
import type { CallsState, Room } from '../state/shapes.ts';
import { startCall } from './begin.ts';
import { RingCard, RingScreen } from './ring.tsx';
import { RoomScreen } from './room.tsx';
import { SmallRoom } from './small.tsx';
import { StartCall } from './start.tsx';
import { BackStrip, GoingStrip } from './strips.tsx';
import '../calls.css';

/** Who rings, and the call that this device is in, over whatever else is shown. */
function Stage({ state }: { state: CallsState }) {
  const [read, setRead] = useState<Room>();
  const [carded, setCarded] = useState<string>();
  const found = state.room.value;
  const room = found === read ? undefined : found;
  const over = room?.stage.value === 'over';
  const [ring] = state.rings.value;
  const small = room?.small.value === true;
  const card = ring ? <RingCard key={ring.call.id} state={state} ring={ring} room={over ? undefined : room} /> : null;
  if (room && !small) {
    return (
      <RoomScreen key={room.group} state={state} room={room} onClose={() => setRead(room)}>
        {card}
      </RoomScreen>
    );
  }
  return (
    <>
      {room ? <SmallRoom room={room} /> : null}
      {ring && !room && isPhone.value && carded !== ring.call.id ? (
        <RingScreen key={ring.call.id} state={state} ring={ring} onSmall={() => setCarded(ring.call.id)} />
      ) : (
        card
      )}
    </>
  );
}

/** All that the slots draw, in one piece: a call does not wait for a second one. */
export const drawn = { Stage, StartCall, BackStrip, GoingStrip, startCall };
