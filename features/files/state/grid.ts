import type { Entry } from '../protocol/keeping.ts';

/** The month of a moment in Vietnam, as the server gathers them. */
const MONTH = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' });
const monthOf = (at: number): string => MONTH.format(at).slice(0, 7);

export type Row =
  | { readonly key: string; readonly month: string }
  | { readonly key: string; readonly entries: readonly Entry[] };

/** Months as headings, pictures in rows of so many, everything else in rows of one. */
export function rowsOf(entries: readonly Entry[], across: number): readonly Row[] {
  const rows: Row[] = [];
  let month = '';
  let open: Entry[] = [];
  for (const it of entries) {
    const its = monthOf(it.at);
    if (its !== month) {
      month = its;
      open = [];
      rows.push({ key: month, month });
    }
    if (open.length === 0 || open.length === across) {
      open = [];
      rows.push({ key: `${it.seq} ${it.place}`, entries: open });
    }
    open.push(it);
  }
  return rows;
}
