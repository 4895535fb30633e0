import type { Device } from '../protocol.ts';
import { strings } from '../strings.ts';

/** What the list is called, for what leads to it. */
export const devicesTitle = (): string => strings('title');

/** “Android · Chrome”, or the kind where neither is known. */
export function deviceWords({ kind, system, browser }: Pick<Device, 'kind' | 'system' | 'browser'>): string {
  const known = [system, browser].filter(Boolean).join(' · ');
  return known || `${strings(kind)} (${strings('unknown').toLowerCase()})`;
}
