import { fold } from '../../../protocol/fold.ts';
import { UNIT_DEPTH_MOST, UNIT_NAME_MOST, unitPathText } from '../../units/rules.ts';
import type { Wrong } from '../protocol/import.ts';

export interface UnitNode {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly folded: string;
  readonly area: string | null;
}

/** What a unit below another begins with; behind a slash without spaces it begins a name, anything else goes on with one. */
const BEGINS_UNIT =
  '(?:Ban|Bộ phận|Chi cục|Chi nhánh|Công an|Đảng ủy|Đoàn|Đội|Đồn|Hội|Khoa|Mặt trận|Phòng|Tổ|Trạm|Trung tâm|Trường|UBND|Văn phòng)';
const PARTING = new RegExp(`\\s*>\\s*|\\s+/\\s*|\\s*/\\s+|/(?=${BEGINS_UNIT}\\s)`, 'u');

/** “UBND xã Ia Grai / Văn phòng”, also “…/Văn phòng …” or with > between; “Phòng ATTT/CĐS”, “UBND xã/phường” stay whole. */
export function splitUnitPath(cell: string): string[] {
  const parts = cell
    .normalize('NFC')
    .split(PARTING)
    .map((it) => it.trim());
  return parts.filter((it) => fold(it) !== '');
}

const SIMILAR_SHOWN = 3;

/** Finds the units that the cells of a staff list mean, and where that is wanted adds those that are not there yet. */
export class UnitReader {
  readonly #nodes = new Map<string, UnitNode>();
  readonly #byName = new Map<string, UnitNode[]>();
  readonly #found = new Map<string, { unit: string } | { wrong: Wrong }>();
  readonly added: UnitNode[] = [];

  /** `cells`: all of the column, so that “Sở Nội vụ / Văn phòng” is known before “Văn phòng” alone is looked for. */
  constructor(
    units: readonly UnitNode[],
    cells: Iterable<string>,
    { create, newId }: { create: boolean; newId: () => string },
  ) {
    for (const unit of units) this.#keep(unit);
    const paths = [...new Set(cells)].filter((it) => it !== '').map((cell) => ({ cell, parts: splitUnitPath(cell) }));
    // Longest first, then by letter: what is found must not depend on the order of the rows.
    paths.sort((a, b) => b.parts.length - a.parts.length || (a.cell < b.cell ? -1 : 1));
    for (const { cell, parts } of paths) this.#found.set(cell, this.#find(cell, parts, create ? newId : undefined));
  }

  read(cell: string): { unit: string | null } | { wrong: Wrong } {
    if (cell === '') return { unit: null };
    return this.#found.get(cell) ?? { wrong: { code: 'unit_unknown', text: cell.slice(0, 120) } };
  }

  area(unit: string | null): string | null {
    for (let id = unit; id !== null; id = this.#nodes.get(id)?.parent ?? null) {
      const area = this.#nodes.get(id)?.area;
      if (area) return area;
    }
    return null;
  }

  name(unit: string | null): string {
    return unit === null ? '' : (this.#nodes.get(unit)?.name ?? '');
  }

  path(unit: string | null): string {
    const path: UnitNode[] = [];
    for (let id = unit; id !== null; id = this.#nodes.get(id)?.parent ?? null) {
      const node = this.#nodes.get(id);
      if (!node) break;
      path.unshift(node);
    }
    return unitPathText(path);
  }

  #keep(node: UnitNode): void {
    this.#nodes.set(node.id, node);
    this.#byName.set(node.folded, [...(this.#byName.get(node.folded) ?? []), node]);
  }

  #find(
    cell: string,
    parts: readonly string[],
    newId: (() => string) | undefined,
  ): { unit: string } | { wrong: Wrong } {
    const text = cell.slice(0, 120);
    const folded = parts.map(fold);
    if (parts.length === 0) return { wrong: { code: 'unit_unknown', text } };
    if (parts.some((it) => Array.from(it).length > UNIT_NAME_MOST))
      return { wrong: { code: 'unit_long', n: UNIT_NAME_MOST } };

    for (let known = parts.length; known > 0; known -= 1) {
      const heads = this.#matching(folded.slice(0, known));
      // The whole path from the top wins over the same names further down.
      const tops = heads.filter((it) => this.#depth(it) === known);
      const chosen = tops.length === 1 ? tops : heads;
      if (chosen.length === 1) {
        if (known === parts.length) return { unit: chosen[0]!.id };
        return newId ? this.#add(chosen[0], parts.slice(known), newId) : { wrong: this.#unknown(text, folded.at(-1)!) };
      }
      if (chosen.length > 1) {
        return {
          wrong: {
            code: 'unit_ambiguous',
            text,
            options: chosen
              .slice(0, 5)
              .map((it) => this.path(it.id))
              .sort(),
          },
        };
      }
    }
    return newId ? this.#add(undefined, parts, newId) : { wrong: this.#unknown(text, folded.at(-1)!) };
  }

  /** Units of the last name whose units above have the names before it, in a row. */
  #matching(names: readonly string[]): UnitNode[] {
    return (this.#byName.get(names.at(-1)!) ?? []).filter((node) => {
      let at: UnitNode | undefined = node;
      for (let index = names.length - 1; index >= 0; index -= 1) {
        if (!at || at.folded !== names[index]) return false;
        at = at.parent === null ? undefined : this.#nodes.get(at.parent);
      }
      return true;
    });
  }

  #depth(node: UnitNode): number {
    let depth = 1;
    for (let id = node.parent; id !== null; id = this.#nodes.get(id)?.parent ?? null) depth += 1;
    return depth;
  }

  #add(
    under: UnitNode | undefined,
    parts: readonly string[],
    newId: () => string,
  ): { unit: string } | { wrong: Wrong } {
    if ((under ? this.#depth(under) : 0) + parts.length > UNIT_DEPTH_MOST)
      return { wrong: { code: 'unit_deep', n: UNIT_DEPTH_MOST } };
    let parent = under?.id ?? null;
    for (const name of parts) {
      const node: UnitNode = { id: newId(), parent, name, folded: fold(name), area: null };
      this.added.push(node);
      this.#keep(node);
      parent = node.id;
    }
    return { unit: parent! };
  }

  #unknown(text: string, folded: string): Wrong {
    const options = [...this.#nodes.values()]
      .map((node) => ({ node, likeness: likeness(folded, node.folded) }))
      .filter((it) => it.likeness >= 0.3)
      .sort((a, b) => b.likeness - a.likeness || (a.node.folded < b.node.folded ? -1 : 1))
      .slice(0, SIMILAR_SHOWN)
      .map((it) => this.path(it.node.id));
    return { code: 'unit_unknown', text, ...(options.length > 0 ? { options } : {}) };
  }
}

/** Share of pairs of neighbouring letters that two words have in common (Dice), 0 to 1. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const pairs = (text: string): Map<string, number> => {
    const counts = new Map<string, number>();
    for (let at = 0; at < text.length - 1; at += 1)
      counts.set(text.slice(at, at + 2), (counts.get(text.slice(at, at + 2)) ?? 0) + 1);
    return counts;
  };
  const [left, right] = [pairs(a), pairs(b)];
  let common = 0;
  for (const [pair, count] of left) common += Math.min(count, right.get(pair) ?? 0);
  const all = Math.max(1, a.length - 1 + (b.length - 1));
  return (2 * common) / all;
}
