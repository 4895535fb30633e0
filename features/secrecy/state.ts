import { signal } from '@preact/signals';

import type { BodyOf } from '../../protocol/event.ts';
import type { EventFrame } from '../../protocol/frame.ts';
import { Problem } from '../../protocol/problem.ts';
import type { Device } from '../../web/device.ts';
import { guarded } from '../../web/guarded.ts';
import type { Messages } from '../messages/state.ts';
import type { secrecyEvents } from './protocol.ts';

type Events = typeof secrecyEvents;

/** A form that was refused, as it is said over it. */
export interface Told {
  readonly code: string;
  readonly incident: string | null;
  readonly at: number;
  /** What it was, where it came from what waits to be sent: its form may be closed by now. */
  readonly waited?: Waiting;
}

/** What is kept for sending, and whose form is closed meanwhile. */
const WAITING = {
  'note.create': 'note',
  'note.edit': 'note',
  'reminder.create': 'reminder',
  'poll.create': 'poll',
  'report.make': 'report',
} as const;
export type Waiting = (typeof WAITING)[keyof typeof WAITING];

/** These say themselves what was refused, in their own place. */
const ELSEWHERE = /^(?:message\.send|message\.edit|file\.|incident\.|ruleset\.)/;

/** What the guard says to this person, and that something has moved on the officers’ desk. */
export class Secrecy {
  /** Of the form that is open. */
  readonly told = signal<Told | undefined>(undefined);
  /** How an appeal of this person was decided, until it has been read. */
  readonly decided = signal<'mistaken' | 'upheld' | undefined>(undefined);
  /** Raised by whatever changes on the desk. */
  readonly moved = signal(0);
  /** Incidents that were appealed from this page. */
  readonly appealed = signal<ReadonlySet<string>>(new Set());

  readonly #device: Device;

  constructor(device: Device, messages: Messages) {
    this.#device = device;
    device.connection.listen({ event: (frame) => this.#hear(frame) });
    guarded.told = (name, input, { code, details }) => {
      const { group } = (input ?? {}) as { group?: unknown };
      // What stands in the composer was refused on its way elsewhere: it is kept no longer.
      if (name.startsWith('scheduled.') && typeof group === 'string') {
        const composition = messages.composition(group);
        composition.guarded = true;
        composition.keep();
      }
      if (ELSEWHERE.test(name)) return;
      const { incident } = details;
      const waits = device.outbox.entries.peek().some((it) => it.input === input);
      const waited = waits && name in WAITING ? WAITING[name as keyof typeof WAITING] : undefined;
      this.told.value = {
        code,
        incident: typeof incident === 'string' ? incident : null,
        at: device.world.now(),
        ...(waited ? { waited } : {}),
      };
    };
  }

  appeal(incident: string): void {
    this.appealed.value = new Set([...this.appealed.peek(), incident]);
  }

  #hear(frame: EventFrame): void {
    if (frame.in !== this.#device.account) return;
    if (/^(?:incident|ruleset|rescan)\./.test(frame.on)) this.moved.value += 1;
    if (frame.on === 'incident.decided') void this.#decided(frame.with as BodyOf<Events['incident.decided']>);
  }

  /** Officers hear of every decision; only one’s own is told. */
  async #decided({ incident, outcome }: BodyOf<Events['incident.decided']>): Promise<void> {
    try {
      const { incidents } = await this.#device.connection.call('incident.mine', { limit: 50 });
      if (incidents.some((it) => it.id === incident && it.appealedAt !== null)) this.decided.value = outcome;
    } catch (error) {
      // It stands in the list of what was refused all the same.
      if (!(error instanceof Problem)) this.#device.world.fault(error);
    }
  }
}

export const secrecy = signal<Secrecy | undefined>(undefined);
