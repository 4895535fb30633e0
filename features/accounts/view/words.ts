import { formatSpan } from '../../../web/format.ts';
import type { TypedNumber } from '../rules.ts';
import type { CodeTrouble } from '../state/code.ts';
import { strings } from '../strings.ts';

/** What is wrong with a number, and what to write. Undefined where nothing is. */
export function numberWords(why: TypedNumber): string | undefined {
  switch (why.state) {
    case 'fine':
      return undefined;
    case 'short':
      return strings('short', { n: why.missing });
    case 'long':
      return strings('long', { n: why.extra });
    default:
      return strings(why.state);
  }
}

/** What stands in the way, in words; `now` for the times in it. */
export function troubleWords(trouble: CodeTrouble, now: number): string {
  switch (trouble.kind) {
    case 'wrong':
      return strings('wrong', { n: trouble.left });
    case 'slow':
      return strings('slow', { time: formatSpan((trouble.until - now) / 1000) });
    case 'paused':
      return strings('paused', { time: formatSpan((trouble.until - now) / 1000) });
    case 'tooMany':
      return strings(trouble.of === 'number' ? 'tooManyNumber' : 'tooManyAddress', {
        time: formatSpan((trouble.until - now) / 1000),
      });
    case 'number':
      return numberWords(trouble.why) ?? '';
    case 'fault':
      return strings('fault', { id: trouble.id ?? '–' });
    default:
      return strings(trouble.kind);
  }
}
