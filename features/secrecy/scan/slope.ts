import { halfTurn, heightOf, widthOf } from './pieces.ts';
import type { Blot } from './pieces.ts';

/** How the writing lies: against the horizontal, in radians from -π/2 to π/2 (what stands on its head looks the same). */
export interface Lie {
  readonly angle: number;
  /** Of a small letter. */
  readonly letter: number;
  /** How many letters have another beside them, and how many of those stand in rows. */
  readonly pairs: number;
  readonly inRows: number;
}

const LETTERS_MOST = 4_000;
const STEPS = 180;
/** So far from the direction of the row the next letter may lie. */
const IN_ROW = 0.2;

/** Blots of a size and shape that a letter has. */
export function lettersOf(blots: readonly Blot[], sideMost: number): Blot[] {
  const letters = blots.filter((it) => {
    const width = widthOf(it);
    const height = heightOf(it);
    const side = Math.max(width, height);
    return side >= 5 && side <= sideMost && Math.min(width, height) * 12 >= side && it.area * 12 >= width * height;
  });
  // Evenly from everywhere, where a picture has more of them than a page.
  const every = Math.ceil(letters.length / LETTERS_MOST);
  return every <= 1 ? letters : letters.filter((_it, at) => at % every === 0);
}

/** The way from letter to letter: those of one row are closer to each other than the rows are. */
export function lieOf(letters: readonly Blot[]): Lie | undefined {
  const near = nearest(letters);
  const counts = new Float32Array(STEPS);
  if (near.length < 2) return undefined;
  for (const { angle } of near) {
    const step = Math.floor(((angle + Math.PI / 2) / Math.PI) * STEPS) % STEPS;
    counts[step] = counts[step]! + 1;
  }
  let best = 0;
  let most = -1;
  for (let step = 0; step < STEPS; step += 1) {
    let sum = 0;
    for (let by = -6; by <= 6; by += 1) sum += counts[(step + by + STEPS) % STEPS]! * (7 - Math.abs(by));
    if (sum > most) {
      most = sum;
      best = step;
    }
  }
  const rough = ((best + 0.5) / STEPS) * Math.PI - Math.PI / 2;
  const inRows = near.filter(({ angle }) => Math.abs(halfTurn(angle - rough)) < IN_ROW);
  const sizes = inRows.map(({ size }) => size).toSorted((a, b) => a - b);
  const letter = sizes[sizes.length >> 1] ?? 0;
  return { angle: finer(letters, rough, letter), letter, pairs: near.length, inRows: inRows.length };
}

/** Of blots that lie about at random so many lie in one direction by chance. */
const BY_CHANCE = (2 * IN_ROW) / Math.PI;

/** Whether that is writing and no leaves, stones or tiles: far more of it lies in one direction than chance would have it. */
export function isWriting({ pairs, inRows }: Lie): boolean {
  if (pairs <= 24) return inRows >= 3 && inRows >= pairs * 0.55;
  return inRows - pairs * BY_CHANCE > 4.5 * Math.sqrt(pairs * BY_CHANCE * (1 - BY_CHANCE));
}

interface Neighbours {
  readonly angle: number;
  readonly size: number;
}

/** For every letter the closest one of its size. */
function nearest(letters: readonly Blot[]): Neighbours[] {
  const side = 32;
  const cells = new Map<number, number[]>();
  const keyOf = (x: number, y: number): number => Math.floor(x / side) * 65_536 + Math.floor(y / side);
  const centres = letters.map((it) => ({
    x: (it.left + it.right) / 2,
    y: (it.top + it.bottom) / 2,
    size: Math.max(widthOf(it), heightOf(it)),
  }));
  for (const [at, { x, y }] of centres.entries()) {
    const key = keyOf(x, y);
    const cell = cells.get(key);
    if (cell) cell.push(at);
    else cells.set(key, [at]);
  }
  const near: Neighbours[] = [];
  for (const [at, { x, y, size }] of centres.entries()) {
    let least = (size * 2.2) ** 2;
    let found: { x: number; y: number } | undefined;
    const reach = Math.min(4, Math.ceil((size * 2.2) / side));
    for (let i = -reach; i <= reach; i += 1)
      for (let j = -reach; j <= reach; j += 1)
        for (const other of cells.get(keyOf(x + i * side, y + j * side)) ?? []) {
          const it = centres[other]!;
          if (other === at || it.size > size * 1.8 || size > it.size * 1.8) continue;
          const distance = (it.x - x) ** 2 + (it.y - y) ** 2;
          if (distance < least) {
            least = distance;
            found = it;
          }
        }
    if (found) near.push({ angle: halfTurn(Math.atan2(found.y - y, found.x - x)), size });
  }
  return near;
}

/** The angle under which the feet of the letters stand most sharply on lines. */
function finer(letters: readonly Blot[], rough: number, letter: number): number {
  const upright = Math.abs(rough) < Math.PI / 4;
  const chosen = letters.filter((it) => {
    const size = upright ? heightOf(it) : widthOf(it);
    return size > letter * 0.6 && size < letter * 1.8;
  });
  const xs = chosen.map((it) => (it.left + it.right) / 2);
  const ys = chosen.map((it) => (it.top + it.bottom) / 2);
  const bin = Math.max(1, letter / 5);
  let best = rough;
  let most = -1;
  for (let by = -12; by <= 12; by += 0.25) {
    const angle = rough + (by * Math.PI) / 180;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const counts = new Map<number, number>();
    for (let at = 0; at < xs.length; at += 1) {
      const row = Math.floor((ys[at]! * cos - xs[at]! * sin) / bin);
      counts.set(row, (counts.get(row) ?? 0) + 1);
    }
    let sum = 0;
    for (const count of counts.values()) sum += count * count;
    if (sum > most) {
      most = sum;
      best = angle;
    }
  }
  return halfTurn(best);
}
