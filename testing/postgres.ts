import { after } from 'node:test';
import {
  cloneDatabase,
  findTestServer,
  makeOnce,
  makeTemplate,
  type TestDatabase,
  type TestServer,
} from './postgres-server.ts';

let server: Promise<TestServer> | undefined;
let template: Promise<string> | undefined;
const closers: (() => Promise<unknown>)[] = [];

/** Closes what uses a test database, at the end of the file; the newest first. */
export function closeBefore(close: () => Promise<unknown>): void {
  closers.unshift(close);
}

/**
 * For test files: a migrated database of one's own. `drop` removes it at once; else it goes some time after the file
 * has ended, and the server with it where the file started one. `empty` leaves the migrations out.
 */
export async function newDatabase({ empty = false }: { empty?: boolean } = {}): Promise<TestDatabase> {
  const on = await (server ??= findTestServer());
  return cloneDatabase(on, empty ? 'template0' : await (template ??= makeTemplate(on)));
}

/** A clone of the migrated database of this name that the first who asks for it has filled; many files may ask. */
export async function newDatabaseLike(
  name: string,
  fill: (databaseUrl: string) => Promise<void>,
): Promise<TestDatabase> {
  const on = await (server ??= findTestServer());
  const from = await (template ??= makeTemplate(on));
  // Another state of the migrations is another database.
  const full = `${name}_${from}`;
  await makeOnce(on, { name: full, from, fill });
  return cloneDatabase(on, full);
}

after(async () => {
  for (const close of closers) await close();
});
