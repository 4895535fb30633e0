import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { z } from 'zod';

import { actions, events } from '../features/contracts.ts';
import type { Actions } from './action.ts';
import { actions as declare } from './action.ts';
import { breaksBetween, fingerprintOf } from './fence.ts';
import type { Fingerprint } from './fence.ts';
import { PROTOCOL_VERSION } from './version.ts';

const FILE = join(import.meta.dirname, 'fingerprint.json');
const WRITE = 'node_modules/.bin/node bin/api.ts';

test('a client of the committed contract can talk with this server, or the version was raised', async () => {
  const committed = JSON.parse(await readFile(FILE, 'utf8')) as Fingerprint;
  const now = fingerprintOf(PROTOCOL_VERSION, actions, events);
  if (PROTOCOL_VERSION === committed.version) {
    assert.deepEqual(
      breaksBetween(committed, now),
      [],
      'older clients would break: raise PROTOCOL_VERSION in protocol/version.ts',
    );
  } else {
    assert.ok(PROTOCOL_VERSION > committed.version, 'a version is never given out twice');
  }
  assert.deepEqual(JSON.parse(JSON.stringify(now)), committed, `the contract has grown: commit what ${WRITE} writes`);
});

const base = declare({
  'note.write': {
    summary: '',
    kind: 'change',
    audit: { none: 'a test' },
    who: 'account',
    input: z.strictObject({
      text: z.string().max(100),
      color: z.enum(['red', 'green']).default('red'),
      to: z.string().nullable(),
    }),
    output: z.strictObject({ id: z.string(), state: z.enum(['new', 'old']), tags: z.array(z.string()) }),
  },
});

function breaks(change: Partial<(typeof base)['note.write']> | Record<string, unknown>): string[] {
  const after = { 'note.write': { ...base['note.write'], ...change } } as Actions;
  return breaksBetween(fingerprintOf(1, base, {}), fingerprintOf(1, after, {}));
}

const { input, output } = base['note.write'];

test('additions are free', () => {
  assert.deepEqual(breaks({}), []);
  assert.deepEqual(breaks({ input: input.extend({ size: z.number().optional() }) }), [], 'an optional field to send');
  assert.deepEqual(breaks({ input: input.extend({ text: z.string().max(200) }) }), [], 'longer text taken');
  assert.deepEqual(
    breaks({ input: input.extend({ color: z.enum(['red', 'green', 'blue']).default('red') }) }),
    [],
    'a further value taken',
  );
  assert.deepEqual(breaks({ input: input.extend({ text: z.string().max(100).optional() }) }), [], 'no longer needed');
  assert.deepEqual(breaks({ output: output.extend({ at: z.number() }) }), [], 'a further field in the answer');
  assert.deepEqual(
    breaks({ output: output.extend({ state: z.enum(['new']) }) }),
    [],
    'a value that is not answered any more',
  );
  assert.deepEqual(breaks({ who: 'anyone', summary: 'Other words.' }), []);
  const more: Actions = { ...base, 'note.read': base['note.write'] };
  assert.deepEqual(breaksBetween(fingerprintOf(1, base, {}), fingerprintOf(1, more, {})), [], 'a further action');
});

test('what an older client would stumble over is found', () => {
  const cases: [string, Record<string, unknown>][] = [
    ['a field to send is gone', { input: input.omit({ text: true }) }],
    ['a field must be sent', { input: input.extend({ size: z.number() }) }],
    ['a field with a default must be sent', { input: input.extend({ color: z.enum(['red', 'green']) }) }],
    ['shorter text', { input: input.extend({ text: z.string().max(50) }) }],
    ['a lower bound', { input: input.extend({ text: z.string().min(1).max(100) }) }],
    ['a pattern', { input: input.extend({ text: z.string().max(100).regex(/^a/) }) }],
    ['a value refused', { input: input.extend({ color: z.enum(['red']).default('red') }) }],
    ['null refused', { input: input.extend({ to: z.string() }) }],
    ['another type', { input: input.extend({ text: z.number() }) }],
    ['a field of the answer is gone', { output: output.omit({ id: true }) }],
    ['a field of the answer may be missing', { output: output.extend({ id: z.string().optional() }) }],
    ['a field of the answer may be null', { output: output.extend({ id: z.string().nullable() }) }],
    ['a value of the answer that nobody knows', { output: output.extend({ state: z.enum(['new', 'old', 'lost']) }) }],
    ['other elements', { output: output.extend({ tags: z.array(z.number()) }) }],
    ['for administrators only', { who: 'administrator' }],
    ['not on the socket', { door: 'http' }],
  ];
  for (const [what, change] of cases) assert.equal(breaks(change).length, 1, what);
  const query = { 'note.write': { ...base['note.write'], kind: 'query' } } as Actions;
  assert.equal(
    breaksBetween(fingerprintOf(1, query, {}), fingerprintOf(1, base, {})).length,
    1,
    'an action id is needed',
  );
  assert.deepEqual(breaksBetween(fingerprintOf(1, base, {}), fingerprintOf(1, {}, {})), ['note.write: removed']);
  const event = { 'note.written': { summary: '', stream: 'group', body: z.strictObject({ id: z.string() }) } } as const;
  const before = fingerprintOf(1, {}, event);
  assert.deepEqual(breaksBetween(before, fingerprintOf(1, {}, {})), ['note.written: removed']);
  assert.equal(
    breaksBetween(before, fingerprintOf(1, {}, { 'note.written': { ...event['note.written'], stream: 'account' } }))
      .length,
    1,
  );
  assert.equal(
    breaksBetween(
      before,
      fingerprintOf(1, {}, { 'note.written': { ...event['note.written'], body: z.strictObject({}) } }),
    ).length,
    1,
  );
});
