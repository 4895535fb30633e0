import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';

import { actions, events } from '../features/contracts.ts';
import type { ActionMap, ActionName } from '../features/contracts.ts';
import { openFeatures } from '../features/handlers.ts';
import type { InputOf, OutputOf } from '../protocol/action.ts';
import { newId } from '../protocol/id.ts';
import { readConfig } from '../server/config.ts';
import { openLog } from '../server/log.ts';
import { openHouse } from '../server/open.ts';
import type { OpenHouse } from '../server/open.ts';
import { fillDemo } from '../testing/demo/fill.ts';
import { readPeople } from '../testing/demo/people.ts';
import type { DemoPerson } from '../testing/demo/people.ts';
import { closeBefore, newDatabase, newDatabaseLike } from '../testing/postgres.ts';
import type { TestDatabase } from '../testing/postgres-server.ts';
import { openDevice, USER_AGENTS } from './browser.ts';
import type { DeviceOptions, Kind } from './browser.ts';

/** An agency at work: the people, groups and four weeks of the demo in a real house on a database of its own. */
export interface Agency extends OpenHouse {
  /** Where browsers open it: only localhost may have a service worker without TLS. */
  readonly url: string;
  now(): Date;
  /** Moves the house's clock; the browsers keep theirs. */
  pass(ms: number): void;
  /** Somebody of testing/demo/people.txt. */
  person(key: string): DemoPerson & { readonly id: string };
  /** The group of this name. */
  group(name: string): Promise<string>;
  /** Does something as somebody who is somewhere else: no browser of theirs is open. */
  as<N extends ActionName>(key: string, name: N, input: InputOf<ActionMap[N]>): Promise<OutputOf<ActionMap[N]>>;
  /** A device on which somebody has signed in earlier, at this path of the app. */
  device(browser: Browser, kind: Kind, key: string, options?: AgencyDeviceOptions): Promise<Page>;
  /** Somebody signed in on a further device at that time, and has used it since. */
  signedIn(key: string, userAgent: string, at: Date, used: Date): Promise<void>;
  /** Every text message that went out, oldest first. */
  sms(): Promise<readonly Sms[]>;
  /** The n-th code that went to somebody, once it has gone out. */
  codeFor(phone: string, n?: number): Promise<string>;
}

export interface AgencyDeviceOptions extends DeviceOptions {
  readonly path?: string;
}

export interface Sms {
  readonly to: string;
  readonly text: string;
}

export interface AgencyOptions {
  /** The house's clock starts here instead of now. */
  readonly at?: Date;
  /** Nobody has set it up yet. */
  readonly fresh?: boolean;
  /** Environment beside the defaults. */
  readonly env?: Readonly<Record<string, string>>;
}

const ADMINISTRATOR = 'khai';

/**
 * The demo as another journey of this run has filled it, in a database and the data folder of one's own: filling it takes seconds.
 * Undefined where this is no run of many (JOURNEYS of bin/test.ts).
 */
async function standingDemo(dataDir: string): Promise<TestDatabase | undefined> {
  const run = process.env.JOURNEYS;
  if (!run) return undefined;
  // Of this day: what was said yesterday is drawn otherwise.
  const name = `test_${run}_demo_${Math.floor((Date.now() + OFFICE_MS) / DAY_MS)}`;
  const filled = join(tmpdir(), name);
  const database = await newDatabaseLike(name, async (databaseUrl) => {
    await rm(filled, { recursive: true, force: true });
    await mkdir(filled);
    let moment: Date | undefined;
    const open = await openHouse({
      config: { ...readConfig(settingsOf(filled)), port: 0 },
      databaseUrl,
      log: openLog('silent'),
      actions,
      events,
      openFeatures,
      now: () => moment ?? new Date(),
      jobs: false,
    });
    await fillDemo(open, new Date(), (told) => (moment = told));
    await open.close();
  });
  await cp(filled, dataDir, { recursive: true });
  return database;
}

/** Asia/Ho_Chi_Minh. */
const OFFICE_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

const settingsOf = (dataDir: string): Record<string, string> => ({
  DATA_DIR: dataDir,
  SMS_PROVIDER: 'file',
  SMS_FILE: join(dataDir, 'sms.jsonl'),
});

/** Opens one; it is closed by itself at the end of the test file. */
export async function openAgency({ at, fresh, env }: AgencyOptions = {}): Promise<Agency> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nha-rong-journey-'));
  const standing = fresh || at ? undefined : await standingDemo(dataDir);
  const { url: databaseUrl } = standing ?? (await newDatabase());
  const smsFile = join(dataDir, 'sms.jsonl');
  const offset = at ? at.getTime() - Date.now() : 0;
  let shift = 0;
  const present = (): Date => new Date(Date.now() + offset + shift);
  let moment: Date | undefined;
  const open = await openHouse({
    config: { ...readConfig({ ...settingsOf(dataDir), ...env }), port: 0 },
    databaseUrl,
    log: openLog('silent'),
    actions,
    events,
    openFeatures,
    now: () => moment ?? present(),
    jobs: false,
  });
  closeBefore(async () => {
    await open.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  if (!fresh && !standing) await fillDemo(open, present(), (told) => (moment = told));
  moment = undefined;

  const { db } = open.house;
  const { rows } = await sql<{ id: string; phone: string }>`select id, phone from accounts`.execute(db);
  const ids = new Map(rows.map((it) => [it.phone, it.id]));
  const people = new Map(readPeople().map((it) => [it.key, { ...it, id: ids.get(it.phone)! }]));
  const person = (key: string): DemoPerson & { id: string } => {
    const found = people.get(key);
    if (!found) throw new Error(`nobody in the demo is called ${key}`);
    return found;
  };
  const url = open.address.replace('127.0.0.1', 'localhost');

  /** The token of a session that began and was used at these times. */
  async function addSession(account: string, userAgent: string, at: Date, used: Date): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(token).digest();
    await sql`
      insert into sessions (id, account, token, device, created_at, used_at, rotated_at, proved_at, governed_at)
      values (${randomUUIDv7()}, ${account}, ${hash}, ${userAgent}, ${at}, ${used}, ${used}, ${used}, ${used})`.execute(
      db,
    );
    return token;
  }

  async function sms(): Promise<Sms[]> {
    const text = await readFile(smsFile, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Sms);
  }

  return {
    ...open,
    url,
    now: present,
    pass: (ms) => void (shift += ms),
    person,
    async group(name) {
      const found = await sql<{ id: string }>`select id from groups where name = ${name}`.execute(db);
      if (found.rows.length !== 1) throw new Error(`${found.rows.length} groups are called ${name}`);
      return found.rows[0]!.id;
    },
    async as(key, name, input) {
      const actor = { account: person(key).id, session: randomUUIDv7(), administrator: key === ADMINISTRATOR };
      const caller = { door: 'program', address: '127.0.0.1', device: 'elsewhere', actor } as const;
      return (await open.perform({ name, id: newId(), input, caller })).output as never;
    },
    async device(browser, kind, key, { path = '/', ...options } = {}) {
      const account = person(key).id;
      const now = present();
      const token = await addSession(account, USER_AGENTS[kind], now, now);
      const page = await openDevice(browser, kind, {
        ...options,
        storageState: {
          cookies: [
            {
              name: 'sid',
              value: token,
              domain: 'localhost',
              path: '/',
              expires: -1,
              httpOnly: true,
              secure: false,
              sameSite: 'Lax',
            },
          ],
          origins: [{ origin: url, localStorage: [{ name: 'account', value: account }] }],
        },
      });
      await page.goto(url + path);
      await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
      return page;
    },
    async signedIn(key, userAgent, since, used) {
      await addSession(person(key).id, userAgent, since, used);
    },
    sms,
    async codeFor(phone, n = 1) {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const sent = (await sms()).filter((it) => it.to === phone)[n - 1];
        if (sent) return sent.text.slice(0, 8);
        if (Date.now() > deadline) throw new Error(`no message ${n} to ${phone}`);
        await wait(20);
      }
    },
  };
}
