import { fold } from '../../../protocol/fold.ts';
import type { Field } from '../rules/import.ts';

/** A heading can also be half of a name: Vietnamese lists often keep “Họ và đệm” and “Tên” apart. */
export type Column = Field | 'family' | 'given';

const HEADINGS: Readonly<Record<Column, readonly string[]>> = {
  name: [
    'ho ten',
    'ho va ten',
    'ho ten can bo',
    'ho va ten can bo',
    'ten can bo',
    'can bo',
    'full name',
    'name',
    'ho ten day du',
  ],
  family: [
    'ho',
    'ho dem',
    'ho va dem',
    'ho lot',
    'ho va ten dem',
    'ho ten dem',
    'ho va chu dem',
    'last name',
    'family name',
  ],
  given: ['ten', 'first name', 'given name'],
  phone: [
    'so dien thoai',
    'so dien thoai di dong',
    'dien thoai di dong',
    'dien thoai',
    'so di dong',
    'di dong',
    'sdt',
    'so dt',
    'dt',
    'dtdd',
    'so dtdd',
    'so may',
    'phone',
    'phone number',
    'mobile',
    'mobile number',
    'tel',
  ],
  unit: [
    'don vi',
    'don vi cong tac',
    'ten don vi',
    'co quan',
    'co quan don vi',
    'co quan cong tac',
    'phong ban',
    'phong',
    'noi cong tac',
    'unit',
    'department',
    'agency',
  ],
  position: [
    'chuc vu',
    'chuc danh',
    'chuc vu chuc danh',
    'chuc danh chuc vu',
    'vi tri',
    'vi tri cong tac',
    'position',
    'title',
    'job title',
  ],
  area: [
    'dia ban',
    'ma dia ban',
    'ten dia ban',
    'xa phuong',
    'xa',
    'khu vuc',
    'thon lang',
    'dia ban phu trach',
    'area',
    'commune',
  ],
  email: [
    'email',
    'e mail',
    'thu dien tu',
    'hop thu',
    'hop thu dien tu',
    'dia chi email',
    'dia chi e mail',
    'mail',
    'dia chi thu dien tu',
  ],
};

const BY_HEADING = new Map<string, Column>(
  Object.entries(HEADINGS).flatMap(([column, names]) => names.map((name) => [name, column as Column] as const)),
);

/** What a heading names, in any spelling; “Số điện thoại (bắt buộc)” too. */
export function columnOf(heading: string): Column | undefined {
  const folded = fold(heading);
  const exact = BY_HEADING.get(folded);
  if (exact) return exact;
  // A remark behind the heading; one-word headings would match too much (“Tên bệnh nhân”).
  const words = folded.split(' ');
  for (let length = words.length - 1; length >= 2; length -= 1) {
    const found = BY_HEADING.get(words.slice(0, length).join(' '));
    if (found) return found;
  }
  return undefined;
}

export interface Header {
  /** Index into the table's rows. */
  readonly at: number;
  /** Column by index of the cell. */
  readonly columns: ReadonlyMap<number, Column>;
  /** Headings that mean nothing to us, as written. */
  readonly ignored: readonly string[];
}

/** How far down a heading may stand: above it are the agency's name and the title of the list. */
const HEADER_WITHIN = 30;

/** A row that gives names or numbers is a heading, however little stands beside them. */
export function namesPeople(columns: ReadonlySet<Column>): boolean {
  return columns.has('name') || columns.has('phone') || (columns.has('family') && columns.has('given'));
}

const namesTwo = (columns: ReadonlySet<Column>): boolean => columns.size >= 2;

/** The row that names most columns, if they serve: at least two of them, where nothing else is asked; the first of equals. */
export function findHeader(
  rows: readonly { readonly cells: readonly string[] }[],
  serve: (columns: ReadonlySet<Column>) => boolean = namesTwo,
): Header | undefined {
  let best: Header | undefined;
  for (const [at, { cells }] of rows.slice(0, HEADER_WITHIN).entries()) {
    const columns = new Map<number, Column>();
    const ignored: string[] = [];
    for (const [cell, text] of cells.entries()) {
      if (text === '') continue;
      const column = columnOf(text);
      if (column && ![...columns.values()].includes(column)) columns.set(cell, column);
      else ignored.push(text);
    }
    if (columns.size > (best?.columns.size ?? 0) && serve(new Set(columns.values()))) best = { at, columns, ignored };
  }
  return best;
}

/** The fields that the header gives; half a name is none. */
export function fieldsOf(header: Header): Set<Field> {
  const columns = new Set(header.columns.values());
  const fields = new Set<Field>();
  for (const column of columns) if (column !== 'family' && column !== 'given') fields.add(column);
  if (columns.has('family') && columns.has('given')) fields.add('name');
  return fields;
}

/** The cells of a row by field, cleaned of what only spreadsheets have. */
export function readRow(header: Header, cells: readonly string[]): Readonly<Record<Field, string>> {
  const read: Record<Column, string> = {
    name: '',
    phone: '',
    unit: '',
    position: '',
    area: '',
    email: '',
    family: '',
    given: '',
  };
  for (const [cell, column] of header.columns) read[column] = cells[cell] ?? '';
  const { family, given, ...row } = read;
  const columns = [...header.columns.values()];
  // A list with “Họ tên” and another “Tên” means the first; with “Họ đệm” and “Tên”, both together.
  if (!columns.includes('name')) row.name = [family, given].filter(Boolean).join(' ');
  return row;
}
