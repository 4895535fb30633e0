import { useEffect, useState } from 'preact/hooks';
import { Download, FileCheck } from 'lucide';

import { csvOf } from '../../../protocol/csv.ts';
import { newId } from '../../../protocol/id.ts';
import { Problem } from '../../../protocol/problem.ts';
import { call } from '../../../web/connection.ts';
import { download, XLSX } from '../../../web/download.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { ownAccount } from '../../accounts/view/administrator.ts';
import type { AuditExport } from '../protocol.ts';
import { EXPORT_HOURS } from '../rules.ts';
import { fetchExport, tableOf } from '../state/export.ts';
import { isAll, wireChoice } from '../state/log.ts';
import type { LogPages } from '../state/log.ts';
import { strings } from '../strings/log.ts';

/** Of the columns of the exported log. */
const WIDTHS = [10, 20, 28, 36, 14, 36, 60, 36, 22, 18, 22];

export interface Exports {
  readonly list: readonly AuditExport[];
  fetch(): void;
}

/** Exports that wait for the second person or can be fetched. */
export function useExports(group: string | undefined): Exports {
  const [list, setList] = useState<readonly AuditExport[]>([]);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let here = true;
    const asked = group === undefined ? call('audit.exports', {}) : call('audit.groupExports', { group });
    asked.then(
      ({ exports }) => here && setList(exports),
      // The log itself says what is wrong.
      () => undefined,
    );
    return () => {
      here = false;
    };
  }, [group, turn]);
  return { list, fetch: () => setTurn((n) => n + 1) };
}

export function ExportList({ exports, group }: { exports: Exports; group: string | undefined }) {
  const self = ownAccount();
  const shown = exports.list.filter((it) => it.by.id === self || it.agreedBy === null);
  if (shown.length === 0) return null;
  return (
    <ul class="audit-exports" aria-label={strings('exportTitle')}>
      {shown.map((it) => (
        <li key={it.id}>
          {it.by.id === self ? <OwnExport it={it} /> : <ForeignExport it={it} group={group} onAgreed={exports.fetch} />}
        </li>
      ))}
    </ul>
  );
}

function OwnExport({ it }: { it: AuditExport }) {
  const [fetched, setFetched] = useState<number>();
  const save = async (kind: 'xlsx' | 'csv'): Promise<void> => {
    setFetched(0);
    try {
      const table = tableOf(await fetchExport(it.id, setFetched));
      const name = `${strings('fileName')}-${new Date(it.askedAt).toISOString().slice(0, 10)}.${kind}`;
      if (kind === 'csv') download(name, csvOf(table), 'text/csv;charset=utf-8');
      else {
        const { tableWorkbook } = await import('../../../web/workbook.ts');
        download(name, await tableWorkbook(strings('title'), table, WIDTHS), XLSX);
      }
    } catch (error) {
      showToast({ words: refusal(error), icon: null });
    } finally {
      setFetched(undefined);
    }
  };
  const { entries: n, agreedBy } = it;
  const words =
    agreedBy === null
      ? strings('ownWaiting', { n })
      : agreedBy.id === it.by.id
        ? strings('ownAlone', { n })
        : strings('ownAgreed', { n, name: displayName(agreedBy.name) });
  return (
    <div class="audit-export">
      <Icon of={agreedBy ? FileCheck : Download} size={20} />
      <span class="audit-export-words">
        {fetched === undefined ? words : strings('fetching', { n: fetched, all: n })}
      </span>
      {agreedBy ? (
        <span class="audit-export-acts">
          <Button size="small" busy={fetched !== undefined} onPress={() => void save('xlsx')}>
            {strings('fetchXlsx')}
          </Button>
          <Button size="small" look="outline" disabled={fetched !== undefined} onPress={() => void save('csv')}>
            {strings('fetchCsv')}
          </Button>
        </span>
      ) : null}
    </div>
  );
}

function ForeignExport({ it, group, onAgreed }: { it: AuditExport; group: string | undefined; onAgreed: () => void }) {
  const [busy, setBusy] = useState(false);
  const name = displayName(it.by.name);
  const n = it.entries;
  const agree = async (): Promise<void> => {
    const yes = await confirm({
      title: strings('agreeTitle'),
      text: strings('agreeText', { name, n }),
      yes: strings('agree'),
    });
    if (!yes) return;
    setBusy(true);
    try {
      await (group === undefined
        ? call('audit.agree', { export: it.id }, { id: newId() })
        : call('audit.agreeGroup', { group, export: it.id }, { id: newId() }));
      showToast(strings('agreed'));
    } catch (error) {
      showToast({ words: refusal(error), icon: null });
    }
    setBusy(false);
    onAgreed();
  };
  return (
    <div class="audit-export">
      <Icon of={Download} size={20} />
      <span class="audit-export-words">{strings('exportOf', { name, n })}</span>
      <span class="audit-export-acts">
        <Button size="small" busy={busy} onPress={() => void agree()}>
          {strings('agree')}
        </Button>
      </span>
    </div>
  );
}

interface ExportSheetProps {
  pages: LogPages;
  group: string | undefined;
  onAsked: () => void;
  onClose: () => void;
}

/** Kết xuất: what, and that a second person has to agree. */
export function ExportSheet({ pages, group, onAsked, onClose }: ExportSheetProps) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const [id] = useState(newId);
  const choice = pages.choice.value;
  const ask = async (): Promise<void> => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const input = wireChoice(choice);
      const { agreed } = await (group === undefined
        ? call('audit.askExport', input, { id })
        : call('audit.askGroupExport', { ...input, group }, { id }));
      showToast(strings(agreed ? 'askedAlone' : 'asked'));
      onAsked();
      onClose();
    } catch (error) {
      setTrouble(error);
      setBusy(false);
    }
  };
  const known = trouble instanceof Problem && ['audit.too_many', 'too_fast', 'confirm_needed'].includes(trouble.code);
  return (
    <Sheet
      title={strings('exportTitle')}
      size="small"
      onClose={onClose}
      foot={
        <Button wide busy={busy} onPress={() => void ask()} autofocus>
          {strings('ask')}
        </Button>
      }
    >
      <div class="audit-ask">
        <p>
          {strings('exportText', {
            what: strings(isAll(choice) ? 'exportAll' : 'exportChosen'),
            h: EXPORT_HOURS,
          })}
        </p>
        {known ? <p role="alert">{refusal(trouble)}</p> : null}
        {trouble !== undefined && !known ? <Trouble error={trouble} /> : null}
      </div>
    </Sheet>
  );
}

function refusal(error: unknown): string {
  if (error instanceof Problem) {
    if (error.code === 'audit.too_many') return strings('tooMany', { n: Number(error.details['most'] ?? 0) });
    if (error.code === 'audit.agreed_already') return strings('agreedAlready');
    if (error.code === 'too_fast') return strings('tooFast');
  }
  return strings('notDone');
}
