import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sql } from 'kysely';

import { loadMap } from '../features/areas/map.ts';
import { readOfficial } from '../features/areas/official.ts';
import { actions, events } from '../features/contracts.ts';
import { searchText } from '../features/directory/rules.ts';
import { openFeatures } from '../features/handlers.ts';
import type { Bus } from '../server/bus/bus.ts';
import { readConfig } from '../server/config.ts';
import { openDatabase } from '../server/database.ts';
import type { Database } from '../server/database.ts';
import { fleetingPath } from '../server/keys.ts';
import { openLog } from '../server/log.ts';
import type { Log } from '../server/log.ts';
import { openHouse } from '../server/open.ts';
import type { OpenHouse, OpenOptions } from '../server/open.ts';
import { CAST } from './cast.ts';
import type { CastName, CastPerson } from './cast.ts';
import { TestClient } from './client.ts';
import type { DatabaseLine } from './database-line.ts';
import { closeBefore, newDatabaseLike } from './postgres.ts';
import type { TestDatabase } from './postgres-server.ts';

export interface TestPerson {
  readonly id: string;
  /** A Cookie header of a signed-in device. */
  readonly cookie: string;
  readonly session: string;
}

/** A running house on a database of its own, with the cast in it and one group of theirs. */
export interface TestHouse extends OpenHouse {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly cast: Readonly<Record<CastName, TestPerson>>;
  /** The commune's group: the cast's roles stand in it, the stranger and the administrator are outside. */
  readonly group: string;
  /** Moves the house's clock. */
  pass(ms: number): void;
  /** A device of this person, connected. */
  connect(who: CastName | TestPerson, streams?: Record<string, number>): Promise<TestClient>;
  /** A further signed-in person. */
  addPerson(name?: string): Promise<TestPerson>;
  /** A further group with these members, the first its owner. */
  addGroup(members: readonly { readonly id: string; readonly role?: string }[], kind?: string): Promise<string>;
  /** A further device of somebody, signed in. */
  addDevice(person: TestPerson): Promise<TestPerson>;
  /** An action over HTTP, as this person or as nobody; answers status and body. */
  post(
    who: CastName | TestPerson | undefined,
    name: string,
    input: unknown,
    id?: string,
  ): Promise<{ status: number; body: unknown }>;
}

export interface TestHouseOptions {
  /** Environment beside the defaults of tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** A second node on the same database and bus. */
  readonly beside?: TestHouse;
  readonly bus?: Bus;
  /** It has whatever bus its settings say, not that of `beside`. */
  readonly ownBus?: boolean;
  /** A migrated database; one of its own where absent. */
  readonly databaseUrl?: string;
  readonly witness?: OpenOptions['witness'];
  /** Reaches its database by this line; the test's own statements too. */
  readonly line?: (databaseUrl: string) => Promise<Pick<DatabaseLine, 'url' | 'close'>>;
  /** Where it logs; nowhere where absent. */
  readonly log?: Log;
  /** False where a test does more at once than people may. */
  readonly limits?: boolean;
  /** Stands in for the media server. */
  readonly openMedia?: NonNullable<Parameters<typeof openFeatures>[1]>['openMedia'];
}

/** With the official map in it, which else every house would load when it opens. */
async function newMappedDatabase(): Promise<TestDatabase> {
  const edition = createHash('sha256')
    .update(await readOfficial())
    .digest('hex')
    .slice(0, 16);
  return newDatabaseLike(`mapped_${edition}`, async (url) => {
    const db = openDatabase(url, () => undefined);
    await loadMap(db);
    await db.destroy();
  });
}

/** Opens one; it is closed by itself at the end of the test file. */
export async function openTestHouse(options: TestHouseOptions = {}): Promise<TestHouse> {
  const { beside } = options;
  const ownUrl = options.databaseUrl ?? beside?.databaseUrl ?? (await newMappedDatabase()).url;
  const line = await options.line?.(ownUrl);
  const databaseUrl = line?.url ?? ownUrl;
  const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-house-'));
  const config = {
    ...readConfig({ DATA_DIR: dataDir, SMS_PROVIDER: 'file', SMS_FILE: join(dataDir, 'sms.jsonl'), ...options.env }),
    port: 0,
  };
  let shift = 0;
  const bus = options.ownBus ? undefined : (options.bus ?? beside?.house.bus);
  const open = await openHouse({
    config,
    databaseUrl,
    log: options.log ?? openLog('silent'),
    actions,
    events,
    openFeatures: (it) => openFeatures(it, options.openMedia ? { openMedia: options.openMedia } : {}),
    now: () => new Date(Date.now() + shift),
    jobs: false,
    witness: options.witness,
    limits: options.limits ?? true,
    ...(bus ? { bus } : {}),
  });
  const { db } = open.house;
  let closed: Promise<void> | undefined;
  const clients = new Set<TestClient>();
  const closeHouse = open.close;
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      for (const client of clients) client.socket.terminate();
      await closeHouse();
      await line?.close();
      await rm(dataDir, { recursive: true, force: true });
      await rm(fleetingPath(config.dataDir, 'parts'), { force: true });
    })());
  closeBefore(close);

  async function addPersonNamed(person: {
    name: string;
    phone?: string;
    position?: string;
    administrator?: boolean;
  }): Promise<TestPerson> {
    const id = randomUUIDv7();
    await sql`insert into streams (id, kind) values (${id}, 'account')`.execute(db);
    await sql`
      insert into accounts (id, phone, name, position, administrator, registered_at, search)
      values (${id}, ${person.phone ?? null}, ${person.name}, ${person.position ?? ''}, ${person.administrator ?? false}, now(), ${searchText({ name: person.name, position: person.position ?? '', unit: '' })})`.execute(
      db,
    );
    return addDevice({ id });
  }

  async function addDevice({ id }: { id: string }): Promise<TestPerson> {
    const session = randomUUIDv7();
    const token = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(token).digest();
    await sql`insert into sessions (id, account, token, device) values (${session}, ${id}, ${hash}, 'test')`.execute(
      db,
    );
    return { id, session, cookie: `${SESSION_COOKIE}=${token}` };
  }

  async function addGroup(members: readonly { id: string; role?: string }[], kind = 'directive'): Promise<string> {
    const id = randomUUIDv7();
    await sql`insert into streams (id, kind) values (${id}, 'group')`.execute(db);
    await sql`insert into groups (id, kind, name, created_by) values (${id}, ${kind}, 'Phòng chống bão lũ xã Ia Grai', ${members[0]!.id})`.execute(
      db,
    );
    await sql`
      insert into members (group_id, account, role)
      select ${id}, * from unnest(${members.map((it) => it.id)}::uuid[], ${members.map((it, at) => it.role ?? (at === 0 ? 'owner' : 'member'))}::text[])`.execute(
      db,
    );
    return id;
  }

  let cast: Record<CastName, TestPerson>;
  let group: string;
  if (beside) ({ cast, group } = beside as { cast: Record<CastName, TestPerson>; group: string });
  else {
    const entries: [CastName, TestPerson][] = [];
    for (const [key, person] of Object.entries(CAST) as [CastName, (typeof CAST)[CastName]][]) {
      entries.push([key, await addPersonNamed({ ...person, administrator: key === 'administrator' })]);
    }
    cast = Object.fromEntries(entries) as Record<CastName, TestPerson>;
    const inside = (Object.keys(CAST) as CastName[]).flatMap((key) => {
      const person: CastPerson = CAST[key];
      return person.role ? [{ id: cast[key].id, role: person.role }] : [];
    });
    group = await addGroup([...inside, { id: cast.left.id, role: 'member' }]);
    await sql`update members set left_at = now() where group_id = ${group} and account = ${cast.left.id}`.execute(db);
  }

  const personOf = (who: CastName | TestPerson): TestPerson => (typeof who === 'string' ? cast[who] : who);
  return Object.assign(open, {
    db,
    databaseUrl,
    cast,
    group,
    close,
    pass: (ms: number) => void (shift += ms),
    addPerson: (name = 'Rơ Châm Nguyễn Thị Hoàng Bích Phượng') => addPersonNamed({ name }),
    addGroup,
    addDevice,
    async connect(who: CastName | TestPerson, streams: Record<string, number> = {}) {
      const person = personOf(who);
      const client = await TestClient.connect(open.address, person.cookie, person.id, streams);
      clients.add(client);
      return client;
    },
    async post(who: CastName | TestPerson | undefined, name: string, input: unknown, id: string = randomUUIDv7()) {
      const response = await fetch(`${open.address}/api/${name}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': id,
          origin: open.address,
          ...(who ? { cookie: personOf(who).cookie } : {}),
        },
        body: JSON.stringify(input),
      });
      return { status: response.status, body: (await response.json()) as unknown };
    },
  });
}

/** Tests speak plain HTTP to 127.0.0.1. */
const SESSION_COOKIE = 'sid';
