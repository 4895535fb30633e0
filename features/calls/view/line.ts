import { CALL_TITLES } from '../rules.ts';
import { strings } from '../strings.ts';

/** The line that stands for a call, where its card is not drawn; the house writes it in Vietnamese. */
export function callLine(text: string | null): string {
  return strings(text === CALL_TITLES.video ? 'lineVideo' : text === CALL_TITLES.group ? 'lineGroup' : 'lineVoice');
}
