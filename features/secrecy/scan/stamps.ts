import type { OcrStamp } from '../rules/verdict.ts';
import { inkOf, rednessOf } from './picture.ts';
import type { Colours, Grey } from './picture.ts';
import { blotsOf, boxAround, cutOut, heightOf, widthOf } from './pieces.ts';
import type { Blot, Box } from './pieces.ts';
import type { Layout, Line, Reader } from './reader.ts';

/** As much redder than green and blue is red ink, however faded; what is left of it around black letters is less. */
const RED = 255 - 30;
const DARK = 150;
/** Squares along the longer side of a picture in which red is gathered. */
const SQUARES = 750;
/** So far apart, in squares, letters and frame of one stamp may stand: in a page, and in a picture of the stamp alone. */
const REACHES = [1, 3, 7];
const STAMPS_MOST = 10;
const FRAMES_MOST = 8;
/** A stamp is drawn this high before it is read, so that its letters are about half of it. */
const HEIGHT = 140;
const PAD = 24;
/** To see whether there is anything to read. */
const ROUGH = 64;
const SMALL = 32;
/** So much of a worn stamp is as good as black. */
const WORN = 0.12;
const INK_MOST = 0.28;
/** The lines of a frame, as part of its height; those of a worn double frame run together. */
const THICK = 0.11;
const THICK_WORN = 0.2;

export interface ReadStamp extends OcrStamp {
  /** 0 to 100. */
  readonly sure: number;
  readonly box: Box;
}

/** Whatever stands by itself in red, or in a frame of any colour, read along its own slope and either way up. */
export function stampsIn(lit: Colours, reader: Reader): ReadStamp[] {
  const redness = rednessOf(lit);
  const ink = inkOf(lit);
  const found: ReadStamp[] = [];
  const red = redBoxes(redness).filter((it) => looksLikeStamp(redness, it));
  for (const box of red.slice(0, STAMPS_MOST)) {
    if (found.some((it) => it.sure >= 80 && holds(it.box, box))) continue;
    const inRed = readStamp(redness, box, reader);
    const stamp = inRed.sure < 70 ? better(inRed, readStamp(ink, box, reader)) : inRed;
    if (isRead(stamp)) found.push(stamp);
  }
  const framed = frameBoxes(ink).filter((it) => looksLikeStamp(ink, it));
  for (const box of framed.slice(0, FRAMES_MOST)) {
    if (found.some((it) => it.framed && isSame(it.box, box))) continue;
    const stamp = readStamp(ink, box, reader);
    if (stamp.framed && isRead(stamp)) found.push(stamp);
  }
  // A part of a stamp says something else than the whole.
  return found.filter((it) => !found.some((other) => other !== it && other.sure >= 60 && isPartOf(it, other)));
}

/** Leaves and tiles are read too, but never surely. */
const isRead = ({ text, sure, framed }: ReadStamp): boolean => text !== '' && sure >= (framed ? 45 : 55);

const isPartOf = (one: ReadStamp, other: ReadStamp): boolean =>
  holds(other.box, one.box) && one.box.length < other.box.length * 0.9 && lettersOf(one.text) < lettersOf(other.text);

const lettersOf = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0;

/** The middle of the second lies in the first. */
function holds(one: Box, other: Box): boolean {
  const cos = Math.cos(one.angle);
  const sin = Math.sin(one.angle);
  const along = Math.abs((other.x - one.x) * cos + (other.y - one.y) * sin);
  const across = Math.abs((other.y - one.y) * cos - (other.x - one.x) * sin);
  return along < one.length / 2 && across < one.breadth / 2 && other.length < one.length * 1.1;
}

/** Letters of one size side by side, or something in a frame; told without reading it. */
export function looksLikeStamp(from: Grey, box: Box): boolean {
  const level = { ...box, angle: box.angle + slopeLeft(stretched(cutOut(from, box, SMALL, 0.1))) };
  const cut = cutOut(from, level, ROUGH, 0.1);
  return hasLetters(stretched(cut), THICK) || hasLetters(mended(cut, 1), THICK_WORN);
}

function hasLetters(stamp: Grey, thick: number): boolean {
  const { picture, framed } = withoutFrame(stamp, thick);
  const { width, height } = picture;
  const blots = blotsOf(picture, INK, 10);
  const large = blots.filter((it) => heightOf(it) > height * 0.2 && widthOf(it) < Math.max(height, width * 0.6));
  const ink = blots.reduce((sum, it) => sum + it.area, 0);
  if (ink > width * height * 0.5) return false;
  if (framed && large.length > 0 && large.length <= 20) return true;
  return large.some((it) => {
    const row = large.filter(
      (other) =>
        heightOf(other) > heightOf(it) * 0.7 &&
        heightOf(other) < heightOf(it) * 1.6 &&
        Math.abs(other.bottom - it.bottom) < heightOf(it) * 0.3,
    );
    const area = row.reduce((sum, other) => sum + other.area, 0);
    return row.length >= 3 && row.length <= 30 && area > ink * 0.55;
  });
}

const better = <T extends { readonly sure: number }>(one: T, other: T): T => (other.sure > one.sure ? other : one);

function isSame(one: Box, other: Box): boolean {
  const far = Math.hypot(one.x - other.x, one.y - other.y);
  return far < one.breadth / 2 && one.length < other.length * 1.3 && other.length < one.length * 1.3;
}

/** Where red ink lies as round as a seal is. */
export function seals(redness: Grey): Box[] {
  const { grid, square } = gathered(redness, RED, 2);
  return blotsOf(grown(grid, 2), 128, 60)
    .map((blot) => scaled(boxAround(blot.ends), square, 2))
    .filter(({ length, breadth }) => length < breadth * 1.35);
}

/** Where red ink lies close together in the shape of a stamp; the likeliest first. */
export function redBoxes(redness: Grey): Box[] {
  const { grid, square } = gathered(redness, RED, 2);
  const boxes: Box[] = [];
  for (const reach of REACHES) {
    for (const blot of blotsOf(grown(grid, reach), 128, 8)) {
      const around = boxAround(blot.ends);
      const box = scaled(around, square, reach);
      const aspect = box.length / box.breadth;
      if (box.breadth < 10 || aspect < 1.35 || aspect > 14) continue;
      const same = boxes.findIndex((it) => isSame(it, box));
      // What was torn apart at first is whole now.
      if (same >= 0 && box.length > boxes[same]!.length * 1.08) boxes[same] = box;
      else if (same < 0) boxes.push(box);
    }
  }
  return boxes.toSorted((a, b) => unlike(a) - unlike(b));
}

/** How little a rectangle looks like the stamps of the rules, which are 20, 30 and 40 mm by 8. */
const unlike = ({ length, breadth }: Box): number =>
  Math.min(...[2.5, 3.75, 5].map((it) => Math.abs(Math.log(length / breadth / it)))) - Math.log(breadth) / 8;

/** Empty room with a frame all around that stands alone: the cells of a table stand beside each other. */
export function frameBoxes(ink: Grey): Box[] {
  const { grid, square } = gathered(ink, DARK, 1, 1_500);
  const inverse = { ...grid, points: grid.points.map((it) => 255 - it) };
  const rooms: Box[] = [];
  for (const blot of blotsOf(inverse, 128, 40, 0)) {
    if (!isRoom(blot, grid)) continue;
    const around = boxAround(blot.ends);
    const aspect = around.length / around.breadth;
    if (around.breadth < 9 || aspect < 1.2 || aspect > 8 || blot.area < around.length * around.breadth * 0.3) continue;
    rooms.push(scaled(around, square, -1.5));
    if (rooms.length > 400) return [];
  }
  return groupsOf(rooms)
    .flatMap(stampsOf)
    .filter(({ length, breadth }) => length > breadth * 1.6)
    .toSorted((a, b) => unlike(a) - unlike(b));
}

/** Rooms that are beside each other, or one in the other. */
function groupsOf(rooms: readonly Box[]): Box[][] {
  const groups: Box[][] = [];
  for (const room of rooms) {
    const near = groups.filter((group) => group.some((it) => touches(it, room)));
    for (const it of near) groups.splice(groups.indexOf(it), 1);
    groups.push([...near.flat(), room]);
  }
  return groups;
}

/** A stamp's room may be cut into a few by its letters, all in one row, and another stamp may stand below; a table has more. */
function stampsOf(rooms: readonly Box[]): Box[] {
  if (rooms.length > 9) return [];
  const left = rooms.toSorted((a, b) => b.length - a.length);
  const whole: Box[] = [];
  for (let first = left.shift(); first; first = left.shift()) {
    const { x, y, length, breadth, angle } = first;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    let from = -length / 2;
    let to = length / 2;
    for (const it of left.slice()) {
      if (Math.abs((it.y - y) * cos - (it.x - x) * sin) > breadth * 0.4) continue;
      left.splice(left.indexOf(it), 1);
      const along = (it.x - x) * cos + (it.y - y) * sin;
      from = Math.min(from, along - it.length / 2);
      to = Math.max(to, along + it.length / 2);
    }
    const middle = (from + to) / 2;
    whole.push({ ...first, x: x + middle * cos, y: y + middle * sin, length: to - from });
  }
  return whole.length > 3 ? [] : whole;
}

const isRoom = (blot: Blot, { width, height }: Grey): boolean =>
  blot.left > 0 &&
  blot.top > 0 &&
  blot.right < width - 1 &&
  blot.bottom < height - 1 &&
  widthOf(blot) < width * 0.7 &&
  heightOf(blot) < height * 0.5;

function touches(one: Box, other: Box): boolean {
  const near = (a: Box, b: Box): boolean => {
    const cos = Math.cos(a.angle);
    const sin = Math.sin(a.angle);
    const along = Math.abs((b.x - a.x) * cos + (b.y - a.y) * sin);
    const across = Math.abs((b.y - a.y) * cos - (b.x - a.x) * sin);
    const slack = a.breadth * 0.15;
    return along < (a.length + b.length) / 2 + slack && across < (a.breadth + b.breadth) / 2 + slack;
  };
  return near(one, other) && near(other, one);
}

/** Squares of which at least `least` points are darker than `below` are 0, the others 255. */
function gathered(
  { width, height, points }: Grey,
  below: number,
  least: number,
  squares = SQUARES,
): { grid: Grey; square: number } {
  const square = Math.max(1, Math.round(Math.max(width, height) / squares));
  const across = Math.ceil(width / square);
  const down = Math.ceil(height / square);
  const counts = new Uint8Array(across * down);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / square) * across;
    for (let x = 0; x < width; x += 1)
      if (points[y * width + x]! < below) {
        const at = row + Math.floor(x / square);
        if (counts[at]! < 255) counts[at] = counts[at]! + 1;
      }
  }
  return { grid: { width: across, height: down, points: counts.map((it) => (it >= least ? 0 : 255)) }, square };
}

/** What is dark reaches `by` further to all sides. */
function grown({ width, height, points }: Grey, by: number): Grey {
  const flat = new Uint8Array(points.length).fill(255);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      if (points[y * width + x] === 0)
        flat.fill(0, y * width + Math.max(0, x - by), y * width + Math.min(width, x + by + 1));
  const both = flat.slice();
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      if (flat[y * width + x] === 0)
        for (let to = Math.max(0, y - by); to <= Math.min(height - 1, y + by); to += 1) both[to * width + x] = 0;
  return { width, height, points: both };
}

const scaled = ({ x, y, length, breadth, angle }: Box, square: number, less: number): Box => ({
  x: (x + 0.5) * square,
  y: (y + 0.5) * square,
  length: Math.max(1, length - 2 * less) * square,
  breadth: Math.max(1, breadth - 2 * less) * square,
  angle,
});

function readStamp(from: Grey, box: Box, reader: Reader): ReadStamp {
  const level = { ...box, angle: box.angle + slopeLeft(stretched(cutOut(from, box, 60, 0.1))) };
  const cut = cutOut(from, level, HEIGHT, 0.1);
  const sharp = readCut(stretched(cut), box, reader);
  // A worn stamp is nothing but dots, which run together again.
  return sharp.sure >= 75 ? sharp : better(sharp, readCut(mended(cut, 3), box, reader, THICK_WORN));
}

function readCut(stamp: Grey, box: Box, reader: Reader, thick = THICK): ReadStamp {
  const nothing: ReadStamp = { text: '', framed: false, aspect: box.length / box.breadth, sure: 0, box };
  const { picture, framed } = withoutFrame(stamp, thick);
  const letters = closeUp(picture);
  if (!letters) return nothing;
  const read = [letters, turnedOver(letters)].map((each) => {
    const asLine = readAs(each, 'line', reader);
    return asLine.sure >= 80 ? asLine : better(asLine, readAs(each, 'block', reader));
  });
  const [first, second] = read.toSorted((a, b) => b.sure - a.sure);
  // A few letters may be read either way up.
  const both = second!.sure > 40 && second!.sure > first!.sure - 30;
  return { ...nothing, text: both ? `${first!.text}\n${second!.text}` : first!.text, sure: first!.sure, framed };
}

const mended = (cut: Grey, by: number): Grey => stretched(closed(stretched(cut, WORN), by), INK_MOST);

function readAs(letters: Grey, layout: Layout, reader: Reader): { text: string; sure: number } {
  const lines = reader.read(letters, layout);
  return { text: lines.map((it) => it.text).join('\n'), sure: surenessOf(lines) };
}

/** Dots of ink closer than twice `by` run together; what is drawn whole stays as it is. */
function closed(picture: Grey, by: number): Grey {
  const spread = (from: Grey, of: (one: number, other: number) => number): Grey => {
    const { width, height, points } = from;
    const along = points.slice();
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        let value = points[y * width + x]!;
        for (let to = Math.max(0, x - by); to <= Math.min(width - 1, x + by); to += 1)
          value = of(value, points[y * width + to]!);
        along[y * width + x] = value;
      }
    const both = along.slice();
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        let value = along[y * width + x]!;
        for (let to = Math.max(0, y - by); to <= Math.min(height - 1, y + by); to += 1)
          value = of(value, along[to * width + x]!);
        both[y * width + x] = value;
      }
    return { width, height, points: both };
  };
  return spread(spread(picture, Math.min), Math.max);
}

/** The mean over the words, the long ones counting more; nothing where no letter is. */
export function surenessOf(lines: readonly Line[]): number {
  let sum = 0;
  let letters = 0;
  for (const { words } of lines)
    for (const { text, sure } of words) {
      const count = text.match(/\p{L}/gu)?.length ?? 0;
      sum += sure * count;
      letters += count;
    }
  return letters < 2 ? 0 : sum / letters;
}

/** Its darkest part becomes black and its paper white. */
function stretched({ width, height, points }: Grey, darkest = 0.04): Grey {
  const counts = new Uint32Array(256);
  for (const it of points) counts[it] = counts[it]! + 1;
  const at = (part: number): number => {
    let sum = 0;
    let value = 0;
    while (value < 255 && sum + counts[value]! < points.length * part) {
      sum += counts[value]!;
      value += 1;
    }
    return value;
  };
  const dark = at(darkest);
  const paper = Math.max(dark + 20, at(0.6) - 4);
  return {
    width,
    height,
    points: points.map((it) => Math.max(0, Math.min(255, ((it - dark) * 255) / (paper - dark)))),
  };
}

/** What is left of a slope: the angle under which ink gathers most sharply in rows. */
function slopeLeft({ width, height, points }: Grey): number {
  let best = 0;
  let most = -1;
  for (let degrees = -8; degrees <= 8; degrees += 1) {
    const tangent = Math.tan((degrees * Math.PI) / 180);
    const rows = new Float32Array(height * 3);
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1) {
        const value = points[y * width + x]!;
        if (value > 140) continue;
        const row = Math.round(y - (x - width / 2) * tangent) + height;
        if (row >= 0 && row < rows.length) rows[row] = rows[row]! + 1;
      }
    let sum = 0;
    for (const it of rows) sum += it * it;
    // Straight on counts a little more: noise has no slope.
    sum *= 1 - Math.abs(degrees) * 0.004;
    if (sum > most) {
      most = sum;
      best = degrees;
    }
  }
  return (best * Math.PI) / 180;
}

const INK = 140;

/** Takes away the lines that run along its sides; a frame is on at least three of them. */
function withoutFrame({ width, height, points }: Grey, thick: number): { picture: Grey; framed: boolean } {
  const left = points.slice();
  /** The side as if it were the top: how deep, how long, and where a point of it lies. */
  const sides: { deep: number; long: number; at: (depth: number, along: number) => number }[] = [
    { deep: height, long: width, at: (depth, along) => depth * width + along },
    { deep: height, long: width, at: (depth, along) => (height - 1 - depth) * width + along },
    { deep: width, long: height, at: (depth, along) => along * width + depth },
    { deep: width, long: height, at: (depth, along) => along * width + (width - 1 - depth) },
  ];
  let lined = 0;
  /** Where lines were taken away above and below: those at the ends are no longer than what is left between. */
  let span = height;
  for (const [side, { deep, long, at }] of sides.entries()) {
    const atEnd = side > 1;
    if (atEnd && lined === 0) break;
    let cut = 0;
    // A double frame has two of them, close to each other.
    for (let time = 0; time < 2; time += 1) {
      const depths = new Int32Array(long).fill(-1);
      const reach = time === 0 ? Math.min(deep / 2, height * 0.32) : cut + height * 0.16;
      for (let along = 0; along < long; along += 1)
        for (let depth = 0; depth < reach; depth += 1)
          if (left[at(depth, along)]! < INK) {
            depths[along] = depth;
            break;
          }
      const line = straightOf(depths);
      if (!line || line.hits < (atEnd ? span : long) * (time === 0 ? 0.5 : 0.6)) break;
      const runs: number[] = [];
      for (let along = 0; along < long; along += 1) {
        const depth = depths[along]!;
        if (depth < 0 || Math.abs(depth - line.depthAt(along)) > 3) continue;
        let end = depth;
        while (end < deep && left[at(end, along)]! < INK) end += 1;
        runs.push(end - depth);
      }
      const usual = runs.toSorted((a, b) => a - b)[runs.length >> 1] ?? 0;
      if (usual > height * thick) break;
      for (let along = 0; along < long; along += 1) {
        const upTo = Math.min(deep, Math.ceil(line.depthAt(along) + usual + 2));
        for (let depth = 0; depth < upTo; depth += 1) left[at(depth, along)] = 255;
      }
      cut = line.depthAt(long / 2) + usual + 2;
    }
    if (cut > 0) lined += 1;
    if (!atEnd) span -= cut;
  }
  return { picture: { width, height, points: left }, framed: lined >= 3 };
}

/** The straight line on which most of the depths lie, and on how many of all. */
function straightOf(depths: Int32Array): { depthAt: (along: number) => number; hits: number } | undefined {
  const long = depths.length;
  const known: number[] = [];
  for (let along = 0; along < long; along += 1) if (depths[along]! >= 0) known.push(along);
  if (known.length < long * 0.25) return undefined;
  const anchors = Array.from({ length: 14 }, (_, at) => known[Math.floor(((at + 0.5) / 14) * known.length)]!);
  let best: { slope: number; start: number; hits: number } | undefined;
  for (const one of anchors)
    for (const other of anchors) {
      if (other - one < long * 0.2) continue;
      const slope = (depths[other]! - depths[one]!) / (other - one);
      if (Math.abs(slope) > 0.12) continue;
      const start = depths[one]! - slope * one;
      let hits = 0;
      for (const along of known) if (Math.abs(depths[along]! - start - slope * along) <= 2.5) hits += 1;
      if (!best || hits > best.hits) best = { slope, start, hits };
    }
  if (!best) return undefined;
  const { slope, start, hits } = best;
  return { depthAt: (along) => start + slope * along, hits };
}

/** Only what is written, with some paper around; nothing where there is none. */
function closeUp(picture: Grey): Grey | undefined {
  const { width, height, points } = picture;
  const blots = blotsOf(picture, INK, 12).filter((it) => heightOf(it) > 4);
  const large = blots.filter((it) => heightOf(it) > HEIGHT * 0.18);
  if (large.length === 0) return undefined;
  const left = Math.min(...large.map((it) => it.left));
  const right = Math.max(...large.map((it) => it.right));
  // Marks above and below the letters belong to them.
  const within = blots.filter((it) => it.left >= left - 4 && it.right <= right + 4);
  const top = Math.min(...within.map((it) => it.top));
  const bottom = Math.max(...within.map((it) => it.bottom));
  const wide = right - left + 1;
  const high = bottom - top + 1;
  const close = new Uint8Array((wide + 2 * PAD) * (high + 2 * PAD)).fill(255);
  for (let y = 0; y < high; y += 1)
    close.set(
      points.subarray((top + y) * width + left, (top + y) * width + Math.min(width, right + 1)),
      (y + PAD) * (wide + 2 * PAD) + PAD,
    );
  return height > 0 ? { width: wide + 2 * PAD, height: high + 2 * PAD, points: close } : undefined;
}

const turnedOver = ({ width, height, points }: Grey): Grey => ({ width, height, points: points.toReversed() });
