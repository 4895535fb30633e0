import { CircleAlert } from 'lucide';

import { Icon } from '../../../web/ui/icon.tsx';
import './groups.css';

/** Why it could not be done, above the button that tried. Nothing while there is no such reason. */
export function Refusal({ words }: { words: string | undefined }) {
  if (words === undefined) return null;
  return (
    <p class="group-refusal" role="alert">
      <Icon of={CircleAlert} size={16} />
      <span>{words}</span>
    </p>
  );
}
