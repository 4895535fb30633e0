import { useEffect, useState } from 'preact/hooks';
import { FileText, ShieldCheck, ShieldQuestionMark } from 'lucide';

import { call } from '../../../web/connection.ts';
import { formatDateTime } from '../../../web/format.ts';
import { Button, LinkButton } from '../../../web/ui/button.tsx';
import { Segmented } from '../../../web/ui/choice.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Strip } from '../../../web/ui/strip.tsx';
import { Tag } from '../../../web/ui/tag.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Report } from '../protocol.ts';
import { reports } from '../state/current.ts';
import { strings } from '../strings.ts';
import { DecideSheet } from './decide.tsx';
import { groupName, nameOf } from './names.ts';
import './reports.css';

type Which = 'open' | 'decided';

/** Quản trị → Tin được báo: what members reported as secret, without its words. */
export function ReportsScreen() {
  const [which, setWhich] = useState<Which>('open');
  const [list, setList] = useState<readonly Report[]>();
  const [more, setMore] = useState(false);
  const [seen, setSeen] = useState<number>();
  const [trouble, setTrouble] = useState<unknown>();
  const [chosen, setChosen] = useState<Report>();
  const open = reports.value?.open.value;

  async function load(of: Which, last?: Report): Promise<void> {
    setTrouble(undefined);
    try {
      const before = last ? { at: of === 'open' ? last.lastAt : last.decided!.at, report: last.id } : null;
      const page = await call('report.list', { which: of, before });
      setList((was) => (last && was ? [...was, ...page.reports] : page.reports));
      setMore(page.more);
      setSeen(page.open);
      if (reports.peek()) reports.peek()!.open.value = page.open;
    } catch (error) {
      setTrouble(error);
    }
  }
  useEffect(() => {
    setList(undefined);
    void load(which);
  }, [which]);
  const fresh = which === 'open' && open !== undefined && seen !== undefined && open > seen;

  return (
    <Page
      title={strings('title')}
      subtitle={strings('subtitle')}
      lane="form"
      head={
        <Segmented
          label={strings('title')}
          value={which}
          onChange={setWhich}
          options={[
            { value: 'open', label: strings('waiting') },
            { value: 'decided', label: strings('decided') },
          ]}
        />
      }
    >
      {fresh ? (
        <Strip action={strings('show')} onAction={() => void load('open')}>
          {strings('fresh')}
        </Strip>
      ) : null}
      <p class="reports-help">{strings('help')}</p>
      {trouble !== undefined ? (
        <Trouble error={trouble} onRetry={() => void load(which)} />
      ) : !list ? (
        <Skeleton kind="person" rows={5} />
      ) : list.length === 0 ? (
        <EmptyState
          icon={ShieldCheck}
          title={strings(which === 'open' ? 'empty' : 'emptyDecided')}
          {...(which === 'open' ? { text: strings('emptyText') } : {})}
        />
      ) : (
        <>
          <ul class="reports-list">
            {list.map((it) => (
              <Row key={it.id} report={it} onLook={() => setChosen(it)} />
            ))}
          </ul>
          {more ? (
            <div class="reports-help">
              <Button look="text" onPress={() => void load(which, list.at(-1))}>
                {strings('more')}
              </Button>
            </div>
          ) : null}
        </>
      )}
      {chosen ? (
        <DecideSheet
          report={chosen}
          onDecided={() => {
            setChosen(undefined);
            void load(which);
          }}
          onClose={() => setChosen(undefined)}
        />
      ) : null}
    </Page>
  );
}

function Row({ report, onLook }: { report: Report; onLook: () => void }) {
  const { decided } = report;
  return (
    <li class="reports-row">
      <div class="reports-words">
        <span class="reports-group">
          {groupName(report)}
          <Tag>{strings(report.kind)}</Tag>
          {report.state === 'withdrawn' ? <Tag tone="guard">{strings('stateWithdrawn')}</Tag> : null}
          {report.state === 'dismissed' ? <Tag>{strings('stateDismissed')}</Tag> : null}
          {report.state === 'open' && report.recalled ? <Tag tone="gold">{strings('recalled')}</Tag> : null}
        </span>
        <span>{strings('sentBy', { sender: nameOf(report.sender), time: formatDateTime(report.sentAt) })}</span>
        <span>
          {strings('reporters', { n: report.reporters })} · {formatDateTime(report.lastAt)}
          {report.opened > 0 ? ` · ${strings('openedTimes', { n: report.opened })}` : ''}
        </span>
        {decided ? (
          <>
            <span>{strings('decidedBy', { who: nameOf(decided.by, 'system'), time: formatDateTime(decided.at) })}</span>
            {decided.note === '' ? null : <span>{decided.note}</span>}
          </>
        ) : null}
      </div>
      {decided?.withdrawal ? (
        <LinkButton look="outline" size="small" icon={FileText} href={`/admin/reports/${decided.withdrawal}`}>
          {strings('minute')}
        </LinkButton>
      ) : report.state === 'open' ? (
        <Button look="outline" size="small" icon={ShieldQuestionMark} onPress={onLook}>
          {strings('look')}
        </Button>
      ) : null}
    </li>
  );
}
