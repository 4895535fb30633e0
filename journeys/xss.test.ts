import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { sql } from 'kysely';
import type { Browser, Page } from 'playwright-core';

import { insertMessages } from '../features/messages/store.ts';
import { newId } from '../protocol/id.ts';
import { xssPayloads } from '../testing/xss.ts';
import { openAgency } from './agency.ts';
import type { Agency } from './agency.ts';
import { closeDevice, openBrowser, settled } from './browser.ts';

// What people write is never taken for a page: thousands of texts that would run something, wherever a text is shown.

const STORM = 'Phòng chống bão lũ xã Ia Grai';
/** Texts of one message. */
const EACH = 20;

let agency: Agency;
let browser: Browser;
let group: string;
const payloads = xssPayloads();
/** Messages that carry them. */
const WRITTEN = Math.ceil(payloads.length / EACH) + 50;

before(async () => {
  agency = await openAgency();
  browser = await openBrowser();
  group = await agency.group(STORM);
  await poison();
});

after(() => browser?.close());

/** The next payload, as short as the field asks for. */
let turn = 0;
function next(most = 200): string {
  for (;;) {
    const payload = payloads[turn++ % payloads.length]!;
    if (payload.length <= most) return payload;
  }
}

/** Puts them past every check into whatever is shown: if a check is forgotten one day, what draws still holds. */
async function poison(): Promise<void> {
  const { db } = agency.house;
  const sender = agency.person('nga').id;
  const { rows } = await sql<{
    version: number;
  }>`select rights_version as version from streams where id = ${group}`.execute(db);
  const rightsVersion = rows[0]!.version;
  const files = () => [
    { id: randomUUID(), kind: 'document' as const, name: `${next()}.pdf`, bytes: 1, type: 'application/pdf' },
    { id: randomUUID(), kind: 'document' as const, name: next(), bytes: 1, type: 'text/plain' },
  ];
  const sending = (text: string, form = {}) => ({
    id: newId(),
    group,
    sender,
    text,
    digest: Buffer.alloc(16),
    at: agency.now(),
    rightsVersion,
    ...form,
  });
  const texts: string[] = [];
  for (let from = 0; from < payloads.length; from += EACH) texts.push(payloads.slice(from, from + EACH).join('\n'));
  for (let from = 0; from < texts.length; from += 100)
    await insertMessages(
      db,
      texts.slice(from, from + 100).map((it) => sending(it)),
    );
  await insertMessages(
    db,
    Array.from({ length: 40 }, () =>
      sending(next(), {
        form: {
          files: files(),
          forwarded: { by: next(), group: next(), at: 1 },
          mentions: [{ from: 0, to: 3, who: 'all' as const }],
        },
      }),
    ),
  );
  const { rows: last } = await sql<{
    id: string;
  }>`select id from messages where group_id = ${group} order by seq desc limit 1`.execute(db);
  await insertMessages(
    db,
    Array.from({ length: 10 }, () => sending(next(), { form: { reply: last[0]!.id } })),
  );

  // Every text that people give something else, each row another one.
  const fields = [
    ['accounts', 'name', 80],
    ['accounts', 'position', 80],
    ['units', 'name', 80],
    ['groups', 'name', 90],
    ['groups', 'description', 200],
    ['groups', 'topic', 80],
    ['areas', 'name', 80],
    ['links', 'name', 60],
    ['regulations', 'title', 100],
  ] as const;
  for (const [table, column, most] of fields) {
    const { rows: ids } = await sql<{ at: string }>`select ctid::text as at from ${sql.table(table)} limit 400`.execute(
      db,
    );
    for (const { at } of ids)
      await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${next(most)} where ctid = ${at}::tid`
        .execute(db)
        .catch(() => {
          // A row that other rows watch over stays as it is.
        });
  }
}

/** A device on which anything that runs is seen. */
async function watched(kind: 'phone' | 'pc', path: string): Promise<{ page: Page; ran: () => Promise<string[]> }> {
  const page = await agency.device(browser, kind, 'phuc', { path: '/me' });
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => seen.push(`popup: ${popup.url()}`));
  page.on('framenavigated', (frame) => {
    if (!frame.url().startsWith(agency.url) && frame.url() !== 'about:blank') seen.push(`went to ${frame.url()}`);
  });
  await page.addInitScript(() => {
    Object.assign(globalThis, { hit: () => document.documentElement.setAttribute('data-hit', 'yes') });
  });
  await page.goto(agency.url + path);
  return {
    page,
    ran: async () => {
      if ((await page.locator('[data-hit]').count()) > 0) seen.push('a script ran');
      return seen;
    },
  };
}

test('a whole conversation of them is read from end to end, and nothing runs', async () => {
  const { page, ran } = await watched('pc', `/chats/${group}`);
  const log = page.getByRole('log');
  await log.getByRole('article').first().waitFor();
  await log.hover();
  let drawn = new Set<string>();
  for (let round = 0; round < 600 && drawn.size < WRITTEN; round += 1) {
    const keys = await log
      .getByRole('article')
      .evaluateAll((list) => list.map((it) => it.getAttribute('data-key') ?? ''));
    drawn = drawn.union(new Set(keys));
    assert.deepEqual(await ran(), []);
    // From the first unread one on: what lies below is fetched and drawn meanwhile.
    await page.mouse.wheel(0, 600);
    await settled(page);
  }
  assert.ok(drawn.size >= WRITTEN, `${drawn.size} messages were drawn`);
  assert.deepEqual(await ran(), []);
  await closeDevice(page);
});

test('every screen that shows what people wrote shows it, and nothing runs', async () => {
  const paths = [
    '/chats',
    `/chats/${group}`,
    `/chats/${group}/options`,
    `/chats/${group}/members`,
    `/chats/${group}/settings`,
    `/chats/${group}/links`,
    `/chats/${group}/requests`,
    `/chats/${group}/media`,
    `/chats/${group}/regulation`,
    `/chats/${group}/audit`,
    '/directory',
    '/me',
    '/me/saved',
    '/me/labels',
    '/me/phrases',
    '/me/scheduled',
    '/groups/new',
    '/invitations',
  ];
  for (const kind of ['phone', 'pc'] as const) {
    const { page, ran } = await watched(kind, '/chats');
    for (const path of paths) {
      await page.goto(agency.url + path);
      await page.locator('h1').first().waitFor({ state: 'attached' });
      await settled(page);
      assert.deepEqual(await ran(), [], `${path} on ${kind}`);
    }
    await closeDevice(page);
  }
});
