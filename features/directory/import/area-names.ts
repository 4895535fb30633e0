import { fold } from '../../../protocol/fold.ts';
import type { AreaNames } from '../../areas/access.ts';
import { areaName } from '../../areas/rules.ts';
import type { Wrong } from '../protocol/import.ts';

const KINDS: Readonly<Record<string, string>> = {
  tinh: 'tinh',
  'thanh pho': 'thanh pho',
  tp: 'thanh pho',
  xa: 'xa',
  x: 'xa',
  phuong: 'phuong',
  p: 'phuong',
  'dac khu': 'dac khu',
  'thi tran': 'thi tran',
  tt: 'thi tran',
  'thi xa': 'thi xa',
  tx: 'thi xa',
  huyen: 'huyen',
  quan: 'quan',
  thon: 'thon',
  lang: 'lang',
  buon: 'buon',
  ban: 'ban',
  'to dan pho': 'to dan pho',
  tdp: 'to dan pho',
  'khu pho': 'khu pho',
  khoi: 'khoi',
  ap: 'ap',
  xom: 'xom',
};
const KIND = new RegExp(
  `^(${Object.keys(KINDS)
    .toSorted((a, b) => b.length - a.length)
    .join('|')}) (?=\\S)`,
);

/** “P. Quy Nhơn” → phuong, quy nhon; a name without its kind has only one reading, with it two (“Bản Liền” is a commune). */
function readings(text: string): { kind: string; bare: string }[] {
  const folded = fold(text);
  const match = KIND.exec(folded);
  const plain = { kind: '', bare: folded };
  return match ? [{ kind: KINDS[match[1]!]!, bare: folded.slice(match[0].length) }, plain] : [plain];
}

interface Candidate {
  readonly code: string;
  /** Folded kind. */
  readonly kind: string;
  /** Where an old name lay, folded; undefined for a present name. */
  readonly place: string | undefined;
}

const CANDIDATES_SHOWN = 5;

/** Finds the area that a cell of a staff list means: by code, by present or old name, with or without kind and what lies above. */
export class AreaReader {
  readonly #areas: Map<string, AreaNames['areas'][number]>;
  readonly #byName = new Map<string, Candidate[]>();
  readonly #places = new Map<string, string[]>();
  readonly #near: string;
  readonly #seen = new Map<string, { area: string } | { wrong: Wrong }>();

  /** `near`: the area of the agency, which decides between equal names. */
  constructor({ areas, aliases }: AreaNames, near: string | null) {
    this.#areas = new Map(areas.map((it) => [it.code, it]));
    this.#near = near ?? '';
    const add = (bare: string, candidate: Candidate): void => {
      const known = this.#byName.get(bare);
      if (known) known.push(candidate);
      else this.#byName.set(bare, [candidate]);
    };
    for (const it of areas) add(it.folded, { code: it.code, kind: fold(it.kind), place: undefined });
    for (const it of aliases) {
      const place = fold(it.place);
      const [withKind] = readings(it.name);
      add(it.folded, { code: it.area, kind: withKind!.kind, place });
      this.#places.set(it.area, [...(this.#places.get(it.area) ?? []), place]);
    }
  }

  /** “Xã Ia Grai” */
  name(code: string | null): string {
    const area = code === null ? undefined : this.#areas.get(code);
    return area ? areaName(area) : '';
  }

  /** “Xã Ia Grai”; a village with its commune: “Làng Jút, xã Ia Grai”. */
  title(code: string | null): string {
    const area = code === null ? undefined : this.#areas.get(code);
    if (!area) return '';
    const above = code!.includes('.') && area.parent !== null ? this.#areas.get(area.parent) : undefined;
    return above ? `${areaName(area)}, ${areaName(above, 'inside')}` : areaName(area);
  }

  /** The area a cell means. `unitArea`, where the person's unit works, comes before the agency's own neighbourhood. */
  read(cell: string, unitArea: string | null): { area: string | null } | { wrong: Wrong } {
    if (cell === '') return { area: null };
    const key = `${unitArea ?? ''}\n${cell}`;
    let found = this.#seen.get(key);
    if (!found) this.#seen.set(key, (found = this.#find(cell, unitArea ?? '')));
    return found;
  }

  #find(cell: string, unitArea: string): { area: string } | { wrong: Wrong } {
    const code = this.#codeIn(cell);
    if (code) return { area: code };
    const parts = cell
      .replace(/\(\s*\d{5}\s*\)/g, '')
      .split(/\s*[,;/>]\s*|\s+[-–]\s+/)
      .filter((it) => fold(it) !== '');
    // “Thôn 2, xã Ia Grai” names the smallest first, a path “Gia Lai / Ia Grai / Thôn 2” last.
    if (/[/>]/.test(cell)) parts.reverse();
    const [own, ...above] = parts;
    const text = cell.slice(0, 80);
    if (own === undefined) return { wrong: { code: 'area_unknown', text } };

    const fitting = readings(own)
      .flatMap(({ kind, bare }) => (this.#byName.get(bare) ?? []).filter((it) => kind === '' || it.kind === kind))
      .filter((it) => above.every((part) => this.#liesIn(it, part)));
    const nearest = Math.max(...fitting.map((it) => this.#nearness(it.code, unitArea)));
    const near = fitting.filter((it) => this.#nearness(it.code, unitArea) === nearest);
    // A present name goes before an old one, as far as both are equally near.
    const present = near.filter((it) => it.place === undefined);
    const codes = [...new Set((present.length > 0 ? present : near).map((it) => it.code))].sort();
    if (codes.length === 1) return { area: codes[0]! };
    if (codes.length > 1) {
      return {
        wrong: {
          code: 'area_ambiguous',
          text,
          options: codes.slice(0, CANDIDATES_SHOWN).map((it) => `${this.#fullTitle(it)} (${it})`),
        },
      };
    }
    const commune = [unitArea, this.#near].map((it) => it.split('.')[0]!).find((it) => it.length === 5);
    const place =
      commune === undefined
        ? undefined
        : `${areaName(this.#areas.get(commune) ?? { kind: '', name: commune }, 'inside')} (${commune})`;
    return { wrong: { code: 'area_unknown', text, ...(place ? { place } : {}) } };
  }

  /** A code, also one that lost its leading zeros in a cell kept as a number, and “23764 – Xã Ia Grai”. */
  #codeIn(cell: string): string | undefined {
    const compact = cell.replace(/\s/g, '').replace(/\.0+$/, '');
    if (/^\d{1,5}$/.test(compact)) {
      const code = compact.length <= 2 ? compact.padStart(2, '0') : compact.padStart(5, '0');
      return this.#areas.has(code) ? code : undefined;
    }
    if (this.#areas.has(compact)) return compact;
    const inside = /(?<!\d)\d{5}(?:\.\d{1,4})*(?!\d)/.exec(cell)?.[0];
    return inside !== undefined && this.#areas.has(inside) ? inside : undefined;
  }

  /** Whether what a list names above an area is above it, or was when the old name was in use. */
  #liesIn(candidate: Candidate, part: string): boolean {
    const inside = fold(part);
    const hints = readings(part);
    for (
      let code = this.#areas.get(candidate.code)?.parent ?? null;
      code !== null;
      code = this.#areas.get(code)?.parent ?? null
    ) {
      const area = this.#areas.get(code);
      if (area && hints.some((it) => it.bare === area.folded && (it.kind === '' || it.kind === fold(area.kind))))
        return true;
      if (this.#wasCalled(code, hints)) return true;
    }
    if (candidate.place !== undefined) return ` ${candidate.place} `.includes(` ${inside} `);
    return (this.#places.get(candidate.code) ?? []).some((place) => ` ${place} `.includes(` ${inside} `));
  }

  #wasCalled(code: string, hints: readonly { kind: string; bare: string }[]): boolean {
    return hints.some(({ kind, bare }) =>
      (this.#byName.get(bare) ?? []).some(
        (it) => it.code === code && it.place !== undefined && (kind === '' || it.kind === kind),
      ),
    );
  }

  /** 3 in the area of the unit, 2 in that of the agency, 1 in its province, 0 elsewhere. */
  #nearness(code: string, unitArea: string): number {
    if (unitArea !== '' && this.#isWithin(code, unitArea)) return 3;
    if (this.#near === '') return 0;
    if (this.#isWithin(code, this.#near)) return 2;
    return this.#isWithin(code, this.#provinceOf(this.#near)) ? 1 : 0;
  }

  #isWithin(code: string, above: string): boolean {
    for (let it: string | null = code; it !== null; it = this.#areas.get(it)?.parent ?? null)
      if (it === above) return true;
    return false;
  }

  #provinceOf(code: string): string {
    for (let it = code; ;) {
      const parent = this.#areas.get(it)?.parent;
      if (parent === null || parent === undefined) return it;
      it = parent;
    }
  }

  #fullTitle(code: string): string {
    const titles: string[] = [];
    for (let it: string | null = code; it !== null; it = this.#areas.get(it)?.parent ?? null) {
      const area = this.#areas.get(it);
      if (area) titles.push(areaName(area, titles.length === 0 ? 'alone' : 'inside'));
    }
    return titles.join(', ');
  }
}
