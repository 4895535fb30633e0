import { strings } from '../../strings.ts';
import { UrgencyBars } from '../bars.tsx';
import type { PartProps } from '../place.ts';
import './urgency.css';

/** The word of a level: shown in capitals where it is a stamp. */
export function urgencyWord(level: number): string {
  return strings((['normal', 'urgent', 'pressing', 'express'] as const)[level] ?? 'normal');
}

/** The band of an urgent message, at the top of its bubble. */
export function Urgency({ line: { urgency } }: PartProps) {
  if (!urgency) return null;
  return (
    <span class={`urgency-band urgency-band-${urgency}`}>
      <UrgencyBars level={urgency} />
      <span class="urgency-word">{urgencyWord(urgency)}</span>
      <span class="unseen">. </span>
    </span>
  );
}
