import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import fc from 'fast-check';
import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import { check } from '../testing/checker.ts';
import type { Line, SendRecord } from '../testing/checker.ts';
import { ClientProblem } from '../testing/client.ts';
import type { TestClient } from '../testing/client.ts';
import { openTestHouse } from '../testing/house.ts';
import { busesFor } from '../testing/nodes.ts';
import type { TestHouse, TestPerson } from '../testing/house.ts';

/** Random histories: people write, retry, lose the line at any moment, come back, leave and are added again. `HISTORIES=10000` for the long mode. */
const HISTORIES = Number(process.env.HISTORIES ?? 300);

let house: TestHouse;
let node: TestHouse;

before(async () => {
  const [first, second] = await busesFor(2);
  house = await openTestHouse({ limits: false, bus: first! });
  // Two nodes on one database and one bus, so that cuts and races cross processes' caches too.
  node = await openTestHouse({ beside: house, limits: false, bus: second! });
});

type Step =
  | { kind: 'send'; who: number; times: number }
  | { kind: 'cut'; who: number }
  | { kind: 'back'; who: number; where: 0 | 1 }
  | { kind: 'leave'; who: number }
  | { kind: 'add'; who: number }
  | { kind: 'wait' };

const who = fc.integer({ min: 0, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('send' as const), who, times: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('back' as const), who, where: fc.constantFrom(0 as const, 1 as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('add' as const), who: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
);

/** A device that loses its line and comes back with the number it stands at. */
class Phone {
  readonly person: TestPerson;
  readonly group: string;
  client: TestClient | undefined;
  cursor = 0;
  read = 0;
  /** A run for each time of membership: between two of them others may have written. */
  runs: number[][] = [[]];

  constructor(person: TestPerson, group: string) {
    this.person = person;
    this.group = group;
  }

  take(): void {
    const list = this.client?.events ?? [];
    for (; this.read < list.length; this.read += 1) {
      const event = list[this.read]!;
      // Out and in again while connected: what was written in between is not theirs to hear.
      if (event.on === 'chat.added') this.runs.push([]);
      if (event.in !== this.group || event.n <= this.cursor) continue;
      this.runs.at(-1)!.push(event.n);
      this.cursor = event.n;
    }
  }

  async connect(where: TestHouse): Promise<void> {
    if (this.client && !this.client.closed) return;
    this.take();
    this.client = await where.connect(this.person, { [this.group]: this.cursor });
    this.read = 0;
    const { gone, fetch } = this.client.welcome!;
    if (gone.includes(this.group)) this.runs.push([]);
    if (fetch[this.group] !== undefined) {
      this.cursor = fetch[this.group]!;
      this.runs.push([]);
    }
  }

  /** What was on the way to it is lost to this device, as when a line breaks. */
  cut(): void {
    this.take();
    this.client?.socket.terminate();
    this.client = undefined;
  }
}

async function run(steps: readonly Step[]): Promise<void> {
  // New people each time, so that one history does not use up the rate limits of the next.
  const people = await Promise.all(Array.from({ length: 4 }, (_, at) => house.addPerson(`Người ${at}`)));
  const group = await house.addGroup(people, 'coordination');
  const phones = people.map((it) => new Phone(it, group));
  for (const phone of phones) await phone.connect(house);
  const sends: SendRecord[] = [];
  const waiting: Promise<unknown>[] = [];

  const send = (
    phone: Phone,
    record: { id: string; sender: string; startedAt: number; ackedAt?: number; seq?: number },
  ): Promise<void> => {
    const { client } = phone;
    if (!client || client.closed) return Promise.resolve();
    return client.call('message.send', { group, text: `tin ${record.id}` }, record.id).then(
      (answer) => {
        record.ackedAt ??= performance.now();
        assert.equal(record.seq ?? answer.seq, answer.seq, 'a retry was answered differently');
        record.seq = answer.seq;
      },
      (error: unknown) => {
        assert.ok(error instanceof ClientProblem, String(error));
        assert.ok(['closed', 'not_found', 'busy'].includes(error.code), error.code);
      },
    );
  };

  for (const it of steps) {
    const phone = 'who' in it ? phones[it.who]! : phones[0]!;
    if (it.kind === 'send') {
      const record = { id: newId(), sender: phone.person.id, startedAt: performance.now() };
      sends.push(record);
      for (let time = 0; time < it.times; time += 1) waiting.push(send(phone, record));
    } else if (it.kind === 'cut') phone.cut();
    else if (it.kind === 'back') {
      phone.cut();
      await Promise.all(waiting.splice(0));
      await phone.connect(it.where ? node : house);
    } else if (it.kind === 'leave') waiting.push(house.post(phone.person, 'member.leave', { group }));
    else if (it.kind === 'add')
      waiting.push(house.post(phones[0]!.person, 'member.add', { group, accounts: [phone.person.id] }));
    else await Promise.all(waiting.splice(0));
  }
  await Promise.all(waiting);
  // What was not acknowledged is sent again, as an outbox does, and everybody comes back.
  for (const phone of phones) {
    phone.cut();
    await phone.connect(house);
  }
  await Promise.all(
    sends.map((it) =>
      send(
        phones.find((phone) => phone.person.id === it.sender)!,
        it,
      ),
    ),
  );

  const { rows } = await sql<{
    seq: number;
    name: string;
    by: string;
    message: string | null;
    body: { accounts?: string[] } | null;
  }>`
    select seq, name, by, message, body from events where stream = ${group} order by seq`.execute(house.db);
  const members = new Set(people.map((it) => it.id));
  const memberAt = new Map<string, boolean>();
  const lines: Line[] = [];
  for (const row of rows) {
    if (row.name === 'member.added') for (const id of row.body!.accounts!) members.add(id);
    if (row.name === 'member.left') for (const id of row.body!.accounts!) members.delete(id);
    if (row.name !== 'message.sent') continue;
    memberAt.set(`${row.by} ${row.seq}`, members.has(row.by));
    lines.push({ id: row.message!, seq: row.seq, sender: row.by });
  }
  const head = rows.at(-1)?.seq ?? 0;
  for (const phone of phones) {
    if (!members.has(phone.person.id)) continue;
    await phone.client!.until(() => {
      phone.take();
      return phone.cursor >= head;
    });
  }
  const wrong = check({
    sends,
    numbers: rows.map((it) => it.seq),
    lines,
    heard: phones.flatMap((phone, at) => phone.runs.map((numbers, part) => ({ device: `${at}.${part}`, numbers }))),
    isMember: (sender, seq) => memberAt.get(`${sender} ${seq}`) === true,
  });
  for (const phone of phones) phone.cut();
  assert.deepEqual(wrong, []);
}

test(
  `nothing acknowledged is lost, doubled or disordered in ${HISTORIES} random histories`,
  { timeout: 3_600_000 },
  async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), run), {
      numRuns: HISTORIES,
      endOnFailure: true,
    });
  },
);
