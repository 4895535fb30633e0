import { writeXlsx } from 'hucre/xlsx';

import { plainCell } from '../protocol/csv.ts';
import type { Cell } from '../protocol/csv.ts';

// The writer of workbooks is large: whoever exports loads this file then, with `await import`.

/** A table as a workbook of one sheet: the headings stay in sight, and nothing is a formula. `widths` in letters, by column. */
export async function tableWorkbook(
  sheet: string,
  { headings, rows }: { headings: readonly string[]; rows: readonly (readonly Cell[])[] },
  widths: readonly number[],
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await writeXlsx({
    sheets: [
      {
        name: sheet,
        columns: headings.map((header, at) => ({ header, width: widths[at] ?? 20 })),
        rows: [headings, ...rows].map((row) => row.map(plainCell)),
        freezePane: { rows: 1 },
      },
    ],
  });
  return new Uint8Array(bytes);
}
