// What failed in a run of tests, by name, in few enough lines that the end of a log shows all of it.

/** A line of `bin/test-reporter.ts`. */
export type TestLine =
  | { readonly on: 'begin' | 'end'; readonly file: string; readonly name: string; readonly nesting: number }
  | {
      readonly on: 'fail';
      readonly file: string;
      readonly name: string;
      readonly nesting: number;
      readonly why: string;
      readonly text: string;
    }
  | { readonly on: 'stderr'; readonly file: string; readonly text: string }
  | { readonly on: 'counts'; readonly counts: Readonly<Record<string, number>> };

export interface Failure {
  readonly name: string;
  readonly text: string;
}

export interface TestRun {
  /** Undefined where the runner was ended before it could count. */
  readonly counts: Readonly<Record<string, number>> | undefined;
  readonly failures: readonly Failure[];
}

/** Lines of one failure that are worth keeping. */
export const LINES_MOST = 30;

/** What a run says of itself; tests that had begun and never ended are failures too. */
export function readRun(text: string, root: string): TestRun {
  const lines = text
    .split('\n')
    .filter((it) => it.startsWith('{') && it.endsWith('}'))
    .map((it) => JSON.parse(it) as TestLine);
  const short = (file: string): string => (file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file);
  const stderr = new Map<string, string>();
  for (const it of lines)
    if (it.on === 'stderr') stderr.set(short(it.file), (stderr.get(short(it.file)) ?? '') + it.text);

  const counts = lines.find((it) => it.on === 'counts')?.counts;
  const running = new Map<string, { file: string; name: string }>();
  const failures: Failure[] = [];
  for (const it of lines) {
    if (it.on === 'stderr' || it.on === 'counts') continue;
    const file = short(it.file);
    // The runner counts a file as a test of that name.
    const whole = it.name === file || it.name === it.file;
    const key = `${file}\n${it.nesting}\n${it.name}`;
    if (it.on === 'begin') running.set(key, { file, name: it.name });
    else running.delete(key);
    if (it.on !== 'fail' || it.why === 'subtestsFailed') continue;
    if (!whole) failures.push({ name: `${file}: ${it.name}`, text: it.text });
    else failures.push({ name: file, text: tailOf(stderr.get(file) ?? '') || it.text });
    if (!whole) continue;
    for (const [each, { file: of, name }] of running) {
      if (of !== file) continue;
      running.delete(each);
      failures.push({ name: `${file}: ${name}`, text: 'had begun when its file ended' });
    }
  }
  if (counts) return { counts, failures };
  const cut = [...running.values()].filter(({ file, name }) => name !== file);
  const silent = [...running.values()].filter(({ file, name }) => name === file && !cut.some((it) => it.file === file));
  return {
    counts,
    failures: [
      ...failures,
      ...cut.map(({ file, name }) => ({ name: `${file}: ${name}`, text: 'under way when the runner was ended' })),
      ...silent.map(({ file }) => ({ name: file, text: 'under way when the runner was ended' })),
    ],
  };
}

/** The last lines of a longer text. */
export function tailOf(text: string, most = LINES_MOST): string {
  return text.trimEnd().split('\n').slice(-most).join('\n');
}

/**
 * All failures by name, each with the first lines of what it said: as many as fit into `room` lines in all, so that more failures mean
 * fewer lines of each. What does not fit is counted.
 */
export function failureLines(
  failures: readonly { stage: string; name: string; text: string }[],
  room: number,
): string[] {
  if (failures.length === 0) return [];
  const shown = failures.slice(0, failures.length > room ? room - 1 : room);
  let spare = room - shown.length - (shown.length < failures.length ? 1 : 0);
  const lines: string[] = [];
  for (const [at, { stage, name, text }] of shown.entries()) {
    lines.push(`✗ ${stage}: ${name.replaceAll('\n', ' ').slice(0, 300)}`);
    const share = Math.min(LINES_MOST, Math.floor(spare / (shown.length - at)));
    const said = text
      .trim()
      .split('\n')
      .slice(0, share)
      .map((line) => `    ${line.slice(0, 300)}`);
    const kept = text.trim() === '' ? [] : said;
    lines.push(...kept);
    spare -= kept.length;
  }
  if (shown.length < failures.length) lines.push(`✗ … and ${failures.length - shown.length} more`);
  return lines;
}
