import { Problem } from '../../../protocol/problem.ts';
import { refusalSentence } from '../state/sentences.ts';

/** Why a list could not be read, in a sentence; undefined where something else went wrong. */
export function fileRefusal(error: unknown): string | undefined {
  return error instanceof Problem ? refusalSentence(error.code, error.details) : undefined;
}
