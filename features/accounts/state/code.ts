import { signal } from '@preact/signals';

import type { InputOf, OutputOf } from '../../../protocol/action.ts';
import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import type { accountActions, CodeAnswer } from '../protocol.ts';
import { typedNumber } from '../rules.ts';
import type { TypedNumber } from '../rules.ts';

type Actions = typeof accountActions;
export type AskName = 'account.requestCode' | 'account.verifyCode' | 'account.register' | 'account.confirm';

/** Performs one of the actions of signing in; throws a `Problem`. */
export type Ask = <N extends AskName>(name: N, input: InputOf<Actions[N]>, id: string) => Promise<OutputOf<Actions[N]>>;

/** A code that was sent, or seems to have been. Times by this device's clock. */
export interface SentCode {
  readonly challenge: string;
  readonly phone: string;
  readonly endsAt: number;
  /** From when on another one may be asked for; null where not today. */
  readonly resendAt: number | null;
}

export type CodeTrouble =
  | { readonly kind: 'wrong'; readonly left: number }
  /** Not before `until`. */
  | { readonly kind: 'slow' | 'paused'; readonly until: number }
  | { readonly kind: 'tooMany'; readonly until: number; readonly of: 'number' | 'address' }
  | { readonly kind: 'over' | 'locked' | 'unreachable' }
  | { readonly kind: 'number'; readonly why: TypedNumber }
  | { readonly kind: 'fault'; readonly id: string | undefined };

/** Where a code that is under way outlives the page: phones end it while the person looks at the message. */
export interface CodeMemory {
  read(): string | null;
  write(text: string | null): void;
}

const TRIES = 3;

/** One code from asking for it to its answer; the same for signing in and for waking an administrator's rights. */
export class CodeEntry {
  readonly phone = signal('');
  readonly sent = signal<SentCode | undefined>(undefined);
  readonly code = signal('');
  readonly trouble = signal<CodeTrouble | undefined>(undefined);
  readonly busy = signal(false);
  /** The server takes no further try before; 0 where it does. */
  readonly blockedUntil = signal(0);
  readonly #ask: Ask;
  readonly #verify: 'account.verifyCode' | 'account.confirm';
  readonly #memory: CodeMemory | undefined;
  readonly #now: () => number;
  #tried = '';

  constructor(
    ask: Ask,
    {
      verify = 'account.verifyCode',
      memory,
      now = Date.now,
    }: { verify?: 'account.verifyCode' | 'account.confirm'; memory?: CodeMemory; now?: () => number } = {},
  ) {
    this.#ask = ask;
    this.#verify = verify;
    this.#memory = memory;
    this.#now = now;
    this.#recall();
  }

  /** Sends a code to the number that was typed. True once it is (or seems to be) on its way. */
  async request(): Promise<boolean> {
    if (this.busy.value) return false;
    const phone = this.phone.value;
    const why = typedNumber(phone);
    if (why.state !== 'fine') {
      this.trouble.value = { kind: 'number', why };
      return false;
    }
    return (
      (await this.#working(async () => {
        const answer = await this.#insist('account.requestCode', { phone });
        const skew = this.#now() - answer.now;
        this.#keep({
          challenge: answer.challenge,
          phone: answer.phone,
          endsAt: answer.endsAt + skew,
          resendAt: answer.resendAt === null ? null : answer.resendAt + skew,
        });
        this.code.value = '';
        this.blockedUntil.value = 0;
        this.#tried = '';
        return true;
      })) ?? false
    );
  }

  /** Tries the code. Undefined where nothing came of it; `trouble` says why. */
  async verify(code: string = this.code.value): Promise<CodeAnswer | undefined> {
    const sent = this.sent.value;
    if (this.busy.value || !sent || !/^\d{8}$/.test(code)) return undefined;
    // Filled in by the phone and pressed as well: one try.
    if (this.trouble.value?.kind === 'wrong' && code === this.#tried) return undefined;
    if (this.blockedUntil.value > this.#now()) {
      this.trouble.value = { kind: 'slow', until: this.blockedUntil.value };
      return undefined;
    }
    const answer = await this.#working(() => this.#insist(this.#verify, { challenge: sent.challenge, code }));
    if (answer) this.#read(answer, code);
    return answer;
  }

  /** Gives the name of somebody new. */
  async register(name: string): Promise<CodeAnswer | undefined> {
    const sent = this.sent.value;
    if (this.busy.value || !sent) return undefined;
    const answer = await this.#working(() => this.#insist('account.register', { challenge: sent.challenge, name }));
    if (answer) this.#read(answer, '');
    return answer;
  }

  /** Back to the number. */
  forget(): void {
    this.#keep(undefined);
    this.code.value = '';
    this.trouble.value = undefined;
    this.blockedUntil.value = 0;
  }

  /** Says what is wrong with the number as typed, when the field is left; nothing while it is empty. */
  checkNumber(): void {
    const why = typedNumber(this.phone.value);
    if (why.state !== 'fine' && why.state !== 'empty') this.trouble.value = { kind: 'number', why };
    else if (this.trouble.value?.kind === 'number') this.trouble.value = undefined;
  }

  #read(answer: CodeAnswer, code: string): void {
    const now = this.#now();
    switch (answer.result) {
      case 'wrong':
        this.#tried = code;
        this.blockedUntil.value = answer.wait > 0 ? now + answer.wait * 1000 : 0;
        this.trouble.value = answer.left > 0 ? { kind: 'wrong', left: answer.left } : { kind: 'over' };
        break;
      case 'slow':
        this.blockedUntil.value = now + answer.wait * 1000;
        this.trouble.value = { kind: 'slow', until: this.blockedUntil.value };
        break;
      case 'paused':
        this.trouble.value = { kind: 'paused', until: now + answer.wait * 1000 };
        break;
      case 'over':
      case 'locked':
        this.trouble.value = { kind: answer.result };
        break;
      case 'in':
      case 'waiting':
        this.#memory?.write(null);
        break;
      case 'name':
        break;
    }
  }

  async #working<T>(work: () => Promise<T>): Promise<T | undefined> {
    this.busy.value = true;
    this.trouble.value = undefined;
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.trouble.value = this.#troubleOf(error);
      return undefined;
    } finally {
      this.busy.value = false;
    }
  }

  /** On a bad line the same is asked again, with the same id: whatever arrives, it was done once. */
  async #insist<N extends AskName>(name: N, input: InputOf<Actions[N]>): Promise<OutputOf<Actions[N]>> {
    const id = newId();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#ask(name, input, id);
      } catch (error) {
        const lost = error instanceof Problem && error.code === 'unreachable';
        if (!lost || attempt >= TRIES) throw error;
      }
    }
  }

  #troubleOf({ code, details }: Problem): CodeTrouble {
    const until = this.#now() + Number(details['wait'] ?? 1) * 1000;
    switch (code) {
      case 'account.wrong_number':
        return { kind: 'number', why: { state: 'dead' } };
      case 'account.too_many_codes':
        return { kind: 'tooMany', until, of: details['of'] === 'address' ? 'address' : 'number' };
      case 'account.too_many_checks':
      case 'too_fast':
        return { kind: 'tooMany', until, of: 'address' };
      case 'account.code_over':
        return { kind: 'over' };
      case 'unreachable':
      case 'busy':
        return { kind: 'unreachable' };
      default:
        return { kind: 'fault', id: typeof details['id'] === 'string' ? details['id'] : undefined };
    }
  }

  #keep(sent: SentCode | undefined): void {
    this.sent.value = sent;
    this.#memory?.write(sent ? JSON.stringify(sent) : null);
  }

  #recall(): void {
    try {
      const found = JSON.parse(this.#memory?.read() ?? 'null') as SentCode | null;
      if (found && found.endsAt > this.#now()) {
        this.sent.value = found;
        this.phone.value = found.phone;
      }
    } catch {
      // What cannot be read was never asked for.
    }
  }
}
