import { z } from 'zod';

import { newId } from '../protocol/id.ts';
import { NAUGHTY } from './naughty.ts';
import type { Random } from './random.ts';

/** The part of JSON Schema that our shapes become. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly description?: string;
  readonly format?: string;
  readonly contentEncoding?: string;
}

export function schemaOf(shape: z.ZodType): Schema {
  return z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Schema;
}

export type Path = readonly (string | number)[];

/** Every place of an input where a text stands, the first of each list; only where people write it freely, if wished. */
export function textsIn(schema: Schema, { free = false } = {}, path: Path = []): Path[] {
  const found: Path[] = [];
  const text = schema.type === 'string' && schema.const === undefined && !schema.enum;
  if (text && !(free && (schema.pattern || schema.format || schema.contentEncoding))) found.push(path);
  for (const each of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) found.push(...textsIn(each, { free }, path));
  if (schema.items) found.push(...textsIn(schema.items, { free }, [...path, 0]));
  for (const [name, each] of Object.entries(schema.properties ?? {}))
    found.push(...textsIn(each, { free }, [...path, name]));
  return [...new Map(found.map((it) => [it.join('.'), it])).values()];
}

/** A copy with another value at a place. */
export function withAt(value: unknown, path: Path, put: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return put;
  if (typeof first === 'number') {
    const list = Array.isArray(value) ? [...(value as unknown[])] : [];
    list[first] = withAt(list[first], rest, put);
    return list;
  }
  return {
    ...(value as object | null),
    [first]: withAt((value as Record<string, unknown> | null)?.[first], rest, put),
  };
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((it, step) => (it as Record<string | number, unknown> | null | undefined)?.[step], value);
}

/** One transparent pixel. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const STAFF = 'Họ và tên,Số điện thoại,Đơn vị,Chức vụ\nPuih Thưng,0905318465,Văn phòng,Chuyên viên\n';

/** What there is in the house, by the name of the field that points at it. */
export type Known = Readonly<Record<string, readonly string[]>>;

const NUMBERS = [0, 1, -1, -0, 2, 50, 200, 1_000, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e21, -(2 ** 63), 0.5, 1e308, 1e-7];

/** Inputs made from the declared shape: such as it allows, and such as look almost like it. */
export class Grammar {
  readonly #random: Random;
  readonly #known: Known;

  constructor(random: Random, known: Known) {
    this.#random = random;
    this.#known = known;
  }

  /** What the shape allows, with most of what may be left out; now and then it breaks a rule that no schema tells. */
  input(schema: Schema, name = ''): unknown {
    const random = this.#random;
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return random.pick(schema.enum);
    const several = schema.anyOf ?? schema.oneOf;
    if (several) return this.input(random.percent(20) ? random.pick(several) : several[0]!, name);
    switch (schema.type) {
      case 'object': {
        const entries = Object.entries(schema.properties ?? {}).filter(
          ([each]) => schema.required?.includes(each) || random.percent(75),
        );
        return Object.fromEntries(entries.map(([each, shape]) => [each, this.input(shape, each)]));
      }
      case 'array': {
        const most = Math.min(schema.maxItems ?? 8, random.percent(2) ? 1_001 : 4);
        const count = Math.max(schema.minItems ?? 0, random.below(most + 1));
        return Array.from({ length: count }, () => this.input(schema.items ?? {}, name));
      }
      case 'integer':
      case 'number': {
        const [low, high] = [schema.minimum ?? -10, schema.maximum ?? 1_000];
        const choice = random.below(10);
        if (choice === 0) return low;
        if (choice === 1) return high;
        return low + random.below(Math.min(high - low, 1_000) + 1);
      }
      case 'boolean':
        return random.percent(50);
      case 'null':
        return null;
      default:
        return this.#text(schema, name);
    }
  }

  #text({ pattern, format, maxLength }: Schema, name: string): string {
    const random = this.#random;
    const known = this.#known[name];
    if (known && random.percent(80)) return random.pick(known);
    if (name === 'photo' && random.percent(90))
      return random.percent(30) ? PIXEL : Buffer.from(random.pick(NAUGHTY)).toString('base64');
    if (name === 'file' && random.percent(90)) return Buffer.from(this.#cut(STAFF)).toString('base64');
    if (pattern?.startsWith('^[0-9a-f]{8}-')) return newId();
    if (pattern?.includes('\\+84')) return `+849${String(random.below(10 ** 8)).padStart(8, '0')}`;
    if (pattern === '^\\d{8}$') return String(random.below(10 ** 8)).padStart(8, '0');
    if (pattern?.startsWith('^\\d{2}$'))
      return random.pick(['52', '23764', '23764.1', '99999', '00', '23764.9999.1.1']);
    if (format === 'date') return random.pick(['2025-07-01', '1900-01-01', '9999-12-31', '2024-02-29']);
    if (format === 'email') return random.pick(['a@b.vn', 'ho.tro@iagrai.gialai.gov.vn']);
    if (name === 'phone' || name === 'lines')
      return random.pick([
        '0905 318 462',
        '+84 905.318.463',
        '0269 3 600 114',
        '113',
        '1900 1234',
        '0905318462 0905318463',
      ]);
    const text = random.percent(50) ? random.pick(NAUGHTY) : random.pick(['Puih Thưng', 'Sở Y tế', '0905', 'a b c']);
    return text.slice(0, Math.min(maxLength ?? 1_000, random.percent(5) ? 40_000 : 2_000));
  }

  #cut(text: string): string {
    return this.#random.percent(50) ? text : text.slice(0, this.#random.below(text.length));
  }

  /** Any JSON at all. */
  json(depth = 0): unknown {
    const random = this.#random;
    switch (random.below(depth > 3 ? 5 : 7)) {
      case 0:
        return random.pick(NUMBERS);
      case 1:
        return random.percent(50);
      case 2:
        return null;
      case 3:
      case 4:
        return random.pick(NAUGHTY).slice(0, 3_000);
      case 5:
        return Array.from({ length: random.below(5) }, () => this.json(depth + 1));
      default:
        return Object.fromEntries(Array.from({ length: random.below(5) }, () => [this.#key(), this.json(depth + 1)]));
    }
  }

  #key(): string {
    const random = this.#random;
    if (random.percent(60)) return random.pick([...Object.keys(this.#known), 'limit', 'query', 'name', 'text', 'id']);
    return random.pick(['__proto__', 'constructor', 'toString', '', 'length', 'then', 'toJSON', random.pick(NAUGHTY)]);
  }

  /** One place of a value replaced, left out, doubled, wrapped or joined by what does not belong there. */
  mutated(value: unknown): unknown {
    const random = this.#random;
    if (typeof value !== 'object' || value === null || random.percent(15)) {
      switch (random.below(6)) {
        case 0:
          return [value];
        case 1:
          return { value };
        case 2:
          return typeof value === 'string' ? value + random.pick(NAUGHTY) : JSON.stringify(value);
        case 3:
          return typeof value === 'string' && value.length > 0 ? value.slice(0, -1) : random.pick(NUMBERS);
        default:
          return this.json(2);
      }
    }
    if (Array.isArray(value)) {
      const list = [...(value as unknown[])];
      const at = random.below(list.length + 1);
      if (random.percent(30)) list.splice(at, 0, this.json(2));
      else if (random.percent(20)) list.push(...list, ...list);
      else list[at] = this.mutated(list[at]);
      return list;
    }
    const entries = Object.entries(value);
    if (entries.length === 0 || random.percent(25)) return { ...value, [this.#key()]: this.json(2) };
    const [key, inner] = random.pick(entries);
    if (random.percent(20)) return Object.fromEntries(entries.filter(([each]) => each !== key));
    return { ...value, [key]: this.mutated(inner) };
  }

  /** A text that is almost JSON, or JSON as no careful program writes it. */
  garbled(value: unknown): string {
    const random = this.#random;
    const text = JSON.stringify(value) ?? 'null';
    const at = random.below(text.length + 1);
    switch (random.below(10)) {
      case 0:
        return text.slice(0, at);
      case 1:
        return text.slice(0, at) + String.fromCharCode(random.below(128)) + text.slice(at);
      case 2:
        return text.slice(0, at) + text.slice(at + 1);
      case 3:
        return text.replace(/^\{/, `{"${this.#key()}":1,"a":1,"a":2,`);
      case 4:
        return text.replace(/:/, `:${'['.repeat(random.below(12))}`);
      case 5:
        return text.replace(/:("[^"]*"|\d+)/, ':1e999');
      case 6:
        return text.replace(/"/, '"\\ud83d');
      case 7:
        return `${text}${text}`;
      case 8:
        return `\ufeff${text}`;
      default:
        return text.replace(/^\{/, '{"__proto__":{"administrator":true},');
    }
  }
}
