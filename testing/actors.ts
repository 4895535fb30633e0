import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import type { TestClient } from './client.ts';
import type { TestHouse, TestPerson } from './house.ts';
import { furnish } from './rights.ts';
import type { ActorName, Things } from './rights.ts';

/** The actors of the matrix of rights in a house, and what they act on. */
export interface Actors {
  /** Undefined for who has no session. */
  person(actor: ActorName): TestPerson | undefined;
  /** A connected device of theirs, the same as before while it is connected. */
  socket(actor: ActorName): Promise<TestClient>;
  /** Signs them in again on a device of its own. */
  renew(actor: ActorName): Promise<void>;
  /** A group in which every actor stands as their name says. */
  group(): Promise<string>;
  readonly ours: Things;
  /** Of a group in which nobody of the actors is, and of somebody in it. */
  readonly theirs: Things;
  readonly absent: Things;
}

export async function openActors(house: TestHouse): Promise<Actors> {
  const { cast, db } = house;
  const [auditor, officer, resting] = [await house.addPerson(), await house.addPerson(), await house.addPerson()];
  const [disabled, ended] = [await house.addPerson(), await house.addPerson()];
  const persons: Record<Exclude<ActorName, 'anonymous'>, TestPerson> = {
    stranger: cast.stranger,
    left: cast.left,
    reader: cast.reader,
    member: cast.member,
    clerk: cast.clerk,
    deputy: cast.deputy,
    owner: cast.leader,
    administrator: cast.administrator,
    auditor,
    officer,
    resting,
    disabled,
    ended,
  };
  const sockets = new Map<ActorName, TestClient>();

  async function rest({ session }: TestPerson): Promise<void> {
    await sql`update sessions set governed_at = now() - interval '31 minutes' where id = ${session}`.execute(db);
  }

  async function group(): Promise<string> {
    const inside = ['owner', 'deputy', 'clerk', 'member', 'reader'] as const;
    const id = await house.addGroup([
      ...inside.map((role) => ({ id: persons[role].id, role })),
      ...[disabled, ended, cast.left].map((person) => ({ id: person.id, role: 'deputy' })),
    ]);
    await sql`update members set left_at = now() where group_id = ${id} and account = ${cast.left.id}`.execute(db);
    return id;
  }

  const administrators = [resting.id, disabled.id, ended.id];
  await sql`update accounts set administrator = true where id = any(${administrators}::uuid[])`.execute(db);
  await sql`update accounts set auditor = true where id = ${auditor.id}`.execute(db);
  await sql`update accounts set officer = true where id = ${officer.id}`.execute(db);
  await sql`update accounts set state = 'disabled' where id = ${disabled.id}`.execute(db);
  await sql`update sessions set ended_at = now() where id = ${ended.session}`.execute(db);
  await rest(resting);
  const given = await furnish(house);
  const [owner, member] = [await house.addPerson('Ksor H’Lê'), await house.addPerson('Rah Lan Thương')];

  const [own, others] = [await group(), await house.addGroup([owner, member])];
  // So that there is something to read and to have read.
  await house.post('leader', 'message.send', { group: own, text: 'Họp lúc 7 giờ' });
  await house.post(owner, 'message.send', { group: others, text: 'Việc riêng' });

  return {
    person: (actor) => (actor === 'anonymous' ? undefined : persons[actor]),
    async socket(actor) {
      if (actor === 'anonymous') throw new Error('nobody has no socket');
      let client = sockets.get(actor);
      if (!client || client.closed) sockets.set(actor, (client = await house.connect(persons[actor])));
      return client;
    },
    async renew(actor) {
      if (actor === 'anonymous') return;
      persons[actor] = await house.addDevice(persons[actor]);
      if (actor === 'resting') await rest(persons[actor]);
      await sockets.get(actor)?.close();
    },
    group,
    ours: { ...given, group: own },
    theirs: { ...given, account: owner.id, device: owner.session, group: others },
    absent: {
      cast,
      group: newId(),
      account: newId(),
      device: newId(),
      unit: newId(),
      empty: newId(),
      area: '23764.99',
      word: '',
    },
  };
}
