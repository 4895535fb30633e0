import { Check, CheckCheck, Clock, Eye } from 'lucide';
import type { IconNode } from 'lucide';
import { useEffect } from 'preact/hooks';

import { later } from '../../web/later.ts';
import { Icon } from '../../web/ui/icon.tsx';
import { Spinner } from '../../web/ui/progress.tsx';
import { Sheet } from '../../web/ui/sheet.tsx';
import type { Receipts } from './state.ts';
import { strings } from './strings.ts';
import './receipts.css';

export interface Reached {
  readonly seen: number;
  readonly received: number;
  /** The others of the group. */
  readonly others: number;
  readonly pair: boolean;
}

export interface OwnStateProps {
  receipts: Receipts;
  group: string;
  seq: number;
  members: number;
  pair: boolean;
  /** How far the actor has read. */
  self: () => number;
}

export function reachedOf({ receipts, group, seq, members, pair, self }: OwnStateProps): Reached {
  const reached = receipts.seenBy(group, seq, self());
  const others = Math.max(0, members - 1 - (reached?.later ?? 0));
  return {
    seen: Math.min(others, reached?.seen ?? 0),
    received: Math.min(others, reached?.received ?? 0),
    others,
    pair,
  };
}

/** The state of an own message, in words. */
export function stateWords({ seen, received, others, pair }: Reached): string {
  if (seen > 0) return pair ? strings('seen') : strings('seenOf', { n: seen, all: others });
  return received > 0 ? strings('received') : strings('sent');
}

function stateIcon({ seen, received }: Reached): IconNode {
  return seen > 0 ? Eye : received > 0 ? CheckCheck : Check;
}

/** Icon and words at an own message: sent, delivered, seen by how many. */
export function OwnState(props: OwnStateProps) {
  const reached = reachedOf(props);
  return (
    <span class="own-state">
      <Icon of={stateIcon(reached)} size={14} />
      {stateWords(reached)}
    </span>
  );
}

/** The icon alone, for a row of the list of chats. */
export function OwnStateIcon(props: OwnStateProps) {
  const reached = reachedOf(props);
  return <Icon of={stateIcon(reached)} size={16} label={stateWords(reached)} class="own-state-icon" />;
}

/** Waiting on this device. */
export function WaitingIcon({ label }: { label: string }) {
  return <Icon of={Clock} size={16} label={label} class="own-state-icon" />;
}

export interface DetailsProps extends OwnStateProps {
  readonly message: string;
  readonly at: number;
  readonly urgency: number;
  /** It asks to be acknowledged. */
  readonly asks: boolean;
  /** How many have acknowledged it, as the group is told. Reads as a signal. */
  readonly acknowledged: () => number;
  readonly onClose: () => void;
}

const sheet = later(() => import('./view/readers.tsx').then((it) => it.ReadersSheet));

/** How far one message has come, and who has not seen it. */
export function MessageDetails(props: DetailsProps) {
  useEffect(() => void sheet.fetch(), []);
  const Readers = sheet.it.value;
  if (Readers) return <Readers {...props} />;
  return (
    <Sheet title={strings('details')} onClose={props.onClose} shape="panel">
      {sheet.trouble.value ? <p>{strings('unknown')}</p> : <Spinner label={strings('details')} />}
    </Sheet>
  );
}
