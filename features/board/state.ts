import type { OutputOf } from '../../protocol/action.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import type { Device } from '../../web/device.ts';
import type { ReadonlySignal } from '@preact/signals';
import { Things } from '../../web/things.ts';
import type { Known } from '../../web/things.ts';
import type { noteActions } from '../notes/protocol.ts';
import type { pollActions } from '../polls/protocol.ts';
import type { reminderActions } from '../reminders/protocol.ts';
import { SHOWN } from './rules.ts';

/** What stands on the board of a group: the first of each kind, and how many there are. The things themselves are their nouns’. */
export interface Board {
  /** Of the board: that of its group. */
  readonly id: string;
  readonly group: string;
  /** The next first. */
  readonly reminders: readonly string[];
  readonly coming: number;
  /** The last made first. */
  readonly notes: readonly string[];
  readonly written: number;
  readonly polls: readonly string[];
  readonly open: number;
}

/** The things themselves, for where their cards look for them. */
export interface Read {
  readonly reminders: OutputOf<(typeof reminderActions)['reminder.list']>['reminders'];
  readonly notes: OutputOf<(typeof noteActions)['note.list']>['notes'];
  readonly polls: OutputOf<(typeof pollActions)['poll.list']>['polls'];
}

/** The boards this device has looked at. */
export class Boards {
  readonly #things: Things<Board>;

  constructor(device: Device, keep: (read: Read) => void) {
    const { connection } = device;
    this.#things = new Things<Board>(device, {
      kind: 'board',
      read: async (group) => {
        const [reminders, notes, polls] = await Promise.all([
          connection.call('reminder.list', { group, show: 'coming', limit: SHOWN.reminders }),
          connection.call('note.list', { group, limit: SHOWN.notes }),
          connection.call('poll.list', { group, which: 'open', limit: SHOWN.polls }),
        ]);
        keep({ reminders: reminders.reminders, notes: notes.notes, polls: polls.polls });
        const ids = (list: readonly { readonly id: string }[]): string[] => list.map((it) => it.id);
        return [
          {
            id: group,
            group,
            reminders: ids(reminders.reminders),
            coming: reminders.coming,
            notes: ids(notes.notes),
            written: notes.total,
            polls: ids(polls.polls),
            open: polls.open,
          },
        ];
      },
      hear: (frame) => this.applyEvent(frame),
    });
  }

  close(): void {
    this.#things.close();
  }

  of(group: string): ReadonlySignal<Known<Board>> {
    return this.#things.of(group, group);
  }

  /** Asks again: something was made or removed here. */
  again(group: string): void {
    this.#things.stale(group, group);
  }

  applyEvent({ on, in: group }: EventFrame): void {
    if (MOVING.has(on)) this.#things.stale(group, group);
  }
}

/** What comes onto the board, goes, or stands elsewhere on it then. */
const MOVING = new Set([
  'reminder.changed',
  'reminder.removed',
  'note.changed',
  'note.removed',
  'poll.changed',
  'poll.closed',
  'poll.removed',
]);
