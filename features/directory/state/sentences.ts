import type { Entry, Wrong } from '../protocol/import.ts';
import { formatPhone } from '../../../web/format.ts';
import { strings } from '../strings/import.ts';

export interface Sentence {
  /** The reason, which stands out. */
  readonly bold: string;
  /** What to do, or what else there is to know. */
  readonly rest: string;
}

/** Why a row is not taken, and what to do about it. */
export function wrongSentence(wrong: Wrong): Sentence {
  const { text = '', n = 0, place = '', name = '', line = 0 } = wrong;
  const options = (wrong.options ?? []).join('; ');
  const fix = strings('fixInFile');
  switch (wrong.code) {
    case 'name_missing':
    case 'phone_missing':
      return { bold: strings(wrong.code), rest: '' };
    case 'name_wrong':
    case 'email_wrong':
    case 'phone_letters':
      return { bold: strings(wrong.code, { text }), rest: fix };
    case 'name_long':
    case 'position_long':
    case 'unit_long':
    case 'unit_deep':
    case 'phone_short':
    case 'phone_long':
      return { bold: strings(wrong.code, { n }), rest: fix };
    case 'phone_many':
      return { bold: strings('phone_many'), rest: strings('phone_manyFix') };
    case 'phone_scientific':
      return { bold: strings('phone_scientific', { text }), rest: strings('phone_scientificFix') };
    case 'phone_foreign':
    case 'phone_fixed':
      return { bold: strings(wrong.code), rest: strings('phone_mobileFix') };
    case 'phone_not_mobile':
      return { bold: strings('phone_not_mobile', { text }), rest: strings('phone_mobileFix') };
    case 'phone_old':
      return {
        bold: strings('phone_old', { text }),
        rest: strings('phone_oldFix', { phone: formatPhone(wrong.phone ?? '') }),
      };
    case 'phone_twice':
      return { bold: strings('phone_twice', { line: String(line) }), rest: `(${name}).` };
    case 'unit_unknown':
      return { bold: strings('unit_unknown', { text }), rest: options ? strings('similar', { options }) : fix };
    case 'unit_ambiguous':
      return { bold: strings('unit_ambiguous', { text }), rest: strings('unit_ambiguousFix', { options }) };
    case 'area_unknown':
      return place
        ? { bold: strings('area_unknownAt', { text }), rest: strings('at', { place }) }
        : { bold: `${strings('area_unknown', { text })}.`, rest: fix };
    case 'area_ambiguous':
      return { bold: strings('area_ambiguous', { text }), rest: strings('area_ambiguousFix', { options }) };
  }
}

/** Everything there is to say of an entry: reasons, changes as old → new, what to look at. */
export function entrySentences(entry: Entry): Sentence[] {
  const said: Sentence[] = entry.wrong.map(wrongSentence);
  if (entry.result === 'left') {
    said.push({ bold: '', rest: strings('notInFileLocks') });
    const leaves = entry.groups - entry.owned;
    if (leaves > 0) said.push({ bold: '', rest: strings('inGroups', { n: leaves }) });
  }
  for (const review of entry.review) said.push(reviewSentence(entry, review));
  for (const { field, from, to } of entry.changes) {
    const was = field === 'state' ? stateWord(from) : from || strings('nothingThere');
    const is = field === 'state' ? stateWord(to) : to || strings('nothingThere');
    said.push({ bold: '', rest: strings('fromTo', { field: strings(field), from: was, to: is }) });
  }
  return said;
}

function reviewSentence(entry: Entry, review: Entry['review'][number]): Sentence {
  switch (review) {
    case 'owns_groups':
      return { bold: strings('owns_groups', { n: entry.owned }), rest: '' };
    case 'administrator':
      return { bold: strings('administrator'), rest: '' };
    case 'other_name':
      return {
        bold: '',
        rest: strings('other_name', { name: entry.changes.find((it) => it.field === 'name')?.from ?? '' }),
      };
    case 'new_number':
    case 'number_reused':
      return { bold: '', rest: strings(review) };
  }
}

function stateWord(state: string): string {
  return strings(state === 'left' ? 'stateLeft' : state === 'waiting' ? 'stateWaiting' : 'stateActive');
}

/** The word of a result in one entry. */
export function resultWord(entry: Entry): string {
  if (entry.result === 'wrong') return strings('tagWrong');
  if (entry.result === 'added' && entry.account !== null) return strings('tagReturns');
  return strings(entry.result);
}

/** Why a file was not taken, by the problem of the answer. */
export function refusalSentence(code: string, details: Readonly<Record<string, unknown>>): string | undefined {
  switch (code) {
    case 'import.too_large':
    case 'too_large':
      return strings('tooLarge');
    case 'import.no_columns': {
      const missing = (details['missing'] ?? []) as readonly ('name' | 'phone')[];
      return strings('noColumns', { names: missing.map((it) => strings(it)).join(', ') });
    }
    case 'import.unreadable':
      switch (details['reason']) {
        case 'old_excel':
          return strings('oldExcel');
        case 'damaged':
          return strings('damaged');
        case 'too_big_inside':
          return strings('tooBigInside');
        case 'too_slow':
          return strings('tooSlow');
        case 'encoding':
          return strings('encoding');
        case 'empty':
          return strings('emptyFile');
        default:
          return strings('notATable');
      }
    default:
      return undefined;
  }
}
