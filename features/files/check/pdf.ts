import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';

import type { WrappedPdfiumModule } from '@embedpdf/pdfium';

import { latin, none, Refused } from './finding.ts';
import type { Look, Picture } from './finding.ts';

const INSIDE_MOST = 200_000_000;
/** What runs, starts, or carries another file; names of PDF objects. */
const ACTIVE = /\/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA[\s[\d(])(?![A-Za-z])/;
/** Pieces in which the file is looked through, and how much of the one before is seen again. */
const PIECE = 1_048_576;
const AGAIN = 64;
/** What tells of a stream stands within so many bytes before it. */
const TOLD_WITHIN = 4_096;

/** `/J#61vaScript` is `/JavaScript`. */
const unescaped = (text: string): string =>
  text.replace(/#([0-9A-Fa-f]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const ROUNDABOUT = /\/[A-Za-z0-9]{0,20}#[A-Za-z0-9#]{2,60}/g;

/** The names in it that are written in a roundabout way, as they are read. */
const namesIn = (text: string): string =>
  text.includes('#') ? unescaped((text.match(ROUNDABOUT) ?? []).join(' ')) : '';

const isActive = (text: string): boolean => ACTIVE.test(text) || ACTIVE.test(`${namesIn(text)} `);

/** What is large is given up once the reader has it: `bytes` is empty afterwards. */
export async function lookAtPdf(bytes: Buffer): Promise<Look> {
  if (latin(bytes, 0, 5) !== '%PDF-') throw new Refused('file.mismatch');
  // What comes long after its end is something else that hides behind it.
  if (bytes.lastIndexOf('%%EOF') < bytes.length - 2_048) throw new Refused('file.damaged');
  for (let from = 0; from < bytes.length; from += PIECE) {
    const text = latin(bytes, Math.max(0, from - AGAIN), from + PIECE);
    if (isActive(text)) throw new Refused('file.active');
    // No program writes these so.
    if (/\/(?:ObjStm|Encrypt|FlateDecode|Predictor)/.test(namesIn(text))) throw new Refused('file.unchecked');
  }
  lookIntoPacked(bytes);

  const pdf = await openPdf(bytes);
  try {
    const { pages } = pdf;
    return { found: { kind: 'document', type: 'application/pdf', pages }, pictures: firstPage(pdf) };
  } catch (error) {
    pdf.close();
    throw error;
  }
}

/** Objects that are packed together into one stream. */
function lookIntoPacked(bytes: Buffer): void {
  let inside = 0;
  for (let at = bytes.indexOf('/ObjStm'); at >= 0; at = bytes.indexOf('/ObjStm', at + 7)) {
    const keyword = bytes.indexOf('stream', at);
    if (keyword < 0 || keyword > at + TOLD_WITHIN) continue;
    const near = latin(bytes, Math.max(0, at - TOLD_WITHIN), keyword);
    const told = unescaped(near.slice(Math.max(0, near.lastIndexOf('obj', near.length - (keyword - at)))));
    const filters = /\/Filter\s*(\[[^\]]*\]|\/\w+)/.exec(told)?.[1] ?? '';
    if (filters === '' || filters === '[]') continue;
    if (filters.replace(/[[\]\s]/g, '') !== '/FlateDecode' || /\/Predictor\s+[2-9]|\/Predictor\s+1\d/.test(told))
      throw new Refused('file.unchecked');
    let from = keyword + 6;
    if (bytes[from] === 13) from += 1;
    if (bytes[from] === 10) from += 1;
    const end = bytes.indexOf('endstream', from);
    let unpacked: Buffer;
    try {
      unpacked = inflateSync(bytes.subarray(from, end < 0 ? undefined : end), {
        maxOutputLength: Math.max(1, INSIDE_MOST - inside),
      });
    } catch (error) {
      const tooMuch = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      throw new Refused(tooMuch ? 'file.too_much_inside' : 'file.damaged');
    }
    inside += unpacked.length;
    if (isActive(unpacked.toString('latin1'))) throw new Refused('file.active');
  }
}

export interface Pdf {
  readonly pages: number;
  readonly pdfium: WrappedPdfiumModule;
  readonly document: number;
  /** Its memory, which is another one when it has grown. */
  memory(): Uint8Array;
  /** The first page on white, its longer side so many pixels: RGBA. */
  draw(side: number): { readonly width: number; readonly height: number; readonly pixels: Buffer } | undefined;
  close(): void;
}

const PASSWORD_NEEDED = 4;
/** With the marks people made, without smoothing for one kind of screen. */
const DRAW_ANNOTATIONS = 0x01;

/** PDFium, the reader of Chromium, as WebAssembly: without scripts, without files, without the network. */
export async function openPdf(bytes: Buffer): Promise<Pdf> {
  const { init } = await import('@embedpdf/pdfium');
  const wasm = readFileSync(fileURLToPath(import.meta.resolve('@embedpdf/pdfium/pdfium.wasm')));
  const pdfium = await init({ wasmBinary: new Uint8Array(wasm).buffer });
  pdfium.PDFiumExt_Init();
  const runtime = pdfium.pdfium as typeof pdfium.pdfium & { readonly HEAPU8: Uint8Array };
  const place = runtime.wasmExports.malloc(bytes.length);
  if (place === 0) throw new Refused('file.too_much_inside');
  runtime.HEAPU8.set(bytes, place);
  const { length } = bytes;
  // From here on it is needed there only: it may be as large as a quarter of the memory there is.
  if (bytes.length === bytes.buffer.byteLength) (bytes.buffer as ArrayBuffer).transfer(0);
  const document = pdfium.FPDF_LoadMemDocument(place, length, '');
  if (document === 0)
    throw new Refused(pdfium.FPDF_GetLastError() === PASSWORD_NEEDED ? 'file.unchecked' : 'file.damaged');
  const close = (): void => void pdfium.FPDF_CloseDocument(document);
  const refuse = (code: 'file.unchecked' | 'file.active' | 'file.damaged'): never => {
    close();
    throw new Refused(code);
  };
  if (pdfium.FPDF_GetSecurityHandlerRevision(document) !== -1) refuse('file.unchecked');
  if (pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0 || pdfium.FPDFDoc_GetAttachmentCount(document) > 0)
    refuse('file.active');
  const pages = pdfium.FPDF_GetPageCount(document);
  if (pages < 1) refuse('file.damaged');
  return {
    pages,
    pdfium,
    document,
    memory: () => runtime.HEAPU8,
    close,
    draw(side) {
      const page = pdfium.FPDF_LoadPage(document, 0);
      if (page === 0) return undefined;
      const [wide, high] = [pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)];
      if (!(wide > 0) || !(high > 0)) return undefined;
      const width = Math.max(1, Math.round((wide / Math.max(wide, high)) * side));
      const height = Math.max(1, Math.round((high / Math.max(wide, high)) * side));
      const bitmap = pdfium.FPDFBitmap_Create(width, height, 0);
      if (bitmap === 0) return undefined;
      pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
      pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, DRAW_ANNOTATIONS);
      const from = pdfium.FPDFBitmap_GetBuffer(bitmap);
      const row = pdfium.FPDFBitmap_GetStride(bitmap);
      const pixels = Buffer.alloc(width * height * 4, 255);
      for (let y = 0; y < height; y += 1) {
        const line = runtime.HEAPU8.subarray(from + y * row, from + y * row + width * 4);
        for (let x = 0, to = y * width * 4; x < width * 4; x += 4, to += 4) {
          pixels[to] = line[x + 2]!;
          pixels[to + 1] = line[x + 1]!;
          pixels[to + 2] = line[x]!;
        }
      }
      pdfium.FPDFBitmap_Destroy(bitmap);
      pdfium.FPDF_ClosePage(page);
      return { width, height, pixels };
    },
  };
}

async function* firstPage(pdf: Pdf): AsyncIterable<Picture> {
  const drawn = pdf.draw(1_600);
  if (!drawn) return yield* none();
  const { drawnIn } = await import('./picture.ts');
  yield* drawnIn(drawn);
}
