import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const documents = globSync('{*.md,docs/**/*.md,web/ui/*.md}', { cwd: root }).sort();

/** Without fenced blocks: examples name what is yet to be made. */
function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
}

/** As the pages of a repository make them: lower case, marks kept, spaces to dashes. */
function anchors(path: string): Set<string> {
  return new Set(
    [...textOf(path).matchAll(/^#+ (.+)$/gm)].map((match) =>
      match[1]!
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('links in the documents lead somewhere', () => {
  assert.ok(documents.length > 30);
  for (const path of documents) {
    for (const [, target] of textOf(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      // Pictures are made by the journeys; links inside the guide are proved by its own test.
      if (/^(https?|mailto):/.test(target!) || target!.endsWith('.png') || path.startsWith('docs/huong-dan/')) continue;
      const [file, anchor] = target!.split('#') as [string, string?];
      const found = file === '' ? path : normalize(join(dirname(path), file));
      assert.ok(existsSync(join(root, found)), `${path} leads to ${found}`);
      if (anchor) assert.ok(anchors(found).has(anchor), `${path} leads to ${target}`);
    }
  }
});

test('files that the documents name exist', () => {
  for (const path of documents) {
    for (const [, name] of textOf(path).matchAll(
      /`((?:bin|database|docs|features|journeys|protocol|server|testing|web)\/[\w./-]+)`/g,
    )) {
      // A guide's example, and what a build makes.
      if (path.startsWith('docs/guides/') && /labels|\.test\.ts$/.test(name!)) continue;
      if (name!.startsWith('web/dist')) continue;
      assert.ok(existsSync(join(root, name!)), `${path} names ${name}`);
    }
  }
});
