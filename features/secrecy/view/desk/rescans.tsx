import { useEffect, useState } from 'preact/hooks';
import { ScanSearch, ShieldX } from 'lucide';

import { newId } from '../../../../protocol/id.ts';
import { call } from '../../../../web/connection.ts';
import { formatDateTime } from '../../../../web/format.ts';
import { displayName } from '../../../../web/names.ts';
import { navigate } from '../../../../web/routing.ts';
import { Button } from '../../../../web/ui/button.tsx';
import { confirm } from '../../../../web/ui/confirm.tsx';
import { ProgressBar } from '../../../../web/ui/progress.tsx';
import { Sheet } from '../../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../../web/ui/states.tsx';
import { Tag } from '../../../../web/ui/tag.tsx';
import { showToast } from '../../../../web/ui/toast.tsx';
import { Trouble } from '../../../../web/ui/trouble.tsx';
import type { Finding, Rescan } from '../../protocol/rescan.ts';
import { FINDINGS_PAGE_MOST } from '../../rules.ts';
import { secrecy } from '../../state.ts';
import { ruleName, strings, wayName } from '../../strings/desk.ts';
import { refusalWords } from './trouble.ts';

const STATES = { running: 'running', done: 'rescanDone', stopped: 'stopped' } as const;

/** Looking at everything that is stored by the rules of today. */
export function Rescans() {
  const [list, setList] = useState<readonly Rescan[]>();
  const [trouble, setTrouble] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState<Rescan>();
  const moved = secrecy.value?.moved.value ?? 0;
  async function load(): Promise<void> {
    setTrouble(undefined);
    try {
      setList((await call('rescan.list', {})).rescans);
    } catch (error) {
      setTrouble(error);
    }
  }
  useEffect(() => void load(), [moved]);
  const act = async (run: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    try {
      await run();
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    } finally {
      setBusy(false);
      void load();
    }
  };
  const begin = async (): Promise<void> => {
    const sure = await confirm({ title: strings('beginSure'), text: strings('beginSureText'), yes: strings('begin') });
    if (sure) await act(() => call('rescan.begin', {}, { id: newId() }));
  };
  if (trouble !== undefined && !list) return <Trouble error={trouble} onRetry={() => void load()} />;
  if (!list) return <Skeleton kind="setting" rows={4} />;
  const running = list.some((it) => it.state === 'running');
  return (
    <>
      <p class="guard-help">{strings('rescanHelp')}</p>
      <p class="desk-bar">
        <Button
          icon={ScanSearch}
          busy={busy}
          reason={running ? strings('already') : undefined}
          onPress={() => void begin()}
        >
          {strings('begin')}
        </Button>
      </p>
      {list.length === 0 ? (
        <EmptyState icon={ScanSearch} title={strings('rescanEmpty')} />
      ) : (
        <ul class="guard-rows">
          {list.map((it) => (
            <li key={it.id} class="guard-row">
              <div class="guard-row-words">
                <span class="guard-row-title">
                  {strings('begunBy', {
                    who: displayName(it.begunBy.name),
                    time: formatDateTime(it.begunAt),
                    n: it.version,
                  })}
                  <Tag tone={it.state === 'running' ? 'gold' : 'soft'}>{strings(STATES[it.state])}</Tag>
                </span>
                <span role={it.state === 'running' ? 'status' : undefined}>
                  {strings('progress', { n: it.looked, of: it.of })} ·{' '}
                  {strings('foundN', { n: it.found, m: it.unchecked })}
                </span>
                {it.state === 'running' ? (
                  <ProgressBar value={it.looked} max={Math.max(it.of, it.looked, 1)} label={strings('running')} />
                ) : null}
              </div>
              {it.found + it.unchecked > 0 ? (
                <Button look="outline" size="small" onPress={() => setOpen(it)}>
                  {strings('findings')}
                </Button>
              ) : null}
              {it.state === 'running' ? (
                <Button
                  look="text"
                  size="small"
                  onPress={() => void act(() => call('rescan.stop', { rescan: it.id }, { id: newId() }))}
                >
                  {strings('stop')}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {open ? <FindingsSheet rescan={open} onClose={() => setOpen(undefined)} /> : null}
    </>
  );
}

function FindingsSheet({ rescan, onClose }: { rescan: Rescan; onClose: () => void }) {
  const [list, setList] = useState<readonly Finding[]>();
  const [more, setMore] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const [busy, setBusy] = useState<number>();
  /** Of what was withdrawn just now. */
  const [minutes, setMinutes] = useState<Readonly<Record<number, string>>>({});
  async function load(last?: Finding): Promise<void> {
    setTrouble(undefined);
    try {
      const page = await call('rescan.findings', { rescan: rescan.id, after: last?.number ?? 0 });
      setList((was) => (last && was ? [...was, ...page.findings] : page.findings));
      setMore(page.more);
    } catch (error) {
      setTrouble(error);
    }
  }
  useEffect(() => void load(), [rescan.id]);
  const withdraw = async (number: number): Promise<void> => {
    const sure = await confirm({
      title: strings('withdrawSure'),
      text: strings('withdrawSureText'),
      yes: strings('withdrawHere'),
      danger: true,
    });
    if (!sure) return;
    setBusy(number);
    try {
      const { withdrawal } = await call('rescan.withdraw', { rescan: rescan.id, number }, { id: newId() });
      // What one message carries goes with it: others may be gone as well.
      const page = await call('rescan.findings', { rescan: rescan.id, after: number - 1, limit: FINDINGS_PAGE_MOST });
      const gone = new Set([number, ...page.findings.flatMap((it) => (it.withdrawn ? it.number : []))]);
      setList((was) => was?.map((it) => (gone.has(it.number) ? { ...it, withdrawn: true } : it)));
      setMinutes((was) => ({ ...was, [number]: withdrawal }));
      showToast({ words: strings('withdrawDone'), icon: ShieldX });
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <Sheet
      title={strings('findingsOf', { time: formatDateTime(rescan.begunAt) })}
      size="large"
      full
      flush
      onClose={onClose}
    >
      {trouble !== undefined ? <Trouble error={trouble} onRetry={() => void load(list?.at(-1))} /> : null}
      {!list ? (
        trouble === undefined ? (
          <Skeleton kind="person" rows={4} />
        ) : null
      ) : list.length === 0 ? (
        <p class="guard-help">{strings('noFindings')}</p>
      ) : (
        <ul class="guard-rows">
          {list.map((it) => {
            const minute = minutes[it.number];
            const carried = it.message !== null && it.group !== null;
            return (
              <li key={it.number} class="guard-row">
                <div class="guard-row-words">
                  <span class="guard-row-title">
                    {wayName(it.what === 'version' ? 'message' : it.what)}
                    {it.withdrawn ? <Tag>{strings('withdrawn')}</Tag> : null}
                    {it.unchecked ? <Tag tone="gold">{strings('unchecked')}</Tag> : null}
                  </span>
                  <span>
                    {[it.person && displayName(it.person.name), it.group && displayName(it.group.name)]
                      .filter(Boolean)
                      .join(' · ')}
                    {it.at === null ? '' : ` · ${formatDateTime(it.at)}`}
                  </span>
                  <span class="desk-rule">{it.rules.map(ruleName).join(', ')}</span>
                  {carried || it.withdrawn ? null : <span>{strings('inPlace')}</span>}
                </div>
                {minute ? (
                  <Button look="text" size="small" onPress={() => navigate(`/admin/reports/${minute}`)}>
                    {strings('minute')}
                  </Button>
                ) : null}
                {carried && !it.withdrawn ? (
                  <Button
                    look="danger"
                    size="small"
                    icon={ShieldX}
                    busy={busy === it.number}
                    onPress={() => void withdraw(it.number)}
                  >
                    {strings('withdrawHere')}
                  </Button>
                ) : null}
              </li>
            );
          })}
        </ul>
      )}
      {more ? (
        <p class="desk-bar">
          <Button look="text" onPress={() => void load(list?.at(-1))}>
            {strings('more')}
          </Button>
        </p>
      ) : null}
    </Sheet>
  );
}
