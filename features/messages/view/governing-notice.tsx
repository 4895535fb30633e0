import type { ComponentChildren, VNode } from 'preact';

import { formatDate, formatDateTime, formatSpan } from '../../../web/format.ts';
import type { History, Holders, Role } from '../../groups/rights.ts';
import { historyWords } from '../../groups/view/history-words.ts';
import { rightWords } from '../../groups/view/right-words.ts';
import { strings } from '../strings.ts';

interface Named {
  readonly account: string;
  readonly name: string;
}

/** What the events of governing a group carry, each its own part of it. */
export interface GoverningBody {
  readonly from?: Named | null;
  readonly to?: Named;
  readonly how?: 'accepted' | 'appointed';
  readonly role?: Role;
  readonly until?: number | null;
  readonly right?: string;
  readonly allowed?: boolean | null;
  readonly rights?: Readonly<Record<string, Holders>>;
  readonly announcing?: boolean;
  readonly marking?: boolean;
  readonly slow?: number;
  readonly history?: History;
  readonly links?: boolean;
  readonly question?: string;
  readonly records?: boolean;
  readonly approval?: boolean;
  readonly approver?: Named | null;
  readonly on?: boolean;
  readonly at?: number;
}

export interface Spoken {
  /** Who did it. */
  readonly who: VNode;
  /** Whom it is about. */
  readonly names: VNode;
  readonly named: (person: Named) => VNode;
  readonly bold: (text: string) => VNode;
}

/** What was decided about a group, in words; undefined for other events. */
export function governingParts(
  on: string | undefined,
  body: GoverningBody,
  { who, names, named, bold }: Spoken,
): ComponentChildren[] | undefined {
  switch (on) {
    case 'group.handedOver': {
      const owner = named(body.to!);
      return body.how === 'accepted' && body.from
        ? strings.parts('handedOver', { names: named(body.from), owner })
        : strings.parts('ownerNamed', { who, owner });
    }
    case 'member.appointed': {
      const said: ComponentChildren[] = strings.parts(APPOINTED[body.role ?? 'member'], { who, names });
      if (body.until == null) return said;
      // The last day on which it holds.
      return strings.parts<'roleUntil', ComponentChildren>('roleUntil', {
        said: <>{said}</>,
        day: bold(formatDate(body.until - 1)),
      });
    }
    case 'member.termEnded':
      return strings.parts(ENDED[body.role ?? 'reader'], { names });
    case 'member.excepted': {
      const act = bold(rightWords(body.right ?? ''));
      if (body.allowed !== null) return strings.parts(body.allowed ? 'allowed' : 'denied', { who, names, act });
      // By nobody: its time was over.
      return who.props.children === ''
        ? strings.parts('exceptionEnded', { names, act })
        : strings.parts('exceptionLifted', { who, names, act });
    }
    case 'group.governed':
      return joined(settingsParts(body, { who, named, bold }));
    case 'group.archived':
      return strings.parts(body.on ? 'archivedOn' : 'archivedOff', { who });
    case 'group.dissolving':
      return strings.parts('dissolving', { who, time: bold(formatDateTime(body.at ?? 0)) });
    case 'group.kept':
      return strings.parts('kept', { who });
    default:
      return undefined;
  }
}

const APPOINTED = {
  owner: 'deputies',
  deputy: 'deputies',
  clerk: 'clerks',
  member: 'plain',
  reader: 'readers',
} as const satisfies Record<Role, string>;

const ENDED = {
  owner: 'deputyEnded',
  deputy: 'deputyEnded',
  clerk: 'clerkEnded',
  member: 'readerEnded',
  reader: 'readerEnded',
} as const satisfies Record<Role, string>;

const GIVEN = { all: 'rightAll', leaders: 'rightLeaders', owner: 'rightOwner' } as const satisfies Record<
  Holders,
  string
>;

function settingsParts(
  body: GoverningBody,
  { who, named, bold }: Pick<Spoken, 'who' | 'named' | 'bold'>,
): ComponentChildren[][] {
  const said: ComponentChildren[][] = [];
  for (const [right, holders] of Object.entries(body.rights ?? {})) {
    const act = rightWords(right);
    // A right that a newer version knows.
    if (act !== '') said.push(strings.parts(GIVEN[holders], { who, act: bold(act) }));
  }
  if (body.announcing !== undefined)
    said.push(strings.parts(body.announcing ? 'announcingOn' : 'announcingOff', { who }));
  if (body.marking !== undefined) said.push(strings.parts(body.marking ? 'markingOn' : 'markingOff', { who }));
  if (body.slow !== undefined) {
    said.push(
      body.slow === 0
        ? strings.parts('slowOff', { who })
        : strings.parts('slowOn', { who, time: bold(formatSpan(body.slow)) }),
    );
  }
  if (body.history !== undefined)
    said.push(strings.parts('historySet', { who, what: bold(historyWords(body.history)) }));
  if (body.links !== undefined) said.push(strings.parts(body.links ? 'linksOn' : 'linksOff', { who }));
  if (body.records !== undefined) said.push(strings.parts(body.records ? 'recordsOn' : 'recordsOff', { who }));
  if (body.question !== undefined) said.push(strings.parts('questionSet', { who }));
  if (body.approval !== undefined) said.push(strings.parts(body.approval ? 'approvalOn' : 'approvalOff', { who }));
  if (body.approver !== undefined) {
    said.push(
      body.approver
        ? strings.parts('approverNamed', { who, names: named(body.approver) })
        : strings.parts('approverNone', { who }),
    );
  }
  return said;
}

function joined(said: readonly ComponentChildren[][]): ComponentChildren[] {
  return said.flatMap((it, at) => (at === 0 ? it : ['; ', ...it]));
}
