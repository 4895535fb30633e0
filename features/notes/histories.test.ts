import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import fc from 'fast-check';

import { newId } from '../../protocol/id.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse } from '../../testing/house.ts';
import type { NoteText, NoteVersion } from './protocol.ts';
import { NOTE_VERSIONS_MOST } from './rules.ts';

/** Random histories of three people who edit one note over two nodes at once. `HISTORIES=500` for the long mode. */
const HISTORIES = Number(process.env.HISTORIES ?? 12);

let house: TestHouse;
let node: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false });
  node = await openTestHouse({ beside: house, limits: false });
});

interface Edit {
  readonly who: number;
  /** Reads what stands before writing; else goes on from what they know. */
  readonly looks: boolean;
  /** Brings an earlier version back. */
  readonly restores: boolean;
  /** The answer is lost: it is sent again. */
  readonly again: boolean;
  /** Waits for its answer before the next one is sent. */
  readonly waits: boolean;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  who: fc.integer({ min: 0, max: 2 }),
  looks: fc.boolean(),
  restores: fc.integer({ min: 0, max: 9 }).map((it) => it === 0),
  again: fc.integer({ min: 0, max: 4 }).map((it) => it === 0),
  waits: fc.boolean(),
});

interface Accepted {
  readonly version: number;
  readonly by: string;
  readonly text: string | undefined;
}

async function run(edits: readonly Edit[]): Promise<void> {
  const people = [
    await house.addPerson('Puih Thưng'),
    await house.addPerson('Siu H’Nga'),
    await house.addPerson('Rơ Lan'),
  ];
  const group = await house.addGroup(people, 'coordination');
  const note = newId();
  const at = (who: number): TestHouse => (who % 2 === 0 ? house : node);
  const post = (who: number, name: string, input: object, id?: string) => at(who).post(people[who], name, input, id);
  const made = await post(0, 'note.create', { group, title: 'Lịch', text: 'bắt đầu' }, note);
  assert.equal(made.status, 200);

  const known = [1, 1, 1];
  const accepted: Accepted[] = [{ version: 1, by: people[0]!.id, text: 'bắt đầu' }];
  // Each person does one thing after the other, all of them at once.
  const lanes: Promise<void>[] = [Promise.resolve(), Promise.resolve(), Promise.resolve()];
  for (const [place, { who, looks, restores, again, waits }] of edits.entries()) {
    const act = async (): Promise<void> => {
      if (looks) {
        const { body } = await post(who, 'note.get', { group, note });
        known[who] = (body as { note: { version: number } }).note.version;
      }
      const [id, base] = [newId(), known[who]!];
      const text = `${place} của ${who}`;
      const [name, input]: [string, object] = restores
        ? ['note.restore', { group, note, version: base, from: Math.max(1, base - 1) }]
        : ['note.edit', { group, note, version: base, title: 'Lịch', text }];
      const first = await post(who, name, input, id);
      // Sent again to the other node, with the same id: one effect, one answer.
      const answer = again ? await at(who + 1).post(people[who], name, input, id) : first;
      if (first.status === 200) assert.deepEqual(answer, first);
      if (answer.status !== 200) {
        const { code, version } = answer.body as { code: string; version: number };
        assert.equal(code, 'note.changed_meanwhile');
        assert.ok(version > base, 'only what is newer stands in the way');
        return;
      }
      const { version } = answer.body as { version: number };
      known[who] = version;
      if (restores && version === base) return;
      assert.equal(version, base + 1, 'written over the very version it began with');
      accepted.push({ version, by: people[who]!.id, text: restores ? undefined : text });
    };
    lanes[who] = lanes[who]!.then(act);
    if (waits) await lanes[who];
  }
  await Promise.all(lanes);

  const { body } = await post(0, 'note.versions', { group, note });
  const { versions } = body as { versions: NoteVersion[] };
  accepted.sort((a, b) => a.version - b.version);
  assert.deepEqual(
    versions.toReversed().map((it) => [it.version, it.by.id]),
    accepted.map((it) => [it.version, it.by]),
    'every version that was accepted is there once, and no other',
  );
  for (const it of accepted) {
    const { body: said } = await post(1, 'note.version', { group, note, version: it.version });
    if (it.text !== undefined) assert.equal((said as NoteText).text, it.text);
  }
}

test('three people, two nodes: every version that was accepted is there, none is lost', async () => {
  const most = Math.min(40, NOTE_VERSIONS_MOST - 1);
  await fc.assert(fc.asyncProperty(fc.array(edit, { minLength: 3, maxLength: most }), run), {
    numRuns: HISTORIES,
    endOnFailure: true,
  });
});
