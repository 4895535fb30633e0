// Puts the corpus to the real engine and the real process that reads files, and counts.

import type { Checker } from '../../features/secrecy/check/run.ts';
import type { Judge } from '../../features/secrecy/rules/judge.ts';
import type { RuleSet } from '../../features/secrecy/rules/ruleset.ts';
import type { FileRow } from './documents.ts';
import type { ScanRow } from './scans.ts';
import type { TextRow } from './texts.ts';

/** What became of one row. */
export interface Result {
  readonly id: string;
  readonly class: string;
  readonly family: string;
  readonly marked: boolean;
  /** Refused, as marked or since it could not be looked at. */
  readonly refused: boolean;
  readonly unchecked?: string;
  readonly rules: readonly string[];
  readonly milliseconds: number;
  /** Wrong in another way than refused or not. */
  readonly wrong?: string;
  /** For those who mend: what it was. */
  readonly example?: string;
}

/** As the server does: each by itself, and with those before it where it could be a piece. */
export function judgeTexts(judge: Judge, row: TextRow): Result {
  const since = performance.now();
  const rules = new Set<string>();
  let refused = false;
  let handling: string | undefined;
  for (const [at, text] of row.texts.entries()) {
    const verdict = judge.text(text, { kind: row.kind });
    handling ??= verdict.handling;
    for (const rule of verdict.rules) rules.add(rule);
    if (verdict.refused) refused = true;
    if (!refused && at > 0 && judge.fragment(text)) {
      const window = judge.window(row.texts.slice(0, at + 1));
      for (const rule of window.rules) rules.add(rule);
      if (window.refused) refused = true;
    }
    if (refused) break;
  }
  const milliseconds = performance.now() - since;
  const { id, class: name, family, marked } = row;
  const wrong = row.handling !== undefined && handling !== row.handling ? `handling ${handling ?? 'none'}` : undefined;
  return { id, class: name, family, marked, refused, rules: [...rules], milliseconds, example: row.texts.join(' ⏎⏎ '), ...(wrong ? { wrong } : {}) };
} // prettier-ignore

export async function checkRow(checker: Checker, rules: RuleSet, row: FileRow | ScanRow): Promise<Result> {
  const bytes = await row.make();
  const since = performance.now();
  const extension = row.name.slice(row.name.lastIndexOf('.') + 1).toLowerCase();
  const read = async function* (): AsyncIterable<Uint8Array> {
    yield bytes;
  };
  const answer = await checker.check(rules, 'bench', { name: row.name, extension, bytes: bytes.length, read });
  const milliseconds = performance.now() - since;
  const { id, class: name, family, marked } = row;
  const base = { id, class: name, family, marked, milliseconds, example: `${row.name} ${row.about ?? ''}` };
  if ('starved' in answer) return { ...base, refused: true, unchecked: 'starved', rules: [] };
  if ('unchecked' in answer) return { ...base, refused: true, unchecked: answer.unchecked, rules: [] };
  return { ...base, refused: answer.refused, rules: answer.rules };
}

/** Clopper–Pearson, both sides, 95 %. */
export function boundsOf(hits: number, of: number): { readonly low: number; readonly high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const low = hits === 0 ? 0 : search((p) => 1 - binomial(hits - 1, of, p) < 0.025);
  const high = hits === of ? 1 : search((p) => binomial(hits, of, p) > 0.025);
  return { low, high };
}

/** The largest p for which it holds, where it holds from 0 on. */
function search(holds: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** At most `hits` of `of`. */
function binomial(hits: number, of: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return hits >= of ? 1 : 0;
  let term = of * Math.log1p(-p);
  let sum = 0;
  for (let at = 0; at <= hits; at += 1) {
    sum += Math.exp(term);
    term += Math.log(of - at) - Math.log(at + 1) + Math.log(p) - Math.log1p(-p);
  }
  return Math.min(1, sum);
}

export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** What security.md 4.3 asks of a pair of classes. */
export interface Aim {
  readonly what: string;
  readonly marked: string | undefined;
  readonly harmless: string | undefined;
  /** Lower bound of recall. */
  readonly recall?: number;
  readonly falseAlarms?: number;
}

export const AIMS: readonly Aim[] = [
  { what: 'texts, plainly marked', marked: 'plain', harmless: 'ordinary', recall: 0.999, falseAlarms: 0.001 },
  { what: 'texts, disguised', marked: 'evasion', harmless: 'near', recall: 0.99, falseAlarms: 0.005 },
  { what: 'texts in old encodings', marked: 'legacy', harmless: 'legacy ordinary', recall: 0.99, falseAlarms: 0.005 },
  { what: 'documents', marked: 'document', harmless: 'harmless document', recall: 0.995, falseAlarms: 0.01 },
  { what: 'clean scans', marked: 'clean scan', harmless: 'stamped scan', recall: 0.99, falseAlarms: 0.02 },
  { what: 'phone photos of papers', marked: 'photo', harmless: 'harmless photo', recall: 0.9, falseAlarms: 0.05 },
  { what: 'archives', marked: 'archive', harmless: 'harmless archive', recall: 1, falseAlarms: 0.01 },
  { what: 'circulation marks, not refused', marked: undefined, harmless: 'handling', falseAlarms: 0.01 },
];

export interface Figure {
  readonly what: string;
  readonly marked: number;
  readonly found: number;
  readonly recall: number;
  readonly recallLow: number;
  readonly harmless: number;
  readonly falseAlarms: number;
  readonly falseRate: number;
  readonly falseHigh: number;
  /** Of what was refused in this run, what was marked. */
  readonly precision: number;
  readonly recallAim?: number;
  readonly falseAim?: number;
  readonly met: boolean;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export function figuresOf(results: readonly Result[]): Figure[] {
  return AIMS.flatMap((aim): Figure[] => {
    const marked = results.filter((it) => it.class === aim.marked);
    const harmless = results.filter((it) => it.class === aim.harmless);
    const all = [...marked, ...harmless];
    if (all.length === 0) return [];
    const found = marked.filter((it) => it.refused && it.unchecked !== 'starved').length;
    const alarms = harmless.filter((it) => it.refused || it.wrong).length;
    const recall = marked.length === 0 ? 1 : found / marked.length;
    const falseRate = harmless.length === 0 ? 0 : alarms / harmless.length;
    const times = all.map((it) => it.milliseconds);
    return [
      {
        what: aim.what,
        marked: marked.length,
        found,
        recall,
        recallLow: boundsOf(found, marked.length).low,
        harmless: harmless.length,
        falseAlarms: alarms,
        falseRate,
        falseHigh: boundsOf(alarms, harmless.length).high,
        precision: found + alarms === 0 ? 1 : found / (found + alarms),
        ...(aim.recall === undefined ? {} : { recallAim: aim.recall }),
        ...(aim.falseAlarms === undefined ? {} : { falseAim: aim.falseAlarms }),
        met: recallMet(aim, marked.length, found) && falseRate <= (aim.falseAlarms ?? 1),
        p50: quantileOf(times, 0.5),
        p95: quantileOf(times, 0.95),
        p99: quantileOf(times, 0.99),
      },
    ];
  });
}

/** The bound is what counts; all of them is all of them. */
function recallMet(aim: Aim, marked: number, found: number): boolean {
  if (aim.recall === undefined || aim.marked === undefined) return true;
  return aim.recall === 1 ? found === marked : boundsOf(found, marked).low >= aim.recall;
}

/** What went wrong, by class and family; only for those who run it, since it shows how. */
export function failuresOf(results: readonly Result[]): string {
  const wrong = results.filter((it) => it.refused !== it.marked || it.wrong !== undefined);
  const groups = Map.groupBy(wrong, (it) => `${it.class} | ${it.family}`);
  const size = Map.groupBy(results, (it) => `${it.class} | ${it.family}`);
  return [...groups]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([name, list]) => {
      const lines = list.slice(0, 12).map((it) => `    ${it.id} ${it.refused ? 'REFUSED' : 'missed'} ${it.unchecked ?? ''} ${it.wrong ?? ''} ${it.rules.join(',')} ${JSON.stringify((it.example ?? '').slice(0, 400))}`);
      return `## ${name}: ${list.length} of ${size.get(name)!.length}\n${lines.join('\n')}`;
    })
    .join('\n'); // prettier-ignore
}
