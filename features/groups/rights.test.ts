import assert from 'node:assert/strict';
import { test } from 'node:test';

import { can, RIGHTS, rightsOf } from './rights.ts';
import type { GroupKind, Right, Role, StandingFacts } from './rights.ts';

const ROLES: readonly Role[] = ['owner', 'deputy', 'clerk', 'member', 'reader'];

function who(role: Role, kind: GroupKind = 'directive', more: Partial<StandingFacts> = {}): StandingFacts {
  return { role, kind, approver: false, approval: true, ...more };
}

function holders(right: Right, kind: GroupKind, more: Partial<StandingFacts> = {}): Role[] {
  return ROLES.filter((role) => can(who(role, kind, more), right));
}

test('who has which right when a group begins', () => {
  assert.deepEqual(holders('group.change', 'directive'), ['owner', 'deputy', 'clerk']);
  assert.deepEqual(holders('message.send', 'directive'), ['owner', 'deputy', 'clerk', 'member']);
  assert.deepEqual(holders('message.send', 'announcement'), ['owner', 'deputy', 'clerk']);
  assert.deepEqual(holders('member.list', 'area'), [...ROLES]);
});

test('members are added by leaders and by the one named for it; without approval by every member, never by readers', () => {
  assert.deepEqual(holders('member.add', 'area'), ['owner', 'deputy', 'clerk']);
  assert.deepEqual(holders('member.add', 'area', { approver: true }), ['owner', 'deputy', 'clerk', 'member']);
  assert.deepEqual(holders('member.add', 'area', { approval: false }), ['owner', 'deputy', 'clerk', 'member']);
});

test('two people have no leader: both write, nobody joins or is renamed', () => {
  for (const role of ROLES) assert.deepEqual(rightsOf(who(role, 'pair')), ['message.send', 'member.list']);
});

test('the owner has every right in every group of more than two', () => {
  for (const kind of ['directive', 'coordination', 'area', 'announcement'] as const)
    assert.deepEqual(rightsOf(who('owner', kind)), Object.keys(RIGHTS));
});

test('every right has words in both languages, as part of a sentence', () => {
  for (const [name, { words }] of Object.entries(RIGHTS)) {
    assert.match(name, /^[a-z]+\.[a-z][A-Za-z]*$/);
    for (const text of words) assert.match(text, /^\p{Ll}.*[^.]$/u, `${name}: ${text}`);
  }
});
