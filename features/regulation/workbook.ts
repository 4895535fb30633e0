import { writeXlsx } from 'hucre/xlsx';

/** Who has and who has not, as a table of text. */
export async function acceptanceWorkbook(
  sheet: string,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<Uint8Array<ArrayBuffer>> {
  const widths = [36, 32, 28, 16, 14, 20];
  const bytes = await writeXlsx({
    sheets: [
      {
        name: sheet,
        columns: headings.map((header, at) => ({ header, width: widths[at] ?? 20 })),
        rows: [[...headings], ...rows.map((row) => row.map(plain))],
        freezePane: { rows: 1 },
      },
    ],
  });
  return new Uint8Array(bytes);
}

/** So that a name which begins like a formula is no formula where the table is opened. */
function plain(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}
