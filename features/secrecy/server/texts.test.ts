import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import type { ActionSpec } from '../../../protocol/action.ts';
import { newId } from '../../../protocol/id.ts';
import { Id, longText, shortText } from '../../../protocol/shapes.ts';
import { textsOf } from './texts.ts';

const spec = (input: z.ZodType): ActionSpec => ({
  summary: '',
  kind: 'change',
  who: 'account',
  input,
  output: z.strictObject({}),
});
const fields = (input: z.ZodType, value: unknown, name = 'thing.do') =>
  textsOf(name, spec(input), value).texts.map((it) => [it.field, it.hint, it.text]);

test('every text is found, wherever it lies, with what its place says of it', () => {
  const input = z.strictObject({
    name: shortText(100),
    about: z.strictObject({ text: longText(100), lines: z.array(shortText(20)) }).nullable(),
    reason: longText(100, 0).default(''),
    words: z.record(z.string(), z.string()),
    either: z.union([z.strictObject({ id: Id }), z.strictObject({ note: z.string() })]),
  });
  const value = {
    name: 'tên',
    about: { text: 'chữ', lines: ['một', 'hai'] },
    reason: 'vì',
    words: { khóa: 'giá trị' },
    either: { note: 'ghi' },
  };
  assert.deepEqual(fields(input, value), [
    ['name', 'name', 'tên'],
    ['about.text', 'document', 'chữ'],
    ['about.lines[]', 'chat', 'một'],
    ['about.lines[]', 'chat', 'hai'],
    ['reason', 'chat', 'vì'],
    ['words.*', 'name', 'khóa'],
    ['words.khóa', 'chat', 'giá trị'],
    ['either.note', 'chat', 'ghi'],
  ]);
});

test('ids, dates, words of a list and tokens are none; what a shape cannot say is taken for a text', () => {
  const input = z.strictObject({
    id: Id,
    day: z.iso.date(),
    kind: z.enum(['một', 'hai']),
    token: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
    count: z.number(),
    anything: z.unknown(),
  });
  const value = {
    id: newId(),
    day: '2026-11-23',
    kind: 'một',
    token: 'a'.repeat(22),
    count: 3,
    anything: { deep: ['chữ'] },
  };
  assert.deepEqual(fields(input, value), [
    ['anything.*', 'name', 'deep'],
    ['anything.deep[]', 'chat', 'chữ'],
  ]);
});

test('bytes in base64 are a file, with the name that stands beside them', () => {
  const input = z.strictObject({ name: z.string(), file: z.base64(), wave: z.base64() });
  const file = Buffer.alloc(1_000, 1).toString('base64');
  const { texts, blobs } = textsOf('thing.do', spec(input), {
    name: 'a.pdf',
    file,
    wave: Buffer.alloc(64).toString('base64'),
  });
  assert.deepEqual(
    texts.map((it) => it.field),
    ['name'],
  );
  assert.deepEqual(blobs, [{ field: 'file', name: 'a.pdf', base64: file, isTable: false }]);
});

test('what is said in a chat, and beside files', () => {
  const input = z.strictObject({ text: longText(100), files: z.array(Id).optional() });
  assert.deepEqual(fields(input, { text: 'chữ' }, 'message.send'), [['text', 'chat', 'chữ']]);
  assert.deepEqual(fields(input, { text: 'chữ', files: [newId()] }, 'message.send'), [['text', 'caption', 'chữ']]);
});
