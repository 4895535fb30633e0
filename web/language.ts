import { signal } from '@preact/signals';

export type Language = 'vi' | 'en';

/** The language of the screen. Everything that says words reads it, so a change redraws what is seen. */
export const language = signal<Language>('vi');

type Holes<S extends string> = S extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never;

type Table = Record<string, readonly [vi: string, en: string]>;

/** Says one sentence of a table in the language of the screen; holes `{n}` must all be filled, and only they. */
export interface Say<T extends Table> {
  <K extends keyof T & string>(
    key: K,
    ...holes: [Holes<T[K][0]>] extends [never] ? [] : [filled: Record<Holes<T[K][0]>, string | number>]
  ): string;
  /** The same sentence in pieces, so that a hole can be filled with something seen (a bold name, a link). */
  parts<K extends keyof T & string, V>(key: K, filled: Record<Holes<T[K][0]>, V>): (string | V)[];
  /** Both columns, for checks. */
  table: T;
}

/**
 * A feature's words, Vietnamese and English side by side. In English `one|many` chooses by the hole `n` (or by the
 * first number); Vietnamese has no plural. Numbers in holes are written the way the language writes them.
 */
export function words<const T extends Table>(table: T): Say<T> {
  const say = ((key: keyof T & string, filled?: Record<string, string | number>) => {
    const sentence = choose(table, key, filled);
    return filled ? sentence.replace(/\{(\w+)\}/g, (hole, name: string) => written(filled[name], hole)) : sentence;
  }) as unknown as Say<T>;
  say.parts = <V>(key: keyof T & string, filled: Record<string, V>) =>
    choose(table, key, filled as Record<string, unknown>)
      .split(/(\{\w+\})/)
      .filter((piece) => piece !== '')
      .map((piece) => (piece.startsWith('{') ? (filled[piece.slice(1, -1)] as V) : piece));
  say.table = table;
  return say;
}

function choose(table: Table, key: string, filled?: Record<string, unknown>): string {
  const pair = table[key];
  if (!pair) throw new Error(`No words for "${key}".`);
  if (language.value === 'vi') return pair[0];
  const [one, many] = pair[1].split('|') as [string, string?];
  if (many === undefined) return one;
  const count = filled?.['n'] ?? Object.values(filled ?? {}).find((value) => typeof value === 'number');
  return count === 1 ? one : many;
}

function written(value: string | number | undefined, hole: string): string {
  if (value === undefined) return hole;
  return typeof value === 'number' ? numberFormat().format(value) : value;
}

const numberFormats: Record<Language, Intl.NumberFormat> = {
  vi: new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 1 }),
  en: new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 }),
};

export function numberFormat(): Intl.NumberFormat {
  return numberFormats[language.value];
}
