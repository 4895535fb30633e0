import type { AuditValue } from './handler.ts';

/** For the audit log: of these fields those that differ, as `{ from, to }`. */
export function changesOf<T extends object, K extends keyof T & string>(
  before: Pick<T, K>,
  after: Pick<T, K>,
  ...fields: readonly K[]
): Record<string, AuditValue> {
  return Object.fromEntries(
    fields
      .filter((it) => before[it] !== after[it])
      .map((it) => [it, { from: before[it] ?? null, to: after[it] ?? null }]),
  );
}
