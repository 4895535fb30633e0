import { useEffect, useState } from 'preact/hooks';
import { BadgeCheck, CircleAlert, Clock, Download, UserRoundCog } from 'lucide';

import { newId } from '../../../protocol/id.ts';
import type { OutputOf } from '../../../protocol/action.ts';
import { call } from '../../../web/connection.ts';
import { formatDateTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button, IconButton } from '../../../web/ui/button.tsx';
import { confirm } from '../../../web/ui/confirm.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { isAdministrator } from '../../accounts/view/administrator.ts';
import { photoPath } from '../../photos/rules.ts';
import type { auditActions } from '../protocol.ts';
import { strings } from '../strings/log.ts';
import { PersonSheet } from './choose.tsx';
import { ExportList, ExportSheet, useExports } from './exports.tsx';
import { LogFilters, LogList, useLog } from './log.tsx';
import '../audit.css';

/** Quản trị → Nhật ký hoạt động: the agency’s log. */
export function AuditScreen() {
  const pages = useLog(undefined);
  const exports = useExports(undefined);
  const [open, setOpen] = useState<'export' | 'auditors'>();
  const close = (): void => setOpen(undefined);
  return (
    <Page
      title={strings('title')}
      subtitle={strings('subtitle')}
      scrolls={false}
      class="audit"
      actions={
        <>
          {isAdministrator() ? (
            <IconButton icon={UserRoundCog} label={strings('auditors')} onPress={() => setOpen('auditors')} />
          ) : null}
          <IconButton icon={Download} label={strings('export')} onPress={() => setOpen('export')} />
        </>
      }
      head={
        <>
          <div class="audit-head">
            <Chain />
            <ExportList exports={exports} group={undefined} />
          </div>
          <LogFilters pages={pages} />
        </>
      }
    >
      <LogList pages={pages} ofGroup={false} />
      {open === 'export' ? (
        <ExportSheet pages={pages} group={undefined} onAsked={exports.fetch} onClose={close} />
      ) : null}
      {open === 'auditors' ? <AuditorsSheet onClose={close} /> : null}
    </Page>
  );
}

type State = OutputOf<(typeof auditActions)['audit.state']>;

/** Whether the chain holds. A broken one is said until a walk finds it whole. */
function Chain() {
  const [state, setState] = useState<State>();
  const [busy, setBusy] = useState(false);
  const fetchState = (): Promise<void> => call('audit.state', {}).then(setState, () => undefined);
  useEffect(() => void fetchState(), []);
  const check = async (): Promise<void> => {
    setBusy(true);
    try {
      await call('audit.verify', {}, { id: newId(), timeoutMs: 300_000, door: 'http' });
    } catch {
      showToast({ words: strings('notDone'), icon: null });
    }
    await fetchState();
    setBusy(false);
  };
  if (!state) return null;
  const { walked, checkpoint } = state;
  const broken = walked?.verdict.broken;
  const tone = broken ? 'audit-chain-broken' : walked ? 'audit-chain-whole' : 'audit-chain-unknown';
  return (
    <div class={`audit-chain ${tone}`} role={broken ? 'alert' : 'status'}>
      <Icon of={broken ? CircleAlert : walked ? BadgeCheck : Clock} size={20} />
      <p class="audit-chain-words">
        <b>{strings(broken ? 'broken' : walked ? 'intact' : 'unchecked')}</b>{' '}
        {broken
          ? strings('brokenText', { seq: broken.seq, what: strings(broken.what) })
          : walked
            ? wholeWords(walked.verdict.entries, walked.at, checkpoint?.seq)
            : strings('uncheckedText')}
      </p>
      <Button look="text" size="small" busy={busy} onPress={() => void check()}>
        {strings(busy ? 'checking' : 'check')}
      </Button>
    </div>
  );
}

function wholeWords(n: number, at: number, seq: number | undefined): string {
  const time = formatDateTime(at);
  return seq === undefined ? strings('intactUnsigned', { n, time }) : strings('intactText', { n, time, seq });
}

type Auditor = OutputOf<(typeof auditActions)['audit.auditors']>['auditors'][number];

/** Who may read the log without being an administrator. */
function AuditorsSheet({ onClose }: { onClose: () => void }) {
  const [auditors, setAuditors] = useState<readonly Auditor[]>();
  const [trouble, setTrouble] = useState<unknown>();
  const [adding, setAdding] = useState(false);
  const load = (): void => {
    setTrouble(undefined);
    call('audit.auditors', {}).then((it) => setAuditors(it.auditors), setTrouble);
  };
  useEffect(load, []);
  const appoint = async (account: string, name: string, on: boolean): Promise<void> => {
    try {
      await call('audit.appoint', { account, on }, { id: newId() });
      showToast(strings(on ? 'auditorAdded' : 'auditorRemoved', { name: displayName(name) }));
    } catch {
      showToast({ words: strings('notDone'), icon: null });
    }
    load();
  };
  const remove = async ({ account, name }: Auditor): Promise<void> => {
    const title = strings('removeAuditorOf', { name: displayName(name) });
    if (await confirm({ title, text: strings('auditorsText'), yes: strings('removeAuditor'), danger: true }))
      await appoint(account, name, false);
  };
  return (
    <Sheet
      title={strings('auditors')}
      size="medium"
      onClose={onClose}
      foot={
        <Button wide onPress={() => setAdding(true)}>
          {strings('addAuditor')}
        </Button>
      }
    >
      <p class="audit-about">{strings('auditorsText')}</p>
      {trouble !== undefined ? <Trouble error={trouble} onRetry={load} /> : null}
      {!auditors && trouble === undefined ? <Skeleton kind="person" rows={3} /> : null}
      {auditors?.length === 0 ? <p class="audit-about">{strings('noAuditors')}</p> : null}
      {auditors?.map((it) => (
        <PersonRow
          key={it.account}
          id={it.account}
          name={displayName(it.name)}
          photo={photoPath(it.photo)}
          second={[it.position, it.unit].filter(Boolean).join(' · ')}
          actions={
            <Button
              look="danger-text"
              size="small"
              label={strings('removeAuditorOf', { name: displayName(it.name) })}
              onPress={() => void remove(it)}
            >
              {strings('removeAuditor')}
            </Button>
          }
        />
      ))}
      {adding ? (
        <PersonSheet
          title={strings('choosePerson')}
          excluded={new Set(auditors?.map((it) => it.account))}
          onClose={() => setAdding(false)}
          onChoose={(person) => {
            setAdding(false);
            void appoint(person.id, person.name, true);
          }}
        />
      ) : null}
    </Sheet>
  );
}
