import { writeXlsx } from 'hucre/xlsx';

export interface TemplateWords {
  readonly sheet: string;
  /** In the order of the columns: name, phone, unit, position, area, e-mail. */
  readonly headings: readonly string[];
  readonly helpSheet: string;
  readonly help: readonly string[];
}

/** An empty list with the headings; its columns are text, so that numbers keep their zeros. */
export function templateWorkbook({
  sheet,
  headings,
  helpSheet,
  help,
}: TemplateWords): Promise<Uint8Array<ArrayBuffer>> {
  const widths = [28, 18, 44, 28, 24, 30];
  return written(
    writeXlsx({
      sheets: [
        {
          name: sheet,
          columns: headings.map((header, at) => ({ header, width: widths[at] ?? 20, numFmt: '@' })),
          rows: [[...headings]],
        },
        { name: helpSheet, columns: [{ header: '', width: 100 }], rows: help.map((line) => [line]) },
      ],
    }),
  );
}

/** A report as a table of text. */
export function reportWorkbook(
  sheet: string,
  headings: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): Promise<Uint8Array<ArrayBuffer>> {
  const widths = [8, 16, 28, 16, 44, 24, 24, 28, 60];
  return written(
    writeXlsx({
      sheets: [
        {
          name: sheet,
          columns: headings.map((header, at) => ({ header, width: widths[at] ?? 20 })),
          rows: [[...headings], ...rows.map((row) => row.map(plain))],
          freezePane: { rows: 1 },
        },
      ],
    }),
  );
}

/** So that a name which begins like a formula is no formula where the report is opened. */
function plain(cell: string | number | null): string | number | null {
  return typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

async function written(bytes: Promise<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await bytes);
}
