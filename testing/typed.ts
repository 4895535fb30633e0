import { problems } from '../features/contracts.ts';
import type { ActionSpec } from '../protocol/action.ts';

/**
 * Whether an action may answer with this problem: one of its own, or of those that any action can have; never a fault, never that
 * the house is busy. The status is that of the code; 0 where the door has none.
 */
export function isTyped(spec: ActionSpec, code: string, status = 0): boolean {
  const kind = problems[code as keyof typeof problems];
  if (!kind || kind.status >= 500) return false;
  if (status !== 0 && status !== kind.status) return false;
  return !code.includes('.') || code.startsWith('action.') || (spec.problems ?? []).includes(code);
}
