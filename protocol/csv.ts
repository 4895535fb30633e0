/** What a cell of an exported table holds. */
export type Cell = string | number;

/** What a spreadsheet would take for a formula, with a mark before it that makes it a text. */
export function plainCell(cell: Cell): Cell {
  return typeof cell === 'string' && /^[\s\u200b-\u200f\ufeff]*[=+\-@＝＋－＠\t\r|%]/u.test(cell) ? `'${cell}` : cell;
}

/** As spreadsheets read it: UTF-8 with its mark, commas, quotes where needed, nothing that is a formula. */
export function csvOf({
  headings,
  rows,
}: {
  headings: readonly string[];
  rows: readonly (readonly Cell[])[];
}): Uint8Array<ArrayBuffer> {
  const line = (cells: readonly Cell[]): string => cells.map((it) => quoted(String(plainCell(it)))).join(',');
  const text = `\ufeff${[headings, ...rows].map(line).join('\r\n')}\r\n`;
  return new Uint8Array(new TextEncoder().encode(text));
}

function quoted(text: string): string {
  return /[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
