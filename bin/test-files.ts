// Runs test files under Node's runner, each in a process, in the order in which they are given: by itself it takes them by
// name, and a long one that begins last ends alone. node bin/test-files.ts <lines> <at once> <seconds> <files…>
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { compose, PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

import lines from './test-reporter.ts';

const [place, atOnce, seconds, ...files] = process.argv.slice(2);
const events = run({
  files,
  concurrency: Number(atOnce),
  timeout: Number(seconds) * 1_000,
  execArgv: [`--import=${join(import.meta.dirname, '../testing/watch.ts')}`],
});
events.on('test:fail', ({ todo }) => {
  if (todo === undefined || todo === false) process.exitCode = 1;
});
const [shown, kept] = [new PassThrough({ objectMode: true }), new PassThrough({ objectMode: true })];
events.pipe(shown);
events.pipe(kept);
compose(shown, new spec()).pipe(process.stdout);
await finished(compose(kept, lines).pipe(createWriteStream(place!)));
