// A reporter of Node's test runner: what begins, ends and fails, a line of JSON each, as it happens. So a run that was killed
// has still said which tests were under way.
import { inspect } from 'node:util';

import type { TestLine } from './failures.ts';

interface Event {
  readonly type: string;
  readonly data: {
    readonly file?: string;
    readonly name?: string;
    readonly nesting?: number;
    readonly message?: string;
    readonly counts?: Readonly<Record<string, number>>;
    readonly details?: { readonly passed?: boolean; readonly error?: unknown };
  };
}

// oxlint-disable-next-line import/no-default-export -- the runner takes no other
export default async function* (source: AsyncIterable<Event>): AsyncGenerator<string> {
  for await (const event of source) {
    const line = lineOf(event);
    if (line) yield `${JSON.stringify(line)}\n`;
  }
}

function lineOf({ type, data }: Event): TestLine | undefined {
  const { file = '', name = '', nesting = 0 } = data;
  if (type === 'test:dequeue') return { on: 'begin', file, name, nesting };
  if (type === 'test:complete') {
    if (data.details?.passed !== false) return { on: 'end', file, name, nesting };
    const { failureType, cause, message } = data.details.error as Error & { failureType?: string };
    const error = cause instanceof Error ? (cause.stack ?? cause.message) : cause;
    const text = typeof error === 'string' ? error : error === undefined ? message : inspect(error);
    return { on: 'fail', file, name, nesting, why: failureType ?? '', text: text.slice(0, 10_000) };
  }
  if (type === 'test:stderr') return { on: 'stderr', file, text: (data.message ?? '').slice(-4_000) };
  if (type === 'test:summary' && data.file === undefined) return { on: 'counts', counts: data.counts ?? {} };
  return undefined;
}
