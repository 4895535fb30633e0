import type { Cell } from '../../../protocol/csv.ts';
import { call } from '../../../web/connection.ts';
import { formatDate, formatTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import type { AuditEntry } from '../protocol.ts';
import { strings } from '../strings/log.ts';
import { actorName, actTitle, detailWords, deviceWords } from './sentences.ts';

const ZONE = 'Asia/Ho_Chi_Minh';

/** Everything of an agreed export, page by page. */
export async function fetchExport(
  id: string,
  onPage: (fetched: number) => void,
  by: typeof call = call,
): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (;;) {
    const last = entries.at(-1);
    const before = last ? { at: last.at, seq: last.seq } : null;
    const page = await by('audit.fetchExport', { export: id, before }, { door: 'http' });
    entries.push(...page.entries);
    onPage(entries.length);
    if (!page.more || page.entries.length === 0) return entries;
  }
}

/** The headings, then a row an entry. */
export function tableOf(entries: readonly AuditEntry[]): { headings: string[]; rows: Cell[][] } {
  return {
    headings: [
      strings('columnSeq'),
      strings('time'),
      strings('who'),
      strings('act'),
      strings('columnResult'),
      strings('columnPeople'),
      strings('details'),
      strings('inGroup'),
      strings('columnDevice'),
      strings('columnAddress'),
      strings('columnAct'),
    ],
    rows: entries.map((it) => [
      it.seq,
      `${formatDate(it.at, ZONE)} ${formatTime(it.at, ZONE)}:${String(Math.floor(it.at / 1000) % 60).padStart(2, '0')}`,
      actorName(it),
      actTitle(it),
      strings(it.result === 'done' ? 'done' : it.result === 'denied' ? 'deniedResult' : 'failedResult'),
      it.people.map((person) => displayName(person.name)).join(', '),
      detailWords({ ...it, people: [], count: 0 }).join(' · '),
      it.group?.name ?? '',
      deviceWords(it),
      it.address,
      it.act,
    ]),
  };
}
