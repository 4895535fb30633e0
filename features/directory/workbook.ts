import { writeXlsx } from 'hucre/xlsx';

export interface TemplateWords {
  readonly sheet: string;
  /** In the order of the columns: name, phone, unit, position, area, e-mail. */
  readonly headings: readonly string[];
  readonly helpSheet: string;
  readonly help: readonly string[];
}

const WIDTHS = [28, 18, 44, 28, 24, 30];

/** An empty list with the headings; its columns are text, so that numbers keep their zeros. */
export async function templateWorkbook({
  sheet,
  headings,
  helpSheet,
  help,
}: TemplateWords): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await writeXlsx({
    sheets: [
      {
        name: sheet,
        columns: headings.map((header, at) => ({ header, width: WIDTHS[at] ?? 20, numFmt: '@' })),
        rows: [[...headings]],
      },
      { name: helpSheet, columns: [{ header: '', width: 100 }], rows: help.map((line) => [line]) },
    ],
  });
  return new Uint8Array(bytes);
}
