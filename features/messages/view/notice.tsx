import type { ComponentChildren, VNode } from 'preact';
import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import { displayName } from '../../../web/names.ts';
import { Link } from '../../../web/ui/button.tsx';
import type { Message } from '../protocol.ts';
import type { People } from '../state/people.ts';
import { strings } from '../strings.ts';
import { historyWords } from '../../groups/view/history-words.ts';
import type { History } from '../../groups/rights.ts';
import { governingParts } from './governing-notice.tsx';

/** Names written out in a notice; more are counted. */
const NAMED = 3;

interface NoticeBody {
  name?: string;
  photo?: unknown;
  names?: readonly string[];
  accounts?: readonly string[];
  count?: number;
  /** They had asked for it themselves. */
  own?: boolean;
  version?: number;
  from?: string | null;
  waiting?: number;
  unit?: string;
  history?: History;
  /** Of a poll. */
  id?: string;
  voters?: number;
  members?: number;
  top?: readonly number[];
  votes?: number;
  /** Of what was pinned. */
  kind?: keyof typeof PINNED;
  seq?: number;
}

const PINNED = {
  message: 'pinnedMessage',
  note: 'pinnedNote',
  reminder: 'pinnedReminder',
  poll: 'pinnedPoll',
} as const;

/** What happened, in words; names in `strong` where there is a place for elements. */
function noticeParts(line: Message, people: People, self: string): ComponentChildren[] {
  const on = line.notice?.on;
  const body = (line.notice?.with ?? {}) as NoticeBody;
  const bold = (text: string): VNode => <strong>{text}</strong>;
  const nameOf = (account: string | null, name?: string): string =>
    account === self ? strings('you') : displayName(name ?? people.get(account)?.name ?? strings('someone'));
  const who = bold(nameOf(line.by));
  switch (on) {
    case 'group.created':
      return strings.parts('created', { who });
    case 'group.changed':
      if (body.name !== undefined) return strings.parts('renamed', { who, name: bold(body.name) });
      return strings.parts(body.photo !== undefined ? 'photoChanged' : 'infoChanged', { who });
    case 'member.added':
      return strings.parts('added', { who, names: namesOf(body, nameOf, bold) });
    case 'member.joined':
      return strings.parts('joined', { names: namesOf(body, nameOf, bold) });
    case 'member.left': {
      const names = namesOf(body, nameOf, bold);
      const byThemselves = body.own || (body.accounts?.length === 1 && body.accounts[0] === line.by);
      return byThemselves || !line.by
        ? strings.parts('leftGroup', { names })
        : strings.parts('removed', { who, names });
    }
    case 'member.removed':
      return strings.parts('removed', { who, names: namesOf(body, nameOf, bold) });
    case 'member.historyOpened':
      return strings.parts('historyOpened', {
        who,
        names: namesOf(body, nameOf, bold),
        what: bold(historyWords(body.history ?? 'none')),
      });
    case 'regulation.published': {
      const n = bold(String(body.version ?? 0));
      return body.from
        ? strings.parts('regulationTaken', { who, unit: bold(body.from), n })
        : strings.parts('regulationPublished', { who, n });
    }
    case 'regulation.reminded':
      return strings.parts('regulationReminded', { who, n: bold(String(body.waiting ?? 0)) });
    case 'report.opened':
      return strings.parts('reportOpened', { who });
    case 'message.unsealed':
      return strings.parts('unsealed', { who });
    case 'pin.added':
      return strings.parts(PINNED[body.kind ?? 'message'], { who });
    case 'poll.closed': {
      const { voters = 0, members = 0 } = body;
      return strings.parts(line.by ? 'pollLocked' : 'pollEnded', {
        who,
        n: bold(String(voters)),
        all: bold(String(members)),
      });
    }
    case 'regulation.renewed':
      return strings.parts('regulationRenewed', { unit: bold(body.unit ?? '') });
    default:
      return (
        governingParts(on, line.notice?.with ?? {}, {
          who: line.by ? who : bold(''),
          names: namesOf(body, nameOf, bold),
          named: (person) => bold(nameOf(person.account, person.name)),
          bold,
        }) ?? []
      );
  }
}

function namesOf(
  { names = [], accounts = [], count }: NoticeBody,
  nameOf: (account: string | null, name?: string) => string,
  bold: (text: string) => VNode,
): VNode {
  const all = names.map((name, at) => nameOf(accounts[at] ?? null, name));
  const total = Math.max(count ?? 0, accounts.length, names.length);
  const named = all.slice(0, total > NAMED ? NAMED - 1 : NAMED);
  if (total > named.length) {
    const more = { names: bold(named.join(', ')), n: bold(String(total - named.length)) };
    return <>{strings.parts('andMore', more)}</>;
  }
  if (named.length < 2) return bold(named[0] ?? '');
  const both = { first: bold(named.slice(0, -1).join(', ')), last: bold(named.at(-1)!) };
  return <>{strings.parts('and', both)}</>;
}

const outcome = later(() => import('../../polls/view/outcome.tsx'));

interface NoticeProps {
  line: Message;
  group: string;
  people: People;
  self: string;
}

export function Notice({ line, group, people, self }: NoticeProps) {
  const closed = line.notice?.on === 'poll.closed';
  useEffect(() => {
    if (closed) void outcome.fetch();
  }, [closed]);
  // What was asked stands in the poll, and goes with it.
  const Outcome = closed ? outcome.it.value?.PollOutcome : undefined;
  const { id = '', top = [], votes = 0, seq } = (line.notice?.with ?? {}) as NoticeBody;
  return (
    <>
      {noticeParts(line, people, self)}
      {line.notice?.on === 'pin.added' && seq !== undefined ? (
        <>
          {' · '}
          <Link href={`/chats/${group}?at=${seq}`} tabIndex={-1} class="log-notice-link">
            {strings('seePinned')}
          </Link>
        </>
      ) : null}
      {Outcome ? <Outcome group={group} id={id} top={top} votes={votes} /> : null}
    </>
  );
}

/** The same without elements, for a row of the list and for screen readers. */
export function noticeText(line: Message, people: People, self: string): string {
  return plain(noticeParts(line, people, self));
}

function plain(children: ComponentChildren): string {
  if (Array.isArray(children)) return children.map((it) => plain(it as ComponentChildren)).join('');
  if (typeof children === 'string' || typeof children === 'number') return String(children);
  if (children && typeof children === 'object' && 'props' in children) {
    return plain((children.props as { children?: ComponentChildren }).children);
  }
  return '';
}
