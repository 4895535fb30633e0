import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

const places: string[] = [];
after(async () => {
  for (const place of places) await rm(place, { recursive: true, force: true });
});

/** A house that follows the plan, with some files changed or added. */
async function complaints(changed: Record<string, string>): Promise<string[]> {
  const place = await mkdtemp(join(tmpdir(), 'nha-rong-structure-'));
  places.push(place);
  const files: Record<string, string> = {
    'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/a': { integrity: 'x' } } }),
    'protocol/id.ts': `export type Id = string;`,
    'features/contracts.ts': `import { roofShape } from './roofs/protocol.ts';\nexport const shapes = [roofShape];`,
    'features/roofs/rules.ts': `import type { Id } from '../../protocol/id.ts';\nexport const high = (id: Id) => id;`,
    'features/roofs/protocol.ts': `import { high } from './rules.ts';\nexport const roofShape = high;`,
    'features/roofs/store.ts': `import { openHouse } from '../../server/open.ts';\nexport const saveRoof = openHouse;`,
    'features/roofs/access.ts': `export { saveRoof } from './store.ts';`,
    'features/roofs/server.ts': `import { saveRoof } from './store.ts';\nexport const roofHandlers = saveRoof;`,
    'features/roofs/strings.ts': `export const words = { roof: 'mái nhà' };`,
    'features/roofs/state.ts': `import { high } from './rules.ts';\nimport type { roofShape } from './protocol.ts';\nexport const roofs = high as typeof roofShape;`,
    'features/roofs/view.tsx': `import { roofs } from './state.ts';\nimport { words } from './strings.ts';\nexport const Roof = () => <p>{words.roof}{roofs('')}</p>;`,
    'features/walls/server.ts': `import { saveRoof } from '../roofs/access.ts';\nexport const wallHandlers = saveRoof;`,
    'features/views.ts': `import { Roof } from './roofs/view.tsx';\nexport const views = [Roof];`,
    'server/open.ts': `export const openHouse = () => 1;`,
    'server/main.ts': `import { shapes } from '../features/contracts.ts';\nvoid shapes;`,
    'web/main.tsx': `import { views } from '../features/views.ts';\nvoid views;`,
    ...changed,
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(place, name)), { recursive: true });
    await writeFile(join(place, name), text);
  }
  const run = spawnSync(process.execPath, [join(import.meta.dirname, 'structure.ts'), place], { encoding: 'utf8' });
  const lines = run.stderr.split('\n').filter((line) => /^\S+: /.test(line));
  assert.equal(run.status, lines.length > 0 ? 1 : 0, run.stderr + run.stdout);
  return lines;
}

test('a house that follows the plan passes', async () => {
  assert.deepEqual(await complaints({}), []);
});

const WRONG: [string, Record<string, string>, RegExp][] = [
  [
    'the server imports a feature',
    { 'server/open.ts': `import '../features/roofs/server.ts';\nexport const openHouse = () => 1;` },
    /^server\/open\.ts: imports features\/roofs\/server\.ts/,
  ],
  [
    'the grammar imports the server',
    { 'protocol/id.ts': `import '../server/open.ts';\nexport type Id = string;` },
    /^protocol\/id\.ts: imports server\/open\.ts/,
  ],
  [
    'rules import the store',
    { 'features/roofs/rules.ts': `import './store.ts';\nexport const high = (id: string) => id;` },
    /^features\/roofs\/rules\.ts: imports features\/roofs\/store\.ts/,
  ],
  [
    'a feature enters another by its store',
    {
      'features/walls/server.ts': `import { saveRoof } from '../roofs/store.ts';\nexport const wallHandlers = saveRoof;`,
    },
    /^features\/walls\/server\.ts: imports features\/roofs\/store\.ts/,
  ],
  [
    'the browser takes the value of a shape',
    { 'features/roofs/state.ts': `import { roofShape } from './protocol.ts';\nexport const roofs = roofShape;` },
    /^features\/roofs\/state\.ts: imports features\/roofs\/protocol\.ts as a value/,
  ],
  [
    'a part of Node reaches the browser',
    { 'features/roofs/rules.ts': `import 'node:fs';\nexport const high = (id: string) => id;` },
    /^features\/roofs\/rules\.ts: imports node:fs/,
  ],
  [
    'a dynamic import counts',
    { 'web/late.ts': `export const late = () => import('../server/open.ts');` },
    /^web\/late\.ts: imports server\/open\.ts/,
  ],
  [
    'Node is given a .tsx',
    { 'server/open.ts': `import '../web/main.tsx';\nexport const openHouse = () => 1;` },
    /^server\/open\.ts: imports web\/main\.tsx/,
  ],
  [
    'a barrel',
    { 'features/roofs/all.ts': `export * from './rules.ts';` },
    /^features\/roofs\/all\.ts: exports what another file holds/,
  ],
  [
    'what people run leans on a test',
    {
      'server/open.ts': `import '../testing/cast.ts';\nexport const openHouse = () => 1;`,
      'testing/cast.ts': `export const cast = 1;`,
    },
    /^server\/open\.ts: imports testing\/cast\.ts/,
  ],
  [
    'a file that is not there',
    { 'server/open.ts': `import './gone.ts';\nexport const openHouse = () => 1;` },
    /^server\/open\.ts: imports server\/gone\.ts/,
  ],
  [
    'a name that tells nothing',
    { 'server/roof-utils.ts': `export const x = 1;` },
    /^server\/roof-utils\.ts: the name roof-utils\.ts says “utils”/,
  ],
  [
    'an exported name that tells nothing',
    { 'server/roof.ts': `export const roofManager = 1;` },
    /^server\/roof\.ts: the name roofManager says “manager”/,
  ],
  [
    'a wrong word on the screen',
    { 'features/roofs/strings.ts': `export const words = { owner: 'Chủ nhóm' };` },
    /^features\/roofs\/strings\.ts:1: says “Chủ nhóm”/,
  ],
  [
    'a wrong word in decomposed letters',
    { 'features/roofs/strings.ts': `export const words = { chat: '${'hội thoại'.normalize('NFD')}' };` },
    /^features\/roofs\/strings\.ts:1: says “hội thoại”/,
  ],
  [
    'a registry in the lockfile',
    {
      'package-lock.json': JSON.stringify({
        packages: { 'node_modules/a': { integrity: 'x', resolved: 'https://registry.example/a' } },
      }),
    },
    /^package-lock\.json: node_modules\/a names the host/,
  ],
  [
    'a lockfile npm ci refuses',
    {
      'package-lock.json': JSON.stringify({
        packages: { 'node_modules/a': { integrity: 'x', optionalDependencies: { b: '1' } } },
      }),
    },
    /^package-lock\.json: b, wanted by node_modules\/a, is missing/,
  ],
];

for (const [name, changed, expected] of WRONG) {
  test(`refused: ${name}`, async () => {
    const lines = await complaints(changed);
    assert.ok(
      lines.some((line) => expected.test(line)),
      lines.join('\n') || 'nothing was said',
    );
  });
}
