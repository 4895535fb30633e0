import type { Grey } from './picture.ts';

/** Points that hang together. */
export interface Blot {
  readonly left: number;
  readonly top: number;
  /** The last column and the last row it has. */
  readonly right: number;
  readonly bottom: number;
  readonly area: number;
  /** First and last point of every row piece: x, y of both in turn. */
  readonly ends: readonly number[];
}

export const widthOf = ({ left, right }: Blot): number => right - left + 1;
export const heightOf = ({ top, bottom }: Blot): number => bottom - top + 1;

/** So that a picture of nothing but dots costs no more memory than one of letters. */
const RUNS_MOST = 1_500_000;

/** Everything darker than `below`, in blots; what touches at a corner only hangs together too, unless `corners` is 0. */
export function blotsOf({ width, height, points }: Grey, below: number, smallest: number, corners = 1): Blot[] {
  // Rows are cut into runs; a run joins those of the row above that it touches.
  const starts: number[] = [];
  const ends: number[] = [];
  const rows: number[] = [];
  const parents: number[] = [];
  const rootOf = (of: number): number => {
    let root = of;
    while (parents[root] !== root) root = parents[root]!;
    let at = of;
    while (parents[at] !== root) {
      const next = parents[at]!;
      parents[at] = root;
      at = next;
    }
    return root;
  };
  let above = 0;
  for (let y = 0; y < height; y += 1) {
    const first = starts.length;
    const from = y * width;
    let upper = above;
    for (let x = 0; x < width; x += 1) {
      if (points[from + x]! >= below) continue;
      const start = x;
      while (x < width && points[from + x]! < below) x += 1;
      const run = starts.length;
      if (run >= RUNS_MOST) return [];
      starts.push(start);
      ends.push(x - 1);
      rows.push(y);
      parents.push(run);
      while (upper < first && ends[upper]! < start - corners) upper += 1;
      for (let each = upper; each < first && starts[each]! <= x - 1 + corners; each += 1) {
        const one = rootOf(each);
        const other = rootOf(run);
        if (one < other) parents[other] = one;
        else if (other < one) parents[one] = other;
      }
    }
    above = first;
  }
  const gathered = new Map<
    number,
    { left: number; top: number; right: number; bottom: number; area: number; ends: number[] }
  >();
  for (let run = 0; run < starts.length; run += 1) {
    const root = rootOf(run);
    const start = starts[run]!;
    const end = ends[run]!;
    const y = rows[run]!;
    const blot = gathered.get(root);
    if (blot) {
      if (start < blot.left) blot.left = start;
      if (end > blot.right) blot.right = end;
      blot.bottom = y;
      blot.area += end - start + 1;
      blot.ends.push(start, y, end, y);
    } else
      gathered.set(root, {
        left: start,
        right: end,
        top: y,
        bottom: y,
        area: end - start + 1,
        ends: [start, y, end, y],
      });
  }
  return [...gathered.values()].filter((it) => it.area >= smallest);
}

/** A rectangle that may lie aslant. */
export interface Box {
  readonly x: number;
  readonly y: number;
  /** Along the longer side. */
  readonly length: number;
  readonly breadth: number;
  /** Of the longer side against the horizontal, in radians, from -π/2 to π/2. */
  readonly angle: number;
}

/** The smallest rectangle around points (x, y in turn). */
export function boxAround(points: readonly number[]): Box {
  const hull = hullOf(points);
  let best: Box | undefined;
  for (let at = 0; at < hull.length; at += 1) {
    const [ax, ay] = hull[at]!;
    const [bx, by] = hull[(at + 1) % hull.length]!;
    const angle = Math.atan2(by - ay, bx - ax);
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    let alongLeast = Infinity;
    let alongMost = -Infinity;
    let acrossLeast = Infinity;
    let acrossMost = -Infinity;
    for (const [x, y] of hull) {
      const along = x * cos + y * sin;
      const across = y * cos - x * sin;
      if (along < alongLeast) alongLeast = along;
      if (along > alongMost) alongMost = along;
      if (across < acrossLeast) acrossLeast = across;
      if (across > acrossMost) acrossMost = across;
    }
    const long = alongMost - alongLeast + 1;
    const wide = acrossMost - acrossLeast + 1;
    if (best && long * wide >= best.length * best.breadth) continue;
    const along = (alongLeast + alongMost) / 2;
    const across = (acrossLeast + acrossMost) / 2;
    best = {
      x: along * cos - across * sin,
      y: along * sin + across * cos,
      length: Math.max(long, wide),
      breadth: Math.min(long, wide),
      angle: halfTurn(long >= wide ? angle : angle + Math.PI / 2),
    };
  }
  return best ?? { x: points[0] ?? 0, y: points[1] ?? 0, length: 1, breadth: 1, angle: 0 };
}

/** The same line, told from -π/2 to π/2. */
export function halfTurn(angle: number): number {
  let turned = angle % Math.PI;
  if (turned > Math.PI / 2) turned -= Math.PI;
  if (turned <= -Math.PI / 2) turned += Math.PI;
  return turned;
}

function hullOf(points: readonly number[]): [number, number][] {
  const sorted: [number, number][] = [];
  for (let at = 0; at < points.length; at += 2) sorted.push([points[at]!, points[at + 1]!]);
  sorted.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const half = (of: [number, number][]): [number, number][] => {
    const chain: [number, number][] = [];
    for (const it of of) {
      while (chain.length > 1 && turns(chain.at(-2)!, chain.at(-1)!, it) <= 0) chain.pop();
      chain.push(it);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

const turns = (a: [number, number], b: [number, number], c: [number, number]): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** What lies in a rectangle, drawn upright `height` high with `margin` of it around; `turn` by half is upside down. */
export function cutOut(from: Grey, box: Box, height: number, margin: number, upsideDown = false): Grey {
  const scale = box.breadth / height;
  const rows = Math.round(height * (1 + 2 * margin));
  const columns = Math.round(box.length / scale + 2 * margin * height);
  const points = new Uint8Array(rows * columns);
  const cos = Math.cos(box.angle) * (upsideDown ? -1 : 1);
  const sin = Math.sin(box.angle) * (upsideDown ? -1 : 1);
  // Where several points fall onto one, they are averaged.
  const samples = Math.max(1, Math.min(4, Math.round(scale)));
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      for (let i = 0; i < samples; i += 1)
        for (let j = 0; j < samples; j += 1) {
          const along = (column + (j + 0.5) / samples - columns / 2) * scale;
          const across = (row + (i + 0.5) / samples - rows / 2) * scale;
          sum += valueAt(from, box.x + along * cos - across * sin, box.y + along * sin + across * cos);
        }
      points[row * columns + column] = sum / (samples * samples);
    }
  return { width: columns, height: rows, points };
}

/** Between points; outside there is paper. */
function valueAt({ width, height, points }: Grey, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) return 255;
  const beside = x - left;
  const below = y - top;
  const at = top * width + left;
  return (
    (points[at]! * (1 - beside) + points[at + 1]! * beside) * (1 - below) +
    (points[at + width]! * (1 - beside) + points[at + width + 1]! * beside) * below
  );
}
