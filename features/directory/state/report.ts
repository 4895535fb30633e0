import { formatNumber, formatPhone, maskPhone } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import type { Entry, Report } from '../protocol/import.ts';
import { RESULTS } from '../rules/import.ts';
import { wantsLook } from './import.ts';
import { entrySentences, resultWord } from './sentences.ts';
import { strings } from '../strings/import.ts';

/** Lines of those who are unchanged say nothing. */
const spoken = (entry: Entry): boolean => entry.result !== 'unchanged';

/** A dry run for the terminal: what each row would do, what is wrong with it, the counts last. */
export function reportText(report: Report): string {
  const lines: string[] = [];
  const order = (it: Entry): number => (wantsLook(it) ? 0 : 1);
  for (const entry of report.entries.filter(spoken).sort((a, b) => order(a) - order(b))) {
    const place = entry.line === null ? '–' : String(entry.line);
    const phone = entry.result === 'left' ? maskPhone(entry.phone) : formatPhone(entry.phone);
    const who = [displayName(entry.name) || '—', phone, entry.unit].filter(Boolean).join(' · ');
    const why = entrySentences(entry)
      .map(({ bold, rest }) => `${bold} ${rest}`.trim())
      .join(' ');
    lines.push(
      `${place.padStart(6)}  ${resultWord(entry).padEnd(14)}  ${who}${why ? `\n${' '.repeat(24)}${why}` : ''}`,
    );
  }
  const { unitsAdded, counts, kept, ignored } = report;
  if (lines.length > 0) lines.push('');
  if (unitsAdded.length > 0) lines.push(strings('unitsAdded', { n: unitsAdded.length, names: unitsAdded.join('; ') }));
  if (ignored.length > 0) lines.push(strings('ignored', { names: ignored.join(', ') }));
  if (kept > 0) lines.push(strings('kept', { n: kept }));
  lines.push(RESULTS.map((it) => `${strings(it)} ${formatNumber(counts[it])}`).join(' · '));
  return lines.join('\n').replaceAll('\u00a0', ' ');
}
