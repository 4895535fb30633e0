import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { GUIDE_FOLDER } from './server.ts';

const root = join(import.meta.dirname, '..', '..');

interface Words {
  readonly table: Readonly<Record<string, readonly [vi: string, en: string]>>;
}

/** Every Vietnamese sentence of the screens. */
async function sentences(): Promise<string[]> {
  const files = globSync('{web,features/*}/{strings.ts,strings/*.ts}', { cwd: root });
  assert.ok(files.length > 5);
  const found: string[] = [];
  for (const file of files) {
    const exported = (await import(pathToFileURL(join(root, file)).href)) as Record<string, Partial<Words>>;
    for (const { table } of Object.values(exported)) for (const [vi] of Object.values(table ?? {})) found.push(vi);
  }
  return found;
}

test('what the guide prints bold stands on a screen, letter for letter', async () => {
  const known = await sentences();
  // “Tạo nhóm với 5 thành viên” is the sentence “Tạo nhóm với {n} thành viên”.
  const filled = known
    .filter((it) => it.includes('{'))
    .map(
      (it) =>
        new RegExp(
          `^${it
            .split(/\{\w+\}/)
            .map((part) => RegExp.escape(part))
            .join('\\d+')}$`,
        ),
    );
  const missing: string[] = [];
  for (const file of globSync('*.md', { cwd: GUIDE_FOLDER }).sort()) {
    const text = readFileSync(join(GUIDE_FOLDER, file), 'utf8');
    for (const [, bold] of text.matchAll(/\*\*([^*]+)\*\*/g)) {
      const words = bold!.replace(/\s+/g, ' ');
      if (!known.includes(words) && !filled.some((it) => it.test(words))) missing.push(`${file}: ${words}`);
    }
  }
  assert.deepEqual(missing, []);
});
