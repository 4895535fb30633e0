import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readMigrations } from '../database/migrate.ts';
import { closeBefore } from './postgres.ts';

const ROOT = join(import.meta.dirname, '..');
/** What the program runs from. */
const FOLDERS = ['protocol', 'database', 'server', 'features', 'web', 'docs'];

/**
 * A tree of the version after this one: the same program under another version, with these migrations more, in their order (what stands
 * after the number in the name of the file, and SQL). So this program is the version before, a real one. Removed at the end of the test file.
 */
export async function nextVersion(
  version: string,
  migrations: readonly (readonly [string, string])[],
): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'nha-rong-next-'));
  closeBefore(() => rm(root, { recursive: true, force: true }));
  for (const folder of FOLDERS)
    await cp(join(ROOT, folder), join(root, folder), {
      recursive: true,
      filter: (path) => !path.endsWith('.test.ts') && !path.includes('node_modules'),
    });
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const about = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as object;
  await writeFile(join(root, 'package.json'), JSON.stringify({ ...about, version }));
  let number = (await readMigrations()).length;
  for (const [name, sql] of migrations) {
    number += 1;
    await writeFile(join(root, 'database', 'migrations', `${String(number).padStart(4, '0')}-${name}.sql`), sql);
  }
  return root;
}
