import { writeXlsx } from 'hucre/xlsx';

import { plainCell } from '../../protocol/csv.ts';

/** Who has and who has not seen a message, as a table of text. */
export async function readersWorkbook(
  sheet: string,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<Uint8Array<ArrayBuffer>> {
  const widths = [36, 32, 28, 22, 20];
  const bytes = await writeXlsx({
    sheets: [
      {
        name: sheet,
        columns: headings.map((header, at) => ({ header, width: widths[at] ?? 20 })),
        rows: [[...headings], ...rows.map((row) => row.map(plainCell))],
        freezePane: { rows: 1 },
      },
    ],
  });
  return new Uint8Array(bytes);
}
