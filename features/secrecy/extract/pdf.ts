import { createHash } from 'node:crypto';

import { Refused } from '../../files/check/finding.ts';
import { openPdf } from '../../files/check/pdf.ts';
import type { Pdf } from '../../files/check/pdf.ts';
import { Lines } from './lines.ts';
import { arranged } from './pdf-lines.ts';
import { saidIn } from './pdf-strings.ts';
import type { Budget, Drawn, Piece } from './piece.ts';

export const PAGES_MOST = 500;
const DPI = 300;
const POINTS = 72;
/** A page of A4 at 300 dpi has 8.7 million; larger ones are drawn coarser. */
const PIXELS_MOST = 12e6;
const SIDE_MOST = 8_000;
const OBJECTS_MOST = 20_000;
const FORMS_MOST = 4;
/** A page whose writing is less than this may be a picture of writing. */
const LETTERS_LEAST = 24;
/** Of the letters of a page, how many may be none before it is looked at instead. */
const STRANGE_MOST = 0.1;
/** Of a page, from which on it is looked at whole. */
const COVERED = 0.35;
/** Points: what is smaller holds no word. */
const WIDTH_LEAST = 14;
const HEIGHT_LEAST = 5;
const NEAR = 4;
const REGIONS_MOST = 12;
/** Of a drawn line, and of a page, what is looked at to tell letters from the borders of tables. */
const SEGMENTS_MOST = 100;
const PAGE_SEGMENTS_MOST = 20_000;

const IMAGE = 3;
const PATH = 2;
const SHADING = 4;
const FORM = 5;
const LINE = 0;
const BEZIER = 1;
const DRAW_ANNOTATIONS = 0x01;
const BGR = 2;
/** Marks people made that show nothing of their own: signs for notes, links, what lies over words to mark them. */
const SILENT_ANNOTATIONS = new Set([1, 2, 9, 10, 11, 12, 16]);

interface Region {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What is written on every page and said anywhere in the file; what is drawn where it may hold writing. */
export async function* pdfIn(bytes: Buffer, budget: Budget): AsyncGenerator<Piece> {
  yield* saidIn(bytes, budget);
  const pdf = await openPdf(bytes);
  if (pdf.pages > PAGES_MOST) throw new Refused('file.unchecked');
  const lines = new Lines('body');
  const placedLines = new Lines('body');
  const unwritten: { page: number; regions: Region[] | 'all'; textKnown: boolean }[] = [];
  for (let page = 0; page < pdf.pages; page += 1) {
    const { text, lines: placed, regions } = readPage(pdf, page);
    lines.add(text);
    yield* lines.ready();
    for (const line of placed) placedLines.add(line);
    yield* placedLines.ready();
    const { much, strange } = writing(text);
    const known = much && !strange;
    if (strange || regions === 'all' || (regions.length > 0 && !much))
      unwritten.push({ page, regions: 'all', textKnown: known });
    else if (regions.length > 0) unwritten.push({ page, regions, textKnown: known });
  }
  yield* lines.end();
  yield* placedLines.end();
  const seen = new Set<string>();
  for (const { page, regions, textKnown } of unwritten)
    for (const drawn of drawPage(pdf, page, regions)) {
      const digest = createHash('sha1').update(drawn.pixels).digest('base64');
      // The same emblem on every page.
      if (seen.has(digest)) continue;
      seen.add(digest);
      budget.pictures += 1;
      yield { where: 'picture', picture: { ...drawn, page: page + 1, whole: regions === 'all', textKnown } };
    }
  // Where it fails, the process ends: a reader that broke off may not come back from closing.
  pdf.close();
}

function writing(text: string): { much: boolean; strange: boolean } {
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  // oxlint-disable-next-line no-control-regex -- naming control characters is the point
  const strange = text.match(/[\p{Co}\p{Cn}\ufffd\0-\u0008\u000e-\u001f]/gu)?.length ?? 0;
  return { much: letters >= LETTERS_LEAST, strange: strange > letters * STRANGE_MOST };
}

function readPage(pdf: Pdf, number: number): { text: string; lines: string[]; regions: Region[] | 'all' } {
  const { pdfium } = pdf;
  const page = pdfium.FPDF_LoadPage(pdf.document, number);
  if (page === 0) throw new Refused('file.damaged');
  try {
    return { ...textOf(pdf, page), regions: regionsOf(pdf, page) };
  } finally {
    pdfium.FPDF_ClosePage(page);
  }
}

function textOf(pdf: Pdf, page: number): { text: string; lines: string[] } {
  const { pdfium, memory } = pdf;
  const text = pdfium.FPDFText_LoadPage(page);
  if (text === 0) throw new Refused('file.damaged');
  const count = pdfium.FPDFText_CountChars(text);
  let read = '';
  if (count > 0) {
    const room = pdfium.pdfium.wasmExports.malloc((count + 1) * 2);
    if (room === 0) throw new Refused('file.too_much_inside');
    const written = pdfium.FPDFText_GetText(text, 0, count, room);
    read = Buffer.from(memory().slice(room, room + Math.max(0, written - 1) * 2)).toString('utf16le');
    pdfium.pdfium.wasmExports.free(room);
  }
  const lines = arranged(pdf, text, count);
  pdfium.FPDFText_ClosePage(text);
  // A hyphen at the end of a line is marked so.
  return { text: read.replaceAll('\ufffe', '').replaceAll('\0', ''), lines };
}

/** Where a page shows something that is no text: pictures, drawn letters, stamps that were put on it. */
function regionsOf(pdf: Pdf, page: number): Region[] | 'all' {
  const { pdfium } = pdf;
  const scratch = pdfium.pdfium.wasmExports.malloc(64);
  try {
    const wide = pdfium.FPDF_GetPageWidthF(page);
    const high = pdfium.FPDF_GetPageHeightF(page);
    if (!(wide > 0) || !(high > 0)) throw new Refused('file.damaged');
    const floats = (from: number, count: number): number[] => {
      const bytes = Buffer.from(pdf.memory().slice(scratch + from, scratch + from + count * 4));
      return Array.from({ length: count }, (_, at) => bytes.readFloatLE(at * 4));
    };
    /** From the page’s own measure to points from its upper left corner, as it is turned. */
    const placed = (x: number, y: number): [number, number] => {
      const scale = 16;
      pdfium.FPDF_PageToDevice(
        page,
        0,
        0,
        Math.round(wide * scale),
        Math.round(high * scale),
        0,
        x,
        y,
        scratch + 32,
        scratch + 36,
      );
      const bytes = Buffer.from(pdf.memory().slice(scratch + 32, scratch + 40));
      return [bytes.readInt32LE(0) / scale, bytes.readInt32LE(4) / scale];
    };
    const regionOf = (box: readonly number[]): Region | undefined => {
      const [x1, y1] = placed(box[0]!, box[1]!);
      const [x2, y2] = placed(box[2]!, box[3]!);
      const region = {
        left: Math.max(0, Math.min(x1, x2)),
        top: Math.max(0, Math.min(y1, y2)),
        right: Math.min(wide, Math.max(x1, x2)),
        bottom: Math.min(high, Math.max(y1, y2)),
      };
      return region.right > region.left && region.bottom > region.top ? region : undefined;
    };
    const images: Region[] = [];
    const curved: Region[] = [];
    let objects = 0;
    let segments = 0;

    /** Borders go straight down or across; drawn letters bend or lean. */
    const bends = (path: number): boolean => {
      let from: readonly [number, number] | undefined;
      const count = Math.min(pdfium.FPDFPath_CountSegments(path), SEGMENTS_MOST);
      for (let at = 0; at < count; at += 1) {
        segments += 1;
        if (segments > PAGE_SEGMENTS_MOST) return true;
        const segment = pdfium.FPDFPath_GetPathSegment(path, at);
        const type = pdfium.FPDFPathSegment_GetType(segment);
        if (type === BEZIER) return true;
        if (!pdfium.FPDFPathSegment_GetPoint(segment, scratch, scratch + 4)) continue;
        const [x, y] = floats(0, 2) as [number, number];
        if (type === LINE && from && Math.abs(x - from[0]) > 0.5 && Math.abs(y - from[1]) > 0.5) return true;
        from = [x, y];
      }
      return false;
    };

    const look = (object: number, depth: number): 'drawn' | 'curved' | undefined => {
      objects += 1;
      if (objects > OBJECTS_MOST) return 'drawn';
      const type = pdfium.FPDFPageObj_GetType(object);
      if (type === IMAGE || type === SHADING) return 'drawn';
      if (type === PATH) return bends(object) ? 'curved' : undefined;
      if (type !== FORM) return undefined;
      if (depth >= FORMS_MOST) return 'drawn';
      let found: 'drawn' | 'curved' | undefined;
      const count = pdfium.FPDFFormObj_CountObjects(object);
      for (let at = 0; at < count && found !== 'drawn' && objects <= OBJECTS_MOST; at += 1)
        found = look(pdfium.FPDFFormObj_GetObject(object, at), depth + 1) ?? found;
      // What is drawn in a form of its own is looked at, were it one stroke.
      return found === undefined ? undefined : 'drawn';
    };

    const count = pdfium.FPDFPage_CountObjects(page);
    for (let at = 0; at < count; at += 1) {
      const object = pdfium.FPDFPage_GetObject(page, at);
      const kind = look(object, 0);
      if (objects > OBJECTS_MOST) return 'all';
      if (kind === undefined) continue;
      if (!pdfium.FPDFPageObj_GetBounds(object, scratch, scratch + 4, scratch + 8, scratch + 12)) continue;
      const region = regionOf(floats(0, 4));
      if (region) (kind === 'drawn' ? images : curved).push(region);
    }
    const annotations = pdfium.FPDFPage_GetAnnotCount(page);
    for (let at = 0; at < Math.min(annotations, 1_000); at += 1) {
      const annotation = pdfium.FPDFPage_GetAnnot(page, at);
      if (annotation === 0) continue;
      if (
        !SILENT_ANNOTATIONS.has(pdfium.FPDFAnnot_GetSubtype(annotation)) &&
        pdfium.FPDFAnnot_GetRect(annotation, scratch)
      ) {
        const [left, top, right, bottom] = floats(0, 4) as [number, number, number, number];
        const region = regionOf([left, bottom, right, top]);
        if (region) images.push(region);
      }
      pdfium.FPDFPage_CloseAnnot(annotation);
    }
    const merged = joined([...images, ...curved]).filter(
      (it) => it.right - it.left >= WIDTH_LEAST && it.bottom - it.top >= HEIGHT_LEAST,
    );
    const area = merged.reduce((sum, it) => sum + (it.right - it.left) * (it.bottom - it.top), 0);
    return merged.length > REGIONS_MOST || area > COVERED * wide * high ? 'all' : merged;
  } finally {
    pdfium.pdfium.wasmExports.free(scratch);
  }
}

const JOINED_MOST = 400;

/** What touches is one thing: a stamp in strips, letters of a word. */
function joined(regions: Region[]): Region[] {
  let rest = regions;
  if (rest.length > JOINED_MOST) {
    // So many that they are taken together by stretches of the page.
    const stretches = new Map<number, Region>();
    for (const it of rest) {
      const place = Math.floor(it.top / 36);
      const held = stretches.get(place);
      stretches.set(place, held ? union(held, it) : { ...it });
    }
    rest = [...stretches.values()];
  }
  for (let changed = true; changed;) {
    changed = false;
    const kept: Region[] = [];
    for (const it of rest) {
      const at = kept.findIndex(
        (other) =>
          it.left <= other.right + NEAR &&
          other.left <= it.right + NEAR &&
          it.top <= other.bottom + NEAR &&
          other.top <= it.bottom + NEAR,
      );
      if (at < 0) kept.push(it);
      else {
        kept[at] = union(kept[at]!, it);
        changed = true;
      }
    }
    rest = kept;
  }
  return rest;
}

const union = (a: Region, b: Region): Region => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});

function* drawPage(pdf: Pdf, number: number, regions: Region[] | 'all'): Generator<Drawn> {
  const { pdfium } = pdf;
  const page = pdfium.FPDF_LoadPage(pdf.document, number);
  if (page === 0) throw new Refused('file.damaged');
  try {
    const wide = pdfium.FPDF_GetPageWidthF(page);
    const high = pdfium.FPDF_GetPageHeightF(page);
    for (const region of regions === 'all' ? [{ left: 0, top: 0, right: wide, bottom: high }] : regions) {
      const margin = regions === 'all' ? 0 : NEAR;
      const left = Math.max(0, region.left - margin);
      const top = Math.max(0, region.top - margin);
      const width = Math.min(wide, region.right + margin) - left;
      const height = Math.min(high, region.bottom + margin) - top;
      const scale = Math.min(
        DPI / POINTS,
        Math.sqrt(PIXELS_MOST / (width * height)),
        SIDE_MOST / Math.max(width, height),
      );
      yield draw(pdf, page, { left, top, width, height, scale }, { wide, high });
    }
  } finally {
    pdfium.FPDF_ClosePage(page);
  }
}

function draw(
  pdf: Pdf,
  page: number,
  part: { left: number; top: number; width: number; height: number; scale: number },
  { wide, high }: { wide: number; high: number },
): Drawn {
  const { pdfium } = pdf;
  const { scale } = part;
  const width = Math.max(1, Math.round(part.width * scale));
  const height = Math.max(1, Math.round(part.height * scale));
  const bitmap = pdfium.FPDFBitmap_CreateEx(width, height, BGR, 0, 0);
  if (bitmap === 0) throw new Refused('file.too_much_inside');
  try {
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
    pdfium.FPDF_RenderPageBitmap(
      bitmap,
      page,
      -Math.round(part.left * scale),
      -Math.round(part.top * scale),
      Math.max(1, Math.round(wide * scale)),
      Math.max(1, Math.round(high * scale)),
      0,
      DRAW_ANNOTATIONS,
    );
    const from = pdfium.FPDFBitmap_GetBuffer(bitmap);
    const row = pdfium.FPDFBitmap_GetStride(bitmap);
    const memory = pdf.memory();
    const pixels = Buffer.allocUnsafe(width * height * 3);
    for (let y = 0, to = 0; y < height; y += 1) {
      for (let x = from + y * row, end = x + width * 3; x < end; x += 3, to += 3) {
        pixels[to] = memory[x + 2]!;
        pixels[to + 1] = memory[x + 1]!;
        pixels[to + 2] = memory[x]!;
      }
    }
    return { pixels, width, height };
  } finally {
    pdfium.FPDFBitmap_Destroy(bitmap);
  }
}
