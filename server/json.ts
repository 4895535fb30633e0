import { problem } from '../protocol/problem.ts';

const MOST_DEPTH = 8;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * JSON as strict as the contract: no duplicate or prototype keys, no lone surrogates, at most eight levels deep. Throws the
 * problem `malformed`. The parser is the engine's; what it would forgive is looked for in the text and in the result.
 */
export function parseStrictJson(text: string): unknown {
  if (depthOf(text) > MOST_DEPTH) throw problem('malformed', { field: '', reason: 'too deep' });
  let keys = 0;
  let value: unknown;
  try {
    value = JSON.parse(text, (key, it: unknown) => {
      if (FORBIDDEN_KEYS.has(key)) throw problem('malformed', { field: '', reason: 'forbidden key' });
      if (typeof it === 'string' && !it.isWellFormed())
        throw problem('malformed', { field: key.slice(0, 40), reason: 'lone surrogate' });
      if (it && typeof it === 'object' && !Array.isArray(it)) keys += Object.keys(it).length;
      return it;
    });
  } catch (error) {
    if (error instanceof SyntaxError) throw problem('malformed', { field: '', reason: 'not JSON' });
    throw error;
  }
  if (keysIn(text) !== keys) throw problem('malformed', { field: '', reason: 'duplicate key' });
  return value;
}

/** Colons outside strings: one a key. */
function keysIn(text: string): number {
  let count = 0;
  scan(text, (char) => {
    if (char === 58) count += 1;
  });
  return count;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  scan(text, (char) => {
    if (char === 123 || char === 91) deepest = Math.max(deepest, (depth += 1));
    else if (char === 125 || char === 93) depth -= 1;
  });
  return deepest;
}

function scan(text: string, visit: (char: number) => void): void {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (quoted) {
      if (char === 92) at += 1;
      else if (char === 34) quoted = false;
    } else if (char === 34) quoted = true;
    else visit(char);
  }
}
