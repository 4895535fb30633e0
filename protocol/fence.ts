import { z } from 'zod';

import type { Actions, ActionSpec } from './action.ts';
import type { Events } from './event.ts';

export type JsonSchema = { readonly [key: string]: unknown };

/** What an older client relies on, as it is committed in `fingerprint.json`. */
export interface Fingerprint {
  readonly version: number;
  readonly actions: Readonly<Record<string, ActionPrint>>;
  readonly events: Readonly<Record<string, EventPrint>>;
}

interface ActionPrint {
  readonly who: ActionSpec['who'];
  /** Whether it needs an action id. */
  readonly changes: boolean;
  readonly door: 'http' | 'any';
  readonly input: JsonSchema;
  readonly output: JsonSchema;
}

interface EventPrint {
  readonly stream: 'group' | 'account';
  readonly body: JsonSchema;
}

export function fingerprintOf(version: number, actions: Actions, events: Events): Fingerprint {
  return {
    version,
    actions: sorted(actions, (spec) => ({
      who: spec.who,
      changes: spec.kind === 'change' || spec.kind === 'append',
      door: spec.door ?? 'any',
      input: schemaOf(spec.input, 'input'),
      output: schemaOf(spec.output, 'output'),
    })),
    events: sorted(events, (spec) => ({ stream: spec.stream, body: schemaOf(spec.body, 'output') })),
  };
}

function sorted<T, U>(record: Readonly<Record<string, T>>, print: (it: T) => U): Record<string, U> {
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((name) => [name, print(record[name]!)]),
  );
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any', reused: 'inline' });
  return withoutWords(schema) as JsonSchema;
}

/** Descriptions may change freely. */
function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, it]) => key !== 'description' || typeof it !== 'string');
  return Object.fromEntries(entries.map(([key, it]) => [key, withoutWords(it)]));
}

/**
 * Where a client made for `before` could no longer talk with a server that speaks `after`: one line each; empty where it can.
 * What it sends must still be taken, what it gets must still be of the shape it knows. Additions are free.
 */
export function breaksBetween(before: Fingerprint, after: Fingerprint): string[] {
  const breaks: string[] = [];
  const say = (where: string, what: string): void => void breaks.push(`${where}: ${what}`);
  for (const [name, old] of Object.entries(before.actions)) {
    const it = after.actions[name];
    if (!it) {
      say(name, 'removed');
      continue;
    }
    const ranks = ['anyone', 'account', 'administrator'];
    if (ranks.indexOf(it.who) > ranks.indexOf(old.who)) say(name, `was for ${old.who}, is for ${it.who} only`);
    if (it.changes && !old.changes) say(name, 'needs an action id now');
    if (it.door === 'http' && old.door === 'any') say(name, 'is no longer offered on the socket');
    compare(it.input, old.input, 'strict', `${name} input`, say);
    compare(old.output, it.output, 'lenient', `${name} output`, say);
  }
  for (const [name, old] of Object.entries(before.events)) {
    const it = after.events[name];
    if (!it) say(name, 'removed');
    else if (it.stream !== old.stream) say(name, `moved from the ${old.stream}'s stream to the ${it.stream}'s`);
    else compare(old.body, it.body, 'lenient', `${name} body`, say);
  }
  return breaks;
}

type Say = (where: string, what: string) => void;

/**
 * Says where `wide` does not take every value of `narrow`. `strict`: an unknown field is refused, as the server does; `lenient`:
 * it is passed over, as the client does.
 */
function compare(wide: JsonSchema, narrow: JsonSchema, fields: 'strict' | 'lenient', where: string, say: Say): void {
  const wideChoices = choicesOf(wide);
  const narrowChoices = choicesOf(narrow);
  if (wideChoices || narrowChoices) {
    const offered = wideChoices ?? [wide];
    for (const each of narrowChoices ?? [narrow]) {
      const taken = offered.some((it) => {
        let fits = true;
        compare(it, each, fields, where, () => (fits = false));
        return fits;
      });
      if (!taken) say(where, `${kindOf(each)} is one of the values on one side only`);
    }
    return;
  }
  if (Object.keys(wide).length === 0) return;

  const wideValues = valuesOf(wide);
  const narrowValues = valuesOf(narrow);
  if (wideValues) {
    if (!narrowValues) say(where, 'any value on one side, a closed list on the other');
    for (const value of narrowValues ?? []) {
      if (!wideValues.includes(value)) say(where, `the value ${JSON.stringify(value)} is known on one side only`);
    }
    return;
  }
  if (narrowValues) {
    if (wide['type'] !== narrow['type']) say(where, `${kindOf(narrow)} and ${kindOf(wide)}`);
    return;
  }
  if (!sameType(wide['type'], narrow['type'])) {
    say(where, `${kindOf(narrow)} and ${kindOf(wide)}`);
    return;
  }
  for (const [key, isWider] of BOUNDS) {
    const bound = wide[key];
    if (bound !== undefined && !isWider(bound, narrow[key])) say(where, `${key} is tighter on one side`);
  }
  const { items } = wide;
  if (items !== undefined)
    compare(items as JsonSchema, (narrow['items'] ?? {}) as JsonSchema, fields, `${where}[]`, say);
  comparePlaces(wide, narrow, fields, where, say);
  compareFields(wide, narrow, fields, where, say);
}

function comparePlaces(
  wide: JsonSchema,
  narrow: JsonSchema,
  fields: 'strict' | 'lenient',
  where: string,
  say: Say,
): void {
  const places = wide['prefixItems'] as readonly JsonSchema[] | undefined;
  if (!places) return;
  const others = (narrow['prefixItems'] ?? []) as readonly JsonSchema[];
  if (places.length !== others.length) say(where, 'another number of places');
  else for (const [at, place] of places.entries()) compare(place, others[at]!, fields, `${where}[${at}]`, say);
}

function compareFields(
  wide: JsonSchema,
  narrow: JsonSchema,
  fields: 'strict' | 'lenient',
  where: string,
  say: Say,
): void {
  if (wide['type'] !== 'object') return;
  const known = (wide['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const present = (narrow['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const always = new Set((narrow['required'] ?? []) as readonly string[]);
  for (const key of (wide['required'] ?? []) as readonly string[]) {
    if (!always.has(key)) say(`${where}.${key}`, 'needed on one side, not always there on the other');
  }
  for (const [key, schema] of Object.entries(present)) {
    const field = known[key];
    if (field) compare(field, schema, fields, `${where}.${key}`, say);
    else if (typeof wide['additionalProperties'] === 'object')
      compare(wide['additionalProperties'] as JsonSchema, schema, fields, `${where}.${key}`, say);
    else if (fields === 'strict' && wide['additionalProperties'] === false) say(`${where}.${key}`, 'no longer taken');
  }
  const rest = wide['additionalProperties'];
  const others = narrow['additionalProperties'];
  if (typeof rest === 'object' && typeof others === 'object' && rest && others)
    compare(rest as JsonSchema, others as JsonSchema, fields, `${where}.*`, say);
}

const atMost = (wide: unknown, narrow: unknown): boolean => typeof narrow === 'number' && narrow <= (wide as number);
const atLeast = (wide: unknown, narrow: unknown): boolean => typeof narrow === 'number' && narrow >= (wide as number);
const equal = (wide: unknown, narrow: unknown): boolean => JSON.stringify(wide) === JSON.stringify(narrow);

const BOUNDS: readonly [key: string, isWider: (wide: unknown, narrow: unknown) => boolean][] = [
  ['maxLength', atMost],
  ['minLength', atLeast],
  ['maximum', atMost],
  ['minimum', atLeast],
  ['exclusiveMaximum', atMost],
  ['exclusiveMinimum', atLeast],
  ['maxItems', atMost],
  ['minItems', atLeast],
  ['pattern', equal],
  ['format', equal],
  ['contentEncoding', equal],
];

/** What a value may be one of; a list of types is such a choice too. */
export function choicesOf(schema: JsonSchema): readonly JsonSchema[] | undefined {
  const { type } = schema;
  if (Array.isArray(type))
    return type.map((each: unknown) => (each === 'null' ? { type: each } : { ...schema, type: each }));
  return (schema['anyOf'] ?? schema['oneOf']) as readonly JsonSchema[] | undefined;
}

function valuesOf(schema: JsonSchema): readonly unknown[] | undefined {
  return 'const' in schema ? [schema['const']] : (schema['enum'] as readonly unknown[] | undefined);
}

function sameType(wide: unknown, narrow: unknown): boolean {
  return wide === narrow || (wide === 'number' && narrow === 'integer') || wide === undefined;
}

function kindOf(schema: JsonSchema): string {
  return String(schema['type'] ?? (valuesOf(schema) ? 'a closed list' : 'any value'));
}
