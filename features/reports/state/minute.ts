import { formatDateTime } from '../../../web/format.ts';
import { displayName } from '../../../web/names.ts';
import type { Minute, Named } from '../protocol.ts';
import { minuteNumber } from '../rules.ts';
import { strings } from '../strings/minute.ts';

/** The office’s own time, wherever the minute is made. */
const ZONE = 'Asia/Ho_Chi_Minh';

export interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

const time = (at: number): string => formatDateTime(at, ZONE);

function who(person: Named | null): string {
  if (!person) return strings('somebody');
  return [displayName(person.name), person.position, person.unit].filter(Boolean).join(', ');
}

const groupName = ({ name, pair }: Minute['message']['group']): string =>
  pair || name === '' ? strings('pair') : displayName(name);

export const numberOf = (minute: Minute): string => minuteNumber(minute);

/** What a minute says, part by part: the same on the screen, on paper and in the document. */
export function sectionsOf(minute: Minute): readonly Section[] {
  const { message, removed, devices, openings } = minute;
  const left = Math.max(0, devices.told - devices.confirmed - devices.signedOut);
  return [
    {
      heading: strings('happened'),
      lines: [
        strings('group', { name: groupName(message.group) }),
        strings('sender', { who: who(message.sender), time: time(message.sentAt) }),
        minute.firstReportAt === null
          ? strings('byRescan')
          : strings('firstReport', { time: time(minute.firstReportAt), n: minute.reporters }),
        strings('messageId', { id: message.id }),
      ],
    },
    {
      heading: strings('people'),
      lines: [
        minute.by || minute.cause === 'report' ? strings('by', { who: who(minute.by) }) : strings('bySystem'),
        strings('at', { time: time(minute.at) }),
        ...(openings.length === 0
          ? [strings('notOpened')]
          : openings.map((it) => strings('opened', { who: who(it.by), time: time(it.at) }))),
        ...(minute.note === '' ? [] : [strings('note', { note: minute.note })]),
      ],
    },
    {
      heading: strings('done'),
      lines: [
        strings('messages', {
          n: removed.messages,
          copies: removed.copies,
          groups: removed.groups,
          versions: removed.versions,
        }),
        ...minute.groups.map((it) =>
          strings('inGroup', { name: groupName(it.group), n: it.messages, members: it.members }),
        ),
        strings('files', { n: removed.files, pieces: removed.pieces, left: minute.piecesLeft }),
        strings('sealed', { n: removed.sealed }),
        strings('board', {
          notes: removed.notes,
          reminders: removed.reminders,
          polls: removed.polls,
          pins: removed.pins,
          saved: removed.saved,
          scheduled: removed.scheduled,
          previews: removed.previews,
        }),
        strings('quotes', { n: removed.quotes }),
        strings('index'),
      ],
    },
    {
      heading: strings('devices'),
      lines: [
        strings('told', { n: devices.told }),
        strings('confirmed', { n: devices.confirmed, of: devices.told, time: time(minute.readAt) }),
        strings('signedOut', { n: devices.signedOut }),
        strings('waiting', { n: left }),
      ],
    },
    {
      heading: strings('beyond'),
      lines: [strings('backups'), strings('wal'), strings('screenshots'), strings('outside')],
    },
    {
      heading: strings('left'),
      lines: [strings('todo1'), strings('todo2'), strings('todo3'), ...(left > 0 ? [strings('todo4')] : [])],
    },
  ];
}
