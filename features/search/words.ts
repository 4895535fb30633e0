import { numbersIn, wordsOf } from './rules.ts';
import type { Kind, Query } from './rules.ts';

// How words stand in the index. Before each the number of its group: no search reads what belongs to other groups. The
// position of a word is the place of its message in the part, so that `a <0> b` means: both in one message.

/** Messages and characters of one part. */
export const PART_MESSAGES = 32;
export const PART_CHARACTERS = 64_000;

export interface Content {
  readonly seq: number;
  readonly at: Date;
  readonly by: string | null;
  readonly text: string;
  readonly files: readonly { readonly kind: string; readonly name: string }[];
}

const LINK = /https?:\/\/\S/i;

/** What a message is found by. Signs before the words keep kinds apart: `=` with tones, `/` names of files, `#` numbers of documents. */
function lexemesOf(message: Content): Set<string> {
  const found = new Set<string>();
  for (const word of wordsOf(message.text)) {
    found.add(word.folded);
    if (word.toned !== word.folded) found.add(`=${word.toned}`);
  }
  const names = message.files.filter((it) => it.kind !== 'voice').map((it) => it.name.normalize('NFC'));
  for (const name of names) for (const word of wordsOf(name)) found.add(`/${word.folded}`);
  for (const text of [message.text, ...names])
    for (const number of numbersIn(text)) for (const spelt of number.spelt) found.add(`#${spelt}`);
  for (const { kind } of message.files) found.add(kind === 'video' ? '@photo' : `@${kind}`);
  if (message.files.length > 0) found.add('@file');
  if (LINK.test(message.text)) found.add('@link');
  if (message.by !== null) found.add(`~${message.by}`);
  return found;
}

// Everything in it is letters, digits and signs of ours; doubled all the same, so that no word can end its quotation.
const quoted = (group: number, lexeme: string): string =>
  `'${group.toString(36)}:${lexeme.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;

/** The words of a part, as PostgreSQL reads a tsvector. */
export function vectorOf(group: number, messages: readonly Content[]): string {
  const places = new Map<string, number[]>();
  for (const [at, message] of messages.entries()) {
    for (const lexeme of lexemesOf(message)) {
      const list = places.get(lexeme);
      if (list) list.push(at + 1);
      else places.set(lexeme, [at + 1]);
    }
  }
  return [...places].map(([lexeme, at]) => `${quoted(group, lexeme)}:${at.join(',')}`).join(' ');
}

export const sizeOf = (message: Content): number =>
  message.files.reduce((sum, it) => sum + it.name.length, message.text.length);

export interface Asked {
  readonly query: Query;
  readonly kind: Kind;
  /** Just the tones that were typed; else any. */
  readonly exact: boolean;
  readonly by?: string | undefined;
}

/** What parts must hold, as a tsquery without the group; undefined where nothing is asked for. */
export function lexemesAsked({ query, kind, exact, by }: Asked): string[] | undefined {
  const asked: string[] = [];
  if (kind === 'number') {
    const shortest = query.number?.wishes.at(-1);
    if (shortest === undefined) return undefined;
    asked.push(`#${shortest}*`);
  } else {
    for (const term of query.terms) {
      const sign = kind === 'file' ? '/' : exact && term.toned !== term.folded ? '=' : '';
      asked.push(`${sign}${sign === '=' ? term.toned : term.folded}${term.partial ? '*' : ''}`);
    }
    if (kind === 'file') asked.push('@file');
    if (kind === 'photo') asked.push('@photo');
    if (kind === 'link') asked.push('@link');
  }
  if (by !== undefined) asked.push(`~${by}`);
  return asked.length > 0 ? asked : undefined;
}

/** The same of one group; `*` at the end of a word stands for its beginning. */
export function tsqueryOf(group: number, lexemes: readonly string[]): string {
  return lexemes
    .map((it) => (it.endsWith('*') ? `${quoted(group, it.slice(0, -1))}:*` : quoted(group, it)))
    .join(' <0> ');
}
