import type { Acceptance } from '../protocol.ts';
import { ACCEPTANCE_PAGE_MOST } from '../rules.ts';
import type { Regulations } from '../state.ts';

export interface UnitProgress {
  readonly unit: string;
  readonly members: number;
  readonly accepted: number;
}

/** People under the headings of their units, as the server has sorted them; the sums stand in the headings. */
export type Line =
  | { readonly kind: 'unit'; readonly of: UnitProgress }
  | { readonly kind: 'person'; readonly person: Acceptance };

export function linesOf(people: readonly Acceptance[], units: readonly UnitProgress[]): Line[] {
  const lines: Line[] = [];
  let last: string | undefined;
  for (const person of people) {
    if (person.unit !== last) {
      last = person.unit;
      lines.push({ kind: 'unit', of: units.find((it) => it.unit === last) ?? { unit: last, members: 0, accepted: 0 } });
    }
    lines.push({ kind: 'person', person });
  }
  return lines;
}

/** All members, for a table: page after page, each person once though somebody came or went meanwhile. */
export async function everybody(state: Regulations, group: string): Promise<{ version: number; people: Acceptance[] }> {
  const people = new Map<string, Acceptance>();
  for (let after = 0; ; after += ACCEPTANCE_PAGE_MOST) {
    const page = await state.call('regulation.acceptance', { group, after, limit: ACCEPTANCE_PAGE_MOST });
    for (const it of page.people) people.set(it.account, it);
    if (page.people.length < ACCEPTANCE_PAGE_MOST) return { version: page.version, people: [...people.values()] };
  }
}
