import { signal } from '@preact/signals';

import { call } from '../../../web/connection.ts';
import type { Person } from '../protocol.ts';

export interface PeoplePage {
  readonly people: readonly Person[];
  readonly next: string | null;
  readonly total?: number;
}

export type PeopleFrom = { readonly unit?: string; readonly area?: string; readonly query?: string };

const PAGE = 60;

/** A list of people that grows as it is scrolled: everybody, those of a unit or an area, or those a query finds. */
export class PeopleList {
  readonly people = signal<readonly Person[]>([]);
  readonly total = signal<number | undefined>(undefined);
  readonly state = signal<'loading' | 'more' | 'here' | 'failed'>('loading');
  readonly error = signal<unknown>(undefined);
  readonly from: PeopleFrom;
  readonly #call: typeof call;
  #next: string | null = null;
  #begun = false;

  constructor(from: PeopleFrom = {}, by: typeof call = call) {
    this.from = from;
    this.#call = by;
  }

  get complete(): boolean {
    return this.state.value === 'here' && this.#next === null;
  }

  /** The first page, or the next one. Asking again while one is under way asks for nothing. */
  async more(): Promise<void> {
    if (this.#begun && (this.state.peek() === 'loading' || this.state.peek() === 'more')) return;
    if (this.#begun && this.#next === null && this.state.peek() === 'here') return;
    this.state.value = this.people.peek().length > 0 ? 'more' : 'loading';
    this.#begun = true;
    try {
      const page = await fetchPage(this.from, this.#next, PAGE, this.#call);
      this.people.value = [...this.people.peek(), ...page.people];
      if (page.total !== undefined) this.total.value = page.total;
      this.#next = page.next;
      this.state.value = 'here';
    } catch (error) {
      this.error.value = error;
      this.state.value = 'failed';
    }
  }
}

async function fetchPage(
  { unit, area, query }: PeopleFrom,
  after: string | null,
  limit: number,
  by: typeof call,
): Promise<PeoplePage> {
  const within = { unit: unit ?? null, area: area ?? null, after, limit };
  return query ? by('directory.search', { query, ...within }) : by('directory.people', within);
}

/** Everybody of a unit or an area, for “select all”; at most `most`, of which the caller then says so. */
export async function everybody(from: PeopleFrom, most: number, by: typeof call = call): Promise<Person[]> {
  const people: Person[] = [];
  let after: string | null = null;
  do {
    const page: PeoplePage = await fetchPage(from, after, Math.min(100, most + 1 - people.length), by);
    people.push(...page.people);
    after = page.next;
  } while (after !== null && people.length <= most);
  return people;
}

const counts = signal<ReadonlyMap<string, number>>(new Map());

/** How many people a unit or an area has; undefined until it is known. */
export function countOf(from: PeopleFrom): number | undefined {
  return counts.value.get(keyOf(from));
}

export async function loadCount(from: PeopleFrom, by: typeof call = call): Promise<void> {
  const { total } = await by('directory.people', { unit: from.unit ?? null, area: from.area ?? null, limit: 0 });
  counts.value = new Map(counts.peek()).set(keyOf(from), total);
}

/** Is whoever looks the only one in the directory, as far as is known? */
export function isOnlyOne(): boolean {
  return (countOf({}) ?? Infinity) <= 1;
}

function keyOf({ unit, area }: PeopleFrom): string {
  return `${unit ?? ''} ${area ?? ''}`;
}
