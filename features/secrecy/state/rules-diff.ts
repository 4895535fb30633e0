import type { Rule } from '../rules/ruleset.ts';

/** What one rule becomes in another version. */
export interface RuleChange {
  readonly id: string;
  readonly on?: readonly [before: boolean, after: boolean];
  readonly weight?: readonly [before: Rule['weight'], after: Rule['weight']];
  readonly added: readonly string[];
  readonly dropped: readonly string[];
}

/** What differs between two versions, in the order of the later one. */
export function changesBetween(before: readonly Rule[], after: readonly Rule[]): RuleChange[] {
  const old = new Map(before.map((it) => [it.id, it]));
  const gone = before.filter((it) => !after.some((one) => one.id === it.id));
  return [...after, ...gone.map((it) => ({ ...it, on: false, terms: [] }))].flatMap((it) => {
    const was = old.get(it.id) ?? { ...it, on: false, terms: [] };
    const added = it.terms.filter((term) => !was.terms.includes(term));
    const dropped = was.terms.filter((term) => !it.terms.includes(term));
    const on = was.on !== it.on;
    const weight = was.weight !== it.weight;
    if (!on && !weight && added.length === 0 && dropped.length === 0) return [];
    return [
      {
        id: it.id,
        added,
        dropped,
        ...(on ? { on: [was.on, it.on] as const } : {}),
        ...(weight ? { weight: [was.weight, it.weight] as const } : {}),
      },
    ];
  });
}

/** One term a line, each once, without the blanks around it. */
export function termsIn(text: string): string[] {
  return [
    ...new Set(
      text
        .split('\n')
        .map((it) => it.trim().normalize('NFC'))
        .filter((it) => it !== ''),
    ),
  ];
}
