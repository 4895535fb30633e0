import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { sql } from 'kysely';

import { ClientProblem } from '../../testing/client.ts';
import type { TestClient } from '../../testing/client.ts';
import type { CastName } from '../../testing/cast.ts';
import { openTestHouse } from '../../testing/house.ts';
import type { TestHouse, TestPerson } from '../../testing/house.ts';
import type { BodyOf } from '../../protocol/event.ts';
import { newId } from '../../protocol/id.ts';
import type { Call, callEvents, CallSignals, Inside } from './protocol.ts';
import { RING_MS, SEAT_LOST_MS } from './rules.ts';

type Body<N extends keyof typeof callEvents> = BodyOf<(typeof callEvents)[N]>;

let house: TestHouse;

before(async () => {
  house = await openTestHouse({ limits: false });
});

const look = (at: TestHouse = house): Promise<void> =>
  at.features.jobs.find((it) => it.name === 'look at calls')!.run();

/** People of their own in a group of their own: no test hears of another. */
async function scene(roles: readonly string[], kind = 'coordination') {
  const people = await Promise.all(roles.map((_, at) => house.addPerson(`Người ${at}`)));
  const group = await house.addGroup(
    people.map(({ id }, at) => ({ id, role: roles[at]! })),
    kind,
  );
  const clients = await Promise.all(people.map((it) => house.connect(it)));
  return { people, group, clients };
}

async function refused(promise: Promise<unknown>): Promise<{ code: string } & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ClientProblem, String(error));
    return error.wire as { code: string } & Record<string, unknown>;
  }
  throw new Error('it was not refused');
}

const eventsOf = <N extends keyof typeof callEvents>(client: TestClient, name: N): Body<N>[] =>
  client.events.filter((it) => it.on === name).map((it) => it.with as Body<N>);

const signalsOf = <N extends keyof CallSignals>(client: TestClient, name: N): CallSignals[N][] =>
  client.signals.filter((it) => it.signal === name).map((it) => it.with as CallSignals[N]);

/** The event of this name about this call, as soon as this device has heard it. */
async function hears<N extends keyof typeof callEvents>(
  client: TestClient,
  name: N,
  fits: (body: Body<N>) => boolean = () => true,
): Promise<Body<N>> {
  await client.until(() => eventsOf(client, name).some(fits));
  return eventsOf(client, name).findLast(fits)!;
}

async function isTold<N extends keyof CallSignals>(
  client: TestClient,
  name: N,
  fits: (body: CallSignals[N]) => boolean = () => true,
): Promise<CallSignals[N]> {
  await client.until(() => signalsOf(client, name).some(fits));
  return signalsOf(client, name).findLast(fits)!;
}

const read = async (client: TestClient, group: string, id: string): Promise<Call> =>
  (await client.call('call.read', { group, ids: [id] })).calls[0]!;

const at = ({ call, seat }: Inside): { group: string; call: string; seat: string } => ({
  group: call.group,
  call: call.id,
  seat,
});

test('a call of two rings all devices of the other one; one answers, the others are quiet; who leaves ends it', async () => {
  const { people, group, clients } = await scene(['member', 'member'], 'pair');
  const [caller, callee] = clients as [TestClient, TestClient];
  const second = await house.connect(await house.addDevice(people[1]!));
  const begun = await caller.call('call.start', { group, kind: 'voice' });
  assert.equal(begun.call.people, 1);
  assert.equal(begun.call.answeredAt, null);
  assert.deepEqual(
    begun.seats.map((it) => [it.id, it.state, it.mic, it.camera, it.leads]),
    [[begun.seat, 'in', true, false, false]],
  );
  for (const device of [callee, second]) {
    const rang = await hears(device, 'call.rang');
    assert.equal(rang.call.id, begun.call.id);
    assert.equal(rang.call.by.id, people[0]!.id);
    assert.ok(rang.until > Date.now() + RING_MS - 10_000);
  }
  assert.deepEqual(
    (await callee.call('call.open', {})).rings.map((it) => it.call.id),
    [begun.call.id],
  );

  const joined = await second.call('call.join', { group, call: begun.call.id });
  assert.equal(joined.seats.length, 2);
  assert.notEqual(joined.call.answeredAt, null);
  assert.equal(joined.call.rung, 'answered');
  const ended = await hears(callee, 'call.ringEnded');
  assert.equal(ended.how, 'answered');
  assert.notEqual(ended.session, people[1]!.session);
  const seats = await isTold(caller, 'call.seats', (it) => it.seats.some((one) => one.id === joined.seat));
  assert.equal(seats.version, joined.call.version);
  assert.deepEqual((await callee.call('call.open', {})).rings, []);

  await caller.call('call.leave', at(begun));
  await isTold(second, 'call.put', (it) => it.seat === joined.seat && it.why === 'ended');
  const over = await hears(second, 'call.changed', (it) => it.call.endedAt !== null);
  assert.equal(over.call.end, 'left');
  assert.equal(over.call.people, 2);
  assert.equal((await refused(second.call('call.beat', at(joined)))).code, 'call.seat_gone');
  assert.equal((await refused(second.call('call.join', { group, call: begun.call.id }))).code, 'call.over');
});
