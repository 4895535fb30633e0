import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../../protocol/id.ts';
import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import { lossyBuses } from '../../testing/lossy-bus.ts';
import { Random } from '../../testing/random.ts';

/** Acts in each of the groups; `LOSSES=5000` for the long mode, `SEED` to see one again. */
const ACTS = Number(process.env['LOSSES'] ?? 60);
const SEED = process.env['SEED'] === undefined ? undefined : Number(process.env['SEED']);
const GROUPS = 4;
const SHARE = 0.3;

interface Device {
  readonly person: TestPerson;
  readonly client: TestClient;
}

/** Done, or refused for a reason that lies in what others did meanwhile. */
async function tried(act: Promise<unknown>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    assert.ok(error instanceof ClientProblem, String(error));
    assert.ok(['not_found', 'forbidden', 'message.gone', 'busy'].includes(error.code), error.code);
    return false;
  }
}

test(
  `of the wake-ups between two houses ${SHARE * 100} % are lost, as many doubled, as many late: all devices hear all of it, once and in order`,
  { timeout: 3_600_000 },
  async (t) => {
    const lossy = lossyBuses(2, { share: SHARE, ...(SEED === undefined ? {} : { seed: SEED }) });
    t.diagnostic(`SEED=${lossy.seed}`);
    const random = new Random(lossy.seed);
    const one = await openTestHouse({ limits: false, bus: lossy.buses[0]! });
    const two = await openTestHouse({ beside: one, limits: false, bus: lossy.buses[1]! });
    const houses: readonly TestHouse[] = [one, two];
    let done = 0;

    async function newGroup(): Promise<{ group: string; devices: Device[]; out: Device }> {
      const people = await Promise.all([1, 2, 3, 4, 5].map((n) => one.addPerson(`Người ${n}`)));
      const group = await one.addGroup(people, 'coordination');
      const devices = await Promise.all(
        people.map(async (person, at) => ({ person, client: await houses[at % 2]!.connect(person, { [group]: 0 }) })),
      );
      return { group, devices: devices.slice(0, 4), out: devices[4]! };
    }

    async function write({ group, devices, out }: Awaited<ReturnType<typeof newGroup>>): Promise<void> {
      const written: { id: string; by: Device }[] = [];
      const removeAt = random.below(ACTS);
      for (let act = 0; act < ACTS; act += 1) {
        const by = random.pick(devices);
        const mine = written.filter((it) => it.by === by);
        const isNew = mine.length === 0 || random.percent(60);
        if (act === removeAt) {
          await devices[0]!.client.call('member.remove', { group, accounts: [out.person.id] });
        } else if (isNew) {
          const id = newId();
          if (await tried(by.client.call('message.send', { group, text: `tin ${act}` }, id))) written.push({ id, by });
          else continue;
        } else if (random.percent(60)) {
          const { id } = random.pick(mine);
          if (!(await tried(by.client.call('message.edit', { group, message: id, text: `sửa ${act}` })))) continue;
        } else {
          const at = written.indexOf(random.pick(mine));
          const [it] = written.splice(at, 1);
          if (!(await tried(by.client.call('message.recall', { group, message: it!.id })))) continue;
        }
        done += 1;
      }
    }

    const groups = await Promise.all(Array.from({ length: GROUPS }, newGroup));
    const began = performance.now();
    await Promise.all(groups.map(write));
    const wrote = performance.now() - began;
    const behindBefore = groups.flatMap(({ group, devices }) => devices.map((it) => it.client.of(group).length));
    // What comes last has nothing after it that would show the gap: a house finds it when it compares, or at the next turn.
    lossy.mend();
    const mended = performance.now();
    let heard = 0;
    for (const { group, devices, out } of groups) {
      const { rows } = await sql<{ seq: number; name: string }>`
        select seq, name from events where stream = ${group} order by seq`.execute(one.db);
      const log = rows.map((it) => `${it.seq} ${it.name}`);
      for (const { client } of devices) {
        await client.until(() => client.of(group).length >= log.length);
        assert.deepEqual(
          client.of(group).map((it) => `${it.n} ${it.on}`),
          log,
        );
        heard += log.length;
      }
      // Up to where they were put out, and nothing of what came after.
      const end = rows.find((it) => it.name === 'member.removed')!.seq;
      const last = out.client.of(group).at(-1)?.n ?? 0;
      assert.ok(last <= end, `heard ${last}, was put out at ${end}`);
    }
    const missing = heard - behindBefore.reduce((sum, it) => sum + it, 0);
    const { carried, lost, doubled, late } = lossy.counts;
    t.diagnostic(
      `${done} acts in ${wrote.toFixed()} ms; of ${carried} wake-ups ${lost} lost, ${doubled} doubled, ${late} late; ${heard} events heard by ${GROUPS * 4} devices, ${missing} of them after the last act; all there ${(performance.now() - mended).toFixed()} ms after the line came back`,
    );
    assert.ok(lost > 0 && doubled > 0 && late > 0);
  },
);
