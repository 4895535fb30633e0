import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Validator } from '@seriousme/openapi-schema-validator';

import type { Actions } from '../protocol/action.ts';
import { actions, events, problems } from '../features/contracts.ts';
import { schemaOf } from '../testing/grammar.ts';
import type { Schema } from '../testing/grammar.ts';
import { openTestHouse } from '../testing/house.ts';

test('the document is OpenAPI 3.1 to a validator that is not ours, and names every action', async () => {
  const house = await openTestHouse();
  const response = await fetch(`${house.address}/api/openapi.json`);
  assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
  const document = (await response.json()) as { openapi: string; paths: Record<string, { post: unknown }> };
  assert.match(document.openapi, /^3\.1\./);
  const validator = new Validator();
  const { valid, errors } = await validator.validate(document);
  assert.equal(valid, true, JSON.stringify(errors, null, 1));
  assert.equal(validator.version, '3.1');
  assert.deepEqual(
    Object.keys(document.paths).sort(),
    Object.keys(actions)
      .map((name) => `/api/${name}`)
      .sort(),
  );
});

test('a number of an input is of a log, a time, or no more than four bytes of a column hold', () => {
  const wide: string[] = [];
  const look = (schema: Schema, path: string): void => {
    const number =
      (schema.type === 'integer' || schema.type === 'number') && schema.const === undefined && !schema.enum;
    const known = /^(A number of a stream’s log|Milliseconds since 1970, UTC)$/.test(schema.description ?? '');
    if (number && !known && !(schema.maximum! < 2 ** 31)) wide.push(path);
    for (const each of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) look(each, path);
    if (schema.items) look(schema.items, `${path}[]`);
    for (const [name, each] of Object.entries(schema.properties ?? {})) look(each, `${path}.${name}`);
  };
  for (const [name, spec] of Object.entries(actions as Actions)) look(schemaOf(spec.input), name);
  // Held against what one file may have before anything else is done with it.
  assert.deepEqual(wide, ['file.begin.bytes']);
});

test('the validator would notice', async () => {
  const { valid } = await new Validator().validate({ openapi: '3.1.0', info: { title: 'x' }, paths: {} });
  assert.equal(valid, false);
});

test('every problem that an action names is in the closed list; every name has the form noun.verb', () => {
  for (const [name, spec] of Object.entries(actions as Actions)) {
    assert.match(name, /^[a-z]+\.[a-z][A-Za-z]*$/);
    for (const code of spec.problems ?? []) assert.ok(Object.hasOwn(problems, code), `${name} answers with ${code}`);
  }
  for (const name of Object.keys(events)) assert.match(name, /^[a-z]+\.[a-z][A-Za-z]*$/);
});
