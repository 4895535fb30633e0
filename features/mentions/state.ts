import { signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

/** What of a conversation stands in the window, by numbers. */
export interface Sight {
  readonly from: number;
  readonly to: number;
}

/**
 * The messages that name the actor and have not been in sight since the conversation was opened. Being read is not enough: who
 * jumps to the newest line has read all of them and seen none.
 */
export class Unseen {
  /** Ascending. */
  readonly seqs: Signal<readonly number[]> = signal([]);
  /** Up to here it is known which name the actor. */
  #upTo: number;

  /** `readSeq`: what was read before is not looked for. */
  constructor(readSeq: number) {
    this.#upTo = readSeq;
  }

  /** What the list of chats, or the server, knows to be unread; numbers that were told before do nothing. */
  learn(unread: readonly number[]): void {
    const fresh = unread.filter((it) => it > this.#upTo);
    if (fresh.length === 0) return;
    this.#upTo = Math.max(...fresh);
    this.seqs.value = [...this.seqs.peek(), ...fresh].sort((a, b) => a - b);
  }

  /** Older ones than the list of chats tells, asked for when there are many. */
  learnOlder(unread: readonly number[]): void {
    const [oldest] = this.seqs.peek();
    const older = unread.filter((it) => oldest === undefined || it < oldest);
    if (older.length > 0) this.seqs.value = [...older, ...this.seqs.peek()].sort((a, b) => a - b);
  }

  /** These stand in the window now. */
  saw({ from, to }: Sight): void {
    if (this.seqs.peek().some((it) => it >= from && it <= to))
      this.seqs.value = this.seqs.peek().filter((it) => it < from || it > to);
  }

  /** One is gone to; it is not asked for again, whether it was there or not. */
  drop(seq: number): void {
    if (this.seqs.peek().includes(seq)) this.seqs.value = this.seqs.peek().filter((it) => it !== seq);
  }

  /** The next to go to: the first that nobody has shown yet. */
  get next(): number | undefined {
    return this.seqs.value[0];
  }
}
