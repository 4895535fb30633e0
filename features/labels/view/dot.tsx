import type { LabelColour } from '../rules.ts';
import '../labels.css';

/** The colour of a label; its name stands beside it. */
export function LabelDot({ colour, name }: { colour: LabelColour; name?: string }) {
  return (
    <span class={`label-dot label-${colour}`} title={name}>
      {name ? <span class="unseen">{name}</span> : null}
    </span>
  );
}
