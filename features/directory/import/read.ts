import { parseCsv } from 'hucre/csv';
import { readXlsx } from 'hucre/xlsx';

import { cleanCell } from './cells.ts';
import { fieldsOf, findHeader, namesPeople } from './columns.ts';
import type { Header } from './columns.ts';
import { FILE_MOST, ROWS_MOST } from '../rules/import.ts';
import { checkZip, ZipRefused } from '../../../server/zip.ts';

export interface Table {
  /** Empty for CSV. */
  readonly sheet: string;
  readonly header: Header;
  /** Rows below the header that have something in them. `line`: as the spreadsheet program numbers them. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
}

export type Refusal =
  | {
      readonly code: 'import.unreadable';
      readonly reason: 'not_a_table' | 'old_excel' | 'damaged' | 'too_big_inside' | 'too_slow' | 'encoding' | 'empty';
    }
  | { readonly code: 'import.too_large'; readonly bytes: number; readonly rows: number }
  | { readonly code: 'import.no_columns'; readonly missing: readonly ('name' | 'phone')[] };

/** The file cannot be taken; `refusal` is the problem to answer with. */
export class FileRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

const unreadable = (reason: Extract<Refusal, { code: 'import.unreadable' }>['reason']): FileRefused =>
  new FileRefused({ code: 'import.unreadable', reason });
const tooLarge = (): FileRefused => new FileRefused({ code: 'import.too_large', bytes: FILE_MOST, rows: ROWS_MOST });

/** Rows read beyond the limit before it is noticed: what stands above the header, and blank ones. */
const SLACK = 2_000;

interface Sheet {
  readonly name: string;
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * Reads an XLSX or CSV file into rows of text, below the header of the first sheet that has one. A staff list needs names and
 * numbers; a list that is only held against another does with either. Throws `FileRefused`.
 */
export async function readTable(bytes: Uint8Array, needs: 'both' | 'either' = 'both'): Promise<Table> {
  if (bytes.length > FILE_MOST) throw tooLarge();
  if (bytes.length === 0) throw unreadable('empty');
  const sheets = startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) ? await readWorkbook(bytes) : [readCsv(bytes)];
  let best: { sheet: Sheet; header: Header; lines: Table['rows']; fields: ReturnType<typeof fieldsOf> } | undefined;
  let anything = false;
  for (const sheet of sheets) {
    const lines = sheet.rows
      .map((cells, at) => ({ line: at + 1, cells: cells.map(cleanCell) }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
    anything ||= lines.length > 0;
    const header = needs === 'both' ? findHeader(lines) : findHeader(lines, namesPeople);
    if (!header) continue;
    const fields = fieldsOf(header);
    const whole = fields.has('name') && fields.has('phone');
    if (whole || !best) best = { sheet, header, lines, fields };
    if (whole) break;
  }
  if (!anything) throw unreadable('empty');
  const missing = (['name', 'phone'] as const).filter((it) => !best?.fields.has(it));
  if (!best || missing.length > (needs === 'both' ? 0 : 1))
    throw new FileRefused({ code: 'import.no_columns', missing });
  const rows = best.lines.slice(best.header.at + 1);
  if (rows.length > ROWS_MOST) throw tooLarge();
  if (rows.length === 0) throw unreadable('empty');
  return { sheet: best.sheet.name, header: best.header, rows };
}

async function readWorkbook(bytes: Uint8Array): Promise<Sheet[]> {
  let names: string[];
  try {
    names = checkZip(bytes);
  } catch (error) {
    if (error instanceof ZipRefused) throw unreadable(error.reason);
    throw error;
  }
  if (!names.some((name) => /^xl\/workbook\.xml$/i.test(name))) throw unreadable('not_a_table');
  try {
    const book = await readXlsx(bytes, { maxRows: ROWS_MOST + SLACK });
    return book.sheets.map(({ name, rows }) => ({ name, rows }));
  } catch {
    throw unreadable('damaged');
  }
}

function readCsv(bytes: Uint8Array): Sheet {
  // An old .xls, or an .xlsx with a password, which is the same container.
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) throw unreadable('old_excel');
  const text = decode(bytes).replace(/^\ufeff/, '');
  // Excel writes this line for its own use: the separator.
  const told = /^sep=(.)\r?\n/i.exec(text);
  const body = told ? text.slice(told[0].length) : text;
  const rows = parseCsv(body, { delimiter: told?.[1] ?? separatorOf(body), maxRows: ROWS_MOST + SLACK });
  return { name: '', rows: told ? [[], ...rows] : rows };
}

/** UTF-8, with or without mark; UTF-16, with mark or recognised by its zeros; else windows-1258, if that gives Vietnamese. */
function decode(bytes: Uint8Array): string {
  if (startsWith(bytes, [0xff, 0xfe])) return new TextDecoder('utf-16le').decode(bytes);
  if (startsWith(bytes, [0xfe, 0xff])) return new TextDecoder('utf-16be').decode(bytes);
  const sample = bytes.subarray(0, 4_000);
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2]! += 1;
  if (zeros[0]! + zeros[1]! > 0) {
    // ASCII letters in UTF-16 have a zero beside each: behind it in little-endian, before it in big-endian.
    if (zeros[1]! > sample.length / 5 && zeros[1]! > zeros[0]! * 2) return new TextDecoder('utf-16le').decode(bytes);
    if (zeros[0]! > sample.length / 5 && zeros[0]! > zeros[1]! * 2) return new TextDecoder('utf-16be').decode(bytes);
    throw unreadable('not_a_table');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const text = new TextDecoder('windows-1258').decode(bytes).normalize('NFC');
    // oxlint-disable-next-line no-control-regex -- naming control characters is the point
    if (/[\u0000-\u0008\u000e-\u001f]/.test(text.slice(0, 10_000))) throw unreadable('not_a_table');
    // So that another code page (TCVN3, VNI) does not come in as letter salad: its headings would not be read either.
    if (!/[đĐơƠưƯăĂạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/.test(text)) throw unreadable('encoding');
    return text;
  }
}

/** The separator that occurs most in the first lines, outside quotes. */
function separatorOf(text: string): string {
  const counts: Record<string, number> = { ';': 0, ',': 0, '\t': 0 };
  let quoted = false;
  let lines = 0;
  for (let at = 0; at < text.length && lines < 20; at += 1) {
    const char = text[at]!;
    if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === '\n') lines += 1;
    else if (char in counts) counts[char]! += 1;
  }
  return Object.entries(counts).sort(([, a], [, b]) => b - a)[0]![0];
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}
