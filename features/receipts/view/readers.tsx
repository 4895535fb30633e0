import { useState } from 'preact/hooks';
import { BellRing, Check, CircleCheck, Download } from 'lucide';

import { Problem } from '../../../protocol/problem.ts';
import { isUnreachable } from '../../../web/connection.ts';
import { download, XLSX } from '../../../web/download.ts';
import { formatDateTime, formatTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Chip, Chips } from '../../../web/ui/chip.tsx';
import { Select } from '../../../web/ui/field.tsx';
import { Icon } from '../../../web/ui/icon.tsx';
import { PersonRow } from '../../../web/ui/rows.tsx';
import { SearchField } from '../../../web/ui/search-field.tsx';
import { Sheet } from '../../../web/ui/sheet.tsx';
import { EmptyState, NothingFound } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { useAsked, WhoComing, WhoMark, WhoPeople, WhoTiles, WhoUnits } from '../../../web/ui/who.tsx';
import { photoPath } from '../../photos/rules.ts';
import type { Reader, Tally } from '../protocol/reading.ts';
import { REMIND_AGAIN_MS, UNREMIND_MS } from '../rules.ts';
import { everyReader } from '../state/readers.ts';
import { strings as own } from '../strings.ts';
import { strings } from '../strings/reading.ts';
import { reachedOf } from '../view.tsx';
import type { DetailsProps } from '../view.tsx';
import './readers.css';

const PAGE = 100;

/** Of the exported columns. */
const WIDTHS = [36, 32, 28, 22, 20];

type Show = 'seen' | 'unseen' | 'acknowledged' | 'unacknowledged';
type By = 'unit' | 'area' | 'time';

/** Who has and who has not seen one message, by unit; for its sender and the leaders. */
export function ReadersSheet({ message, urgency, asks, at, acknowledged: told, onClose, ...props }: DetailsProps) {
  const { receipts, group } = props;
  // What matters of an urgent message is who has not seen it.
  const [show, setShow] = useState<Show>(urgency > 0 ? 'unseen' : 'seen');
  const [by, setBy] = useState<By>('unit');
  const [query, setQuery] = useState('');
  const [working, setWorking] = useState<'remind' | 'export'>();
  const wanted = query.trim();
  const order = by === 'time' && show !== 'acknowledged' ? 'unit' : by;
  const flat = order === 'time' || wanted !== '';

  const ask = (rest: { query?: string; under?: string; after?: number }) =>
    receipts.call('receipt.readers', { group, message, show, by: order, limit: PAGE, ...rest });
  // The group is told when somebody reads on or acknowledges.
  const { found, fresh, trouble, turn, again } = useAsked({
    key: `${group} ${message} ${show} ${order} ${wanted}`,
    typed: wanted,
    follow: [receipts.of(group), told()],
    load: () => ask({ query: wanted }),
  });

  const sum = (of: (it: Tally) => number): number => (found?.tallies ?? []).reduce((all, it) => all + of(it), 0);
  const quick = reachedOf(props);
  const others = found ? sum((it) => it.members) : quick.others;
  const seen = found ? sum((it) => it.seen) : quick.seen;
  const acknowledged = sum((it) => it.acknowledged);
  const asked = show === 'acknowledged' || show === 'unacknowledged';
  const whom = asked ? 'unacknowledged' : 'unseen';
  const waiting = asked ? others - acknowledged : others - seen;
  const reminder = found?.reminder ?? null;
  const rests = reminder !== null && Date.now() - reminder.at < REMIND_AGAIN_MS;

  async function remind(): Promise<void> {
    setWorking('remind');
    try {
      const { reminder: made } = await receipts.call('receipt.remind', { group, message, whom });
      showToast({
        words: strings('remindedToast', { n: made.people }),
        seconds: UNREMIND_MS / 1_000,
        onAction: () =>
          void receipts.call('receipt.unremind', { group, message, reminder: made.id }).then(
            () => {
              showToast(strings('undone'));
              again();
            },
            (error: unknown) => showToast({ words: refusal(error), icon: null }),
          ),
      });
    } catch (error) {
      showToast({ words: refusal(error), icon: null });
    } finally {
      setWorking(undefined);
      again();
    }
  }

  async function exportAll(): Promise<void> {
    setWorking('export');
    try {
      const [people, { tableWorkbook }] = await Promise.all([
        everyReader(receipts, group, message),
        import('../../../web/workbook.ts'),
      ]);
      const headings = [
        strings('columnUnder'),
        strings('columnName'),
        strings('columnPosition'),
        strings('columnState'),
        ...(asks ? [strings('columnAcknowledged')] : []),
      ];
      const rows = people.map((it) => [
        it.under,
        displayName(it.name),
        it.position,
        reachedWords(it),
        ...(asks ? [it.acknowledgedAt === null ? '' : formatDateTime(it.acknowledgedAt)] : []),
      ]);
      download(`${strings('fileName')}.xlsx`, await tableWorkbook(own('details'), { headings, rows }, WIDTHS), XLSX);
    } catch (error) {
      showToast({ words: refusal(error), icon: null });
    } finally {
      setWorking(undefined);
    }
  }

  return (
    <Sheet
      title={own('details')}
      subtitle={own('sentAt', { time: formatDateTime(at) })}
      onClose={onClose}
      shape="panel"
      flush
      foot={
        found ? (
          <div class="readers-foot">
            <Button look="outline" icon={Download} busy={working === 'export'} onPress={() => void exportAll()}>
              {strings('export')}
            </Button>
            {rests ? (
              <p class="readers-reminded">
                <Icon of={Check} size={20} />
                {strings('remindedAt', { n: reminder.people, time: formatTime(reminder.at) })}
              </p>
            ) : waiting > 0 ? (
              <Button icon={BellRing} busy={working === 'remind'} onPress={() => void remind()}>
                {strings(asked ? 'remindAsked' : 'remind', { n: waiting })}
              </Button>
            ) : null}
          </div>
        ) : undefined
      }
    >
      <div class="readers-head">
        <WhoTiles
          label={own('details')}
          value={asked ? 'acknowledged' : show}
          onChange={setShow}
          of={others}
          tiles={[
            { value: 'seen', label: own('seenTile'), n: seen },
            { value: 'unseen', label: own('notSeenTile'), n: Math.max(0, others - seen), red: others > seen },
            ...(asks ? [{ value: 'acknowledged' as const, label: strings('acknowledged'), n: acknowledged }] : []),
          ]}
        />
        <div class="readers-tools">
          <SearchField value={query} onInput={setQuery} label={strings('search')} placeholder={strings('search')} />
          <Select
            label={strings('by')}
            hideLabel
            value={order}
            onChange={setBy}
            options={[
              { value: 'unit', label: strings('byUnit') },
              { value: 'area', label: strings('byArea') },
              ...(show === 'acknowledged' ? [{ value: 'time' as const, label: strings('byTime') }] : []),
            ]}
          />
        </div>
        {asked ? (
          <Chips label={strings('show')}>
            <Chip on={show === 'acknowledged'} onPress={() => setShow('acknowledged')} count={acknowledged}>
              {strings('acknowledged')}
            </Chip>
            <Chip
              on={show === 'unacknowledged'}
              onPress={() => setShow('unacknowledged')}
              count={Math.max(0, others - acknowledged)}
            >
              {strings('unacknowledged')}
            </Chip>
          </Chips>
        ) : null}
      </div>
      {fresh ? (
        fresh.total === 0 && (flat || fresh.tallies.length === 0 || nobody(show, fresh.tallies)) ? (
          wanted !== '' ? (
            <NothingFound q={wanted} />
          ) : (
            <EmptyState icon={CircleCheck} title={strings(EMPTY[show])} />
          )
        ) : flat ? (
          <Found
            key={`${show} ${order} ${wanted}`}
            first={fresh.people}
            total={fresh.total}
            load={(after) => ask({ query: wanted, after })}
            asked={asked}
          />
        ) : (
          <WhoUnits
            key={`${show} ${order}`}
            // Where there is somebody to show comes first; within both the order stays, the worst unit on top.
            units={fresh.tallies.toSorted((a, b) => Number(countOf(show, a) === 0) - Number(countOf(show, b) === 0))}
            listed={(it) => countOf(show, it)}
            name={(it) => it.under || strings(order === 'area' ? 'noArea' : 'noUnit')}
            far={(it) => {
              const [done, all] = [asked ? it.acknowledged : it.seen, it.members];
              return { done, all, spoken: strings(asked ? 'doneAsked' : 'done', { n: done, all }) };
            }}
          >
            {(it) => (
              <Found
                key={turn}
                total={countOf(show, it)}
                load={(after) => ask({ under: it.under, after })}
                asked={asked}
              />
            )}
          </WhoUnits>
        )
      ) : (
        <WhoComing trouble={trouble} rows={6} offline={strings('offline')} onRetry={again} />
      )}
    </Sheet>
  );
}

const EMPTY = {
  seen: 'nobodySaw',
  unseen: 'everyoneSaw',
  acknowledged: 'nobodyAcknowledged',
  unacknowledged: 'everyoneAcknowledged',
} as const;

/** Whom a list of this kind shows of a unit. */
function countOf(show: Show, { members, seen, acknowledged }: Tally): number {
  if (show === 'seen') return seen;
  if (show === 'unseen') return members - seen;
  return show === 'acknowledged' ? acknowledged : members - acknowledged;
}

const nobody = (show: Show, tallies: readonly Tally[]): boolean => tallies.every((it) => countOf(show, it) === 0);

interface FoundProps {
  /** What is there already; fetched where absent. */
  first?: readonly Reader[];
  total: number;
  load: (after: number) => Promise<{ readonly people: readonly Reader[]; readonly total: number }>;
  asked: boolean;
}

function Found({ asked, ...pages }: FoundProps) {
  return (
    <WhoPeople
      {...pages}
      refusal={refusal}
      loading={strings('loading')}
      more={(left) => strings('more', { n: Math.min(PAGE, left) })}
    >
      {(it) => (
        <PersonRow
          key={it.account}
          id={it.account}
          name={displayName(it.name)}
          photo={photoPath(it.photo)}
          second={[it.position, it.reached === 'seen' ? '' : reachedWords(it)].filter(Boolean).join(' · ')}
          href={`/directory/people/${it.account}`}
          after={<State reader={it} asked={asked} />}
        />
      )}
    </WhoPeople>
  );
}

function State({ reader, asked }: { reader: Reader; asked: boolean }) {
  const { acknowledgedAt, reached } = reader;
  if (asked) {
    return (
      <WhoMark done={acknowledgedAt !== null}>
        {acknowledgedAt === null ? strings('unacknowledged') : formatDateTime(acknowledgedAt)}
      </WhoMark>
    );
  }
  return <WhoMark done={reached === 'seen'}>{reached === 'seen' ? own('seenTile') : strings('notSeen')}</WhoMark>;
}

function reachedWords({ reached }: Reader): string {
  return strings(reached === 'seen' ? 'seenNow' : reached === 'received' ? 'received' : 'none');
}

function refusal(error: unknown): string {
  if (!(error instanceof Problem)) throw error;
  switch (error.code) {
    case 'receipt.reminded':
      return strings('tooSoon', { time: formatTime(Number(error.details['at'] ?? 0)) });
    case 'receipt.nobody_waits':
      return strings('nobodyWaits');
    case 'receipt.too_late':
      return strings('tooLate');
    default:
      return strings(isUnreachable(error) ? 'offline' : 'notDone');
  }
}
