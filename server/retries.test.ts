import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import type { TestClient } from '../testing/client.ts';
import { openTestHouse } from '../testing/house.ts';
import type { TestHouse } from '../testing/house.ts';
import { Random } from '../testing/random.ts';

/** Sends, every third of them sent again. `FAULT_SENDS=1000000` in the long form: see docs/reliability.md. */
const SENDS = Number(process.env.FAULT_SENDS ?? 800);
const SEED = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1e9));
const BATCH = 200;
const DAY = 86_400_000;

let house: TestHouse;
let sockets: TestClient[];

before(async () => {
  house = await openTestHouse({ limits: false });
  sockets = [await house.connect('leader'), await house.connect('leader')];
});

test(
  `${SENDS} sends, every third again: at once, from two devices’ sockets, after two minutes and after seven days: none is there twice`,
  { timeout: 7_200_000 },
  async (t) => {
    const random = new Random(SEED);
    const { group } = house;
    // Each with the answer it had first.
    let again: { id: string; seq: number }[] = [];
    let repeated = 0;
    let batches = 0;
    const start = (await sql<{ head: number }>`select head from streams where id = ${group}`.execute(house.db)).rows[0]!
      .head;
    const send = (by: TestClient, id: string): Promise<{ seq: number }> =>
      by.call('message.send', { group, text: `tin ${id}` }, id);
    const sendAgain = async (): Promise<void> => {
      await Promise.all(
        again.map(async ({ id, seq }) => {
          repeated += 1;
          assert.equal((await send(random.pick(sockets), id)).seq, seq);
        }),
      );
    };
    for (let sent = 0; sent < SENDS; sent += BATCH) {
      const ids = Array.from({ length: Math.min(BATCH, SENDS - sent) }, () => newId());
      const answers = await Promise.all(
        ids.map(async (id) => {
          const [one, other] = random.percent(10)
            ? [send(sockets[0]!, id), send(sockets[1]!, id)]
            : [send(sockets[0]!, id)];
          const { seq } = await one;
          if (other) {
            repeated += 1;
            assert.equal((await other).seq, seq);
          }
          return { id, seq };
        }),
      );
      for (const it of sockets) [it.events.length, it.heardAt.length] = [0, 0];
      again = answers.filter(() => random.percent(30));
      batches += 1;
      if (batches % 5 === 1) house.pass(121_000);
      // Once: further on the sessions of the two would end.
      if (batches === 3) house.pass(7 * DAY);
      await sendAgain();
    }
    const { rows } = await sql<{ count: number; different: number; last: number }>`
      select count(*) as count, count(distinct message) as different, max(seq) as last
      from events where stream = ${group} and seq > ${start}`.execute(house.db);
    assert.deepEqual(rows[0], { count: SENDS, different: SENDS, last: start + SENDS });
    t.diagnostic(`FAULT_SEED=${SEED}: ${SENDS} sends, ${repeated} sent again, none twice`);
    assert.ok(repeated >= SENDS * 0.3);
  },
);
