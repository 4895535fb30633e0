import type { ActionRow, EventRow, MemberRow, MessageRow, Run, Statement, StreamRow, Tables } from './database.ts';
import { uniqueViolation } from './failure.ts';

const list = <T>(parameter: unknown): T[] => parameter as T[];
const memberKey = (group: string, account: string): string => `${group} ${account}`;
const reactionKey = (message: string, account: string): string => `${message} ${account}`;
const unjson = (value: string | null): unknown => (value === null ? null : JSON.parse(value));

export function memberOf(tables: Tables, group: string, account: string): MemberRow | undefined {
  const row = tables.members.get(memberKey(group, account));
  return row && !row.left ? row : undefined;
}

/** As `message_more` answers it. */
function more(m: MessageRow): Record<string, unknown> | null {
  if (m.edits === 0 && !m.recalledAt && !m.reactions) return null;
  return {
    edited: m.edits > 0 ? { count: m.edits, at: m.editedAt!.getTime() } : null,
    recalled: m.recalledAt ? { by: m.recalledBy, at: m.recalledAt.getTime() } : null,
    reactions: m.reactions,
  };
}

const eventOf = (tables: Tables, e: EventRow): object => {
  const m = e.body === null && e.message ? tables.messages.get(e.message) : undefined;
  return {
    event: true,
    on: e.name,
    in: e.stream,
    n: e.seq,
    at: e.at,
    by: e.by,
    body: e.body,
    message: e.message,
    ordinal: m?.ordinal ?? null,
    text: m?.text ?? null,
    more: m ? more(m) : null,
  };
};

function eventsOf(tables: Tables, stream: string, after: number, most: number): object[] {
  const all = tables.events.get(stream) ?? [];
  return all.slice(Math.max(0, after), Math.max(0, after) + most).map((it) => eventOf(tables, it));
}

function placesOf(tables: Tables, account: string): { row: StreamRow; visibleFrom: number }[] {
  const own = tables.streams.get(account);
  if (!own) return [];
  const groups = [...tables.members.values()].filter((it) => it.account === account && !it.left);
  return [
    { row: own, visibleFrom: 0 },
    ...groups.map((it) => ({ row: tables.streams.get(it.group)!, visibleFrom: it.visibleFrom })),
  ];
}

function insertLine(tables: Tables, row: MessageRow): void {
  tables.messages.set(row.id, row);
  let lines = tables.lines.get(row.group);
  if (!lines) tables.lines.set(row.group, (lines = []));
  lines.push(row);
}

function insertEvent(tables: Tables, row: EventRow): void {
  let events = tables.events.get(row.stream);
  if (!events) tables.events.set(row.stream, (events = []));
  if (row.seq !== events.length + 1) throw new Error(`the log of ${row.stream} gets ${row.seq} after ${events.length}`);
  events.push(row);
}

const blank = { edits: 0, editedAt: null, recalledAt: null, recalledBy: null, reactions: null } as const;

const insertMessages: Statement = async (run, p) => {
  const { tables } = run;
  const [ids, groups, senders, texts, digests, ats, versions] = p as [
    string[],
    string[],
    string[],
    string[],
    Buffer[],
    Date[],
    number[],
  ];
  for (const id of [...new Set(list<string>(p.at(-1)))].sort())
    if (tables.streams.has(id)) await run.lock(`stream ${id}`);
  const isProved = run.text.includes('l.rights_version = i.rights_version');
  const heads = new Map<string, { head: number; messages: number }>();
  const rows: { id: string; seq: number; ordinal: number; at: Date }[] = [];
  const written: MessageRow[] = [];
  ids.forEach((id, at) => {
    const group = groups[at]!;
    const stream = tables.streams.get(group);
    if (!stream || (isProved && stream.rightsVersion !== versions[at])) return;
    const known = tables.messages.get(id);
    if (known && known.commit <= run.snapshot) return;
    // Not there when the statement began, and there now: another has just committed it.
    if (known) throw uniqueViolation();
    const moved = heads.get(group) ?? { head: stream.head, messages: stream.messages };
    heads.set(group, { head: moved.head + 1, messages: moved.messages + 1 });
    const row = { id, seq: moved.head + 1, ordinal: moved.messages + 1, at: new Date(ats[at]!) };
    rows.push(row);
    written.push({
      ...row,
      ...blank,
      group,
      kind: 'text',
      sender: senders[at]!,
      text: texts[at]!,
      digest: Buffer.from(digests[at]!),
      notice: null,
      commit: 0,
    });
  });
  run.write(() => {
    for (const [group, { head, messages }] of heads) Object.assign(tables.streams.get(group)!, { head, messages });
    for (const it of written) {
      it.commit = run.commits();
      insertLine(tables, it);
      insertEvent(tables, {
        stream: it.group,
        seq: it.seq,
        name: 'message.sent',
        at: it.at,
        by: it.sender,
        message: it.id,
        body: null,
      });
    }
  });
  return rows;
};

const page: Statement = ({ tables }, p) => {
  const [group, account] = p as [string, string];
  const before = (p[3] as number | null) ?? Infinity;
  const half = (p[6] as number) - 1;
  const backwards = p[7] as boolean;
  const after = p[9] as number;
  const forwards = p[13] as boolean;
  const me = memberOf(tables, group, account);
  if (!me) return [];
  const { head } = tables.streams.get(group)!;
  const lines = (tables.lines.get(group) ?? []).filter((it) => it.seq > me.visibleFrom);
  const row = (side: number) => (m: MessageRow) => ({
    head,
    side,
    id: m.id,
    seq: m.seq,
    ordinal: m.ordinal,
    kind: m.kind,
    by: m.sender,
    at: m.at,
    text: m.text,
    notice: m.notice,
    more: more(m),
    over: false,
    saved: false,
    acknowledgedAt: null,
    mine: m.reactions ? mineOf(tables, m.id, account) : null,
  });
  const older = backwards ? lines.filter((it) => it.seq < before).slice(-(half + 1)) : [];
  const newer = forwards ? lines.filter((it) => it.seq > after).slice(0, half + 1) : [];
  const rows = [...older.map(row(0)), ...newer.map(row(1))];
  return rows.length > 0 ? rows : [{ head, side: null }];
};

const mineOf = (tables: Tables, message: string, account: string): string[] | null => {
  const own = tables.reactions.get(reactionKey(message, account)) ?? [];
  return own.length > 0 ? own.map((it) => it.emoji) : null;
};

const person = (tables: Tables, id: string | null) => {
  const it = id === null ? undefined : tables.accounts.get(id);
  return it ? { id: it.id, name: it.name, position: '', unit: '', photo: null } : null;
};

const chatList: Statement = ({ tables }, p) => {
  const [account, wanted] = p as [string, string[] | null];
  return [...tables.members.values()]
    .filter((it) => it.account === account && !it.left && (!wanted || wanted.includes(it.group)))
    .map((m) => {
      const stream = tables.streams.get(m.group)!;
      const group = tables.groups.get(m.group)!;
      const last = (tables.lines.get(m.group) ?? []).findLast((it) => it.seq > m.visibleFrom);
      return {
        group: m.group,
        kind: group.kind,
        name: group.name,
        photo: null,
        approval: false,
        approver: false,
        members: [...tables.members.values()].filter((it) => it.group === m.group && !it.left).length,
        role: m.role,
        roleUntil: null,
        exceptions: {},
        wroteAt: null,
        settings: {},
        dissolvesAt: null,
        archived: false,
        regulation: { version: 0, accepted: 0 },
        state: 'open',
        transfer: null,
        messages: stream.messages,
        readOrdinal: m.readOrdinal,
        readSeq: m.readSeq,
        visibleFrom: m.visibleFrom,
        pinnedAt: m.pinnedAt,
        mutedUntil: null,
        notify: 'all',
        archivedUpTo: null,
        markedUnread: false,
        mentioned: [],
        urgent: [0, 0, 0],
        at: stream.head,
        other: null,
        last: last
          ? {
              id: last.id,
              seq: last.seq,
              ordinal: last.ordinal,
              kind: last.kind,
              by: last.sender,
              at: last.at.getTime(),
              text: last.text?.slice(0, 300) ?? null,
              notice: last.notice,
              more: more(last),
            }
          : null,
        lastBy: last ? person(tables, last.sender) : null,
      };
    });
};

const resume: Statement = ({ tables }, p) => {
  const account = p[0] as string;
  const ids = p.find((it, at) => at > 0 && Array.isArray(it)) as string[];
  const [known, each, together] = resumeParameters(p, ids);
  const rows: object[] = [];
  let missed = 0;
  for (const { row, visibleFrom } of placesOf(tables, account).toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1))) {
    const n = known.get(row.id);
    let near = n !== undefined && n >= Math.max(row.floor, visibleFrom) && n <= row.head && row.head - n <= each;
    if (near) missed += row.head - n!;
    near = near && (n === row.head || missed <= together);
    const place = { id: row.id, head: row.head, floor: row.floor, visibleFrom, near };
    const events = near && n! < row.head ? eventsOf(tables, row.id, n!, each) : [];
    if (events.length === 0) rows.push({ ...place, event: false });
    for (const it of events) rows.push({ ...place, ...it });
  }
  return rows;
};

function resumeParameters(p: readonly unknown[], ids: string[]): [Map<string, number>, number, number] {
  const at = p.indexOf(ids);
  const numbers = p[at + 1] as number[];
  const each = p.find((it) => typeof it === 'number') as number;
  return [new Map(ids.map((id, n) => [id, numbers[n]!])), each, p[at + 2] as number];
}

async function lockStreams(run: Run, ids: readonly string[]): Promise<StreamRow[]> {
  const rows = [...new Set(ids)].flatMap((id) => run.tables.streams.get(id) ?? []);
  rows.sort((a, b) => (a.kind === b.kind ? (a.id < b.id ? -1 : 1) : a.kind === 'group' ? -1 : 1));
  for (const it of rows) await run.lock(`stream ${it.id}`);
  return rows.map((it) => ({ ...it }));
}

const insertEvents: Statement = ({ tables, write }, p) => {
  const [at, streams, seqs, names, bys, messages, bodies] = p as [
    Date,
    string[],
    number[],
    string[],
    (string | null)[],
    (string | null)[],
    (string | null)[],
  ];
  write(() => {
    streams.forEach((stream, i) =>
      insertEvent(tables, {
        stream,
        seq: seqs[i]!,
        name: names[i]!,
        at: new Date(at),
        by: bys[i]!,
        message: messages[i]!,
        body: unjson(bodies[i]!),
      }),
    );
  });
  return [];
};

const saveMarks: Statement = async (run, p) => {
  const { tables } = run;
  const [accounts, groups, reads, receiveds] = p as [string[], string[], number[], number[]];
  const wanted = accounts.map((account, at) => ({
    account,
    group: groups[at]!,
    read: reads[at]!,
    received: receiveds[at]!,
  }));
  wanted.sort((a, b) => (memberKey(a.group, a.account) < memberKey(b.group, b.account) ? -1 : 1));
  const heads = new Map(groups.map((id) => [id, tables.streams.get(id)?.head]));
  const rows: object[] = [];
  for (const it of wanted) {
    const head = heads.get(it.group);
    if (head === undefined) continue;
    const read = Math.min(it.read, head);
    const received = Math.min(Math.max(it.received, it.read), head);
    const moves = (m: MemberRow | undefined): m is MemberRow =>
      m !== undefined && (read > m.readSeq || received > m.receivedSeq);
    if (!moves(memberOf(tables, it.group, it.account))) continue;
    await run.lock(`member ${memberKey(it.group, it.account)}`);
    const m = memberOf(tables, it.group, it.account);
    if (!moves(m)) continue;
    const moved = read > m.readSeq;
    const next = {
      readSeq: Math.max(m.readSeq, read),
      receivedSeq: Math.max(m.receivedSeq, received),
      readOrdinal: moved
        ? ((tables.lines.get(it.group) ?? []).findLast((line) => line.seq <= read)?.ordinal ?? m.readOrdinal)
        : m.readOrdinal,
    };
    run.write(() => Object.assign(m, next));
    rows.push({
      account: it.account,
      group: it.group,
      readSeq: next.readSeq,
      readOrdinal: next.readOrdinal,
      read: moved,
    });
  }
  return rows;
};

const pointers: Statement = ({ tables }, [group]) => {
  const present = [...tables.members.values()].filter((it) => it.group === group && !it.left);
  const of = (kind: string, value: (m: MemberRow) => number, least = 0): object[] => {
    const counts = new Map<number, number>();
    for (const it of present) if (value(it) >= least) counts.set(value(it), (counts.get(value(it)) ?? 0) + 1);
    return [...counts].sort((a, b) => b[0] - a[0]).map(([seq, count]) => ({ kind, seq, count }));
  };
  return [
    ...of('read', (m) => m.readSeq),
    ...of('received', (m) => m.receivedSeq),
    ...of('since', (m) => m.addressedFrom, 1),
  ];
};

const insertAction: Statement = async (run, p) => {
  const [actor, id, name, digest] = p as [string, string, string, Buffer];
  const key = `${actor} ${id}`;
  await run.lock(`action ${key}`);
  if (run.tables.actions.has(key)) return [];
  run.write(() => run.tables.actions.set(key, { name, digest: Buffer.from(digest), answer: null }));
  return [{ id }];
};

/** What handlers of the simulation ask, in place of the many statements of features that are not what is looked at here. */
export interface Asked {
  readonly group: string;
  readonly account: string;
  readonly message?: string;
  readonly text?: string;
  readonly at?: number;
  readonly who?: readonly string[];
}

const ASKED: Readonly<Record<string, (run: Run, it: Asked) => object[]>> = {
  'message.look': ({ tables }, { group, account, message }) => {
    const m = tables.messages.get(message!);
    const me = memberOf(tables, group, account);
    return m && me && m.group === group && m.kind === 'text' && m.seq > me.visibleFrom
      ? [
          {
            sender: m.sender,
            ordinal: m.ordinal,
            seq: m.seq,
            edits: m.edits,
            recalled: m.recalledAt !== null,
            reactions: m.reactions,
          },
        ]
      : [];
  },
  'message.edit': ({ tables, write }, { message, text, at }) => {
    const m = tables.messages.get(message!)!;
    write(() => Object.assign(m, { text, edits: m.edits + 1, editedAt: new Date(at!) }));
    return [];
  },
  'message.recall': ({ tables, write }, { message, account, at, group }) => {
    const m = tables.messages.get(message!)!;
    write(() => {
      Object.assign(m, {
        text: null,
        edits: 0,
        editedAt: null,
        reactions: null,
        recalledAt: new Date(at!),
        recalledBy: account,
      });
      const pins = tables.pins.get(group);
      if (pins)
        tables.pins.set(
          group,
          pins.filter((it) => it.thing !== message),
        );
    });
    return (tables.pins.get(group) ?? []).some((it) => it.thing === message) ? [{ pinned: true }] : [];
  },
  'member.standing': ({ tables }, { group, who }) =>
    who!.map((it) => ({
      account: it,
      in: memberOf(tables, group, it) !== undefined,
      name: tables.accounts.get(it)!.name,
      role: tables.members.get(memberKey(group, it))?.role ?? null,
    })),
  'member.add': ({ tables, write }, { group, who }) => {
    write(() => {
      // The locked head, before this act’s own events.
      const { head, messages } = tables.streams.get(group)!;
      for (const account of who!) {
        const old = tables.members.get(memberKey(group, account));
        tables.members.set(memberKey(group, account), {
          group,
          account,
          role: 'member',
          left: false,
          visibleFrom: head,
          readSeq: head,
          receivedSeq: head,
          readOrdinal: messages,
          addressedFrom: head,
          pinnedAt: old?.pinnedAt ?? null,
        });
      }
    });
    return [];
  },
  'member.end': ({ tables, write }, { group, who }) => {
    write(() => {
      for (const account of who!) {
        const row = tables.members.get(memberKey(group, account))!;
        tables.members.set(memberKey(group, account), { ...row, left: true, role: 'member' });
      }
    });
    return [];
  },
  'pin.list': ({ tables }, { group }) => [{ at: tables.streams.get(group)!.head, pins: tables.pins.get(group) ?? [] }],
  'pin.add': ({ tables, write }, { group, message, account, at }) => {
    const { seq } = tables.messages.get(message!)!;
    write(() =>
      tables.pins.set(group, [
        { thing: message!, seq, by: account, at: new Date(at!) },
        ...(tables.pins.get(group) ?? []),
      ]),
    );
    return [];
  },
  'pin.remove': ({ tables, write }, { group, message }) => {
    write(() =>
      tables.pins.set(
        group,
        (tables.pins.get(group) ?? []).filter((it) => it.thing !== message),
      ),
    );
    return [];
  },
};

const NAMED: Readonly<Record<string, Statement>> = {
  'message.insert': insertMessages,
  'message.page': page,
  'chat.list': chatList,
  'stream.resume': resume,
  'stream.rights': ({ tables }, [id]) => {
    const it = tables.streams.get(id as string);
    return it ? [{ version: it.rightsVersion }] : [];
  },
  'stream.positions': ({ tables }, p) => {
    const account = p[0] as string;
    const own = p[1] === true;
    const only = p[3] as string | null;
    return placesOf(tables, account)
      .filter(({ row }) => (row.id === account ? own : only === null || row.id === only))
      .map(({ row, visibleFrom }) => ({ id: row.id, head: row.head, floor: row.floor, visibleFrom }));
  },
  'stream.events': ({ tables }, p) => {
    const [streams, afters, most] = p.slice(p.findIndex(Array.isArray)) as [string[], number[], number];
    const all = streams.map((stream, at) => [stream, afters[at]!] as const).toSorted((a, b) => (a[0] < b[0] ? -1 : 1));
    return all.flatMap(([stream, after]) => eventsOf(tables, stream, after, most)).slice(0, most);
  },
};

const KNOWN: readonly (readonly [RegExp, Statement])[] = [
  [
    /^select id, head, rights_version as "rightsVersion" from streams where id = any\(\$1::uuid\[\]\) order by kind <> 'group', id for update$/,
    (run, [ids]) => lockStreams(run, list<string>(ids)),
  ],
  [
    /^select id as stream, head from streams where id = any/,
    ({ tables }, [ids]) =>
      list<string>(ids).flatMap((id) =>
        tables.streams.has(id) ? [{ stream: id, head: tables.streams.get(id)!.head }] : [],
      ),
  ],
  [
    /^select head from streams where id = \$1$/,
    ({ tables }, [id]) => {
      const it = tables.streams.get(id as string);
      return it ? [{ head: it.head }] : [];
    },
  ],
  [/^insert into events \(stream, seq, name, at, by, message, body\) select/, insertEvents],
  [
    /^update streams set head = t.head, rights_version = rights_version \+ t.raised/,
    ({ tables, write }, [ids, heads, raised]) => {
      write(() =>
        list<string>(ids).forEach((id, at) => {
          const row = tables.streams.get(id)!;
          row.head = list<number>(heads)[at]!;
          row.rightsVersion += list<number>(raised)[at]!;
        }),
      );
      return [];
    },
  ],
  [
    /insert into messages \(id, group_id, seq, ordinal, kind, sender, notice, sent_at\)/,
    ({ tables, write, commits }, p) => {
      const [ids, groups, seqs, bys, notices, ats] = p as [
        string[],
        string[],
        number[],
        (string | null)[],
        string[],
        Date[],
      ];
      write(() =>
        ids.forEach((id, at) =>
          insertLine(tables, {
            ...blank,
            id,
            group: groups[at]!,
            seq: seqs[at]!,
            ordinal: tables.streams.get(groups[at]!)!.messages,
            kind: 'notice',
            sender: bys[at]!,
            text: null,
            digest: null,
            notice: unjson(notices[at]!),
            at: new Date(ats[at]!),
            commit: commits(),
          }),
        ),
      );
      return [];
    },
  ],
  [
    /recalled_at is not null as recalled from (messages|message_ids)/,
    ({ tables }, [ids]) =>
      list<string>(ids).flatMap((id) => {
        const m = tables.messages.get(id);
        return m
          ? [
              {
                id,
                seq: m.seq,
                ordinal: m.ordinal,
                at: m.at,
                group: m.group,
                sender: m.sender,
                digest: m.digest,
                recalled: m.recalledAt !== null,
              },
            ]
          : [];
      }),
  ],
  [/^insert into actions \(actor, id, name, digest, at\) values .* on conflict do nothing returning id$/, insertAction],
  [
    /^select name, digest, answer from actions where actor = \$1 and id = \$2$/,
    ({ tables }, [actor, id]) => {
      const row = tables.actions.get(`${String(actor)} ${String(id)}`);
      return row ? [row] : [];
    },
  ],
  [
    /^update actions set answer = \$1::jsonb where actor = \$2 and id = \$3$/,
    ({ tables, write }, [answer, actor, id]) => {
      write(() => {
        tables.actions.get(`${String(actor)} ${String(id)}`)!.answer = unjson(answer as string);
      });
      return [];
    },
  ],
  [
    /^select a.actor as account, a.id, a.digest, \(a.answer->>'at'\)::bigint as at/,
    ({ tables }, [accounts, ids]) =>
      list<string>(accounts).flatMap((account, at) => {
        const id = list<string>(ids)[at]!;
        const row = tables.actions.get(`${account} ${id}`);
        return row ? [{ account, id, digest: row.digest, at: (row.answer as { at?: number } | null)?.at ?? null }] : [];
      }),
  ],
  [
    /^insert into actions \(actor, id, name, digest, at, answer\) select/,
    async (run, [name, , actors, ids, digests, tolds]) => {
      const keys = list<string>(actors).map((actor, at) => `${actor} ${list<string>(ids)[at]!}`);
      for (const key of keys) {
        await run.lock(`action ${key}`);
        if (run.tables.actions.has(key)) throw uniqueViolation();
      }
      run.write(() =>
        keys.forEach((key, at) =>
          run.tables.actions.set(key, {
            name: name as string,
            digest: Buffer.from(list<Buffer>(digests)[at]!),
            answer: { at: list<number>(tolds)[at]! },
          } satisfies ActionRow),
        ),
      );
      return [];
    },
  ],
  [
    /^select t.account, m.id as message, m.group_id as "group", coalesce\(m.reactions/,
    ({ tables }, [accounts, groups, messages]) => {
      const seen = new Set<string>();
      return list<string>(accounts).flatMap((account, at) => {
        const group = list<string>(groups)[at]!;
        const m = tables.messages.get(list<string>(messages)[at]!);
        const me = memberOf(tables, group, account);
        if (!m || !me || m.group !== group || m.kind !== 'text' || m.recalledAt || m.seq <= me.visibleFrom) return [];
        if (seen.has(reactionKey(m.id, account))) return [];
        seen.add(reactionKey(m.id, account));
        return [
          {
            account,
            message: m.id,
            group,
            counts: m.reactions ?? [],
            mine: (m.reactions && mineOf(tables, m.id, account)) ?? [],
          },
        ];
      });
    },
  ],
  [
    /^insert into reactions \(/,
    ({ tables, write }, [at, ...columns]) => {
      const [messages, accounts, emojis] = columns.slice(-3);
      write(() =>
        list<string>(messages).forEach((message, i) => {
          const key = reactionKey(message, list<string>(accounts)[i]!);
          const own = [
            ...(tables.reactions.get(key) ?? []),
            { emoji: list<string>(emojis)[i]!, at: new Date(at as Date) },
          ];
          own.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.emoji < b.emoji ? -1 : 1));
          tables.reactions.set(key, own);
        }),
      );
      return [];
    },
  ],
  [
    /^delete from reactions r using unnest/,
    ({ tables, write }, columns) => {
      const [messages, accounts, emojis] = columns.slice(-3);
      write(() =>
        list<string>(messages).forEach((message, i) => {
          const key = reactionKey(message, list<string>(accounts)[i]!);
          tables.reactions.set(
            key,
            (tables.reactions.get(key) ?? []).filter((it) => it.emoji !== list<string>(emojis)[i]),
          );
        }),
      );
      return [];
    },
  ],
  [
    /^update messages m set reactions = t.counts from unnest/,
    async (run, columns) => {
      const [ids, counts] = columns.slice(-2);
      for (const id of list<string>(ids)) await run.lock(`message ${id}`);
      run.write(() =>
        list<string>(ids).forEach((id, at) => {
          run.tables.messages.get(id)!.reactions = unjson(list<string | null>(counts)[at]!) as
            | [string, number][]
            | null;
        }),
      );
      return [];
    },
  ],
  [/^with input as \( select t.account, t.group_id, least\(t.read, s.head\)/, saveMarks],
  [/^with present as \( select read_seq, received_seq, addressed_from from members/, pointers],
  [
    /^select m.role, m.role_until as "roleUntil", m.exceptions, g.kind,/,
    ({ tables }, [group, account]) => {
      const m = memberOf(tables, group as string, account as string);
      const stream = tables.streams.get(group as string);
      return m && stream
        ? [
            {
              role: m.role,
              roleUntil: null,
              exceptions: {},
              kind: tables.groups.get(m.group)!.kind,
              approver: false,
              approval: false,
              settings: {},
              state: 'open',
              rightsVersion: stream.rightsVersion,
              accepted: true,
            },
          ]
        : [];
    },
  ],
  [
    /^update members set pinned_at = \$1 where group_id = \$2 and account = \$3$/,
    async (run, [at, group, account]) => {
      const key = memberKey(group as string, account as string);
      await run.lock(`member ${key}`);
      run.write(() => {
        run.tables.members.get(key)!.pinnedAt = at === null ? null : new Date(at as Date);
      });
      return [];
    },
  ],
  [
    /^select a.id, a.name, a.position, coalesce\(u.name, ''\) as unit, a.photo from accounts a/,
    ({ tables }, [ids]) => list<string>(ids).flatMap((id) => person(tables, id) ?? []),
  ],
];

const ASKING = /^\/\* asked ([a-z.]+) \*\//i;
const PREPARED = /^\/\* prepared ([a-z.]+) \*\//i;
const found = new Map<string, Statement>();

/** The program asks what the model does not know. */
class UnknownStatement extends Error {}

/** Fails where the program asks something the model does not know: it has changed, and the model has to follow. */
export function statementFor(text: string): Statement {
  let it = found.get(text);
  if (it) return it;
  const plain = text.replace(/\s+/g, ' ').trim();
  const asked = ASKING.exec(plain)?.[1];
  const named = PREPARED.exec(plain)?.[1];
  if (asked) it = (run, [input]) => ASKED[asked]!(run, JSON.parse(input as string) as Asked);
  else if (named) it = NAMED[named];
  else it = KNOWN.find(([pattern]) => pattern.test(plain))?.[1];
  if (!it) throw new UnknownStatement(`the model does not know this statement: ${plain.slice(0, 200)}`);
  found.set(text, it);
  return it;
}
