import { cleanName, readPhone } from './cells.ts';
import { readRow } from './columns.ts';
import type { Table } from './read.ts';

/** Somebody as a list names them. */
export interface ListedPerson {
  /** As the spreadsheet program numbers the rows. */
  readonly line: number;
  /** Empty where the list says none; so are unit and position. */
  readonly name: string;
  /** E.164; null where none stands there, or none that can be read. */
  readonly phone: string | null;
  /** What stands in place of a number and is none. */
  readonly wrong: string;
  readonly unit: string;
  readonly position: string;
}

export function peopleOf({ header, rows }: Table): ListedPerson[] {
  return rows.flatMap(({ line, cells }): ListedPerson[] => {
    const row = readRow(header, cells);
    if (row.name === '' && row.phone === '') return [];
    const read = row.phone === '' ? undefined : readPhone(row.phone);
    const phone = read && 'phone' in read ? read.phone : null;
    const wrong = phone === null ? row.phone.slice(0, 60) : '';
    return [{ line, name: cleanName(row.name), phone, wrong, unit: row.unit, position: row.position }];
  });
}
