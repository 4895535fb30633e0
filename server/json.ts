import { problem } from '../protocol/problem.ts';

const MOST_DEPTH = 8;
/** Values and keys of one request: a thousand pasted lines have room. So that small bytes do not become large work. */
const MOST_PARTS = 20_000;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * JSON as strict as the contract: no duplicate or prototype keys, no lone surrogates, at most eight levels deep. Throws the
 * problem `malformed`. The parser is the engine's; what it would forgive is looked for in the text and in the result.
 */
export function parseStrictJson(text: string): unknown {
  const { depth, colons, commas } = outlineOf(text);
  if (depth > MOST_DEPTH) throw malformed('too deep');
  if (colons + commas > MOST_PARTS) throw malformed('too many parts');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed('not JSON');
    throw error;
  }
  // Each key has one colon; of those that stand twice only one is left.
  if (checkedKeys(value, '') !== colons) throw malformed('duplicate key');
  return value;
}

function malformed(reason: string, field = ''): Error {
  return problem('malformed', { field: field.slice(0, 40), reason });
}

/** How many keys there are in a value; throws where one of them, or a text, is not allowed. */
function checkedKeys(value: unknown, field: string): number {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw malformed('lone surrogate', field);
    return 0;
  }
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) for (const it of value) keys += checkedKeys(it, field);
  else
    for (const key of Object.keys(value)) {
      if (FORBIDDEN_KEYS.has(key)) throw malformed('forbidden key');
      if (!key.isWellFormed()) throw malformed('lone surrogate');
      keys += 1 + checkedKeys((value as Record<string, unknown>)[key], key);
    }
  return keys;
}

/** What stands outside strings: how deep it goes, how many colons and commas. */
function outlineOf(text: string): { depth: number; colons: number; commas: number } {
  let depth = 0;
  let deepest = 0;
  let colons = 0;
  let commas = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 34:
        at = endOfString(text, at);
        break;
      case 44:
        commas += 1;
        break;
      case 58:
        colons += 1;
        break;
      case 91:
      case 123:
        deepest = Math.max(deepest, (depth += 1));
        break;
      case 93:
      case 125:
        depth -= 1;
        break;
    }
  }
  return { depth: deepest, colons, commas };
}

/** The place of the quotation mark that ends the string which begins at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === 92) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}
