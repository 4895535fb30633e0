import type { Picture } from '../extract/piece.ts';
import type { OcrPage } from '../rules/verdict.ts';
import { decoded, evenlyLit, inkOf, rednessOf, withoutRed } from './picture.ts';
import type { Colours, Grey } from './picture.ts';
import { blotsOf, cutOut } from './pieces.ts';
import type { Blot, Box } from './pieces.ts';
import type { Layout, Line, Reader } from './reader.ts';
import { isWriting, lettersOf, lieOf } from './slope.ts';
import type { Lie } from './slope.ts';
import { seals, stampsIn, surenessOf } from './stamps.ts';

/** An A4 page with this many points along it has about 260 to an inch. */
const SIDE = 3_000;
/** Darker than this is writing; where nothing is, it may be faint or blurred. */
const INKS = [170, 200];
/** A small letter is drawn this high before it is read. */
const LETTER = 20;
const PAGE_MOST = 3_600;
/** Below this what was read is not writing, or stands on its side or its head. */
const SURE = 75;
/** A page of a document is bright and has more letters in rows than this. */
const PAGE_LETTERS = 40;
const PAPER = 0.55;
/** So many letters must have been read of it, and such a part of those that stand there. */
const READ_LEAST = 30;
const READ_PART = 0.4;

/** What stands written in a picture, however it lies; whether that is a marking is for the rules to say. */
export async function pageOf(picture: Picture, reader: Reader): Promise<OcrPage> {
  return read(await decoded(picture, SIDE), reader);
}

function read(colours: Colours, reader: Reader): OcrPage {
  const lit = evenlyLit(colours);
  const stamps = stampsIn(lit, reader).map(({ text, framed, aspect }) => ({ text, framed, aspect }));
  const ink = withoutRed(inkOf(lit), lit, seals(rednessOf(lit)));
  for (const below of INKS) {
    const letters = lettersOf(blotsOf(ink, below, 12), Math.max(ink.width, ink.height) / 4);
    const lie = lieOf(letters);
    if (!lie || !isWriting(lie)) continue;
    const { lines, readLetters } = linesIn(ink, areaOf(ink, letters, lie), lie, reader);
    const isPage = lie.inRows >= PAGE_LETTERS && paperIn(ink) > PAPER;
    const unreadable = isPage && readLetters < Math.max(READ_LEAST, lie.inRows * READ_PART);
    if ((unreadable || readLetters < READ_LEAST) && below !== INKS.at(-1)) continue;
    return { lines, stamps, ...(unreadable && { unreadable }) };
  }
  return { lines: [], stamps };
}

/** How much of it is bright. */
function paperIn({ points }: Grey): number {
  let bright = 0;
  for (let at = 0; at < points.length; at += 5) if (points[at]! > 215) bright += 1;
  return (bright * 5) / points.length;
}

/** The rectangle, turned as the writing is, that has all letters in it. */
function areaOf({ width, height }: Grey, letters: readonly Blot[], { angle, letter }: Lie): Box {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const alongs: number[] = [];
  const acrosses: number[] = [];
  for (const { left, top, right, bottom } of letters) {
    const x = (left + right) / 2;
    const y = (top + bottom) / 2;
    alongs.push(x * cos + y * sin);
    acrosses.push(y * cos - x * sin);
  }
  const margin = letter * 3;
  const [alongLeast, alongMost] = [least(alongs) - margin, most(alongs) + margin];
  const [acrossLeast, acrossMost] = [least(acrosses) - margin, most(acrosses) + margin];
  const along = (alongLeast + alongMost) / 2;
  const across = (acrossLeast + acrossMost) / 2;
  return {
    x: along * cos - across * sin,
    y: along * sin + across * cos,
    length: Math.min(alongMost - alongLeast, width + height),
    breadth: Math.min(acrossMost - acrossLeast, width + height),
    angle,
  };
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);

function linesIn(ink: Grey, area: Box, { letter }: Lie, reader: Reader): { lines: string[]; readLetters: number } {
  const scale = Math.min(3, LETTER / letter, PAGE_MOST / area.length, PAGE_MOST / area.breadth);
  const page = (upsideDown: boolean): Grey => cutOut(ink, area, Math.round(area.breadth * scale), 0, upsideDown);
  const upsideDown = standsOnItsHead(page(false), reader);
  const lines = reader.read(page(upsideDown), LAYOUT);
  const kept = lines.filter((it) => surenessOf([it]) >= 25);
  return { lines: kept.map((it) => it.text), readLetters: lettersRead(lines) };
}

const LAYOUT: Layout = 'scattered';

const lettersRead = (lines: readonly Line[]): number =>
  lines
    .flatMap(({ words }) => words)
    .filter(({ sure }) => sure >= SURE)
    .reduce((sum, { text }) => sum + (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0), 0);

/** A few rows from the middle tell, read one way up and the other. */
function standsOnItsHead(page: Grey, reader: Reader): boolean {
  const strip = stripOf(page);
  const upright = lettersRead(reader.read(strip, 'block'));
  if (upright >= 40) return false;
  const turned = { ...strip, points: strip.points.toReversed() };
  return lettersRead(reader.read(turned, 'block')) > upright;
}

/** The strip with the most ink of a few that are looked at. */
function stripOf({ width, height, points }: Grey): Grey {
  const high = Math.min(height, LETTER * 9);
  let best = 0;
  let mostInk = -1;
  for (let top = 0; top + high <= height; top += Math.max(1, Math.floor(high / 2))) {
    let dark = 0;
    for (let at = top * width; at < (top + high) * width; at += 7) if (points[at]! < INKS[0]!) dark += 1;
    if (dark <= mostInk) continue;
    mostInk = dark;
    best = top;
  }
  return { width, height: high, points: points.slice(best * width, (best + high) * width) };
}
