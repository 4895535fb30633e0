import type { LabelColour } from '../rules.ts';
import '../labels.css';

/** The colour of a label; its name stands beside it, or is said elsewhere. */
export function LabelDot({ colour, name }: { colour: LabelColour; name?: string }) {
  return <span class={`label-dot label-${colour}`} title={name} aria-hidden="true" />;
}
