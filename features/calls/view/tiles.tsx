import { useEffect, useState } from 'preact/hooks';
import { ChevronLeft, ChevronRight, Hand, Mic, MicOff, MonitorUp, WifiOff } from 'lucide';

import { displayName } from '../../../web/names.ts';
import { Avatar } from '../../../web/ui/avatar.tsx';
import { IconButton } from '../../../web/ui/button.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { isPhone, shape } from '../../../web/viewport.ts';
import { photoPath } from '../../photos/rules.ts';
import type { Seat } from '../protocol.ts';
import type { Room } from '../state/shapes.ts';
import { strings } from '../strings/stage.ts';
import { Picture } from './picture.tsx';
import { seatName } from './who.ts';

export type Look = 'grid' | 'speaker';

/** Tiles of one page, and of the row beside a large one. */
const PER_PAGE = { phone: 6, narrow: 9, wide: 9, widest: 12 } as const;
const PER_ROW = { phone: 3, narrow: 4, wide: 5, widest: 6 } as const;

/** Who is in, the own seat last; those before the door are not. */
export function inside(room: Room): readonly Seat[] {
  const own = room.own.value;
  const list = room.seats.value.filter((it) => it.state === 'in');
  return [...list.filter((it) => it.id !== own), ...list.filter((it) => it.id === own)];
}

/** Raised hands, the first to be raised first. */
export function handsOf(room: Room): readonly string[] {
  return room.seats.value
    .filter((it) => it.hand !== null && it.state === 'in')
    .toSorted((a, b) => (a.hand ?? 0) - (b.hand ?? 0))
    .map((it) => it.id);
}

/** Whose screen is shown: the first of the others who shares, else one’s own. */
export function sharerOf(room: Room): Seat | undefined {
  const list = inside(room);
  return list.find((it) => it.screen);
}

/** What is chosen when nobody has chosen: large while there are more than a page holds. */
export function lookOf(room: Room, chosen: Look | undefined): Look {
  if (sharerOf(room)) return 'speaker';
  return chosen ?? (inside(room).length > PER_PAGE[shape.value] ? 'speaker' : 'grid');
}

/** Everybody in the call: a grid, or one large and the others in a row. Asks for the pictures that are drawn, and no others. */
export function Tiles({ room, look, pair }: { room: Room; look: Look; pair: boolean }) {
  const [page, setPage] = useState(0);
  const own = room.own.value;
  const seats = inside(room);
  const hands = handsOf(room);
  const sharer = sharerOf(room);
  const others = seats.filter((it) => it.id !== own);
  // Between two the other fills the screen, and the own picture lies in its corner.
  const two = pair && !sharer && others.length === 1;
  const large = sharer ?? (two ? others[0] : look === 'speaker' ? speakerOf(room, others, seats) : undefined);
  const rest = sharer ? seats : large ? seats.filter((it) => it.id !== large.id) : seats;
  const per = two ? 1 : large ? PER_ROW[shape.value] : PER_PAGE[shape.value];
  const pages = Math.max(1, Math.ceil(rest.length / per));
  const at = Math.min(page, pages - 1);
  const shown = rest.slice(at * per, at * per + per);

  const wanted = JSON.stringify([
    ...shown
      .filter((it) => it.id !== own && it.camera)
      .map((it) => [it.id, per === 1 || shown.length < 3 ? 'high' : 'low']),
    ...(large && large.id !== own ? [[large.id, sharer ? 'screen' : 'high']] : []),
  ]);
  useEffect(() => {
    const map = new Map<string, { camera: 'none' | 'low' | 'high'; screen: boolean }>();
    for (const [id, how] of JSON.parse(wanted) as [string, 'low' | 'high' | 'screen'][]) {
      const before = map.get(id);
      map.set(
        id,
        how === 'screen' ? { camera: before?.camera ?? 'none', screen: true } : { camera: how, screen: false },
      );
    }
    const tell = (): void => room.want(document.visibilityState === 'visible' ? map : new Map());
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [room, wanted]);

  const tile = (seat: Seat, more: Partial<TileProps> = {}) => (
    <Tile key={seat.id} room={room} seat={seat} hand={hands.indexOf(seat.id)} hands={hands.length} {...more} />
  );
  if (two) {
    const self = seats.find((it) => it.id === own);
    return (
      <ul class="call-tiles call-two" aria-label={strings('tiles')}>
        {others.map((it) => tile(it, { size: 'large', bare: true }))}
        {self && room.ownCamera.value ? tile(self, { size: 'corner' }) : null}
      </ul>
    );
  }
  const columns = large ? shown.length : columnsFor(shown.length);
  return (
    <div class={`call-tiles-box${large ? ' call-has-large' : ''}`}>
      {large ? (
        <ul class="call-tiles call-large" aria-label={sharer ? screenName(sharer, own) : strings('viewSpeaker')}>
          {tile(large, { size: 'large', screen: sharer !== undefined })}
        </ul>
      ) : null}
      <ul
        class={`call-tiles ${large ? 'call-row' : `call-grid call-grid-${columns}`}${shown.length % 2 === 1 && !large ? ' call-odd' : ''}`}
        aria-label={strings('tiles')}
      >
        {shown.map((it) => tile(it, { size: large ? 'small' : 'medium' }))}
      </ul>
      {pages > 1 ? (
        <p class="call-pages">
          <IconButton
            icon={ChevronLeft}
            label={strings('before')}
            disabled={at === 0}
            onPress={() => setPage(Math.max(0, at - 1))}
          />
          <span aria-live="polite">{strings('pageOf', { at: at + 1, all: pages })}</span>
          <IconButton
            icon={ChevronRight}
            label={strings('after')}
            disabled={at === pages - 1}
            onPress={() => setPage(Math.min(pages - 1, at + 1))}
          />
        </p>
      ) : null}
    </div>
  );
}

/** Who is large: who speaks; before anybody has, the first of the others. */
function speakerOf(room: Room, others: readonly Seat[], seats: readonly Seat[]): Seat | undefined {
  const speaker = room.speaker.value;
  return others.find((it) => it.id === speaker) ?? others[0] ?? seats[0];
}

function columnsFor(n: number): number {
  if (isPhone.value) return n <= 2 ? 1 : 2;
  return n <= 1 ? 1 : n <= 4 ? 2 : n <= 9 ? 3 : 4;
}

const screenName = (seat: Seat, own: string | undefined): string =>
  seat.id === own ? strings('yourScreen') : strings('screenOf', { name: displayName(seat.person.name) });

interface TileProps {
  room: Room;
  seat: Seat;
  /** Place among the raised hands, −1 for none; and how many are up. */
  hand: number;
  hands: number;
  size?: 'large' | 'medium' | 'small' | 'corner';
  /** Their screen, not their face. */
  screen?: boolean;
  /** Without a frame of its own. */
  bare?: boolean;
}

function Tile({ room, seat, hand, hands, size = 'medium', screen, bare }: TileProps) {
  const own = seat.id === room.own.value;
  const heard = room.heard.value.get(seat.id);
  const stream = screen
    ? own
      ? room.ownScreen.value
      : heard?.screen
    : own
      ? room.ownCamera.value
      : seat.camera
        ? heard?.camera
        : undefined;
  const speaks = room.speaking.value.has(seat.id) && !screen;
  const name = screen ? screenName(seat, room.own.value) : seatName(seat, room.own.value);
  const mic = own ? room.mic.value : seat.mic;
  const line = own || screen ? undefined : heard?.line;
  return (
    <li class={`call-tile call-tile-${size}${speaks ? ' call-speaks' : ''}${bare ? ' call-bare' : ''}`}>
      {stream ? (
        <Picture stream={stream} mirrored={own && !screen} whole={screen} />
      ) : (
        <span class="call-tile-face">
          {screen ? (
            <Icon of={MonitorUp} size={44} />
          ) : (
            <Avatar
              id={seat.person.id}
              name={displayName(seat.person.name)}
              photo={photoPath(seat.person.photo, 'large')}
              size={size === 'large' ? 96 : size === 'medium' ? 72 : 48}
            />
          )}
        </span>
      )}
      {hand >= 0 && !screen ? (
        <span class="call-hand">
          <Icon of={Hand} size={20} />
          <span class="unseen">{hands > 1 ? strings('handAt', { n: hand + 1 }) : strings('hand')}</span>
          {hands > 1 ? (
            <span class="call-hand-at" aria-hidden="true">
              {hand + 1}
            </span>
          ) : null}
        </span>
      ) : null}
      <span class="call-tile-name">
        {screen ? null : <Icon of={mic ? Mic : MicOff} size={16} />}
        <span class="cut">{name}</span>
        {screen ? null : <span class="unseen">, {strings(mic ? 'micIsOn' : 'micIsOff')}</span>}
      </span>
      {line === 'lost' ? (
        <span class="call-tile-line">
          <Icon of={WifiOff} size={16} />
          {strings('lost')}
        </span>
      ) : null}
    </li>
  );
}
