import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  can,
  canDecideAbout,
  canGive,
  firstSettings,
  HOLDERS,
  paceOf,
  readSettings,
  RIGHTS,
  rightsOf,
  SETTABLE_RIGHTS,
  settingsToStore,
  withRights,
} from './rights.ts';
import type { GroupKind, GroupState, Holders, Right, Role, StandingFacts } from './rights.ts';

const ROLES: readonly Role[] = ['owner', 'deputy', 'clerk', 'member', 'reader'];
const KINDS = ['directive', 'coordination', 'area', 'announcement'] as const satisfies GroupKind[];
const STATES: readonly GroupState[] = ['open', 'archived', 'dissolving'];

/**
 * The rules as the product states them, written out by hand; nothing here is taken from the code it proves.
 * Columns: with whom a group of each kind begins (chỉ đạo, phối hợp, địa bàn, thông báo); whether “all members” includes readers
 * (R); whether announcement mode leaves it to the leaders (S); whether two people have it with each other (2); and in which frozen
 * groups it still holds (A archived, D dissolving too).
 */
const TABLE = `
  group.change        leaders leaders leaders leaders  - - - -
  message.pin         leaders all     leaders leaders  - - 2 -
  note.create         all     all     leaders leaders  - S 2 -
  reminder.create     leaders all     leaders leaders  - S 2 -
  poll.create         all     all     leaders leaders  - S 2 -
  message.send        all     all     all     all      - S 2 -
  message.urgent      all     all     all     all      - S 2 -
  message.pressing    leaders leaders leaders leaders  - S 2 -
  message.express     leaders leaders leaders leaders  - S 2 -
  message.askReading  leaders all     leaders leaders  - S 2 -
  message.forward     all     all     all     all      R - 2 A
  message.react       all     all     all     all      R - 2 -
  file.send           all     all     all     all      - S 2 -
  message.mentionAll  leaders all     leaders leaders  - S - -
  member.add          all     all     all     all      - - - -
  member.list         all     all     all     all      R - 2 D
  call.start          leaders all     leaders leaders  - S 2 -
  link.invite         leaders leaders leaders leaders  - - - -
`;

/** What no group sets: leaders govern, the owner decides who leads and whether the group goes on. */
const FIXED = `
  group.govern        leaders  -
  member.restrict     leaders  -
  member.admit        leaders  -
  message.recallOthers leaders  -
  group.archive       leaders  A
  member.appoint      owner    -
  group.transfer      owner    A
  group.dissolve      owner    D
`;

interface Line {
  readonly first: Readonly<Record<string, Holders>>;
  readonly readers: boolean;
  readonly speech: boolean;
  readonly pair: boolean;
  readonly frozen: string;
  readonly fixed: boolean;
}

const lines = new Map<string, Line>();
for (const row of TABLE.trim().split('\n')) {
  const [right, a, b, c, d, readers, speech, pair, frozen] = row.trim().split(/\s+/);
  lines.set(right!, {
    first: Object.fromEntries(KINDS.map((kind, at) => [kind, [a, b, c, d][at] as Holders])),
    readers: readers === 'R',
    speech: speech === 'S',
    pair: pair === '2',
    frozen: frozen!,
    fixed: false,
  });
}
for (const row of FIXED.trim().split('\n')) {
  const [right, holders, frozen] = row.trim().split(/\s+/) as [string, Holders, string];
  const first = Object.fromEntries(KINDS.map((kind) => [kind, holders]));
  lines.set(right, { first, readers: false, speech: false, pair: false, frozen, fixed: true });
}

interface Case {
  readonly role: Role;
  readonly right: string;
  readonly kind: (typeof KINDS)[number];
  readonly set: Holders | undefined;
  readonly exception: boolean | undefined;
  readonly state: GroupState;
  readonly announcing: boolean;
  readonly approval: boolean;
  readonly approver: boolean;
}

/** The answer, in the order in which the rules are told. */
function expected(it: Case): boolean {
  const line = lines.get(it.right)!;
  if (it.state === 'archived' && line.frozen === '-') return false;
  if (it.state === 'dissolving' && line.frozen !== 'D') return false;
  if (it.role === 'owner') return true;
  if (it.right === 'member.admit' && it.approver && it.role !== 'reader') return true;
  if (line.fixed) return line.first[it.kind] === 'leaders' && ['deputy', 'clerk'].includes(it.role);
  if (it.exception !== undefined) return it.exception;
  if (it.right === 'member.add' && it.approver && it.role !== 'reader') return true;
  let holders = it.set ?? line.first[it.kind]!;
  if (it.announcing && line.speech && holders === 'all') holders = 'leaders';
  const sets: Record<Holders, readonly Role[]> = {
    owner: [],
    leaders: ['deputy', 'clerk'],
    all: line.readers ? ['deputy', 'clerk', 'member', 'reader'] : ['deputy', 'clerk', 'member'],
  };
  return sets[holders].includes(it.role);
}

test('every right is in the table, and nothing else is', () => {
  assert.deepEqual(
    [...lines.keys()].filter((it) => !Object.hasOwn(RIGHTS, it)),
    [],
  );
  // What other features have added beside the rights of governing a group stands in the tests of those features.
  const mine = Object.keys(RIGHTS).filter((it) => lines.has(it));
  assert.equal(mine.length, lines.size);
  assert.deepEqual(
    SETTABLE_RIGHTS.filter((it) => !lines.has(it)),
    [],
    'a right that groups set has its row here',
  );
});

test('role × right × kind × setting × exception × state × mode × approval: all of them as the rules say', () => {
  let cases = 0;
  for (const right of lines.keys())
    for (const kind of KINDS)
      for (const set of [undefined, ...HOLDERS])
        for (const exception of [undefined, true, false])
          for (const state of STATES)
            for (const announcing of [false, true])
              for (const approval of [false, true])
                for (const approver of [false, true])
                  for (const role of ROLES) {
                    const it: Case = { role, right, kind, set, exception, state, announcing, approval, approver };
                    const settings = withRights(
                      kind,
                      { ...firstSettings(kind), announcing },
                      set && !lines.get(right)!.fixed ? { [right]: set } : {},
                    );
                    const exceptions = exception === undefined ? {} : { [right]: { allowed: exception, until: null } };
                    const facts: StandingFacts = { role, kind, approval, approver, state, settings, exceptions };
                    cases += 1;
                    if (can(facts, right as Right) !== expected(it)) assert.fail(JSON.stringify(it));
                  }
  assert.equal(cases, lines.size * 4 * 4 * 3 * 3 * 2 * 2 * 2 * 5);
});

test('announcement groups begin in announcement mode, others do not', () => {
  const who = (kind: GroupKind): StandingFacts => ({ role: 'member', kind, approval: true, approver: false });
  for (const kind of KINDS) assert.equal(can(who(kind), 'message.send'), kind !== 'announcement', kind);
});

test('two people have no leader: each has what two people need, whatever else is told of them', () => {
  const wanted = [...lines].flatMap(([right, { pair }]) => (pair ? [right] : [])).sort();
  for (const role of ROLES)
    for (const approver of [false, true])
      assert.deepEqual(
        rightsOf({ role, kind: 'pair', approval: !approver, approver })
          .filter((it) => lines.has(it))
          .sort(),
        wanted,
      );
});

test('terms and exceptions hold until their time and not at it', () => {
  const who: StandingFacts = {
    role: 'deputy',
    roleUntil: 1_000,
    kind: 'directive',
    approval: true,
    approver: false,
    exceptions: { 'message.send': { allowed: false, until: 500 } },
  };
  assert.deepEqual(
    [499, 500, 999, 1_000].map((at) => [can(who, 'message.send', at), can(who, 'group.change', at)]),
    [
      [false, true],
      [true, true],
      [true, true],
      [true, false],
    ],
  );
  // A reader whose time is over writes again; an owner has no term.
  assert.equal(can({ ...who, role: 'reader', exceptions: {} }, 'message.send', 1_000), true);
  assert.equal(can({ ...who, role: 'owner' }, 'group.dissolve', 1_000), true);
});

test('slow mode holds for members and readers, not for leaders', () => {
  const settings = { ...firstSettings('directive'), slow: 30 };
  assert.deepEqual(
    ROLES.map((role) => paceOf({ role, settings })),
    [0, 0, 0, 30, 30],
  );
  assert.equal(paceOf({ role: 'clerk', roleUntil: 5, settings }, 5), 30);
});

test('who may give what to whom, and decide about whom', () => {
  const gives = (role: Role): string[] =>
    HOLDERS.flatMap((from) => HOLDERS.flatMap((to) => (canGive(role, from, to) ? [`${from}→${to}`] : [])));
  assert.equal(gives('owner').length, 9);
  for (const role of ['deputy', 'clerk'] as const)
    assert.deepEqual(gives(role), ['all→all', 'all→leaders', 'leaders→all', 'leaders→leaders']);
  for (const role of ['member', 'reader'] as const) assert.deepEqual(gives(role), []);

  const about = (role: Role): Role[] => ROLES.filter((other) => canDecideAbout(role, other));
  assert.deepEqual(about('owner'), ['deputy', 'clerk', 'member', 'reader']);
  assert.deepEqual(about('deputy'), ['member', 'reader']);
  assert.deepEqual(about('clerk'), ['member', 'reader']);
  assert.deepEqual(about('member'), []);
});

test('only what differs from the kind’s beginning is kept, and read back as it was', () => {
  for (const kind of KINDS) {
    assert.deepEqual(settingsToStore(kind, firstSettings(kind)), {});
    const settings = withRights(
      kind,
      { ...firstSettings(kind), announcing: kind !== 'announcement', marking: false, slow: 10 },
      { 'message.send': 'owner', 'member.list': 'all', 'no.such': 'all' },
    );
    const stored = settingsToStore(kind, settings);
    assert.deepEqual(stored, {
      rights: { 'message.send': 'owner' },
      announcing: kind !== 'announcement',
      marking: false,
      slow: 10,
    });
    assert.deepEqual(readSettings(kind, structuredClone(stored)), settings);
  }
});

test('every right has words in both languages, as part of a sentence', () => {
  for (const [name, { words }] of Object.entries(RIGHTS)) {
    assert.match(name, /^[a-z]+\.[a-z][A-Za-z]*$/);
    for (const text of words) assert.match(text, /^\p{Ll}.*[^.]$/u, `${name}: ${text}`);
  }
});
