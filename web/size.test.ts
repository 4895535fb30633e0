import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { build, type Rollup } from 'vite';

// The shell and chat, as they travel to a phone on a bad line. Whatever is not needed for the list and a conversation is
// fetched when it is opened, and kept by the worker before that. 120 kB are what such a phone bears (the screens' own budget).
const SCRIPT_MOST = 118_000;
const STYLE_MOST = 30_000;
/** One for the program, one for its libraries: each further one costs a bad line more than it carries. */
const SCRIPTS_MOST = 2;
const FONTS_MOST = 62_000;

test('what a phone must fetch before the first screen stays small', async () => {
  process.env.NODE_ENV = 'production';
  const built = (await build({
    configFile: join(import.meta.dirname, '..', 'vite.config.ts'),
    mode: 'production',
    logLevel: 'error',
    build: { write: false },
  })) as Rollup.RollupOutput;
  const files = new Map(built.output.map((file) => [file.fileName, file]));
  const entry = built.output.find((file) => file.type === 'chunk' && file.isEntry);
  assert.ok(entry?.type === 'chunk');

  const needed = new Set<string>();
  const walk = (name: string) => {
    const file = files.get(name);
    if (needed.has(name) || file?.type !== 'chunk') return;
    needed.add(name);
    file.imports.forEach(walk);
  };
  walk(entry.fileName);

  const gzipped = (names: Iterable<string>) =>
    [...names].reduce((sum, name) => {
      const file = files.get(name);
      return sum + (file ? gzipSync(file.type === 'chunk' ? file.code : file.source).length : 0);
    }, 0);
  const scripts = gzipped(needed);
  // What comes with a screen that is opened later comes with it.
  const styles = gzipped(
    [...needed].flatMap((name) => {
      const file = files.get(name);
      return file?.type === 'chunk' ? [...(file.viteMetadata?.importedCss ?? [])] : [];
    }),
  );
  assert.ok(styles > 0);
  const letters = [...files.values()].reduce(
    (sum, file) =>
      /plex-sans-(latin|vietnamese)-wght/.test(file.fileName) && file.type === 'asset' ? sum + file.source.length : sum,
    0,
  );
  assert.ok(needed.size <= SCRIPTS_MOST, `scripts: ${[...needed].join(' ')}`);
  assert.ok(scripts <= SCRIPT_MOST, `${scripts} bytes of script`);
  assert.ok(styles <= STYLE_MOST, `${styles} bytes of style`);
  assert.ok(letters > 0 && letters <= FONTS_MOST, `${letters} bytes of letters`);
});
