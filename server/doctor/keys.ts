import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { sql } from 'kysely';

import type { Database } from '../database.ts';
import { markOf } from '../installation.ts';
import { broken, warning, well } from './finding.ts';
import type { Finding } from './finding.ts';

const BYTES = 32;
/** What is lost for good with each; the others can be made anew. */
const NEEDED: Readonly<Record<string, string>> = {
  files: 'no file that was sent can be read',
  audit: 'checkpoints signed before count as forged',
};

/** Names of keys whose marks in the database are of others, or which are missing here. */
export async function differingKeys(db: Database, folder: string): Promise<string[]> {
  const { rows: table } = await sql<{
    there: boolean;
  }>`select to_regclass('public.key_marks') is not null as there`.execute(db);
  if (!table[0]?.there) return [];
  const { rows } = await sql<{ name: string; mark: Buffer }>`select name, mark from key_marks order by name`.execute(
    db,
  );
  const differ: string[] = [];
  for (const { name, mark } of rows) {
    const key = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    if (!markOf(key).equals(mark)) differ.push(name);
  }
  return differ;
}

/** Whether this node has the keys its installation was begun with. */
export const judgeDiffering = (names: readonly string[], folder: string): Finding[] =>
  names.length === 0
    ? []
    : [
        broken(
          'keys',
          `${names.join(', ')} in ${folder}: not those this database was begun with`,
          'copy the folder from another node or from the backup; until then this node does not start',
        ),
      ];

/** The folder of the keys: there, whole, and readable by one user. `used`: people have used this installation already. */
export async function checkKeys(
  folder: string,
  { used, uid }: { readonly used: boolean; readonly uid?: number },
): Promise<Finding[]> {
  const about = 'keys';
  let names: string[];
  try {
    names = (await readdir(folder)).filter((it) => !it.includes('.'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return used
        ? [
            broken(
              about,
              `${folder} is not there: no file that was sent can be read`,
              'bring it back from its own backup before the program starts',
            ),
          ]
        : [well(about, 'they are made at the first use')];
    return [
      broken(
        about,
        `${folder} cannot be read (${(error as NodeJS.ErrnoException).code})`,
        'run this as the user of the program, or as root',
      ),
    ];
  }
  const found: Finding[] = [];
  const { mode } = await stat(folder);
  if ((mode & 0o077) !== 0) found.push(broken(about, `others may look into ${folder}`, `chmod 700 ${folder}`));
  for (const name of names) {
    const it = await stat(join(folder, name));
    if (!it.isFile()) continue;
    if ((it.mode & 0o077) !== 0)
      found.push(broken(about, `others may read ${join(folder, name)}`, `chmod 600 ${join(folder, name)}`));
    if (it.size !== BYTES && name in NEEDED)
      found.push(
        broken(
          about,
          `${name} is damaged: it has ${it.size} bytes, not ${BYTES}`,
          'bring it back from the backup of the keys',
        ),
      );
    if (uid !== undefined && it.uid !== uid && uid !== 0)
      found.push(broken(about, `${name} belongs to another user than the program’s`, `chown it to user ${uid}`));
  }
  if (used)
    for (const [name, lost] of Object.entries(NEEDED))
      if (!names.includes(name))
        found.push(
          warning(
            about,
            `${name} is missing: without it ${lost}`,
            'bring it back from the backup of the keys, unless none was ever made',
          ),
        );
  return found.length > 0 ? found : [well(about, `${names.length} keys, for one user only`)];
}
