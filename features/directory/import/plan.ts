import { fold } from '../../../protocol/fold.ts';
import type { AreaNames } from '../../areas/access.ts';
import { searchText } from '../rules.ts';
import { AreaReader } from './area-names.ts';
import { readEmail, readName, readPhone, readPosition } from './cells.ts';
import { fieldsOf, readRow } from './columns.ts';
import type { Entry, Wrong } from '../protocol/import.ts';
import { FIELDS } from '../rules/import.ts';
import type { Field, Result, Review } from '../rules/import.ts';
import type { Table } from './read.ts';
import { UnitReader } from './unit-names.ts';
import type { UnitNode } from './unit-names.ts';

/** One account as the import sees it. */
export interface KnownPerson {
  readonly id: string;
  readonly phone: string | null;
  readonly name: string;
  readonly position: string;
  readonly unit: string | null;
  readonly area: string | null;
  readonly email: string;
  readonly state: 'active' | 'waiting' | 'left' | 'disabled';
  readonly administrator: boolean;
}

/** The directory as it stands: everything that decides what a file would do. In the order of ids, so that its digest holds. */
export interface Directory {
  readonly people: readonly KnownPerson[];
  readonly units: readonly UnitNode[];
  readonly areas: AreaNames;
  /** Area of the agency. */
  readonly near: string | null;
}

export interface Choices {
  readonly scope: 'units' | 'all';
  readonly newUnits: boolean;
  /** Who does it: never leaves by it. Undefined at the command line. */
  readonly actor: string | undefined;
}

export interface WrittenPerson {
  readonly id: string;
  readonly phone: string;
  readonly name: string;
  readonly position: string;
  readonly unit: string | null;
  readonly area: string | null;
  readonly email: string;
  readonly search: string;
  readonly unitName: string;
  readonly areaName: string;
}

export interface Plan {
  readonly fields: readonly Field[];
  readonly entries: readonly Entry[];
  readonly unitsAdded: readonly string[];
  /** People who would have left but have the name of a wrong row. */
  readonly kept: number;
  readonly writes: {
    readonly units: readonly UnitNode[];
    readonly insert: readonly WrittenPerson[];
    /** They are active afterwards, unless an administrator disabled them. */
    readonly update: readonly WrittenPerson[];
    /** Left long ago; their number belongs to somebody else now. */
    readonly release: readonly string[];
    readonly leave: readonly string[];
  };
}

type Values = Pick<KnownPerson, 'name' | 'position' | 'unit' | 'area' | 'email'>;

/** What a staff list would do to a directory. Pure: the same file, directory and choices give the same plan but for new ids. */
export function planImport(table: Table, directory: Directory, choices: Choices, newId: () => string): Plan {
  const fields = fieldsOf(table.header);
  const listed = new Map<string, { line: number; name: string }>();
  const rows = table.rows.map(({ line, cells }) => readPerson(line, readRow(table.header, cells), fields, listed));
  // Only of rows that are right so far, and of all of these: so the same file finds the same units once they have been made.
  const unitCells = fields.has('unit') ? rows.filter((it) => it.wrong.length === 0).map((it) => it.cells.unit) : [];
  const units = new UnitReader(directory.units, unitCells, { create: choices.newUnits, newId });
  const areas = new AreaReader(directory.areas, directory.near);
  const byPhone = new Map(directory.people.flatMap((it) => (it.phone === null ? [] : [[it.phone, it] as const])));

  const entries: Entry[] = [];
  const insert: WrittenPerson[] = [];
  const update: WrittenPerson[] = [];
  const release: string[] = [];
  const present = new Set<string>();
  const unitsListed = new Set<string>();
  const wrongNames = new Set<string>();
  const wrongPhones = new Set<string>();

  for (const { line, cells, wrong, person } of rows) {
    const unit = person && fields.has('unit') ? taken(units.read(cells.unit), wrong)?.unit : null;
    const area =
      person && fields.has('area') ? taken(areas.read(cells.area, units.area(unit ?? null)), wrong)?.area : null;
    if (!person || unit === undefined || area === undefined) {
      const name = readName(cells.name);
      const phone = readPhone(cells.phone);
      if ('name' in name) wrongNames.add(fold(name.name));
      if ('phone' in phone) wrongPhones.add(phone.phone);
      entries.push({
        ...blank,
        line,
        result: 'wrong',
        name: 'name' in name ? name.name : cut(cells.name),
        phone: 'phone' in phone ? phone.phone : cut(cells.phone),
        unit: cut(cells.unit),
        position: cut(cells.position),
        area: cut(cells.area),
        email: cut(cells.email),
        wrong,
      });
      continue;
    }

    const { name, phone, position, email } = person;
    present.add(phone);
    if (unit !== null) unitsListed.add(unit);
    const found = byPhone.get(phone);
    // A number that somebody had who left, under another name: it was given to a new person.
    const reused = found?.state === 'left' && fold(found.name) !== fold(name);
    const known = reused ? undefined : found;
    const before: Values = known ?? { name: '', position: '', unit: null, area: null, email: '' };
    const after: Values = {
      name,
      position: fields.has('position') ? position : before.position,
      unit: fields.has('unit') ? unit : before.unit,
      area: fields.has('area') ? area : before.area,
      email: fields.has('email') ? email : before.email,
    };
    const changes = known ? changesBetween(before, after, units, areas) : [];
    if (known && (known.state === 'left' || known.state === 'waiting'))
      changes.unshift({ field: 'state', from: known.state, to: 'active' });
    const result: Result =
      !known || known.state === 'left'
        ? 'added'
        : changes.some((it) => it.field === 'unit')
          ? 'moved'
          : changes.length > 0
            ? 'changed'
            : 'unchanged';
    const review: Review[] = [];
    if (reused) review.push('number_reused');
    if (known?.state === 'active' && !haveWordInCommon(known.name, name)) review.push('other_name');

    const id = known?.id ?? newId();
    const unitName = units.name(after.unit);
    const search = searchText({ ...after, unit: unitName });
    const written: WrittenPerson = { id, phone, ...after, search, unitName, areaName: areas.name(after.area) };
    if (!known) insert.push(written);
    else if (changes.length > 0) update.push(written);
    if (reused) release.push(found.id);
    entries.push({
      ...blank,
      line,
      result,
      account: known?.id ?? null,
      name,
      phone,
      unit: units.path(after.unit),
      position: after.position,
      area: areas.title(after.area),
      email: after.email,
      changes,
      review,
    });
  }

  const leavers: KnownPerson[] = [];
  let kept = 0;
  for (const it of directory.people) {
    // Residents who came by invitation have neither unit nor position: no staff list speaks of them.
    const ofStaff = it.unit !== null || it.position !== '';
    const spokenOf = choices.scope === 'all' ? ofStaff : it.unit !== null && unitsListed.has(it.unit);
    if (it.state !== 'active' || !spokenOf || (it.phone !== null && present.has(it.phone))) continue;
    // So that a slip in a row does not put its person out of the house.
    if (wrongNames.has(fold(it.name)) || (it.phone !== null && wrongPhones.has(it.phone)) || it.id === choices.actor)
      kept += 1;
    else leavers.push(it);
  }
  const newcomers = new Map<string, number>();
  for (const [at, it] of entries.entries())
    if (it.result === 'added') newcomers.set(`${fold(it.name)}\n${it.unit}`, at);
  for (const it of leavers) {
    const path = units.path(it.unit);
    const twin = newcomers.get(`${fold(it.name)}\n${path}`);
    if (twin !== undefined && entries[twin]!.account === null)
      entries[twin] = { ...entries[twin]!, review: [...entries[twin]!.review, 'new_number'] };
    entries.push({
      ...blank,
      line: null,
      result: 'left',
      account: it.id,
      name: it.name,
      phone: it.phone ?? '',
      unit: path,
      position: it.position,
      area: areas.title(it.area),
      email: it.email,
      review: it.administrator ? ['administrator'] : [],
    });
  }

  return {
    fields: FIELDS.filter((it) => fields.has(it)),
    entries,
    unitsAdded: units.added.map((it) => units.path(it.id)),
    kept,
    writes: { units: units.added, insert, update, release, leave: leavers.map((it) => it.id) },
  };
}

const SHOWN_MOST = 120;

/** A wrong cell as it is shown: as much as it takes to find it in the file. */
function cut(cell: string): string {
  return cell.length <= SHOWN_MOST ? cell : `${cell.slice(0, SHOWN_MOST).toWellFormed()}…`;
}

interface ReadRow {
  readonly line: number;
  readonly cells: Readonly<Record<Field, string>>;
  readonly wrong: Wrong[];
  /** Undefined where something of it is wrong. */
  readonly person: { name: string; phone: string; position: string; email: string } | undefined;
}

/** What can be said of a row by itself; `listed` collects the numbers of the right ones. */
function readPerson(
  line: number,
  cells: Readonly<Record<Field, string>>,
  fields: ReadonlySet<Field>,
  listed: Map<string, { line: number; name: string }>,
): ReadRow {
  const wrong: Wrong[] = [];
  const name = taken(readName(cells.name), wrong)?.name;
  const phone = taken(readPhone(cells.phone), wrong)?.phone;
  const position = fields.has('position') ? taken(readPosition(cells.position), wrong)?.position : '';
  const email = fields.has('email') ? taken(readEmail(cells.email), wrong)?.email : '';
  const twice = phone === undefined ? undefined : listed.get(phone);
  if (twice) wrong.push({ code: 'phone_twice', ...twice });
  if (wrong.length > 0 || name === undefined || phone === undefined || position === undefined || email === undefined) {
    return { line, cells, wrong, person: undefined };
  }
  listed.set(phone, { line, name });
  return { line, cells, wrong, person: { name, phone, position, email } };
}

function taken<T extends object>(read: T | { wrong: Wrong }, wrong: Wrong[]): T | undefined {
  if (!('wrong' in read)) return read;
  wrong.push(read.wrong);
  return undefined;
}

const blank: Entry = {
  line: null,
  result: 'unchanged',
  account: null,
  name: '',
  phone: '',
  unit: '',
  position: '',
  area: '',
  email: '',
  changes: [],
  wrong: [],
  review: [],
  groups: 0,
  owned: 0,
};

function changesBetween(before: Values, after: Values, units: UnitReader, areas: AreaReader): Entry['changes'] {
  const changes: Entry['changes'] = [];
  if (before.unit !== after.unit)
    changes.push({ field: 'unit', from: units.path(before.unit), to: units.path(after.unit) });
  for (const field of ['name', 'position'] as const) {
    if (before[field] !== after[field]) changes.push({ field, from: before[field], to: after[field] });
  }
  if (before.area !== after.area)
    changes.push({ field: 'area', from: areas.title(before.area), to: areas.title(after.area) });
  if (before.email !== after.email) changes.push({ field: 'email', from: before.email, to: after.email });
  return changes;
}

function haveWordInCommon(a: string, b: string): boolean {
  const words = new Set(fold(a).split(' '));
  return fold(b)
    .split(' ')
    .some((word) => words.has(word));
}
