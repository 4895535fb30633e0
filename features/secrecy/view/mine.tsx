import { useEffect, useState } from 'preact/hooks';
import { ShieldCheck } from 'lucide';

import { call } from '../../../web/connection.ts';
import { formatDate, formatDateTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { OwnIncident } from '../protocol.ts';
import { secrecy } from '../state.ts';
import { strings } from '../strings/sender.ts';
import { strings as told } from '../strings/told.ts';
import { AppealSheet } from './appeal.tsx';
import { StepsSheet } from './steps.tsx';
import './guard.css';

/** Tin bị chặn của tôi: when and where, never what; with what became of each. */
export function RefusedScreen() {
  const [list, setList] = useState<readonly OwnIncident[]>();
  const [more, setMore] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const [open, setOpen] = useState<{ incident: OwnIncident; sheet: 'appeal' | 'steps' }>();
  const moved = secrecy.value?.moved.value;
  const load = async (last?: OwnIncident): Promise<void> => {
    setTrouble(undefined);
    try {
      const page = await call('incident.mine', { before: last ? { at: last.at, id: last.id } : null });
      setList((was) => (last && was ? [...was, ...page.incidents] : page.incidents));
      setMore(page.more);
    } catch (error) {
      setTrouble(error);
    }
  };
  useEffect(() => void load(), [moved]);
  return (
    <Page title={told('mine')} lane="form">
      <p class="guard-help">{strings('mineHelp')}</p>
      {trouble !== undefined && !list ? (
        <Trouble error={trouble} onRetry={() => void load()} />
      ) : !list ? (
        <Skeleton kind="person" rows={4} />
      ) : list.length === 0 ? (
        <EmptyState icon={ShieldCheck} title={strings('mineEmpty')} text={strings('mineEmptyText')} />
      ) : (
        <>
          <ul class="guard-rows">
            {list.map((it) => (
              <OwnRow
                key={it.id}
                incident={it}
                onAppeal={() => setOpen({ incident: it, sheet: 'appeal' })}
                onSteps={() => setOpen({ incident: it, sheet: 'steps' })}
              />
            ))}
          </ul>
          {more ? (
            <div class="guard-help">
              <Button look="text" onPress={() => void load(list.at(-1))}>
                {strings('more')}
              </Button>
            </div>
          ) : null}
        </>
      )}
      {open?.sheet === 'appeal' ? (
        <AppealSheet incident={open.incident.id} onSent={() => void load()} onClose={() => setOpen(undefined)} />
      ) : null}
      {open?.sheet === 'steps' ? (
        <StepsSheet
          what={open.incident.file ? 'file' : 'message'}
          code={open.incident.kind === 'unchecked' ? 'secrecy.unchecked' : 'secrecy.marked'}
          at={open.incident.at}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
    </Page>
  );
}

interface OwnRowProps {
  incident: OwnIncident;
  onAppeal: () => void;
  onSteps: () => void;
}

function OwnRow({ incident, onAppeal, onSteps }: OwnRowProps) {
  const { at, kind, file, group, appealedAt, until, decision } = incident;
  const open = appealedAt === null && decision === null && until > Date.now();
  return (
    <li class="guard-row">
      <div class="guard-row-words">
        <span class="guard-row-title">
          {strings(kind === 'unchecked' ? 'mineUnchecked' : file ? 'mineFile' : 'mineText')}
          {decision ? (
            <Tag tone={decision.outcome === 'mistaken' ? 'accent' : 'guard'}>
              {strings(decision.outcome === 'mistaken' ? 'stateMistaken' : 'stateUpheld')}
            </Tag>
          ) : appealedAt === null ? null : (
            <Tag tone="gold">{strings('stateWaiting')}</Tag>
          )}
        </span>
        <span>
          {formatDateTime(at)}
          {group ? ` · ${strings('inGroup', { group: displayName(group.name) })}` : ''}
        </span>
        {open ? <span>{strings('until', { day: formatDate(until) })}</span> : null}
      </div>
      <Button look="text" size="small" onPress={onSteps}>
        {strings('steps')}
      </Button>
      {open ? (
        <Button look="outline" size="small" onPress={onAppeal}>
          {strings('appeal')}
        </Button>
      ) : null}
    </li>
  );
}
