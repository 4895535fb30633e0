// Writes database/schema.sql from the migrations; with --check it only tells whether the file is current.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeSchema } from '../database/describe.ts';
import { migrate } from '../database/migrate.ts';
import { cloneDatabase, findTestServer } from '../testing/postgres-server.ts';

const file = join(import.meta.dirname, '../database/schema.sql');
const server = await findTestServer();
try {
  const database = await cloneDatabase(server, 'template0');
  await migrate(database.url);
  const found = await describeSchema(database.url);
  await database.drop();
  if (!process.argv.includes('--check')) {
    await writeFile(file, found);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== found) {
    console.error('database/schema.sql is not what the migrations make. Write it anew: node bin/schema.ts');
    process.exitCode = 1;
  }
} finally {
  await server.stop();
}
