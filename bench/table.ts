/** One line of the result: a figure, what it is compared with in the same run, and what was aimed at. */
export interface Row {
  readonly bench: string;
  readonly what: string;
  readonly figure: string;
  readonly limit?: string;
  readonly ratio?: number;
  readonly aim?: string;
  readonly met?: boolean;
  readonly note?: string;
  /** Past what is borne: the run ends badly. */
  readonly fails?: boolean;
}

export interface Scale {
  readonly quick: boolean;
  /** Rounds; figures are medians over them. */
  readonly rounds: number;
  readonly seconds: number;
  /** Of what lasts long. */
  readonly minutes?: number;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
export const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** A Markdown table, columns aligned, as it stands in docs/performance.md. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((it) => [
    it.bench,
    it.what,
    it.figure,
    it.limit ?? '',
    it.ratio === undefined ? '' : it.ratio.toFixed(2),
    it.aim ?? '',
    it.met === undefined ? '' : it.met ? 'met' : 'not met',
    it.note ?? '',
  ]);
  const table = [['bench', 'what', 'figure', 'limit or peer, same run', 'ratio', 'aim', '', 'note'], ...lines];
  const widths = table[0]!.map((_, column) => Math.max(3, ...table.map((line) => line[column]!.length)));
  const show = (line: readonly string[]): string => `| ${line.map((it, at) => it.padEnd(widths[at]!)).join(' | ')} |`;
  return [show(table[0]!), show(widths.map((it) => '-'.repeat(it))), ...table.slice(1).map(show)].join('\n');
}
