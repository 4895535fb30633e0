import { useEffect, useRef, useState } from 'preact/hooks';
import {
  ArrowLeftRight,
  Check,
  CircleX,
  Download,
  FileSpreadsheet,
  FileUp,
  Pencil,
  UserMinus,
  UserPlus,
  type IconNode,
} from 'lucide';
import { Problem } from '../../../protocol/problem.ts';
import { asBase64, download, XLSX } from '../../../web/download.ts';
import { formatNumber, formatPhone, formatTimeInText, maskPhone } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button, LinkButton } from '../../../web/ui/button.tsx';
import { CheckboxRow, RadioRows, SwitchRow } from '../../../web/ui/choice.tsx';
import { DropZone } from '../../../web/ui/drop-zone.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { Spinner } from '../../../web/ui/progress.tsx';
import { EmptyState } from '../../../web/ui/states.tsx';
import { Strip } from '../../../web/ui/strip.tsx';
import { Badge, Tag } from '../../../web/ui/tag.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import type { Entry, Report } from '../protocol/import.ts';
import type { Result } from '../rules/import.ts';
import { ImportRun } from '../state/import.ts';
import type { Filter } from '../state/import.ts';
import { entrySentences, refusalSentence, resultWord } from '../state/sentences.ts';
import { strings } from '../strings/import.ts';
import '../import.css';

const TILES: readonly { result: Result; icon: IconNode }[] = [
  { result: 'added', icon: UserPlus },
  { result: 'changed', icon: Pencil },
  { result: 'moved', icon: ArrowLeftRight },
  { result: 'left', icon: UserMinus },
  { result: 'unchanged', icon: Check },
  { result: 'wrong', icon: CircleX },
];
const iconOf = new Map(TILES.map((it) => [it.result, it.icon]));

/** Nhập danh sách cán bộ: choose, look at the dry run, apply. */
export function ImportScreen() {
  const [run] = useState(() => new ImportRun());
  const phase = run.phase.value;
  const file = run.file.value;
  const report = run.report.value;
  const picker = useRef<HTMLInputElement>(null);
  const pick = () => picker.current?.click();
  const take = (chosen: File | undefined) => {
    if (chosen) void run.choose({ name: chosen.name, size: chosen.size, base64: () => asBase64(chosen) });
  };
  const checked = (phase === 'checked' || phase === 'applying') && report !== undefined;
  return (
    <Page
      title={strings('title')}
      class="import"
      subtitle={
        checked && file
          ? strings('subtitle', { name: file.name, n: report.rows, time: formatTimeInText(run.checkedAt.value) })
          : undefined
      }
      actions={<Steps phase={phase} />}
      foot={checked ? <Foot run={run} report={report} onOther={pick} /> : undefined}
    >
      <input
        ref={picker}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept=".xlsx,.csv,.txt,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        onChange={(event) => {
          take(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <div aria-live="polite" class="import-body">
        {phase === 'choose' ? <Choose run={run} onPick={pick} onDrop={take} /> : null}
        {phase === 'checking' ? (
          <div class="import-wait">
            <Spinner size={32} />
            <p>{strings('checking', { name: file?.name ?? '' })}</p>
          </div>
        ) : null}
        {checked ? <Checked run={run} report={report} /> : null}
        {phase === 'done' ? <Done run={run} /> : null}
      </div>
    </Page>
  );
}

function Steps({ phase }: { phase: ImportRun['phase']['value'] }) {
  const at = phase === 'done' ? 3 : phase === 'applying' ? 2 : phase === 'choose' ? 0 : 1;
  return (
    <ol class="import-steps" aria-label={strings('steps')}>
      {(['stepChoose', 'stepCheck', 'stepApply'] as const).map((step, index) => (
        <li
          key={step}
          class={index < at ? 'import-step-done' : index === at ? 'import-step-now' : undefined}
          aria-current={index === at ? 'step' : undefined}
        >
          <span class="import-step-mark" aria-hidden="true">
            {index < at ? <Icon of={Check} size={16} /> : index + 1}
          </span>
          {strings(step)}
          {index < at ? <span class="unseen">, {strings('stepDone')}</span> : null}
        </li>
      ))}
    </ol>
  );
}

interface ChooseProps {
  run: ImportRun;
  onPick: () => void;
  onDrop: (file: File | undefined) => void;
}

function Choose({ run, onPick, onDrop }: ChooseProps) {
  return (
    <div class="import-choose">
      <p>{strings('intro')}</p>
      <FileTrouble run={run} />
      <DropZone onDrop={onDrop}>
        <Icon of={FileUp} size={44} />
        <Button icon={FileSpreadsheet} size="large" onPress={onPick}>
          {strings('choose')}
        </Button>
        <p class="import-small">{strings('drop')}</p>
      </DropZone>
      <Options run={run} />
      <p class="import-small">{strings('columnsHelp')}</p>
      <div>
        <Button look="outline" icon={Download} onPress={() => void saveTemplate()}>
          {strings('template')}
        </Button>
      </div>
    </div>
  );
}

function FileTrouble({ run }: { run: ImportRun }) {
  const error = run.trouble.value;
  if (error === undefined) return null;
  const sentence = error instanceof Problem ? refusalSentence(error.code, error.details) : undefined;
  if (sentence === undefined) return <Trouble error={error} onRetry={() => void run.check()} />;
  return (
    <p class="import-refused" role="alert">
      <Icon of={CircleX} size={20} />
      <span>
        <strong>{run.file.value?.name}</strong> {sentence}
      </span>
    </p>
  );
}

/** Who is missing, and units that are not there yet: changing either checks again. */
function Options({ run }: { run: ImportRun }) {
  const again = () => {
    if (run.file.peek()) void run.check();
  };
  return (
    <div class="import-options">
      <RadioRows
        label={strings('scope')}
        value={run.scope.value}
        onChange={(value) => {
          run.scope.value = value;
          again();
        }}
        options={[
          { value: 'units', label: strings('scopeUnits'), help: strings('scopeUnitsHelp') },
          { value: 'all', label: strings('scopeAll'), help: strings('scopeAllHelp') },
        ]}
      />
      {run.report.value ? (
        <SwitchRow
          label={strings('newUnits')}
          help={strings('newUnitsHelp')}
          checked={run.newUnits.value ?? false}
          onChange={(on) => {
            run.newUnits.value = on;
            again();
          }}
        />
      ) : null}
    </div>
  );
}

const NAMES_SHOWN = 3;

function Checked({ run, report }: { run: ImportRun; report: Report }) {
  const filter = run.filter.value;
  const reviews = run.reviews.value;
  const { unitsAdded } = report;
  const names = unitsAdded.slice(0, NAMES_SHOWN).join('; ');
  const more = unitsAdded.length - NAMES_SHOWN;
  return (
    <>
      {run.stale.value ? <Strip tone="gold">{strings('stale')}</Strip> : null}
      <FileTrouble run={run} />
      <div class="import-tiles" role="group" aria-label={strings('filters')}>
        {TILES.map(({ result, icon }) => (
          <button
            key={result}
            type="button"
            class={`import-tile${result === 'wrong' && report.counts.wrong > 0 ? ' import-tile-wrong' : ''}`}
            aria-pressed={filter === result}
            onClick={() => (run.filter.value = result)}
          >
            <span class="import-tile-n">{formatNumber(report.counts[result])}</span>
            <span class="import-tile-label">{strings(result)}</span>
            <Icon of={icon} size={20} />
          </button>
        ))}
      </div>
      <details class="import-more">
        <summary>{strings(report.scope === 'all' ? 'scopeAll' : 'scopeUnits')}</summary>
        <Options run={run} />
      </details>
      {unitsAdded.length > 0 ? (
        <p class="import-note">
          {strings('unitsAdded', { n: unitsAdded.length, names })}
          {more > 0 ? ` ${strings('andMore', { n: more })}` : ''}.
        </p>
      ) : null}
      {report.ignored.length > 0 ? (
        <p class="import-note">{strings('ignored', { names: report.ignored.join(', ') })}</p>
      ) : null}
      {report.kept > 0 ? <p class="import-note">{strings('kept', { n: report.kept })}</p> : null}
      <div class="import-tabs" role="group" aria-label={strings('filters')}>
        {(['changes', 'review'] satisfies Filter[]).map((it) => (
          <button
            key={it}
            type="button"
            class="import-tab"
            aria-pressed={filter === it}
            onClick={() => (run.filter.value = it)}
          >
            {strings(it === 'changes' ? 'allChanges' : 'review')}
            {it === 'review' && reviews > 0 ? <Badge n={reviews} tone="red" /> : null}
          </button>
        ))}
      </div>
      <Rows key={filter} entries={run.entries.value} />
      <p class="import-report-below">
        <ReportButton report={report} />
      </p>
    </>
  );
}

const ROWS_AT_ONCE = 200;

function Rows({ entries }: { entries: readonly Entry[] }) {
  const [shown, setShown] = useState(ROWS_AT_ONCE);
  useEffect(() => setShown(ROWS_AT_ONCE), [entries]);
  if (entries.length === 0) return <p class="import-none">{strings('none')}</p>;
  const rest = entries.length - shown;
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <div class="import-table-box" role="region" aria-label={strings('result')} tabIndex={0}>
        <table class="import-table">
          <thead>
            <tr>
              <th scope="col" class="import-line">
                {strings('line')}
              </th>
              <th scope="col">{strings('result')}</th>
              <th scope="col">{strings('name')}</th>
              <th scope="col">{strings('phone')}</th>
              <th scope="col">{strings('unitPosition')}</th>
              <th scope="col">{strings('reason')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.slice(0, shown).map((entry) => (
              <Row key={`${entry.line} ${entry.account}`} entry={entry} />
            ))}
          </tbody>
        </table>
      </div>
      {rest > 0 ? (
        <p class="import-next">
          <Button look="outline" onPress={() => setShown(shown + ROWS_AT_ONCE)}>
            {strings('showMore', { n: Math.min(rest, ROWS_AT_ONCE) })}
          </Button>
        </p>
      ) : null}
    </>
  );
}

const TONES = {
  wrong: 'red-soft',
  left: 'gold',
  added: 'accent',
  moved: 'accent',
  changed: 'soft',
  unchanged: 'soft',
} as const;

function Row({ entry }: { entry: Entry }) {
  const sentences = entrySentences(entry);
  return (
    <tr class={entry.result === 'wrong' ? 'import-row-wrong' : undefined}>
      <td class="import-line">
        {entry.line ?? (
          <>
            <span aria-hidden="true">–</span>
            <span class="unseen">{strings('notInFile')}</span>
          </>
        )}
      </td>
      <td class="nowrap">
        <Tag tone={TONES[entry.result]} icon={iconOf.get(entry.result)}>
          {resultWord(entry)}
        </Tag>
      </td>
      <th scope="row">{displayName(entry.name) || '—'}</th>
      <td class="nowrap">{phoneOf(entry)}</td>
      <td>{[entry.unit || entry.area, entry.position].filter(Boolean).join(' · ')}</td>
      <td>
        {sentences.map(({ bold, rest }, index) => (
          <p key={index}>
            {bold ? <strong>{bold}</strong> : null} {rest}
          </p>
        ))}
      </td>
    </tr>
  );
}

/** Whole where it has to be put right, masked for those who are not in the file. */
function phoneOf(entry: Entry): string {
  return entry.result === 'left' ? maskPhone(entry.phone) : formatPhone(entry.phone);
}

function Foot({ run, report, onOther }: { run: ImportRun; report: Report; onOther: () => void }) {
  const { counts } = report;
  const n = run.effects.value;
  const confirm = run.toConfirm.value;
  const applying = run.phase.value === 'applying';
  const blocked = confirm > 0 && !run.reviewed.value;
  return (
    <div class="import-foot">
      {confirm > 0 ? (
        <CheckboxRow
          class="import-reviewed"
          label={strings('reviewed', { n: confirm })}
          checked={run.reviewed.value}
          onChange={(on) => (run.reviewed.value = on)}
        />
      ) : null}
      <div class="import-foot-row">
        <span class="import-foot-report">
          <ReportButton report={report} />
        </span>
        <p class="import-effect">
          <strong>{strings('dryRun')}.</strong>{' '}
          {[
            counts.wrong > 0 ? strings('wrongSkipped', { n: counts.wrong }) : '',
            counts.left > 0 ? strings('leaversLocked', { n: counts.left }) : '',
            n === 0 ? strings('nothingText') : '',
          ]
            .filter(Boolean)
            .join(' ')}
        </p>
        <Button look="outline" disabled={applying} onPress={onOther}>
          {strings('chooseOther')}
        </Button>
        <Button
          busy={applying}
          reason={n === 0 ? strings('nothingText') : blocked ? strings('reviewFirst') : undefined}
          onPress={() => void run.apply()}
        >
          {n === 0 ? strings('nothing') : strings('apply', { n })}
        </Button>
      </div>
    </div>
  );
}

function ReportButton({ report }: { report: Report }) {
  return (
    <Button look="outline" icon={Download} onPress={() => void saveReport(report)}>
      {strings('report')}
    </Button>
  );
}

function Done({ run }: { run: ImportRun }) {
  const counts = run.done.value;
  if (!counts) return null;
  const { added, changed, moved, left } = counts;
  return (
    <EmptyState
      icon={Check}
      title={strings('done', { n: added + changed + moved + left })}
      text={strings('doneText', { added, changed, moved, left })}
      action={
        <>
          <LinkButton href="/directory">{strings('toDirectory')}</LinkButton>
          <Button look="outline" onPress={() => run.begin()}>
            {strings('again')}
          </Button>
        </>
      }
      announce
    />
  );
}

async function saveTemplate(): Promise<void> {
  const { templateWorkbook } = await import('../workbook.ts');
  const bytes = await templateWorkbook({
    sheet: strings('templateSheet'),
    headings: [
      strings('name'),
      strings('phone'),
      strings('unit'),
      strings('position'),
      strings('area'),
      strings('email'),
    ],
    helpSheet: strings('templateHelp'),
    help: [strings('columnsHelp'), strings('scopeUnitsHelp')],
  });
  download(strings('templateName'), bytes, XLSX);
}

async function saveReport(report: Report): Promise<void> {
  const { tableWorkbook } = await import('../../../web/workbook.ts');
  const headings = [
    strings('line'),
    strings('result'),
    strings('name'),
    strings('phone'),
    strings('unit'),
    strings('position'),
    strings('area'),
    strings('email'),
    strings('reason'),
  ];
  const rows = report.entries.map((entry) => [
    entry.line ?? '',
    resultWord(entry),
    displayName(entry.name),
    phoneOf(entry),
    entry.unit,
    entry.position,
    entry.area,
    entry.email,
    entrySentences(entry)
      .map(({ bold, rest }) => `${bold} ${rest}`.trim())
      .join(' '),
  ]);
  const widths = [8, 16, 28, 16, 44, 24, 24, 28, 60];
  download(strings('reportName'), await tableWorkbook(strings('reportSheet'), { headings, rows }, widths), XLSX);
}
