import sharp from 'sharp';
import type { Sharp } from 'sharp';

import type { Picture } from '../extract/piece.ts';

/** A byte for each point, row by row; 255 is the paper. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly points: Uint8Array;
}

/** Three bytes for each point: red, green, blue. */
export interface Colours {
  readonly width: number;
  readonly height: number;
  readonly points: Uint8Array;
}

const PIXELS_MOST = 32e6;
/** Shines through where a picture lets something through: whatever is written on it, light or dark, is seen on this. */
const BEHIND = '#9a9a9a';

sharp.concurrency(1);
sharp.cache(false);

/** Decoded no larger than `side` on its longer side, upright as the camera was held. */
export async function decoded(picture: Picture, side: number): Promise<Colours> {
  const opened =
    'bytes' in picture
      ? sharp(picture.bytes, {
          limitInputPixels: PIXELS_MOST,
          failOn: 'error',
          sequentialRead: true,
          page: picture.frame ?? 0,
        })
      : sharp(picture.pixels, { raw: { width: picture.width, height: picture.height, channels: 3 } });
  return pointsOf(
    opened
      .autoOrient()
      .resize(side, side, { fit: 'inside', withoutEnlargement: true, fastShrinkOnLoad: true })
      .flatten({ background: BEHIND })
      .toColourspace('srgb'),
  );
}

async function pointsOf(picture: Sharp): Promise<Colours> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 3) return { width, height, points: data };
  const points = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) points.fill(data[from]!, to, to + 3);
  return { width, height, points };
}

/** How many pictures one after the other are in it. */
export async function framesOf(picture: Picture): Promise<number> {
  if (!('bytes' in picture)) return 1;
  return (await sharp(picture.bytes, { limitInputPixels: false }).metadata()).pages ?? 1;
}

/** Side of the squares in which the light on the paper is measured. */
const SQUARE = 16;

/**
 * As if the light on it were even and white: every channel is put into relation to the paper around. Shadows, yellow lamps and dark
 * desks go; what is written stays. Where the writing is lighter than what it stands on, it is turned round.
 */
export function evenlyLit(picture: Colours): Colours {
  const { width, height, points } = picture;
  const across = Math.ceil(width / SQUARE);
  const down = Math.ceil(height / SQUARE);
  const paper = [0, 1, 2].map((channel) => paperOf(picture, channel, across, down));
  const lit = new Uint8Array(points.length);
  const columns = new Float32Array(across);
  for (let channel = 0; channel < 3; channel += 1) {
    const light = paper[channel]!;
    for (let y = 0; y < height; y += 1) {
      const at = Math.min(down - 1, Math.max(0, (y + 0.5) / SQUARE - 0.5));
      const row = Math.min(down - 2 < 0 ? 0 : down - 2, Math.floor(at));
      const below = Math.min(down - 1, row + 1);
      const part = at - row;
      for (let column = 0; column < across; column += 1)
        columns[column] = light[row * across + column]! * (1 - part) + light[below * across + column]! * part;
      for (let x = 0; x < width; x += 1) {
        const beside = Math.min(across - 1, Math.max(0, (x + 0.5) / SQUARE - 0.5));
        const left = Math.floor(beside);
        const right = Math.min(across - 1, left + 1);
        const here = columns[left]! + (columns[right]! - columns[left]!) * (beside - left);
        const index = (y * width + x) * 3 + channel;
        const value = (points[index]! * 250) / here;
        lit[index] = value > 255 ? 255 : value;
      }
    }
  }
  return { width, height, points: lit };
}

/** For every square the value of a channel that few points of it exceed, and then the brightest of those around, smoothed. */
function paperOf({ width, height, points }: Colours, channel: number, across: number, down: number): Float32Array {
  const bright = new Float32Array(across * down);
  const counts = new Uint16Array(256);
  for (let row = 0; row < down; row += 1)
    for (let column = 0; column < across; column += 1) {
      counts.fill(0);
      let all = 0;
      const bottom = Math.min(height, (row + 1) * SQUARE);
      const end = Math.min(width, (column + 1) * SQUARE);
      for (let y = row * SQUARE; y < bottom; y += 2)
        for (let x = column * SQUARE; x < end; x += 2) {
          const value = points[(y * width + x) * 3 + channel]!;
          counts[value] = counts[value]! + 1;
          all += 1;
        }
      let value = 255;
      for (let above = 0; value > 0; value -= 1) {
        above += counts[value]!;
        if (above * 5 > all) break;
      }
      bright[row * across + column] = Math.max(24, value);
    }
  return smoothed(widened(bright, across, down, 2), across, down, 2);
}

/** The largest within `reach` squares. */
function widened(values: Float32Array, across: number, down: number, reach: number): Float32Array {
  return bothWays(values, across, down, reach, (window) => {
    let most = 0;
    for (const it of window) if (it > most) most = it;
    return most;
  });
}

function smoothed(values: Float32Array, across: number, down: number, reach: number): Float32Array {
  return bothWays(values, across, down, reach, (window) => window.reduce((sum, it) => sum + it, 0) / window.length);
}

function bothWays(
  values: Float32Array,
  across: number,
  down: number,
  reach: number,
  of: (window: Float32Array) => number,
): Float32Array {
  const flat = new Float32Array(values.length);
  for (let row = 0; row < down; row += 1)
    for (let column = 0; column < across; column += 1)
      flat[row * across + column] = of(
        values.subarray(
          row * across + Math.max(0, column - reach),
          row * across + Math.min(across, column + reach + 1),
        ),
      );
  const both = new Float32Array(values.length);
  const line = new Float32Array(down);
  for (let column = 0; column < across; column += 1) {
    for (let row = 0; row < down; row += 1) line[row] = flat[row * across + column]!;
    for (let row = 0; row < down; row += 1)
      both[row * across + column] = of(line.subarray(Math.max(0, row - reach), Math.min(down, row + reach + 1)));
  }
  return both;
}

/** The darkest of the three channels: red ink and blue ink are as dark as black. */
export function inkOf({ width, height, points }: Colours): Grey {
  const ink = new Uint8Array(width * height);
  for (let from = 0, to = 0; to < ink.length; from += 3, to += 1)
    ink[to] = Math.min(points[from]!, points[from + 1]!, points[from + 2]!);
  return { width, height, points: ink };
}

/** How red it is, as ink: 255 is not at all. Black writing leaves no trace in it. */
export function rednessOf({ width, height, points }: Colours): Grey {
  const red = new Uint8Array(width * height);
  for (let from = 0, to = 0; to < red.length; from += 3, to += 1)
    red[to] = 255 - Math.max(0, points[from]! - Math.max(points[from + 1]!, points[from + 2]!));
  return { width, height, points: red };
}

/** Paints over what is red in some places, and leaves what is black: a seal lies over the name of who signed. */
export function withoutRed(
  ink: Grey,
  { points }: Colours,
  places: readonly { readonly x: number; readonly y: number; readonly length: number }[],
): Grey {
  if (places.length === 0) return ink;
  const { width, height } = ink;
  const left = ink.points.slice();
  for (const { x, y, length } of places) {
    // A square lies on its corner as well as on its side.
    const reach = length * 0.71;
    for (let row = Math.max(0, Math.floor(y - reach)); row < Math.min(height, y + reach); row += 1)
      for (let column = Math.max(0, Math.floor(x - reach)); column < Math.min(width, x + reach); column += 1) {
        const at = row * width + column;
        left[at] = points[at * 3]!;
      }
  }
  return { width, height, points: left };
}
