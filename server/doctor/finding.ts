/** One line of what the doctor says. */
export interface Finding {
  /** What was looked at: `clock`, `certificate`. */
  readonly about: string;
  /** `warning`: it works, and one day it will not, or somebody could do harm by it. */
  readonly state: 'well' | 'warning' | 'broken';
  readonly said: string;
  /** What to do; of what is well there is nothing. */
  readonly cure?: string;
}

export const well = (about: string, said: string): Finding => ({ about, state: 'well', said });
export const warning = (about: string, said: string, cure: string): Finding => ({
  about,
  state: 'warning',
  said,
  cure,
});
export const broken = (about: string, said: string, cure: string): Finding => ({ about, state: 'broken', said, cure });

/** For scripts: 0 all is well, 1 something is broken, 3 there are warnings only. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 3 {
  if (findings.some((it) => it.state === 'broken')) return 1;
  return findings.some((it) => it.state === 'warning') ? 3 : 0;
}

/** One line: the sign, what was looked at, what it is, what to do. */
export function lineOf({ about, state, said, cure }: Finding): string {
  const sign = { well: 'ok     ', warning: 'warning', broken: 'BROKEN ' }[state];
  return `${sign}  ${about}: ${said}${cure === undefined ? '' : ` → ${cure}`}`;
}
