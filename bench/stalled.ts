// Devices that stop reading with their line open, beside others who read: what one of them costs the others, and what hundreds of
// them hold of memory until they are cut (R14). Where nats-server is installed they are all on one of two nodes, and who writes and
// half of those who read are on the other.
import { once } from 'node:events';

import WebSocket from 'ws';

import { newId } from '../protocol/id.ts';
import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '../protocol/version.ts';
import { fileLimit, Load, Measured, MeasuredNode } from './measured.ts';
import { missingPeers, PeerServer } from './peer/servers.ts';
import { median, ms, whole } from './table.ts';
import type { Row, Scale } from './table.ts';

const RATE = 20;
/** The longest message of Vietnamese letters: three bytes each. */
const LONG = 'ế'.repeat(8_000);
const COMES_MS = 120_000;
const ANSWERED = /^\{"id":"[^"]*","(ok|problem)"/;

/** A device that is welcomed. */
async function device(address: string, cookie: string): Promise<WebSocket> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/live`, SOCKET_PROTOCOL, {
    headers: { cookie, origin: address },
  });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  const welcomed = once(socket, 'message');
  socket.send(JSON.stringify({ hello: { version: PROTOCOL_VERSION, streams: {} } }));
  await welcomed;
  return socket;
}

export async function stalled(scale: Scale): Promise<Row[]> {
  const readers = scale.quick ? 10 : 200;
  const most = scale.quick ? 10 : Math.min(500, fileLimit() - 400);
  const nats = missingPeers().includes('nats-server') ? undefined : await PeerServer.open('nats-server, subject', 0);
  const url = nats && `nats://127.0.0.1:${nats.port}`;
  // Those who read come first, those who stall after them: ten devices each is the most one may have.
  const people = readers + 1 + Math.ceil(most / 10);
  const measured = await Measured.open({ people, groups: 0, each: 0, messages: 0, ...(url ? { nats: url } : {}) });
  const { house } = measured;
  const other = url ? await MeasuredNode.open({ house, nats: url, name: 'node-2' }) : undefined;
  const group = house.groups[0]!;
  const load = await Load.open(
    house.address,
    house.cookies
      .slice(0, readers)
      .map((cookie, at) => ({ cookie, group, address: at % 2 === 0 && other ? other.address : house.address })),
  );
  await load.connect(readers);
  const wish = { rate: RATE, seconds: scale.quick ? 0.5 : 5, listeners: readers };

  const pairs: { without: number; beside: number }[] = [];
  for (let round = -1; round < scale.rounds; round += 1) {
    const without = (await load.pace(wish)).p99;
    const one = await device(house.address, house.cookies[readers]!);
    one.pause();
    const beside = (await load.pace(wish)).p99;
    one.terminate();
    // The first is for warming up.
    if (round >= 0) pairs.push({ without, beside });
  }
  await load.close();

  const still: WebSocket[] = [];
  for (let at = 0; at < most; at += 1) {
    const socket = await device(house.address, house.cookies[readers + 1 + Math.floor(at / 10)]!);
    socket.pause();
    still.push(socket);
  }
  const before = (await measured.collected()).rss;
  const files = (await measured.state()).files;
  let highest = before;
  const writer = await device((other ?? house).address, house.cookies[0]!);
  let sent = 0;
  for (const until = Date.now() + COMES_MS; (await measured.state()).files > files - most;) {
    if (Date.now() > until) throw new Error(`of ${most} that do not read not all were cut`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const hear = (data: Buffer): void => {
      const text = data.toString('utf8');
      const answer = ANSWERED.exec(text.slice(0, 80));
      if (answer?.[1] === 'ok') resolve();
      else if (answer) reject(new Error(text));
    };
    writer.on('message', hear);
    writer.send(JSON.stringify({ id: newId(), do: 'message.send', with: { group, text: LONG } }));
    await promise;
    writer.off('message', hear);
    sent += 1;
    highest = Math.max(highest, (await measured.state()).rss);
  }
  for (const it of [...still, writer]) it.terminate();
  await other?.close();
  await measured.close();
  await nats?.close();

  const ratio = median(pairs.map((it) => it.beside / it.without));
  const held = (highest - before) / 1_048_576;
  const where = other ? 'two nodes' : 'one node';
  return [
    {
      bench: 'stalled',
      what: `${RATE}/s to ${whole(readers)} who read, one does not, ${where}: p99`,
      figure: ms(median(pairs.map((it) => it.beside))),
      limit: `${ms(median(pairs.map((it) => it.without)))} without it`,
      ratio,
      aim: '≤ 1.1 times',
      met: ratio <= 1.1,
    },
    {
      bench: 'stalled',
      what: `${whole(most)} that do not read until all are cut: memory of the node they are on`,
      figure: `${whole(Math.max(1, held))} MiB more`,
      limit: `${whole(most)} MiB, one each`,
      ratio: Math.max(1, held) / most,
      aim: `≤ ${whole(most)} MiB`,
      met: held <= most,
      note: `cut after ${whole(sent)} messages of ${whole((LONG.length * 3) / 1000)} kB; before ${whole(before / 1e6)} MB in all, at most ${whole(highest / 1e6)} MB; what waits is one buffer for all, and what the kernel holds for a line is not in it`,
    },
  ];
}
