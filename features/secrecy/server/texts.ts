import type { z } from 'zod';

import type { ActionSpec } from '../../../protocol/action.ts';

/** What a text is, as far as its place says it. */
export type Hint = 'chat' | 'name' | 'document' | 'caption';

export interface Text {
  readonly field: string;
  readonly hint: Hint;
  readonly text: string;
}

/** Bytes that came in an input: a photo, a staff list, a regulation. */
export interface Blob {
  readonly field: string;
  /** Of its file, where the input says it. */
  readonly name: string;
  readonly base64: string;
  /** A list, read as one whatever its name says. */
  readonly isTable: boolean;
}

/**
 * Fields that are not judged although they could hold words, and why. Everything else is: whatever field a feature adds is judged without
 * having been thought of.
 */
export const UNJUDGED: Readonly<Record<string, string>> = {
  'ruleset.propose.rules': 'they are the words that are looked for; a second person reads them',
  'notification.subscribe.endpoint':
    'an address made of random letters by the push service, which must be one of the known',
  'audit.verify.outside': 'a copy of signed checkpoints, compared and kept nowhere',
};

/** Lists in base64, whose shape does not say so. */
const TABLES: ReadonlySet<string> = new Set(['import.apply.file']);
/** Too little to hold a picture: the loudness of a voice message. A list of words may be as short. */
const BLOB_LEAST = 256;

/** By the last name of a field. */
const NAMES = new Set(['name', 'title', 'topic', 'label', 'position', 'symbol', 'place', 'recipients', 'bases']);
const DOCUMENTS = new Set(['description', 'opening', 'procedure']);

interface Inside {
  readonly type: string;
  readonly format?: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly valueType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly options?: readonly z.ZodType[];
}

const insideOf = (shape: z.ZodType | undefined): Inside | undefined => shape?.def;

/** Something marked would have to look like one of these to fit into a field of fixed form. */
const PROBES = ['Mật', 'MẬT', 'Tối mật', 'TUYỆT MẬT', 'mat', 'toi mat', 'TM', '12/BC-UBND(M)', 'Độ mật: Mật'];
const narrow = new WeakMap<object, boolean>();

/** Whether nothing but ids, numbers, dates and words of a fixed list fits: no marking does. */
function isTooNarrow(shape: z.ZodType): boolean {
  const known = narrow.get(shape);
  if (known !== undefined) return known;
  const it = insideOf(shape)!;
  const found =
    it.type === 'enum' ||
    it.type === 'literal' ||
    (it.type === 'string' && PROBES.every((probe) => !fits(shape, probe)));
  narrow.set(shape, found);
  return found;
}

function fits(shape: z.ZodType, text: string): boolean {
  const { success, error } = shape.safeParse(text);
  // Of a text that is only too short or too long for it, others fit.
  return success || error.issues.every((it) => it.code === 'too_small' || it.code === 'too_big');
}

/** Every text of an input, and every file in it; what its shape cannot say is taken for a text. */
export function textsOf(name: string, spec: ActionSpec, input: unknown): { texts: Text[]; blobs: Blob[] } {
  const texts: Text[] = [];
  const blobs: Blob[] = [];
  const carriesFiles = Array.isArray((input as { files?: unknown } | null)?.files);

  /** By the name of the field that it is in, or in a list of. */
  function hintOf(last: string): Hint {
    if (NAMES.has(last)) return 'name';
    if (last === 'text') {
      if (name.startsWith('message.') || name.startsWith('scheduled.')) return carriesFiles ? 'caption' : 'chat';
      return 'document';
    }
    return DOCUMENTS.has(last) ? 'document' : 'chat';
  }

  function walk(shape: z.ZodType | undefined, value: unknown, field: string, last: string, beside: unknown): void {
    if (value === null || value === undefined || Object.hasOwn(UNJUDGED, `${name}${field}`)) return;
    let it = insideOf(shape);
    let known = shape;
    // The shape of what went in is that of what came out, as far as it says anything of texts.
    for (;;) {
      const next = it?.innerType ?? it?.in ?? it?.options?.find((option) => option.safeParse(value).success);
      if (!next) break;
      known = next;
      it = insideOf(known);
    }
    if (typeof value === 'string') {
      if (value === '') return;
      const isTable = TABLES.has(`${name}${field}`);
      if (it?.format === 'base64' || isTable) {
        const named = (beside as { name?: unknown } | undefined)?.name;
        if (value.length >= BLOB_LEAST || isTable)
          blobs.push({ field: field.slice(1), name: typeof named === 'string' ? named : '', base64: value, isTable });
        return;
      }
      if (known && isTooNarrow(known)) return;
      texts.push({ field: field.slice(1), hint: hintOf(last), text: value });
    } else if (Array.isArray(value)) {
      for (const each of value) walk(it?.element, each, `${field}[]`, last, beside);
    } else if (typeof value === 'object') {
      for (const [key, each] of Object.entries(value)) {
        const inner = it?.shape && Object.hasOwn(it.shape, key) ? it.shape[key] : it?.valueType;
        // Names that are no fields of the shape are somebody's words too.
        if (!it?.shape || !Object.hasOwn(it.shape, key))
          texts.push({ field: `${field.slice(1)}.*`, hint: 'name', text: key });
        walk(inner, each, `${field}.${key}`, key, value);
      }
    }
  }

  walk(spec.input, input, '', '', undefined);
  return { texts, blobs };
}
