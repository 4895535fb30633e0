import { after } from 'node:test';
import { cloneDatabase, findTestServer, makeTemplate, type TestDatabase, type TestServer } from './postgres-server.ts';

let server: Promise<TestServer> | undefined;
let template: Promise<string> | undefined;
const open = new Set<TestDatabase>();
const closers: (() => Promise<unknown>)[] = [];

/** Closes what uses a test database, before it is removed at the end of the file; the newest first. */
export function closeBefore(close: () => Promise<unknown>): void {
  closers.unshift(close);
}

/**
 * For test files: a migrated database of one's own, removed at the end of the file or by `drop`. `empty` leaves the
 * migrations out.
 */
export async function newDatabase({ empty = false }: { empty?: boolean } = {}): Promise<TestDatabase> {
  const on = await (server ??= findTestServer());
  const made = await cloneDatabase(on, empty ? 'template0' : await (template ??= makeTemplate(on)));
  const database: TestDatabase = {
    url: made.url,
    async drop() {
      if (open.delete(database)) await made.drop();
    },
  };
  open.add(database);
  return database;
}

after(async () => {
  for (const close of closers) await close();
  const on = await server;
  if (!on) return;
  // One that ends with us is cleared when it starts again.
  if (!on.own) for (const database of open) await database.drop();
  await on.stop();
});
