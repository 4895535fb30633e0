import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

import { newId } from '../protocol/id.ts';
import type { ActionMap, ActionName } from '../features/contracts.ts';
import type { InputOf, OutputOf } from '../protocol/action.ts';
import { ClientProblem } from './client.ts';
import type { TestHouse } from './house.ts';

/** A browser at the HTTP door: keeps its cookies, comes from an address, calls itself something. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  readonly #house: TestHouse;
  readonly #address: string;
  readonly #userAgent: string;
  /** Headers of the last answer. */
  headers = new Headers();
  /** Status of the last answer. */
  status = 0;

  constructor(
    house: TestHouse,
    { address = '203.0.113.7', userAgent = PHONE }: { address?: string; userAgent?: string } = {},
  ) {
    this.#house = house;
    this.#address = address;
    this.#userAgent = userAgent;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** A second one that starts with the same cookies: a copy made by a thief, or the same one elsewhere. */
  copy(address = this.#address): TestBrowser {
    const made = new TestBrowser(this.#house, { address, userAgent: this.#userAgent });
    for (const [name, value] of this.cookies) made.cookies.set(name, value);
    return made;
  }

  async post<N extends ActionName>(
    name: N,
    input: InputOf<ActionMap[N]>,
    { id = newId(), lose = false }: { id?: string; lose?: boolean } = {},
  ): Promise<OutputOf<ActionMap[N]>> {
    const response = await fetch(`${this.#house.address}/api/${name}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': id,
        'x-forwarded-for': this.#address,
        'user-agent': this.#userAgent,
        origin: this.#house.address,
        ...(this.cookies.size > 0 ? { cookie: this.cookie } : {}),
      },
      body: JSON.stringify(input),
    });
    const body = (await response.json()) as OutputOf<ActionMap[N]>;
    // An answer that never arrives brings no cookies either.
    if (!lose) this.#keep(response.headers);
    this.headers = response.headers;
    this.status = response.status;
    if (!response.ok) throw new ClientProblem(body as never);
    return body;
  }

  #keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [, name, value, rest] = /^([^=]+)=([^;]*);(.*)$/.exec(line)!;
      if (/Max-Age=0\b/.test(rest!)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
  }
}

export const PHONE =
  'Mozilla/5.0 (Linux; Android 14; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36';
export const COMPUTER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

export interface SentSms {
  readonly at: string;
  readonly to: string;
  readonly text: string;
}

/** Every text message the house has sent so far. */
export async function smsOf(house: TestHouse): Promise<SentSms[]> {
  const { sms } = house.house.config;
  if (sms.provider !== 'file') throw new Error('the house does not write its messages to a file');
  const text = await readFile(sms.file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SentSms);
}

/** The code of the n-th message to a number, as soon as it has been sent. */
export async function codeFor(house: TestHouse, phone: string, n = 1): Promise<string> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const sent = (await smsOf(house)).filter((it) => it.to === phone)[n - 1];
    if (sent) return sent.text.slice(0, 8);
    if (Date.now() > deadline) throw new Error(`no message ${n} to ${phone}`);
    await wait(5);
  }
}
