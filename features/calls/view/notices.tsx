import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';

import { shortName } from '../../../web/names.ts';
import type { Seat } from '../protocol.ts';
import type { Room } from '../state/shapes.ts';
import { strings } from '../strings/stage.ts';
import { refusalWords } from './refusals.ts';

/** How long comings and goings are gathered before they are said, and how long a line stays. */
const GATHER_MS = 1_500;
const STAYS_MS = 6_000;
/** More than so many are counted instead of named. */
const NAMED_MOST = 2;

const said = signal<{ readonly words: string; readonly n: number }>({ words: '', n: 0 });

/** Says something within the call: toasts lie beneath it. */
export function sayInCall(words: string): void {
  said.value = { words, n: said.peek().n + 1 };
}

/** Does something in the call; where it could not be done, says why there. */
export async function doing(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    sayInCall(refusalWords(error));
    return false;
  }
}

/**
 * The line that says what has just happened; it is there before its words, so that they are read aloud. `quiet`: nothing of
 * comings and goings, between two and in a sheet that shows them itself.
 */
export function Notices({ room, quiet }: { room: Room; quiet?: boolean }) {
  useComings(room, quiet);
  const { words, n } = said.value;
  useEffect(() => {
    if (words === '') return;
    const timer = setTimeout(() => {
      if (said.peek().n === n) said.value = { words: '', n };
    }, STAYS_MS);
    return () => clearTimeout(timer);
  }, [n]);
  const silenced = room.silenced.value;
  return (
    <div class="call-notices">
      <p role="alert" class={silenced ? 'call-notice call-notice-gold' : 'unseen'}>
        {silenced ? strings('silenced') : ''}
      </p>
      <p role="status" aria-live="polite" class={words ? 'call-notice' : 'unseen'}>
        {words}
      </p>
    </div>
  );
}

/** Who comes, goes, waits and raises a hand, in few words however many they are. */
function useComings(room: Room, quiet = false): void {
  const seats = room.seats.value;
  const own = room.own.value;
  const before = useRef<readonly Seat[] | undefined>(undefined);
  const [, again] = useState(0);
  useEffect(() => {
    const now = seats.filter((it) => it.id !== own);
    if (own === undefined || quiet) return;
    // Those who were there first are no news.
    if (before.current === undefined) {
      before.current = now;
      return;
    }
    const timer = setTimeout(() => {
      const words = newsOf(before.current ?? [], now);
      before.current = now;
      if (words) sayInCall(words);
      again((n) => n + 1);
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [seats, own]);
}

function newsOf(before: readonly Seat[], now: readonly Seat[]): string {
  const isIn = (list: readonly Seat[], account: string): boolean =>
    list.some((it) => it.person.id === account && it.state === 'in');
  const came = now.filter((it) => it.state === 'in' && !isIn(before, it.person.id));
  const went = before.filter((it) => it.state === 'in' && !now.some((one) => one.person.id === it.person.id));
  const waits = now.filter((it) => it.state === 'waiting' && !before.some((one) => one.person.id === it.person.id));
  const hands = now.filter((it) => it.hand !== null && before.some((one) => one.id === it.id && one.hand === null));
  const names = (list: readonly Seat[]): string => list.map((it) => shortName(it.person.name)).join(', ');
  return [
    came.length > NAMED_MOST
      ? strings('cameMany', { n: came.length })
      : came.length > 0
        ? strings('came', { names: names(came) })
        : '',
    went.length > NAMED_MOST
      ? strings('wentMany', { n: went.length })
      : went.length > 0
        ? strings('wentAway', { names: names(went) })
        : '',
    waits.length > NAMED_MOST
      ? strings('waitsMany', { n: waits.length })
      : waits.length > 0
        ? strings('waits', { names: names(waits) })
        : '',
    hands.length > 0 ? strings('handsUp', { name: names(hands) }) : '',
  ]
    .filter(Boolean)
    .join('. ');
}
