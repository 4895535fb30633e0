import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { Problem } from '../protocol/problem.ts';
import { parseStrictJson } from './json.ts';

function reasonOf(text: string): unknown {
  try {
    parseStrictJson(text);
  } catch (error) {
    assert.ok(error instanceof Problem, String(error));
    assert.equal(error.code, 'malformed');
    return error.details.reason;
  }
  return undefined;
}

test('what the contract refuses', () => {
  assert.equal(reasonOf('{'), 'not JSON');
  assert.equal(reasonOf('{"a":1,"a":2}'), 'duplicate key');
  assert.equal(reasonOf('{"x":{"a":1,"b":2,"a":3}}'), 'duplicate key');
  assert.equal(reasonOf('{"__proto__":{"a":1}}'), 'forbidden key');
  assert.equal(reasonOf('{"a":{"constructor":1}}'), 'forbidden key');
  assert.equal(reasonOf('{"a":"\\ud800"}'), 'lone surrogate');
  assert.equal(reasonOf('[[[[[[[[[1]]]]]]]]]'), 'too deep');
  assert.equal(reasonOf('['.repeat(60_000)), 'too deep');
  assert.equal(reasonOf(`[${'0,'.repeat(20_001)}0]`), 'too many parts');
  assert.equal(reasonOf('{"\\ud800":1}'), 'lone surrogate');
});

test('strings end where they end, whatever stands before their quotation mark', () => {
  assert.deepEqual(parseStrictJson('{"a\\\\":"\\\\\\"","b":["\\\\"]}'), { 'a\\': '\\"', b: ['\\'] });
  assert.equal(reasonOf('"\\"'), 'not JSON');
});

test('what looks like trouble inside a string is text', () => {
  assert.deepEqual(parseStrictJson('{"a":"{:[[[[[[[[[[\\":\\"","b":":"}'), { a: '{:[[[[[[[[[[":"', b: ':' });
});

test('every other JSON value is read as the engine reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const plain = JSON.parse(text) as unknown;
      if (/__proto__|constructor|prototype/.test(text) || !text.isWellFormed() || /\\ud[89a-f]/i.test(text)) return;
      if (reasonOf(text) === undefined) assert.deepEqual(parseStrictJson(text), plain);
      else
        assert.ok(
          ['too deep', 'lone surrogate'].includes(String(reasonOf(text))),
          `${String(reasonOf(text))}: ${text}`,
        );
    }),
  );
});
