import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { z } from 'zod';

import type { ActionSpec } from '../../../protocol/action.ts';
import { Id, shortText } from '../../../protocol/shapes.ts';
import { newId } from '../../../protocol/id.ts';
import { DETAILS_MOST, PEOPLE_MOST } from '../rules.ts';
import { BEGINNING, canonicalJson, linked } from './canonical.ts';
import { cut, entryOf, holdsNoText, keptOf } from './entry.ts';

test('JSON has one form: that of RFC 8785', () => {
  // The example of the RFC, §3.2.2, and the order of its §3.2.3.
  assert.equal(
    canonicalJson({
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    }),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', '\u00f6'];
  assert.equal(
    canonicalJson(Object.fromEntries(keys.map((key) => [key, 0]))),
    `{${['\r', '1', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33'].map((key) => `${JSON.stringify(key)}:0`).join(',')}}`,
  );
  assert.equal(canonicalJson({ 10: 1, 9: 1, a: undefined }), '{"10":1,"9":1}');
  for (const wrong of [NaN, Infinity, '\ud800', undefined, () => 0]) assert.throws(() => canonicalJson(wrong));
  assert.deepEqual(linked(BEGINNING, '{}'), createHash('sha256').update(Buffer.alloc(32)).update('{}').digest());
});

const shape = z.strictObject({
  group: Id,
  accounts: z.array(Id),
  name: shortText(60).optional(),
  text: shortText(60).optional(),
  phone: z.string().optional(),
  kind: z.enum(['area', 'directive']).optional(),
  on: z.boolean().default(true),
  slow: z.literal([0, 10]).nullable().optional(),
  rights: z.partialRecord(z.enum(['message.send']), z.enum(['all', 'leaders'])).optional(),
  loose: z.record(z.string(), z.string()).optional(),
});
const spec: ActionSpec = {
  summary: '',
  kind: 'change',
  who: 'account',
  scope: 'group',
  audit: { topic: 'member', people: ['accounts'], texts: ['name'] },
  input: shape,
  output: z.strictObject({}),
};

test('only what can hold no text is kept by itself', () => {
  const kept = Object.entries(shape.shape).filter(([, it]) => holdsNoText(it));
  assert.deepEqual(
    kept.map(([key]) => key),
    ['group', 'accounts', 'kind', 'on', 'slow', 'rights'],
  );
  assert.ok(holdsNoText(z.union([Id, z.null()])) && !holdsNoText(z.union([Id, z.string()])));
  assert.ok(!holdsNoText(z.base64()) && !holdsNoText(z.unknown()) && !holdsNoText(z.string().transform(Number)));
  assert.deepEqual(
    keptOf(
      shape,
      { name: 'Tổ 1', text: 'hẹn gặp', phone: '+84905318462', kind: 'area', on: false, loose: { a: 'b' } },
      ['name'],
    ),
    { name: 'Tổ 1', kind: 'area', on: false, silent: ['text', 'phone', 'loose'] },
  );
});

test('an entry says who, when, from where, what, to whom, and how; bounded', () => {
  const [account, session, group, id] = [newId(), newId(), newId(), newId()];
  const people = Array.from({ length: PEOPLE_MOST + 7 }, () => newId());
  const at = new Date(Date.UTC(2026, 10, 19, 7, 22, 8));
  const entry = entryOf(
    {
      name: 'member.add',
      spec,
      id,
      caller: {
        door: 'http',
        address: '113.160.1.7',
        device: 'Mozilla/5.0 (Linux; Android 11; Mobile) AppleWebKit/537.36 Chrome/140.0',
        actor: { account, session, administrator: false },
      },
      input: { group, accounts: [...people, people[0]], text: 'bí mật', on: true },
      notes: [{ details: { added: 3 } }, { details: { role: { from: 'member', to: 'clerk' } } }],
      at,
    },
    'done',
  );
  assert.deepEqual(entry, {
    v: 1,
    at: at.getTime(),
    act: 'member.add',
    topic: 'member',
    result: 'done',
    actor: account,
    session: createHash('sha256').update(session).digest('hex').slice(0, 16),
    door: 'http',
    address: '113.160.1.7',
    device: { kind: 'phone', system: 'Android', browser: 'Chrome' },
    group,
    object: null,
    people: people.slice(0, PEOPLE_MOST),
    count: PEOPLE_MOST + 7,
    details: { on: true, silent: ['text'], added: 3, role: { from: 'member', to: 'clerk' } },
    request: id,
  });
  const huge = entryOf(
    {
      name: 'member.add',
      spec,
      caller: { door: 'program', address: '', device: '' },
      input: undefined,
      notes: [{ details: { ids: people } }],
      at,
    },
    'denied',
  );
  assert.match(JSON.stringify(huge.details), /^\{"tooLong":\d+,"sha256":"[0-9a-f]{64}"\}$/);
  assert.ok(JSON.stringify(people).length > DETAILS_MOST);
});

test('a text is one line of 200 letters, and no phone number can be read in it', () => {
  for (const number of ['+84905318462', '0905318462', '0905 318 462', '0905.318.462', '84 905 318 462']) {
    assert.doesNotMatch(cut(`Tổ ${number} trực`), /318/);
  }
  assert.equal(cut('Công văn 694/STTTT-CNTT ngày 13/11/2021'), 'Công văn 694/STTTT-CNTT ngày 13/11/2021');
  assert.equal(cut('a\nb\u0000c\u0085d'), 'a b c d');
  assert.equal(Array.from(cut('😀'.repeat(300))).length, 200);
  assert.ok(cut('x\ud800').isWellFormed());
});
