import { writeXlsx } from 'hucre/xlsx';

import { plainCell } from '../../protocol/csv.ts';
import type { Cell } from '../../protocol/csv.ts';

const WIDTHS = [10, 20, 28, 36, 14, 36, 60, 36, 22, 18, 22];

/** The log as a table of text. */
export async function logWorkbook(
  sheet: string,
  { headings, rows }: { headings: readonly string[]; rows: readonly (readonly Cell[])[] },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await writeXlsx({
    sheets: [
      {
        name: sheet,
        columns: headings.map((header, at) => ({ header, width: WIDTHS[at] ?? 20 })),
        rows: [[...headings], ...rows.map((row) => row.map(plainCell))],
        freezePane: { rows: 1 },
      },
    ],
  });
  return new Uint8Array(bytes);
}
