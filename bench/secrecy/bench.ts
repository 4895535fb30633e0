// The guard against its corpus: npm run bench -- secrecy. Sizes by SECRECY_TEXTS, SECRECY_DOCUMENTS and SECRECY_SCANS, the choice by
// SECRECY_SEED; SECRECY_FAILURES: a file to write what went wrong to. docs/secrecy-guard.md tells more and holds the result.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';

import { openChecker } from '../../features/secrecy/check/run.ts';
import type { Checker } from '../../features/secrecy/check/run.ts';
import { compile } from '../../features/secrecy/rules/judge.ts';
import { DEFAULT_RULES } from '../../features/secrecy/rules/ruleset.ts';
import type { Row, Scale } from '../table.ts';
import { fileRows } from './documents.ts';
import { checkRow, failuresOf, figuresOf, judgeTexts } from './measure.ts';
import type { Figure, Result } from './measure.ts';
import { scanRows } from './scans.ts';
import { textRows } from './texts.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'secrecy-guard.md');
export const FIGURES = join(import.meta.dirname, 'figures.json');
const BEGIN = '<!-- figures: written by npm run bench -- secrecy -->';
const END = '<!-- end of figures -->';
/** How often a file is put again when the machine was too busy to tell. */
const TRIES = 3;
/** Characters; as long a message as is usual. */
const MESSAGE = 200;
const MESSAGES = 20_000;

export interface Sizes {
  readonly seed: number;
  readonly texts: number;
  readonly documents: number;
  readonly scans: number;
}

const number = (name: string, usual: number): number => Number(process.env[name] ?? usual);

export function textResults({ seed, texts }: Sizes): Result[] {
  const judge = compile(DEFAULT_RULES);
  const rows = textRows(seed, {
    plain: texts,
    ordinary: texts,
    evasion: Math.ceil(texts * 0.6),
    near: Math.ceil(texts * 0.4),
    legacy: Math.ceil(texts * 0.3),
    'legacy ordinary': Math.ceil(texts * 0.2),
    handling: Math.ceil(texts * 0.05),
  });
  return rows.map((row) => judgeTexts(judge, row));
}

export async function fileResults(
  { seed, documents, scans }: Sizes,
  told: (done: number, of: number) => void,
): Promise<Result[]> {
  const files = await fileRows(seed, {
    document: documents,
    'harmless document': Math.ceil(documents * 0.7),
    archive: Math.ceil(documents * 0.15),
    'harmless archive': Math.ceil(documents * 0.1),
  });
  const pictures = scanRows(seed, {
    'clean scan': scans,
    'stamped scan': Math.ceil(scans * 0.7),
    photo: scans,
    'harmless photo': Math.ceil(scans * 0.7),
  });
  const rows = [...files, ...pictures];
  const checker: Checker = openChecker();
  const results: Result[] = [];
  try {
    for (const row of rows) {
      for (let tries = 1; ; tries += 1) {
        const result = await checkRow(checker, DEFAULT_RULES, row);
        if (result.unchecked === 'starved' && tries < TRIES) continue;
        results.push(result);
        break;
      }
      told(results.length, rows.length);
    }
  } finally {
    await checker.close();
  }
  return results;
}

/** Microseconds of a judgement of one message of 200 characters. */
function messageCost(): number {
  const judge = compile(DEFAULT_RULES);
  const rows = textRows(1, {
    plain: 0,
    ordinary: 1_000,
    evasion: 0,
    near: 0,
    legacy: 0,
    'legacy ordinary': 0,
    handling: 0,
  });
  const texts = rows.map((it) => `${it.texts.join(' ')} `.repeat(8).slice(0, MESSAGE));
  const run = (times: number): void => {
    for (let at = 0; at < times; at += 1) judge.text(texts[at % texts.length]!);
  };
  run(MESSAGES / 4);
  const since = performance.now();
  run(MESSAGES);
  return ((performance.now() - since) / MESSAGES) * 1_000;
}

const percent = (share: number): string => `${(share * 100).toFixed(share > 0.99 && share < 1 ? 2 : 1)} %`;
const span = (milliseconds: number): string =>
  milliseconds < 100 ? `${milliseconds.toFixed(2)} ms` : `${(milliseconds / 1_000).toFixed(1)} s`;

const COST_AIMS: Readonly<Record<string, readonly [keyof Pick<Figure, 'p95' | 'p99'>, number]>> = {
  'texts, plainly marked': ['p99', 5],
  documents: ['p95', 2_000],
  'clean scans': ['p95', 6_000],
  'phone photos of papers': ['p95', 6_000],
};

export async function secrecy({ quick }: Scale): Promise<Row[]> {
  const sizes: Sizes = {
    seed: number('SECRECY_SEED', 2026),
    texts: number('SECRECY_TEXTS', quick ? 400 : 5_000),
    documents: number('SECRECY_DOCUMENTS', quick ? 12 : 900),
    scans: number('SECRECY_SCANS', quick ? 2 : 120),
  };
  console.error(`secrecy: seed ${sizes.seed}, ${JSON.stringify(sizes)}`);
  const texts = textResults(sizes);
  const files = await fileResults(sizes, (done, of) => {
    if (done % 50 === 0) console.error(`secrecy: ${done} of ${of} files`);
  });
  const results = [...texts, ...files];
  const figures = figuresOf(results);
  const message = messageCost();
  const place = process.env['SECRECY_FAILURES'];
  if (place) await writeFile(place, failuresOf(results));
  if (!quick) await kept(sizes, figures, message);
  return figures.flatMap((it) => rowsOf(it));
}

function rowsOf(it: Figure): Row[] {
  const rows: Row[] = [];
  const row = (what: string, figure: string, aim: string | undefined, met: boolean, note: string): void =>
    void rows.push({ bench: 'secrecy', what: `${it.what}: ${what}`, figure, note, ...(aim === undefined ? {} : { aim, met }) });
  if (it.marked > 0) {
    const aim = it.recallAim;
    const met = aim === 1 ? it.found === it.marked : it.recallLow >= (aim ?? 0);
    row('found', percent(it.recall), aim === undefined ? undefined : `≥ ${percent(aim)}`, met, `at least ${percent(it.recallLow)}; ${it.found} of ${it.marked}`);
  }
  const falseAim = it.falseAim;
  row('false alarms', percent(it.falseRate), falseAim === undefined ? undefined : `≤ ${percent(falseAim)}`, it.falseRate <= (falseAim ?? 1), `at most ${percent(it.falseHigh)}; ${it.falseAlarms} of ${it.harmless}`);
  const cost = COST_AIMS[it.what];
  if (cost) row(`time, ${cost[0]}`, span(it[cost[0]]), `≤ ${span(cost[1])}`, it[cost[0]] <= cost[1], `median ${span(it.p50)}`);
  return rows;
} // prettier-ignore

/** For the officer’s desk, and for the document. */
async function kept(sizes: Sizes, figures: readonly Figure[], message: number): Promise<void> {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`;
  const measured = {
    measured: new Date().toISOString().slice(0, 10),
    rules: DEFAULT_RULES.version,
    ...sizes,
    machine,
    node: process.version,
    messageMicroseconds: Math.round(message),
    classes: figures,
  };
  await writeFile(FIGURES, `${JSON.stringify(measured, null, 2)}\n`);
  const text = await readFile(DOCUMENT, 'utf8');
  const [from, upTo] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || upTo < from) throw new Error('docs/secrecy-guard.md has no place for the figures');
  const table = [
    '| class | marked | found | at least (95 %) | aim | harmless | false alarms | at most (95 %) | aim | precision | time p50 / p95 / p99 |  |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...figures.map((it) =>
      [
        '',
        it.what,
        it.marked || '–',
        it.marked ? percent(it.recall) : '–',
        it.marked ? percent(it.recallLow) : '–',
        it.recallAim === undefined ? '–' : `≥ ${percent(it.recallAim)}`,
        it.harmless,
        `${it.falseAlarms} (${percent(it.falseRate)})`,
        percent(it.falseHigh),
        it.falseAim === undefined ? '–' : `≤ ${percent(it.falseAim)}`,
        percent(it.precision),
        `${span(it.p50)} / ${span(it.p95)} / ${span(it.p99)}`,
        it.met ? 'met' : 'not met',
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ];
  const said = `Seed ${sizes.seed}; rules ${DEFAULT_RULES.version}; ${measured.measured}; ${machine}, Node ${process.version}. A message of ${MESSAGE} characters costs ${Math.round(message)} µs.`;
  await writeFile(DOCUMENT, `${text.slice(0, from)}${BEGIN}\n\n${said}\n\n${table.join('\n')}\n\n${text.slice(upTo)}`);
}
