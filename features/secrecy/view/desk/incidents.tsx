import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ChevronDown, Download, ListFilter, ShieldCheck, X } from 'lucide';

import type { InputOf, OutputOf } from '../../../../protocol/action.ts';
import { newId } from '../../../../protocol/id.ts';
import { call } from '../../../../web/connection.ts';
import { download, XLSX } from '../../../../web/download.ts';
import { formatDate, formatDateTime, formatSize } from '../../../../web/format.ts';
import { displayName } from '../../../../web/names.ts';
import { Button } from '../../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../../web/ui/chip.tsx';
import { Select, TextArea } from '../../../../web/ui/field.tsx';
import { Sheet } from '../../../../web/ui/sheet.tsx';
import { Skeleton } from '../../../../web/ui/skeleton.tsx';
import { EmptyState } from '../../../../web/ui/states.tsx';
import { Tag } from '../../../../web/ui/tag.tsx';
import { showToast } from '../../../../web/ui/toast.tsx';
import { Trouble } from '../../../../web/ui/trouble.tsx';
import { isPhone } from '../../../../web/viewport.ts';
import { PersonSheet } from '../../../audit/view/choose.tsx';
import type { Incident, secrecyActions } from '../../protocol.ts';
import { INCIDENTS_PAGE_MOST, NOTE_MOST } from '../../rules.ts';
import { secrecy } from '../../state.ts';
import { ruleName, strings, wayName } from '../../strings/desk.ts';
import { refusalWords } from './trouble.ts';

const DAY_MS = 86_400_000;
const PAGE_FIRST = 50;
const PAGE_MORE = 200;
const SPANS = { days7: 7, days30: 30, days90: 90, always: 0 } as const;
type Span = keyof typeof SPANS;
type Counts = OutputOf<(typeof secrecyActions)['incident.counts']>;

interface Choice {
  readonly span: Span;
  readonly waiting: boolean;
  readonly kind: '' | 'marked' | 'unchecked';
  readonly unit: string;
  readonly channel: string;
  readonly rule: string;
  readonly person?: { readonly id: string; readonly name: string };
  readonly group?: { readonly id: string; readonly name: string };
}

const ALL: Choice = { span: 'days30', waiting: false, kind: '', unit: '', channel: '', rule: '' };

function wireOf(it: Choice): InputOf<(typeof secrecyActions)['incident.export']> {
  return {
    waiting: it.waiting,
    kind: it.kind || null,
    unit: it.unit || null,
    channel: it.channel || null,
    rule: it.rule || null,
    person: it.person?.id ?? null,
    group: it.group?.id ?? null,
    from: fromOf(it.span),
    to: null,
  };
}

const fromOf = (span: Span): number | null => (span === 'always' ? null : Date.now() - SPANS[span] * DAY_MS);

/** What was refused, the newest first, with counts; never what it said. */
export function Incidents() {
  const [choice, setChoice] = useState<Choice>(ALL);
  const [list, setList] = useState<readonly Incident[]>();
  const [counts, setCounts] = useState<Counts>();
  const [more, setMore] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [looked, setLooked] = useState<Incident>();
  const [choosing, setChoosing] = useState(false);
  const moved = secrecy.value?.moved.value ?? 0;

  const turn = useRef(0);
  const seen = useRef(moved);

  async function load(last?: Incident): Promise<void> {
    const mine = ++turn.current;
    setTrouble(undefined);
    setBusy(true);
    if (!last) seen.current = moved;
    try {
      const before = last ? { at: last.at, id: last.id } : null;
      const [page, counted] = await Promise.all([
        call('incident.list', { ...wireOf(choice), before, limit: last ? PAGE_MORE : PAGE_FIRST }),
        last ? undefined : call('incident.counts', { from: fromOf(choice.span) }),
      ]);
      // Another choice has been made meanwhile.
      if (mine !== turn.current) return;
      setList((was) => (last && was ? [...was, ...page.incidents] : page.incidents));
      setMore(page.more);
      if (counted) setCounts(counted);
    } catch (error) {
      if (mine !== turn.current) return;
      setTrouble(error);
      // What stands there belongs to another choice.
      if (!last) setList(undefined);
    } finally {
      if (mine === turn.current) setBusy(false);
    }
  }
  useEffect(() => void load(), [choice]);
  // Who has paged further down is not thrown back to the top: they are told instead.
  const paged = (list?.length ?? 0) > PAGE_FIRST;
  useEffect(() => {
    if (moved !== seen.current && !paged) void load();
  }, [moved]);
  const choose = (next: Partial<Choice>): void => setChoice({ ...choice, ...next });
  const any = { value: '', label: '' };
  const { person, group } = choice;
  const plain = JSON.stringify({ ...choice, span: '' }) === JSON.stringify({ ...ALL, span: '' });

  return (
    <>
      <div class="desk-filters">
        <Chips label={strings('filters')}>
          <Chip on={choice.waiting} count={counts?.waiting} onPress={() => choose({ waiting: !choice.waiting })}>
            {strings('waiting')}
          </Chip>
          <Chip look="outline" on={person !== undefined} iconAfter={ChevronDown} onPress={() => setChoosing(true)}>
            {person ? displayName(person.name) : strings('person')}
          </Chip>
          {group ? (
            <Chip on icon={X} onPress={() => choose({ group: undefined })}>
              {displayName(group.name)}
            </Chip>
          ) : null}
          {plain ? null : (
            <Chip on={false} icon={X} onPress={() => setChoice({ ...ALL, span: choice.span })}>
              {strings('clear')}
            </Chip>
          )}
        </Chips>
        <Selects on={[choice.kind, choice.unit, choice.rule, choice.channel].filter(Boolean).length}>
          <Select<Span>
            label={strings('time')}
            value={choice.span}
            onChange={(span) => choose({ span })}
            options={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: strings(value) }))}
          />
          <Select<Choice['kind']>
            label={strings('kind')}
            value={choice.kind}
            onChange={(kind) => choose({ kind })}
            options={[
              { value: '', label: strings('anyKind') },
              { value: 'marked', label: strings('marked') },
              { value: 'unchecked', label: strings('unchecked') },
            ]}
          />
          <Select
            label={strings('unit')}
            value={choice.unit}
            onChange={(unit) => choose({ unit })}
            options={[
              { ...any, label: strings('anyUnit') },
              ...(counts?.units ?? []).flatMap(({ unit }) =>
                unit ? [{ value: unit.id, label: displayName(unit.name) }] : [],
              ),
            ]}
          />
          <Select
            label={strings('rule')}
            value={choice.rule}
            onChange={(rule) => choose({ rule })}
            options={[
              { ...any, label: strings('anyRule') },
              ...(counts?.rules ?? []).map(({ rule }) => ({ value: rule, label: ruleName(rule) })),
            ]}
          />
          <Select
            label={strings('channel')}
            value={choice.channel}
            onChange={(channel) => choose({ channel })}
            options={[
              { ...any, label: strings('anyChannel') },
              ...(counts?.channels ?? []).map(({ channel }) => ({
                value: channel,
                label: channel.includes('.') ? `${wayName(channel)} (${channel})` : wayName(channel),
              })),
            ]}
          />
        </Selects>
      </div>
      {counts ? <CountsPart counts={counts} /> : null}
      {paged && moved !== seen.current ? (
        <p class="desk-bar" role="status">
          {strings('fresh')}
          <Button look="text" size="small" busy={busy} onPress={() => void load()}>
            {strings('show')}
          </Button>
        </p>
      ) : null}
      {!list ? (
        trouble === undefined ? (
          <Skeleton kind="person" rows={8} />
        ) : (
          <Trouble error={trouble} onRetry={() => void load()} />
        )
      ) : list.length === 0 ? (
        plain ? (
          <EmptyState icon={ShieldCheck} title={strings('empty')} text={strings('emptyText')} />
        ) : (
          <EmptyState icon={ListFilter} title={strings('emptyFound')} announce />
        )
      ) : (
        <>
          <p class="desk-bar">
            <ExportButton choice={choice} />
          </p>
          <IncidentTable list={list} onLook={setLooked} />
          {trouble !== undefined ? <Trouble error={trouble} onRetry={() => void load(list.at(-1))} /> : null}
          {more ? (
            <p class="desk-bar">
              <Button look="text" busy={busy} onPress={() => void load(list.at(-1))}>
                {strings('more')}
              </Button>
            </p>
          ) : null}
        </>
      )}
      {looked ? (
        <IncidentSheet
          incident={looked}
          onGroup={(it) => {
            choose({ group: it });
            setLooked(undefined);
          }}
          onDecided={() => {
            setLooked(undefined);
            void load();
          }}
          onClose={() => setLooked(undefined)}
        />
      ) : null}
      {choosing ? (
        <PersonSheet
          title={strings('choosePerson')}
          onClose={() => setChoosing(false)}
          onChoose={({ id, name }) => {
            choose({ person: { id, name } });
            setChoosing(false);
          }}
        />
      ) : null}
    </>
  );
}

/** Folded on a phone, where the list would stand below the fold. */
function Selects({ on, children }: { on: number; children: ComponentChildren }) {
  const fields = <div class="desk-selects">{children}</div>;
  if (!isPhone.value) return fields;
  return (
    <details class="desk-more">
      <summary>{on > 0 ? strings('filtersOn', { n: on }) : strings('filtersMore')}</summary>
      {fields}
    </details>
  );
}

const whoOf = (it: Incident): string => (it.person ? displayName(it.person.name) : strings('nobody'));
const rulesOf = (it: Incident): string => (it.rules.length > 0 ? it.rules.map(ruleName).join(', ') : strings(it.kind));

function StateTag({ it }: { it: Incident }) {
  if (it.decision)
    return <Tag tone={it.decision.outcome === 'mistaken' ? 'accent' : 'guard'}>{strings(it.decision.outcome)}</Tag>;
  return it.appeal ? <Tag tone="gold">{strings('waiting')}</Tag> : null;
}

function IncidentTable({ list, onLook }: { list: readonly Incident[]; onLook: (it: Incident) => void }) {
  const look = (it: Incident) => (
    <Button
      look={it.appeal && !it.decision ? 'outline' : 'text'}
      size="small"
      label={strings('openOf', { time: formatDateTime(it.at), who: whoOf(it) })}
      onPress={() => onLook(it)}
    >
      {strings('open')}
    </Button>
  );
  if (isPhone.value)
    return (
      <ul class="guard-rows">
        {list.map((it) => (
          <li key={it.id} class="guard-row">
            <div class="guard-row-words">
              <span class="guard-row-title">
                {whoOf(it)} <StateTag it={it} />
              </span>
              <span>
                {formatDateTime(it.at)} · {wayName(it.channel)} · {formatSize(it.bytes)}
              </span>
              <span>{[it.unit?.name, it.group?.name].filter(Boolean).join(' · ')}</span>
              <span class="desk-rule">
                {rulesOf(it)}
                {it.more > 0 ? ` · ${strings('moreOf', { n: it.more })}` : ''}
              </span>
            </div>
            {look(it)}
          </li>
        ))}
      </ul>
    );
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div class="desk-scroll" role="region" aria-label={strings('incidents')} tabIndex={0}>
      <table class="desk-table">
        <thead>
          <tr>
            {(['time', 'person', 'unit', 'group', 'channel', 'rule', 'size', 'state'] as const).map((it) => (
              <th key={it} scope="col">
                {strings(it)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {list.map((it) => (
            <tr key={it.id}>
              <td class="desk-nowrap">{formatDateTime(it.at)}</td>
              <th scope="row">{whoOf(it)}</th>
              <td>{it.unit?.name ?? strings('none')}</td>
              <td>{it.group ? displayName(it.group.name) : strings('none')}</td>
              <td>{wayName(it.channel)}</td>
              <td class="desk-rule">
                {rulesOf(it)}
                {it.more > 0 ? ` · ${strings('moreOf', { n: it.more })}` : ''}
              </td>
              <td class="desk-nowrap">{formatSize(it.bytes)}</td>
              <td>
                <span class="desk-state">
                  <StateTag it={it} />
                  {look(it)}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Plain bars that are tables to who hears them. */
function CountsPart({ counts }: { counts: Counts }) {
  const { total, marked, unchecked, waiting, mistaken } = counts;
  return (
    <details class="desk-counts">
      <summary>{strings('totals', { total, marked, unchecked, waiting, mistaken })}</summary>
      <div class="desk-bars">
        <Bars
          title={strings('byUnit')}
          head={strings('unit')}
          rows={counts.units.map((it) => [it.unit ? displayName(it.unit.name) : strings('noUnit'), it.count])}
        />
        <Bars
          title={strings('byRule')}
          head={strings('rule')}
          rows={counts.rules.map((it) => [ruleName(it.rule), it.count])}
        />
        <Bars
          title={strings('byDay')}
          head={strings('day')}
          rows={counts.days.map((it) => [formatDate(`${it.day}T12:00:00+07:00`), it.count])}
        />
      </div>
    </details>
  );
}

function Bars({ title, head, rows }: { title: string; head: string; rows: readonly (readonly [string, number])[] }) {
  const most = Math.max(1, ...rows.map(([, n]) => n));
  if (rows.length === 0) return null;
  return (
    <table class="desk-bar-table">
      <caption>{title}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">{head}</th>
          <th scope="col">{strings('count')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, 31).map(([name, n]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <span class="desk-bar-of" aria-hidden="true" style={{ inlineSize: `${(n / most) * 70}%` }} />
              {n}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ExportButton({ choice }: { choice: Choice }) {
  const [far, setFar] = useState<{ n: number; all: number }>();
  const save = async (): Promise<void> => {
    try {
      const wish = wireOf(choice);
      const { incidents: all } = await call('incident.export', wish, { id: newId() });
      const rows: Incident[] = [];
      for (;;) {
        setFar({ n: rows.length, all });
        const last = rows.at(-1);
        const before = last ? { at: last.at, id: last.id } : null;
        const page = await call('incident.list', { ...wish, before, limit: INCIDENTS_PAGE_MOST });
        rows.push(...page.incidents);
        if (!page.more) break;
      }
      const { tableWorkbook } = await import('../../../../web/workbook.ts');
      const columns = [
        'time',
        'person',
        'unit',
        'group',
        'kind',
        'channel',
        'rule',
        'size',
        'state',
        'digest',
      ] as const;
      const table = {
        headings: columns.map((it) => strings(it)),
        rows: rows.map((it) => [
          formatDateTime(it.at),
          whoOf(it),
          it.unit?.name ?? '',
          it.group?.name ?? '',
          strings(it.kind),
          wayName(it.channel),
          it.rules.join(', '),
          it.bytes,
          it.decision ? strings(it.decision.outcome) : it.appeal ? strings('waiting') : '',
          it.digest,
        ]),
      };
      const name = `${strings('fileName')}-${new Date().toISOString().slice(0, 10)}.xlsx`;
      download(name, await tableWorkbook(strings('incidents'), table, [20, 28, 28, 36, 20, 16, 30, 10, 16, 66]), XLSX);
    } catch (error) {
      showToast({ words: refusalWords(error), icon: null });
    } finally {
      setFar(undefined);
    }
  };
  return (
    <Button look="outline" size="small" icon={Download} busy={far !== undefined} onPress={() => void save()}>
      {far ? strings('exporting', far) : strings('export')}
    </Button>
  );
}

interface IncidentSheetProps {
  incident: Incident;
  onGroup: (group: { id: string; name: string }) => void;
  onDecided: () => void;
  onClose: () => void;
}

/** All that is known of one, and the answer to whoever says that it was a mistake. */
function IncidentSheet({ incident: it, onGroup, onDecided, onClose }: IncidentSheetProps) {
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState<'mistaken' | 'upheld'>();
  const [error, setError] = useState<string>();
  const { group } = it;
  const decide = async (outcome: 'mistaken' | 'upheld'): Promise<void> => {
    setBusy(outcome);
    try {
      await call('incident.decide', { incident: it.id, outcome, note: note.trim() }, { id: newId() });
      showToast(strings('decidedToast'));
      onDecided();
    } catch (caught) {
      setError(refusalWords(caught));
    } finally {
      setBusy(undefined);
    }
  };
  const facts: readonly (readonly [string, string])[] = [
    [strings('time'), formatDateTime(it.at)],
    [strings('person'), [whoOf(it), it.person?.position].filter(Boolean).join(' · ')],
    [strings('unit'), it.unit?.name ?? strings('none')],
    [strings('group'), group ? displayName(group.name) : strings('none')],
    [strings('channel'), wayName(it.channel)],
    [strings('rule'), rulesOf(it)],
    [strings('version'), String(it.version)],
    [strings('size'), formatSize(it.bytes)],
    [strings('digest'), it.digest],
    ...(it.nameDigest ? [[strings('nameDigest'), it.nameDigest] as const] : []),
  ];
  return (
    <Sheet
      title={strings('incident')}
      subtitle={formatDateTime(it.at)}
      shape="panel"
      onClose={onClose}
      foot={
        it.decision ? undefined : (
          <div class="guard-foot">
            <Button look="outline" busy={busy === 'upheld'} onPress={() => void decide('upheld')}>
              {strings('upheld')}
            </Button>
            <Button busy={busy === 'mistaken'} onPress={() => void decide('mistaken')}>
              {strings('mistaken')}
            </Button>
          </div>
        )
      }
    >
      <dl class="desk-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {group ? (
        <Button look="text" size="small" icon={ListFilter} onPress={() => onGroup(group)}>
          {strings('onlyGroup')}
        </Button>
      ) : null}
      {it.appeal ? (
        <div class="desk-appeal">
          <p class="guard-row-title">{strings('appealedAt', { time: formatDateTime(it.appeal.at) })}</p>
          <p>{it.appeal.reason}</p>
        </div>
      ) : (
        <p class="guard-about">{strings('notAppealed')}</p>
      )}
      {it.decision ? (
        <div class="desk-appeal">
          <p class="guard-row-title">
            <StateTag it={it} />{' '}
            {strings('decidedBy', { who: displayName(it.decision.by.name), time: formatDateTime(it.decision.at) })}
          </p>
          {it.decision.note === '' ? null : <p>{it.decision.note}</p>}
        </div>
      ) : (
        <TextArea
          label={strings('note')}
          help={strings('noteHelp')}
          value={note}
          maxLength={NOTE_MOST}
          error={error}
          onInput={(text) => {
            setNote(text);
            setError(undefined);
          }}
        />
      )}
    </Sheet>
  );
}
