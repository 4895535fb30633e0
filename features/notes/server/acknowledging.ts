import { problem } from '../../../protocol/problem.ts';
import type { Database } from '../../../server/database.ts';
import type { SmallAct, Tallied } from '../../../server/tally.ts';
import { noteProblems } from '../protocol.ts';
import { askingNotes, saveCounts, saveAcknowledgements } from '../store.ts';
import type { Acknowledgement } from '../store.ts';

interface Wish {
  readonly group: string;
  readonly note: string;
  readonly version: number;
}

/** Many members at once, in one statement; the group is told the totals, not each of them. */
export async function acknowledgeTogether(tx: Database, acts: readonly SmallAct<Wish>[], at: Date): Promise<Tallied> {
  const notes = await askingNotes(
    tx,
    acts.map((it) => it.input.note),
  );
  const refused = acts.map(({ account, input: { group, note, version } }) => {
    const it = notes.get(note);
    if (it?.group !== group) return problem('not_found');
    // A group that is frozen is read and nothing else.
    if (!it.open) return problem('forbidden', { right: 'note.acknowledge' });
    if (it.askVersion === null || it.askBy === account) return noteProblems('note.not_asked');
    if (version < it.askVersion || version > it.version)
      return noteProblems('note.changed_meanwhile', { version: it.version });
    return undefined;
  });
  // Two devices of one person: what says more counts.
  const wishes = new Map<string, Acknowledgement>();
  acts.forEach(({ account, input: { note, version } }, place) => {
    if (refused[place]) return;
    const key = `${note} ${account}`;
    const other = wishes.get(key);
    if (!other || other.version < version) wishes.set(key, { note, account, version });
  });
  const fresh = await saveAcknowledgements(tx, [...wishes.values()], at);
  const counts = await saveCounts(tx, [...new Set(fresh.map((it) => it.note))]);
  return {
    refused,
    announcements: [
      ...counts.map(({ group, ...body }) => ({ name: 'note.counted', stream: group, by: null, body })),
      ...fresh.map(({ note, account, version }) => ({
        name: 'note.acknowledged',
        stream: account,
        by: account,
        body: { group: notes.get(note)!.group, note, version, at: at.getTime() },
      })),
    ],
  };
}
