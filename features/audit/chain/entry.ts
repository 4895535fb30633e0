import { createHash } from 'node:crypto';
import type { z } from 'zod';

import { Id } from '../../../protocol/shapes.ts';
import { isId } from '../../../protocol/id.ts';
import type { AuditValue } from '../../../server/handler.ts';
import type { Act } from '../../../server/house.ts';
import { deviceName } from '../../devices/rules.ts';
import { DETAILS_MOST, PEOPLE_MOST, TEXT_MOST } from '../rules.ts';
import type { Result } from '../rules.ts';

/** An entry as it is hashed, but for its number. */
export interface Entry {
  readonly v: 1;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  /** The action: `group.change`; the machine's own doings have names of the same form. */
  readonly act: string;
  readonly topic: string;
  readonly result: Result;
  readonly actor: string | null;
  /** SHA-256 of the session's id, its first 16 digits: to tell devices apart. */
  readonly session: string | null;
  readonly door: 'http' | 'socket' | 'program' | 'house';
  readonly address: string;
  readonly device: { readonly kind: string; readonly system: string; readonly browser: string } | null;
  readonly group: string | null;
  readonly object: string | null;
  /** Whom it was done to; at most `PEOPLE_MOST`, `count` where there were more. */
  readonly people: readonly string[];
  readonly count?: number;
  readonly details: Readonly<Record<string, AuditValue>>;
  /** The client's id of the action. */
  readonly request: string | null;
  /** Refusals of the same person before this one that were only counted. */
  readonly more?: number;
}

/** What was done, as an entry. */
export function entryOf(act: Act, result: Result, extra: Readonly<Record<string, AuditValue>> = {}): Entry {
  const { name, spec, id, caller, notes, at } = act;
  const audit = spec.audit;
  if (!audit || 'none' in audit) throw new Error(`${name} is not written down`);
  const input = (act.input ?? {}) as Record<string, unknown>;
  const note = <K extends 'actor' | 'group' | 'object'>(key: K): string | undefined =>
    notes.findLast((it) => it[key])?.[key];
  // Who reads the log, or what the guard refused, may choose a group to read about; that is not done to the group.
  const about = spec.scope === 'group' || (audit.topic !== 'log' && audit.topic !== 'secrecy');
  const group = note('group') ?? (about ? input['group'] : undefined);
  const object = note('object') ?? (audit.object === undefined ? undefined : input[audit.object]);
  const people = [
    ...new Set([...(audit.people ?? []).flatMap((key) => input[key] ?? []), ...notes.flatMap((it) => it.people ?? [])]),
  ].filter(isId);
  const named = new Set([...(audit.people ?? []), audit.object, ...(about ? ['group'] : [])]);
  const fields = Object.fromEntries(Object.entries(input).filter(([key]) => !named.has(key)));
  return {
    v: 1,
    at: at.getTime(),
    act: name,
    topic: audit.topic,
    result,
    actor: note('actor') ?? caller.actor?.account ?? null,
    session: caller.actor ? createHash('sha256').update(caller.actor.session).digest('hex').slice(0, 16) : null,
    door: caller.door,
    address: caller.address.slice(0, 64),
    device: caller.door === 'program' ? null : deviceName(caller.device),
    group: isId(group) ? group : null,
    object: typeof object === 'string' ? cut(object) : null,
    people: people.slice(0, PEOPLE_MOST),
    ...(people.length > PEOPLE_MOST ? { count: people.length } : {}),
    details: bounded({
      // What was refused before the guard saw it is not kept in words.
      ...keptOf(spec.input, fields, result === 'denied' ? [] : (audit.texts ?? [])),
      ...Object.assign({}, ...notes.map((it) => it.details ?? {})),
      ...extra,
    }),
    request: isId(id) ? id : null,
  };
}

/** What the house does by itself: nobody's device, nobody's request. */
export function houseEntry(it: {
  act: string;
  topic: string;
  at: Date;
  group?: string;
  people?: readonly string[];
  details: Readonly<Record<string, AuditValue>>;
}): Entry {
  const people = [...new Set(it.people ?? [])];
  return {
    v: 1,
    at: it.at.getTime(),
    act: it.act,
    topic: it.topic,
    result: 'done',
    actor: null,
    session: null,
    door: 'house',
    address: '',
    device: null,
    group: it.group ?? null,
    object: null,
    people: people.slice(0, PEOPLE_MOST),
    ...(people.length > PEOPLE_MOST ? { count: people.length } : {}),
    details: bounded(it.details),
    request: null,
  };
}

/**
 * The fields of an input that may be kept: those whose shape can hold no text of a person's own, and those texts that the
 * action names. Of the rest it is kept that they were there.
 */
export function keptOf(
  shape: z.ZodType,
  input: Readonly<Record<string, unknown>>,
  texts: readonly string[],
): Record<string, AuditValue> {
  const shapes = (shape as { shape?: Record<string, z.ZodType> }).shape ?? {};
  const kept: Record<string, AuditValue> = {};
  const silent: string[] = [];
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue;
    if (texts.includes(key)) kept[key] = textsOf(value);
    else if (shapes[key] && holdsNoText(shapes[key])) kept[key] = value as AuditValue;
    else if (value !== '' && !(Array.isArray(value) && value.length === 0)) silent.push(key);
  }
  return silent.length > 0 ? { ...kept, silent } : kept;
}

interface Inside {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly keyType?: z.ZodType;
  readonly valueType?: z.ZodType;
}

/** Whether nothing but ids, numbers, yes or no, and words of a fixed list can stand in it. */
export function holdsNoText(shape: z.ZodType): boolean {
  const it = shape.def as unknown as Inside;
  switch (it.type) {
    case 'boolean':
    case 'number':
    case 'int':
    case 'enum':
    case 'literal':
    case 'null':
      return true;
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return holdsNoText(it.innerType!);
    case 'array':
      return holdsNoText(it.element!);
    case 'union':
      return it.options!.every(holdsNoText);
    case 'object':
      return Object.values(it.shape!).every(holdsNoText);
    case 'record':
      return holdsNoText(it.keyType!) && holdsNoText(it.valueType!);
    case 'string':
      return shape.description === Id.description;
    default:
      return false;
  }
}

function textsOf(value: unknown): AuditValue {
  if (typeof value === 'string') return cut(value);
  if (Array.isArray(value))
    return value
      .filter((it) => typeof it === 'string')
      .slice(0, 50)
      .map(cut);
  return null;
}

/** The first characters of a text, in one line, without a number that could be somebody's phone. */
export function cut(text: string): string {
  const line = text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- naming control characters is the point
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .replace(/(?<!\d)(?:\+?84|0)(?:[ .-]?\d){9}(?!\d)/g, (number) => `${number.slice(0, 4)}•••${number.slice(-3)}`);
  const letters = Array.from(line);
  return letters.length > TEXT_MOST ? `${letters.slice(0, TEXT_MOST - 1).join('')}…` : line;
}

/** Details that would make an entry too long are told by their digest. */
function bounded(details: Readonly<Record<string, AuditValue>>): Record<string, AuditValue> {
  const tidy = Object.fromEntries(Object.entries(details).map(([key, value]) => [key, short(value)]));
  const text = JSON.stringify(tidy);
  if (Buffer.byteLength(text) <= DETAILS_MOST) return tidy;
  return { tooLong: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
}

function short(value: AuditValue): AuditValue {
  if (typeof value === 'string') return isId(value) ? value : cut(value);
  if (Array.isArray(value)) return (value as readonly AuditValue[]).map(short);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, short(it)]));
  return value;
}
