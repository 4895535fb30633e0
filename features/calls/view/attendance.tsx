import { useEffect, useState } from 'preact/hooks';
import { Download, PhoneOff } from 'lucide';

import type { OutputOf } from '../../../protocol/action.ts';
import { Problem } from '../../../protocol/problem.ts';
import { call as ask, connection } from '../../../web/connection.ts';
import { download, XLSX } from '../../../web/download.ts';
import { formatClock, formatDateTime, formatSpan, formatTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { Button } from '../../../web/ui/button.tsx';
import { Page } from '../../../web/ui/page.tsx';
import { PersonRow, Section } from '../../../web/ui/rows.tsx';
import { Skeleton } from '../../../web/ui/skeleton.tsx';
import { EmptyState, Gone } from '../../../web/ui/states.tsx';
import { showToast } from '../../../web/ui/toast.tsx';
import { Trouble } from '../../../web/ui/trouble.tsx';
import { useGroups } from '../../groups/view/use-groups.ts';
import { photoPath } from '../../photos/rules.ts';
import type { callActions } from '../protocol.ts';
import { ATTENDANCE_PAGE } from '../rules.ts';
import type { RingEnd } from '../rules.ts';
import { calls } from '../state.ts';
import { strings } from '../strings/card.ts';
import { refusalWords } from './refusals.ts';
import { callWords, secondsOf } from './words.ts';
import '../card.css';

type Attendance = OutputOf<(typeof callActions)['call.attendance']>;
type Attendee = Attendance['people'][number];

const RUNG = {
  answered: 'rungAnswered',
  declined: 'rungDeclined',
  missed: 'rungMissed',
  busy: 'rungBusy',
  cancelled: 'rungCancelled',
} as const satisfies Record<RingEnd, string>;

/** Of the exported columns. */
const WIDTHS = [32, 28, 32, 22, 18, 18, 14, 48];

/** Who took part in a call, from when to when; to be exported. */
export function CallScreen({ params }: ScreenProps) {
  const [group, id] = [params['group'] ?? '', params['call'] ?? ''];
  return <Details key={id} group={group} id={id} />;
}

function Details({ group, id }: { group: string; id: string }) {
  const groups = useGroups();
  const chat = groups?.chat(group);
  const home = `/chats/${group}`;
  const known = calls.value?.of(group, id);
  const call = known === 'gone' ? undefined : known;
  const online = connection().state.value === 'online';
  const [found, setFound] = useState<Attendance>();
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  const [more, setMore] = useState(false);
  const [busy, setBusy] = useState(false);
  const version = call?.version ?? 0;

  // Somebody has come, gone or ended it: the list is another one. What had been fetched below the first page is fetched again on demand.
  useEffect(() => {
    let here = true;
    ask('call.attendance', { group, call: id }).then(
      (it) => {
        if (!here) return;
        setFound(it);
        setError(undefined);
      },
      (problem: unknown) => here && setError(problem),
    );
    return () => {
      here = false;
    };
  }, [group, id, version, online, turn]);

  async function next(): Promise<void> {
    if (!found) return;
    setMore(true);
    try {
      const page = await ask('call.attendance', { group, call: id, after: found.people.length });
      setFound({ ...page, people: [...found.people, ...page.people] });
    } catch (problem) {
      showToast({ words: refusalWords(problem), icon: null });
    }
    setMore(false);
  }

  async function exportAll(): Promise<void> {
    setBusy(true);
    try {
      const people: Attendee[] = [];
      for (;;) {
        const page = await ask('call.attendance', { group, call: id, after: people.length, limit: ATTENDANCE_PAGE });
        people.push(...page.people);
        if (page.people.length === 0 || people.length >= page.total) break;
      }
      const { tableWorkbook } = await import('../../../web/workbook.ts');
      download(`${strings('fileName')}.xlsx`, await tableWorkbook(strings('sheet'), tableOf(people), WIDTHS), XLSX);
    } catch (problem) {
      showToast({ words: refusalWords(problem), icon: null });
    }
    setBusy(false);
  }

  const shown = call ?? found?.call;
  const title = strings('title');
  const subtitle = displayName(chat?.other?.name ?? chat?.name ?? '');
  if (known === 'gone' || (!shown && error instanceof Problem && error.code === 'not_found'))
    return (
      <Page title={title} nested backTo={home}>
        <Gone home={home} />
      </Page>
    );
  if (!shown)
    return (
      <Page title={title} subtitle={subtitle} nested backTo={home}>
        {error === undefined ? (
          <Skeleton kind="person" rows={6} />
        ) : (
          <Trouble error={error} onRetry={() => setTurn(turn + 1)} />
        )}
      </Page>
    );
  const pair = chat?.kind === 'pair';
  const words = callWords(shown, groups?.account, pair);
  const seconds = secondsOf(shown);
  const took = found?.people.filter((it) => it.stays.length > 0) ?? [];
  const absent = found?.people.filter((it) => it.stays.length === 0) ?? [];
  const closed = error instanceof Problem && error.code === 'forbidden';
  return (
    <Page
      title={title}
      subtitle={subtitle}
      nested
      backTo={home}
      foot={
        found && took.length > 0 ? (
          <Button look="outline" icon={Download} busy={busy} onPress={() => void exportAll()}>
            {strings('export')}
          </Button>
        ) : undefined
      }
    >
      <h2 class="call-facts-title">{words.title}</h2>
      <p class="call-facts-by">{strings('by', { name: displayName(shown.by.name), time: formatDateTime(shown.at) })}</p>
      <dl class="call-facts">
        <dt>{strings('duration')}</dt>
        <dd>
          {shown.endedAt === null
            ? strings('still')
            : seconds === undefined
              ? words.second || words.title
              : formatSpan(seconds)}
        </dd>
        {shown.endedAt === null ? null : (
          <>
            <dt>{strings('end')}</dt>
            <dd>{formatDateTime(shown.endedAt)}</dd>
          </>
        )}
      </dl>
      {found ? (
        <>
          {took.length > 0 ? (
            <Section title={strings('took')} count={took.length} look="band">
              {took.map((it) => (
                <PersonRow
                  key={it.person.id}
                  id={it.person.id}
                  name={displayName(it.person.name)}
                  href={`/directory/people/${it.person.id}`}
                  photo={photoPath(it.person.photo)}
                  second={[it.person.position, it.person.unit].filter(Boolean).join(' · ')}
                  third={it.stays.map(stayWords).join(', ')}
                  after={formatClock(it.seconds)}
                />
              ))}
            </Section>
          ) : (
            <EmptyState icon={PhoneOff} title={strings('nobodyTook')} text={strings('nobodyTookText')} />
          )}
          {absent.length > 0 ? (
            <Section title={strings('notCome')} count={absent.length} look="band">
              {absent.map(({ person, rung }) => (
                <PersonRow
                  key={person.id}
                  id={person.id}
                  name={displayName(person.name)}
                  href={`/directory/people/${person.id}`}
                  photo={photoPath(person.photo)}
                  second={[person.position, person.unit].filter(Boolean).join(' · ')}
                  third={rung ? strings(RUNG[rung]) : undefined}
                />
              ))}
            </Section>
          ) : null}
          {found.people.length < found.total ? (
            <p class="call-facts-more">
              <Button look="text" busy={more} onPress={() => void next()}>
                {strings('showMore', { n: found.total - found.people.length })}
              </Button>
            </p>
          ) : null}
        </>
      ) : closed ? (
        <p class="call-facts-note">{strings('onlyThose')}</p>
      ) : error === undefined ? (
        <Skeleton kind="person" rows={4} />
      ) : (
        <Trouble error={error} onRetry={() => setTurn(turn + 1)} />
      )}
    </Page>
  );
}

const stayWords = ({ from, to }: Attendee['stays'][number]): string =>
  to === null
    ? strings('stayOpen', { from: formatTime(from) })
    : strings('stay', { from: formatTime(from), to: formatTime(to) });

function tableOf(people: readonly Attendee[]) {
  return {
    headings: [
      strings('columnName'),
      strings('columnPosition'),
      strings('columnUnit'),
      strings('columnState'),
      strings('columnFirst'),
      strings('columnLast'),
      strings('columnMinutes'),
      strings('columnStays'),
    ],
    rows: people.map(({ person, stays, seconds, rung }) => {
      const [first, last] = [stays[0], stays.at(-1)];
      return [
        displayName(person.name),
        person.position,
        person.unit,
        first ? strings('tookPart') : rung ? strings(RUNG[rung]) : '',
        first ? formatDateTime(first.from) : '',
        last ? (last.to === null ? strings('still') : formatDateTime(last.to)) : '',
        first ? formatClock(seconds) : '',
        stays.map(stayWords).join(', '),
      ];
    }),
  };
}
