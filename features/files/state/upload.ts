import { Problem } from '../../../protocol/problem.ts';
import type { File } from '../protocol.ts';
import type { Wish } from '../rules.ts';

export const UPLOADING = {
  /** Files sent side by side. */
  lanes: 2,
  firstWaitMs: 1_000,
  mostWaitMs: 30_000,
  /** Kept on the device for sending, all together, bytes. */
  most: 500 * 1_048_576,
  /** Tries that end in a fault of the server, until the person decides. */
  faults: 5,
  /** How often the server is asked what became of a file, where it does not say so by itself. */
  askMs: 2_000,
  /** Own pictures shown from this device although the server has them. */
  shown: 60,
} as const;

export interface Trouble {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A file on its way from this device. */
export interface Upload {
  /** On this device only; where it is looked at, the thumbnail is under the same id. */
  readonly id: string;
  readonly group: string;
  /** The message that waits for it in the outbox; none while it lies in the composer. */
  readonly message?: string;
  readonly place: number;
  readonly kind: Exclude<Wish, 'poster'>;
  readonly name: string;
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
  readonly seconds?: number;
  readonly wave?: string;
  /** A photo that is still to be made smaller. */
  readonly shrink?: true;
  readonly state: 'waiting' | 'uploading' | 'checking' | 'ready' | 'refused';
  /** Bytes the server has. */
  readonly offset: number;
  /** The action by which it was begun; another one where it had to begin anew. */
  readonly begun: string;
  /** The server's id. */
  readonly file?: string;
  /** As the server has it. */
  readonly shape?: File;
  /** A film's first picture: its id at the server; null where there is none or it was not taken. */
  readonly poster?: string | null;
  /** Why it is refused; on one that is not, why it does not go on just now. */
  readonly trouble?: Trouble;
  /** The device had no room for it: it is sent as long as the page is open. */
  readonly loose?: true;
}

/** A file that was just chosen, photographed or recorded, and what was found out about it. */
export interface Picked {
  readonly kind: Exclude<Wish, 'poster'>;
  readonly name: string;
  readonly blob: Blob;
  readonly width?: number;
  readonly height?: number;
  readonly seconds?: number;
  readonly wave?: string;
  readonly thumb?: Blob;
  readonly poster?: Blob;
  readonly shrink?: true;
}

/** Makes a photo smaller; undefined where it cannot be read here. */
export type Shrink = (
  name: string,
  blob: Blob,
) => Promise<{ name: string; blob: Blob; width: number; height: number } | undefined>;

/** What a message waits for before what only lies in a composer, the oldest first. */
export function order({ message, place, id }: Upload): string {
  return message === undefined ? `~ ${id}` : `${message} ${String(place).padStart(3, '0')}`;
}

/** It is not taken on this device already. */
export function refusal(code: string, details: Readonly<Record<string, unknown>>): Problem {
  return new Problem(code, { status: 0, summary: 'It cannot be sent.' }, details);
}
