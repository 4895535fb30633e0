// Acknowledged, durable sends over WebSocket, against the same rows written straight to the same PostgreSQL one commit each.
import { randomUUIDv7 } from 'node:crypto';

import pg from 'pg';

import { Measured } from './run.ts';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);

async function measure(senders: number, groups: number): Promise<void> {
  const measured = await Measured.open({ people: senders, groups });
  const { house } = measured;
  let acked = 0;
  let running = true;
  // Every sender is a member of every group; the group of one is the group of all where there is one.
  const sockets = [];
  for (let at = 0; at < senders; at += 1) {
    const group = house.groups[at % groups]!;
    const next = (): void => {
      if (running)
        socket.send(
          `{"id":"${randomUUIDv7()}","do":"message.send","with":{"group":"${group}","text":"Đã nhận, thôn 2 có 14 hộ."}}`,
        );
    };
    const socket = await measured.connect(at, (data) => {
      // An answer begins with its id; events of others are heard and thrown away.
      if (data[2] === 105 && data[3] === 100) {
        acked += 1;
        next();
      }
    });
    sockets.push({ socket, next });
  }
  const before = await measured.usage();
  const start = performance.now();
  for (const it of sockets) it.next();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  running = false;
  const seconds = (performance.now() - start) / 1000;
  const after = await measured.usage();
  const rate = acked / seconds;
  const single = await commits(house.databaseUrl, Math.min(senders, 64), house.groups[0]!);
  console.log(
    `${senders} senders, ${groups} groups: ${rate.toFixed(0)} acked/s; one commit a message: ${single.toFixed(0)}/s; ratio ${(rate / single).toFixed(1)}; ` +
      `server CPU ${((1e6 * (after.cpuSeconds - before.cpuSeconds)) / acked).toFixed(0)} µs a message`,
  );
  for (const { socket } of sockets) socket.terminate();
  await measured.close();
}

/** The same statements, a transaction a message, as many at once as the server has connections for. */
async function commits(url: string, writers: number, group: string): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: Math.min(writers, 24) });
  let done = 0;
  const end = performance.now() + SECONDS * 1000;
  await Promise.all(
    Array.from({ length: Math.min(writers, 24) }, async () => {
      while (performance.now() < end) {
        const client = await pool.connect();
        const id = randomUUIDv7();
        await client.query('begin');
        const { rows } = await client.query(
          'update streams set head = head + 1, messages = messages + 1 where id = $1 returning head, messages',
          [group],
        );
        const { head, messages } = rows[0] as { head: string; messages: string };
        await client.query(
          `insert into messages (id, group_id, seq, ordinal, kind, text, sent_at) values ($1, $2, $3, $4, 'text', 'Đã nhận, thôn 2 có 14 hộ.', now())`,
          [id, group, head, messages],
        );
        await client.query(
          `insert into events (stream, seq, name, at, message) values ($1, $2, 'message.sent', now(), $3)`,
          [group, head, id],
        );
        await client.query('commit');
        client.release();
        done += 1;
      }
    }),
  );
  await pool.end();
  return done / SECONDS;
}

await measure(64, 1);
await measure(64, 64);
