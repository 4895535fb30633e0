/** Where it is kept how the last session of this device ended; outlives the page, which begins afresh then. */
export interface EndingMemory {
  read(): string | null;
  write(text: string | null): void;
}

/**
 * How the last session of this device ended, so that nobody lands on the sign-in page without a word.
 * All pages of the browser share it: what one of them signs out itself is no surprise to the others.
 */
export class Ending {
  readonly #memory: EndingMemory;

  constructor(memory: EndingMemory) {
    this.#memory = memory;
  }

  /** Somebody was signed out here who had not asked for it at this device. */
  get fromElsewhere(): boolean {
    return this.#memory.read() === 'elsewhere';
  }

  /** The person is about to sign out here. The line may hear of it before the answer comes. */
  begin(): void {
    this.#memory.write('own');
  }

  /** The server says that the session is over. */
  heard(): void {
    if (this.#memory.read() !== 'own') this.#memory.write('elsewhere');
  }

  /** Signed in again, or still. */
  forget(): void {
    this.#memory.write(null);
  }
}

const KEPT = 'ended';

export const ending = new Ending({
  read: () => {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null;
    }
  },
  write: (text) => {
    try {
      if (text === null) localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, text);
    } catch {
      // Then the sign-in page says nothing of it.
    }
  },
});
