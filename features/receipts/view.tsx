import { Check, CheckCheck, Clock, Eye } from 'lucide';
import type { IconNode } from 'lucide';

import { formatDateTime, formatPercent } from '../../web/format.ts';
import { Icon } from '../../web/ui/icon.tsx';
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

interface OwnStateProps {
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

/** How far one message has come. */
export function MessageDetails({ at, onClose, ...props }: OwnStateProps & { at: number; onClose: () => void }) {
  const standing = props.receipts.of(props.group);
  const { seen, received, others } = reachedOf(props);
  const tiles: [label: string, n: number][] = [
    [strings('seenTile'), seen],
    [strings('notSeenTile'), Math.max(0, others - seen)],
    [strings('receivedTile'), Math.max(seen, received)],
  ];
  return (
    <Sheet
      title={strings('details')}
      subtitle={strings('sentAt', { time: formatDateTime(at) })}
      onClose={onClose}
      size="small"
    >
      {standing ? (
        <dl class="receipt-tiles">
          {tiles.map(([label, n]) => (
            <div class="receipt-tile" key={label}>
              <dt>{label}</dt>
              <dd>
                <b>{n}</b> {others > 0 ? formatPercent(n / others) : ''}
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <p>{strings('unknown')}</p>
      )}
    </Sheet>
  );
}
