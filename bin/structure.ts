// Holds the house plan: which way imports point, names, words and the lockfile. Says why where it fails.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { parseSync } from 'vite';

interface Import {
  readonly target: string;
  readonly typeOnly: boolean;
}

interface Source {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly exported: readonly string[];
  readonly reexports: boolean;
}

const root = process.argv[2] ?? join(import.meta.dirname, '..');
const complaints: string[] = [];
const complain = (where: string, what: string, why: string): number => complaints.push(`${where}: ${what}\n    ${why}`);

function readSource(path: string): Source {
  const { module, errors } = parseSync(path, readFileSync(join(root, path), 'utf8'));
  if (errors.length > 0) complain(path, 'cannot be parsed', String(errors[0]?.message));
  const text = readFileSync(join(root, path), 'utf8');
  const resolved = (target: string): string =>
    target.startsWith('.') ? normalize(join(dirname(path), target)) : target;
  const imports: Import[] = module.staticImports.map((each) => ({
    target: resolved(each.moduleRequest.value),
    typeOnly: each.entries.length > 0 && each.entries.every((entry) => entry.isType),
  }));
  for (const each of module.dynamicImports) {
    const literal = /^['"`]([^'"`$]+)['"`]$/.exec(text.slice(each.moduleRequest.start, each.moduleRequest.end));
    if (literal?.[1]) imports.push({ target: resolved(literal[1]), typeOnly: false });
  }
  const exports = module.staticExports.flatMap((each) => each.entries);
  for (const entry of exports) {
    if (entry.moduleRequest) imports.push({ target: resolved(entry.moduleRequest.value), typeOnly: entry.isType });
  }
  return {
    path,
    imports,
    exported: exports.map((entry) => entry.exportName.name).filter((name) => name !== null),
    reexports: exports.some((entry) => entry.moduleRequest?.value.startsWith('.')),
  };
}

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || /^(testing|journeys|bench|bin)\//.test(path);

/** features/groups/rights.ts → groups, rules. A role split into a folder of its name counts as the role. */
function placeOf(path: string): { feature: string; role: string } | undefined {
  const [top, feature, first, ...rest] = path.split('/');
  if (top !== 'features' || !feature || !first) return undefined;
  const name = rest.length > 0 ? first : basename(first).replace(/\.[a-z.]+$/, '');
  if (name === 'rights') return { feature, role: 'rules' };
  const known = ['rules', 'protocol', 'access', 'store', 'server', 'state', 'view', 'strings'];
  return { feature, role: known.includes(name) ? name : 'part' };
}

/** What a role of a feature may use of its own feature. A part is any other file: it serves the roles around it. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  rules: ['rules', 'part'],
  protocol: ['rules', 'protocol', 'part'],
  store: ['rules', 'protocol', 'store', 'part'],
  access: ['rules', 'protocol', 'store', 'access', 'part'],
  server: ['rules', 'protocol', 'store', 'access', 'server', 'part'],
  strings: ['rules', 'strings'],
  state: ['rules', 'protocol', 'strings', 'state', 'part'],
  view: ['rules', 'protocol', 'strings', 'state', 'view', 'part'],
  part: ['rules', 'protocol', 'store', 'strings', 'state', 'part'],
};

const ON_SERVER = new Set(['store', 'access', 'server']);
const IN_BROWSER = new Set(['state', 'view', 'strings']);

function checkFeature(source: Source, { target, typeOnly }: Import): void {
  const from = placeOf(source.path)!;
  const to = placeOf(target);
  const say = (what: string, why: string): number => complain(source.path, `imports ${target}${what}`, why);
  if (to && to.feature === from.feature) {
    if (!OWN[from.role]!.includes(to.role))
      say(
        '',
        `${from.role} stands below ${to.role}: imports point one way, rules ← protocol ← store, access ← server and rules ← state ← view`,
      );
    if (IN_BROWSER.has(from.role) && to.role === 'protocol' && !typeOnly)
      say(' as a value', 'the browser takes only types from protocol.ts, or Zod comes along: import type');
  } else if (to) {
    // Shapes of the wire are declared once, so a protocol may use another's; a view shows another's view.
    const open =
      to.role === 'rules' ||
      (to.role === 'protocol' && (typeOnly || from.role === 'protocol')) ||
      (to.role === 'access' && ['access', 'server', 'part'].includes(from.role)) ||
      // How a stranger's file is looked into, in a process of its own, is built once.
      (from.role === 'part' && target.startsWith('features/files/check/')) ||
      (to.role === 'view' && from.role === 'view') ||
      (to.role === 'state' && typeOnly && IN_BROWSER.has(from.role));
    if (!open)
      say(
        '',
        'a feature enters another only by its rules, the types of its protocol, its access, and in views its view: so that each can change behind those',
      );
  } else if (/^(server|database)\//.test(target)) {
    if (!ON_SERVER.has(from.role) && from.role !== 'part' && !typeOnly)
      say('', `${from.role} runs in the browser too, ${dirname(target)}/ does not`);
  } else if (target.startsWith('web/')) {
    if (!IN_BROWSER.has(from.role)) say('', `${from.role} runs on the server, web/ in the browser`);
  } else if (target.startsWith('features/')) {
    say(
      '',
      'the lists contracts.ts, handlers.ts and views.ts gather the features; a feature that reads them goes in a circle',
    );
  } else if (/^(testing|journeys|bench|bin)\//.test(target)) {
    say('', 'what people run does not lean on what tests it');
  }
}

const LISTS: Readonly<Record<string, readonly string[]>> = {
  'features/contracts.ts': ['protocol'],
  'features/handlers.ts': ['protocol', 'access', 'server', 'rules', 'store', 'part'],
  'features/views.ts': ['rules', 'strings', 'state', 'view', 'part'],
  'features/views.tsx': ['rules', 'strings', 'state', 'view', 'part'],
};
const DOORS = ['features/contracts.ts', 'features/handlers.ts', 'features/views.ts', 'features/views.tsx'];

function checkImport(source: Source, each: Import): void {
  const { path } = source;
  const { target, typeOnly } = each;
  const top = path.split('/')[0]!;
  const topOf = target.split('/')[0]!;
  if (LISTS[path]) {
    const to = placeOf(target);
    if (to && !LISTS[path].includes(to.role))
      complain(path, `imports ${target}`, `this list gathers ${LISTS[path].join(', ')} only`);
    return;
  }
  if (placeOf(path)) {
    checkFeature(source, each);
    return;
  }
  if (top === 'protocol' && ['server', 'web', 'features', 'database', 'testing'].includes(topOf)) {
    complain(path, `imports ${target}`, 'the grammar knows nobody: everything else stands on it');
  }
  if (['server', 'database', 'web'].includes(top) && topOf === 'features') {
    const open =
      (path === 'server/main.ts' && DOORS.includes(target)) ||
      (/^web\/(main|frame|ui\/gallery)\.tsx?$/.test(path) && DOORS.includes(target)) ||
      // The types of all actions and events together are the contract itself.
      (target === 'features/contracts.ts' && typeOnly) ||
      // The worker of the browser shows words and nothing else.
      (path.startsWith('web/service-worker') && placeOf(target)?.role === 'strings');
    if (!open)
      complain(
        path,
        `imports ${target}`,
        `${top}/ knows no feature: only its main (and the frame of web/) may, by the lists in features/`,
      );
  }
  if (['server', 'database', 'protocol'].includes(top) && topOf === 'web')
    complain(path, `imports ${target}`, `${top}/ does not run in the browser`);
  if (top === 'web' && ['server', 'database'].includes(topOf) && !typeOnly)
    complain(path, `imports ${target}`, 'the browser knows the server by the contract only');
  if (top === 'database' && topOf === 'server') complain(path, `imports ${target}`, 'database/ stands below server/');
  if (['testing', 'journeys', 'bench', 'bin'].includes(topOf))
    complain(path, `imports ${target}`, 'what people run does not lean on what tests it');
}

/** What reaches the browser, followed from its entries: nothing of Node may come along. */
function checkBrowser(sources: ReadonlyMap<string, Source>): void {
  const seen = new Map<string, string>();
  const entries = [...sources.keys()].filter(
    (path) => !isTest(path) && (/^web\/(?!.*vite\.config)/.test(path) || IN_BROWSER.has(placeOf(path)?.role ?? '')),
  );
  const waiting: [string, string][] = entries.map((path) => [path, '']);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [path, from] = next;
    if (seen.has(path)) continue;
    seen.set(path, from);
    for (const { target, typeOnly } of sources.get(path)?.imports ?? []) {
      if (typeOnly) continue;
      if (target.startsWith('node:'))
        complain(path, `imports ${target}`, `it is part of the browser's program${from ? ` (by ${from})` : ''}`);
      else if (sources.has(target)) waiting.push([target, path]);
    }
  }
}

const FORBIDDEN_NAMES = /^(util|utils|helper|helpers|common|manager|service|base|data)$/;
// Names that are not ours: the browser's worker, and the variable of the environment.
const GIVEN_NAMES = /service-?worker|data_?dir/gi;

function checkNames(path: string, exported: readonly string[]): void {
  const wordsOf = (name: string): string[] =>
    name
      .replace(GIVEN_NAMES, '')
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z0-9]+/);
  for (const name of [...path.split('/'), ...exported]) {
    const word = wordsOf(name).find((each) => FORBIDDEN_NAMES.test(each));
    if (word)
      complain(
        path,
        `the name ${name} says “${word}”`,
        'such a word fits everything and tells nothing: name what it does or holds',
      );
  }
}

const WRONG_WORDS: readonly [RegExp, string][] = [
  [/chủ nhóm/iu, 'trưởng nhóm'],
  [/gỡ tin/iu, 'thu hồi'],
  [/(xóa|xoá) nhóm/iu, 'giải tán nhóm'],
  [/khảo sát/iu, 'bình chọn'],
  [/hội thoại/iu, 'trò chuyện'],
];

function checkWords(path: string): void {
  const lines = readFileSync(join(root, path), 'utf8').normalize('NFC').split('\n');
  for (const [index, line] of lines.entries()) {
    for (const [wrong, right] of WRONG_WORDS) {
      const found = wrong.exec(line);
      if (found)
        complain(`${path}:${index + 1}`, `says “${found[0]}”`, `officials know it as “${right}” (docs/glossary.md)`);
    }
  }
}

function checkLock(): void {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<
      string,
      {
        resolved?: string;
        integrity?: string;
        dependencies?: Record<string, string>;
        optionalDependencies?: Record<string, string>;
      }
    >;
  };
  for (const [path, { resolved, integrity, dependencies, optionalDependencies }] of Object.entries(lock.packages)) {
    if (path === '') continue;
    if (resolved)
      complain(
        'package-lock.json',
        `${path} names the host of a registry`,
        'it must install from any mirror: run npm install with the .npmrc of this folder',
      );
    if (!integrity)
      complain('package-lock.json', `${path} has no integrity`, 'so that what is installed is what was tried');
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const places = [`${path}/node_modules/${name}`];
      for (
        let at = path;
        at.includes('node_modules/');
        at = at.slice(0, at.lastIndexOf('node_modules/')).replace(/\/$/, '')
      ) {
        places.push(`${at.slice(0, at.lastIndexOf('node_modules/'))}node_modules/${name}`);
      }
      if (!places.some((place) => lock.packages[place])) {
        complain(
          'package-lock.json',
          `${name}, wanted by ${path}, is missing`,
          'npm ci refuses such a lockfile: take a version whose parts exist for every machine',
        );
      }
    }
  }
}

const files = globSync('{protocol,features,server,database,web,testing,journeys,bench,bin}/**/*.{ts,tsx}', {
  cwd: root,
})
  .filter((path) => !path.startsWith('web/dist'))
  .sort();
const sources = new Map(files.map((path) => [path, readSource(path)]));
for (const source of sources.values()) {
  const { path } = source;
  checkNames(path, source.exported);
  // An access is the door of its feature, so it may hand out what lies behind it.
  if (source.reexports && placeOf(path)?.role !== 'access')
    complain(path, 'exports what another file holds', 'no barrels: everybody imports a thing from where it is');
  for (const each of source.imports) {
    const local =
      !/^(node:|@|[a-z])/.test(each.target) ||
      sources.has(each.target) ||
      /^(protocol|features|server|database|web|testing|journeys|bench|bin)\//.test(each.target);
    if (!local) continue;
    if (!existsSync(join(root, each.target.replace(/\?.*$/, ''))))
      complain(path, `imports ${each.target}`, 'there is no such file');
    if (
      each.target.endsWith('.tsx') &&
      !path.endsWith('.tsx') &&
      !each.typeOnly &&
      !IN_BROWSER.has(placeOf(path)?.role ?? '') &&
      !/^(web\/|features\/views)/.test(path)
    ) {
      complain(path, `imports ${each.target}`, 'Node runs no .tsx');
    }
    if (!isTest(path)) checkImport(source, each);
  }
  if (/(^|\/)(strings\.ts|view\.tsx)$/.test(path) || /\/(strings|view)\//.test(path)) checkWords(path);
}
for (const path of globSync('docs/huong-dan/**/*.md', { cwd: root })) checkWords(path);
checkBrowser(sources);
checkLock();

if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  console.error(`\n${complaints.length} places do not follow the house plan.`);
  process.exitCode = 1;
} else {
  console.log(`${files.length} files follow the house plan.`);
}
