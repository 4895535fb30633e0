import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, defineConfig, type Plugin, type Rollup } from 'vite';

const web = fileURLToPath(new URL('./web/', import.meta.url));

const { version } = JSON.parse(await readFile(new URL('./package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// Scripts with an address of their own: built as one file each, without imports and without a hash in the name.
const FIRST_PAINT = 'first-paint';
const WORKER = 'service-worker';

async function ownScript(name: string, define: Record<string, string> = {}): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    root: web,
    define,
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input: `${web}${name}.ts`, output: { format: 'iife', entryFileNames: `${name}.js` } },
    },
  })) as Rollup.RollupOutput;
  return built.output[0].code;
}

/** A fetched-when-opened script above this (the emoji) is kept when it has been used, not before. */
const PRECACHED_MOST = 100_000;

/** What the program needs to start and to be used without a line: everything but big rarities and rare letters. */
function isPrecached(file: Rollup.OutputAsset | Rollup.OutputChunk): boolean {
  if (file.type === 'chunk') return !file.isDynamicEntry || file.code.length <= PRECACHED_MOST;
  return file.fileName === 'index.html' || /^assets\/(?!.*latin-ext)/.test(file.fileName);
}

function ownScripts(): Plugin {
  return {
    name: 'own-scripts',
    configureServer(server) {
      server.middlewares.use(`/${FIRST_PAINT}.js`, (_request, response, next) => {
        ownScript(FIRST_PAINT).then((code) => {
          response.setHeader('Content-Type', 'text/javascript');
          response.end(code);
        }, next);
      });
    },
    transformIndexHtml: {
      order: 'post',
      handler: () => [{ tag: 'script', attrs: { src: `/${FIRST_PAINT}.js` }, injectTo: 'head' }],
    },
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const firstPaint = await ownScript(FIRST_PAINT);
        this.emitFile({ type: 'asset', fileName: `${FIRST_PAINT}.js`, source: firstPaint });
        const precached = [
          ...Object.values(bundle)
            .filter(isPrecached)
            .map((file) => file.fileName),
          `${FIRST_PAINT}.js`,
          'manifest.webmanifest',
          'icons/mark-small.svg',
          'icons/icon-192.png',
        ];
        const hash = createHash('sha256').update(firstPaint);
        for (const file of Object.values(bundle)) hash.update(file.type === 'chunk' ? file.code : file.source);
        for (const entry of await readdir(`${web}public`, { recursive: true, withFileTypes: true })) {
          if (entry.isFile()) hash.update(await readFile(`${entry.parentPath}/${entry.name}`));
        }
        const define = {
          __BUILD__: JSON.stringify(hash.digest('hex').slice(0, 12)),
          __PRECACHE__: JSON.stringify(precached.map((file) => (file === 'index.html' ? '/' : `/${file}`)).sort()),
        };
        this.emitFile({ type: 'asset', fileName: `${WORKER}.js`, source: await ownScript(WORKER, define) });
      },
    },
  };
}

/**
 * Says the order of the layers at the head of every stylesheet: once the code is split, the browser may read any of them
 * first, and whoever is read first would decide it.
 */
function layerOrder(): Plugin {
  return {
    name: 'layer-order',
    enforce: 'pre',
    transform: (code, id) => (id.endsWith('.css') ? `@layer tokens, base, kit, frame, feature;\n${code}` : undefined),
  };
}

export default defineConfig({
  root: web,
  publicDir: 'public',
  base: '/',
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [layerOrder(), ownScripts()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    // virtua is the only part written for React.
    alias: { react: 'preact/compat', 'react-dom': 'preact/compat', 'react/jsx-runtime': 'preact/jsx-runtime' },
    dedupe: ['preact', '@preact/signals'],
  },
  server: { fs: { allow: [fileURLToPath(new URL('.', import.meta.url))] } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome100', 'safari15.4', 'firefox110'],
    // The Content-Security-Policy allows no inline script or style, and data: addresses for pictures only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,

    reportCompressedSize: false,
    // The emoji with their names are one big list, fetched when the picker is opened.
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      output: {
        // What every start needs is two files, not one for each pair of screens that share a part: on a bad line a request
        // costs more than a kilobyte. The libraries stand apart, so that a new version does not bring them again.
        codeSplitting: {
          groups: [
            { name: 'parts', tags: ['$initial'], test: /node_modules[\\/](?!lucide)|preload-helper/, priority: 2 },
            { name: 'start', tags: ['$initial'], priority: 1 },
          ],
        },
      },
      onwarn(warning, warn) {
        // virtua says "use client" to a framework that is not here.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
