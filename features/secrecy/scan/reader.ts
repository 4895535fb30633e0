import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import type { Grey } from './picture.ts';

/** How what is given is laid out. */
export type Layout = 'page' | 'scattered' | 'block' | 'line';

export interface Word {
  readonly text: string;
  /** 0 to 100. */
  readonly sure: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly text: string;
  readonly words: readonly Word[];
}

/** Reads printed Vietnamese. One at a time: what it holds of a picture goes with the next. */
export interface Reader {
  read(picture: Grey, layout: Layout): readonly Line[];
}

/** The part of Tesseract's interface that is used here. */
interface Engine {
  readonly FS: {
    writeFile(path: string, bytes: Uint8Array): void;
    unlink(path: string): void;
  };
  readonly TessBaseAPI: new () => {
    Init(path: null, language: string, mode: number): number;
    SetVariable(name: string, value: string): boolean;
    SetPageSegMode(mode: number): void;
    SetImageFile(exif: number, angle: number): number;
    SetSourceResolution(dpi: number): void;
    Recognize(monitor: null): number;
    GetTSVText(page: number): string;
    Clear(): void;
  };
}

const MODES: Readonly<Record<Layout, number>> = { page: 3, scattered: 11, block: 6, line: 7 };
const LSTM_ONLY = 1;
const WORD = '5';

const require = createRequire(import.meta.url);

/**
 * Loads Tesseract and what it knows of Vietnamese, once for a process: about 0.15 s and 85 MB. It runs in this thread and asks for
 * nothing but files of its own package.
 */
export async function openReader(): Promise<Reader> {
  const start = require('tesseract.js-core/tesseract-core-simd-lstm.js') as (about: object) => Promise<Engine>;
  const silent = (): void => {};
  const packed = await readFile(require.resolve('@tesseract.js-data/vie/4.0.0_best_int/vie.traineddata.gz'));
  const [engine, trained] = await Promise.all([start({ print: silent, printErr: silent }), promisify(gunzip)(packed)]);
  engine.FS.writeFile('vie.traineddata', trained);
  const reading = new engine.TessBaseAPI();
  if (reading.Init(null, 'vie', LSTM_ONLY) !== 0) throw new Error('the reader of pictures does not start');
  engine.FS.unlink('vie.traineddata');
  reading.SetVariable('debug_file', '/dev/null');

  return {
    read({ width, height, points }, layout) {
      engine.FS.writeFile('/input', Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), points]));
      reading.SetPageSegMode(MODES[layout]);
      if (reading.SetImageFile(1, 0) !== 0) throw new Error('the reader does not take the picture');
      reading.SetSourceResolution(300);
      reading.Recognize(null);
      const lines = linesOf(reading.GetTSVText(0));
      reading.Clear();
      return lines;
    },
  };
}

/** Level, page, block, paragraph, line, word, left, top, width, height, how sure, text: a row each, apart by tabs. */
function linesOf(table: string): Line[] {
  const lines = new Map<string, Word[]>();
  for (const row of table.split('\n')) {
    const [level, page, block, paragraph, line, , left, top, width, height, sure, ...rest] = row.split('\t');
    const text = rest.join(' ').trim();
    if (level !== WORD || text === '') continue;
    const key = [page, block, paragraph, line].join(' ');
    const word = {
      text,
      sure: Number(sure),
      left: Number(left),
      top: Number(top),
      width: Number(width),
      height: Number(height),
    };
    const words = lines.get(key);
    if (words) words.push(word);
    else lines.set(key, [word]);
  }
  return [...lines.values()]
    .map((words) => ({ text: words.map((it) => it.text).join(' '), words }))
    .toSorted((a, b) => middle(a) - middle(b));
}

const middle = ({ words }: Line): number =>
  words.reduce((sum, { top, height }) => sum + top + height / 2, 0) / words.length;
