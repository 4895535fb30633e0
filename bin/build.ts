// Builds the web client into web/dist where its sources have changed since the last time.
import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'web/dist');
const STAMP = 'sources.sha256';
const SOURCES = ['web', 'features', 'protocol', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'bin/build.ts'];

/** Of names and contents, so that it holds across clones, branches and clocks. */
function digestOfSources(): string {
  const hash = createHash('sha256');
  const files: string[] = [];
  for (const source of SOURCES) {
    const path = join(root, source);
    if (source.includes('.')) files.push(source);
    else {
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
        const name = join(entry.parentPath, entry.name).slice(root.length + 1);
        if (entry.isFile() && !name.startsWith('web/dist') && !/\.test\.tsx?$/.test(name)) files.push(name);
      }
    }
  }
  for (const name of files.sort()) {
    hash.update(`${name}\0`);
    hash.update(readFileSync(join(root, name)));
  }
  return hash.digest('hex');
}

function stamped(): string {
  try {
    return readFileSync(join(dist, STAMP), 'utf8');
  } catch {
    return '';
  }
}

/** Puts compressed copies beside the files, as small as they get: made once, sent to every phone. */
function compress(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(js|css|svg|webmanifest)$/.test(entry.name)) continue;
    const content = readFileSync(path);
    const params = {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    };
    for (const [ending, packed] of [
      ['br', brotliCompressSync(content, { params })],
      ['gz', gzipSync(content, { level: 9 })],
    ] as const) {
      if (packed.length < content.length * 0.9) writeFileSync(`${path}.${ending}`, packed);
    }
  }
}

// The same client whoever builds it: Vite looks at this beside its mode.
process.env.NODE_ENV = 'production';

const digest = digestOfSources();
if (stamped() !== digest) {
  console.log('Building the web client …');
  // Beside the old one and put in its place when whole: a program that runs keeps its files, a build cut short shows.
  const fresh = `${dist}.${process.pid}`;
  const old = `${dist}.${process.pid}.old`;
  try {
    await build({
      configFile: join(root, 'vite.config.ts'),
      mode: 'production',
      logLevel: 'warn',
      build: { outDir: fresh, emptyOutDir: true },
    });
    compress(fresh);
    writeFileSync(join(fresh, STAMP), digest);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(fresh, dist);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}
