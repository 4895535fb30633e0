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

/** The files that a text names; a name without a folder stands beside the file named last, or in a folder of its noun. */
function filesIn(text: string): string[] {
  const files: string[] = [];
  for (const [, name] of text.matchAll(/`([\w./-]+\.(?:tsx?|css|sql))`/g)) {
    const last = files.at(-1);
    const found = [name!, ...(last ? [join(dirname(last), name!), join(dirname(dirname(last)), name!)] : [])].find(
      (it) => existsSync(join(root, it)),
    );
    assert.ok(found, `no file ${name}`);
    files.push(found);
  }
  return files;
}

test('the life of a message: every name of the code stands in a file that its step names', () => {
  const text = textOf('docs/life-of-a-message.md').replaceAll(/“[^”]*”/g, '');
  const steps = text.split(/^(?=\d+\. )/m).slice(1);
  assert.ok(steps.length >= 20);
  let names = 0;
  const before: string[] = [];
  for (const step of steps) {
    const files = filesIn(step);
    before.push(...files);
    const code = (files.length > 0 ? files : before).map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
    for (const [, name] of step.matchAll(/`([a-z][\w.]*(?:\(\))?)`/g)) {
      if (/\.(tsx?|css|sql|md)$/.test(name!)) continue;
      // `features.groups.standing()` is called so, and declared by its last part.
      const word = name!.replace(/\(\)$/, '');
      const last = word.split('.').at(-1)!;
      assert.ok(
        code.includes(word) || new RegExp(`\\b${last}\\b`).test(code),
        `${name}: not in ${files.join(', ')}\n${step}`,
      );
      names += 1;
    }
  }
  assert.ok(names > 20, String(names));
});

test('files that the documents name exist', () => {
  for (const path of documents) {
    for (const [, name] of textOf(path).matchAll(
      /`((?:bench|bin|database|docs|features|journeys|protocol|server|testing|web)\/[\w./-]+)`/g,
    )) {
      // A guide's example, and what a build makes.
      if (path.startsWith('docs/guides/') && /labels|\.test\.ts$/.test(name!)) continue;
      if (name!.startsWith('web/dist')) continue;
      assert.ok(existsSync(join(root, name!)), `${path} names ${name}`);
    }
  }
});
