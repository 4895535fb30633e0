/**
 * The table of rights. From a row come the type, the validation, the row of the settings screen, the default of old groups, the
 * answer `forbidden` with the right's name, and `can()` on both ends.
 */
export type Role = 'owner' | 'deputy' | 'clerk' | 'member' | 'reader';
export type GroupKind = 'pair' | 'directive' | 'coordination' | 'area' | 'announcement';

/** Whom a group gives a right: all members; owner, deputies and clerks; the owner alone. */
export type Holders = 'all' | 'leaders' | 'owner';
export const HOLDERS = ['all', 'leaders', 'owner'] as const satisfies Holders[];

/** An archived group is frozen and can be read; one that is being dissolved is so too, until its countdown ends. */
export type GroupState = 'open' | 'archived' | 'dissolving';

interface RightRow {
  /** The act, as it stands in “Chỉ trưởng, phó nhóm được …” and on the settings screen: Vietnamese, English. */
  readonly words: readonly [vi: string, en: string];
  readonly holders: Holders;
  /** Where a kind of group begins with something else. */
  readonly byKind?: Partial<Record<GroupKind, Holders>>;
  /** “All members” includes those who may only read. */
  readonly readers?: true;
  /** In announcement mode it is the leaders’, whatever is set. */
  readonly speech?: true;
  /** Two people have it with each other. */
  readonly pair?: true;
  /** It is not for the group to set. */
  readonly fixed?: true;
  /** Holds in an archived group too; or even while one is being dissolved. */
  readonly outlasts?: 'archived' | 'dissolving';
  /** Where it stands on the settings screen; absent until what it is about can be done. */
  readonly shown?: 'first' | 'more';
}

export const RIGHTS = {
  // What a group sets, in the order of its settings screen.
  'group.change': {
    words: ['thay đổi tên & ảnh đại diện', 'change the name & photo'],
    holders: 'leaders',
    shown: 'first',
  },
  'message.pin': {
    words: ['ghim tin nhắn, ghi chú, bình chọn', 'pin messages, notes and polls'],
    holders: 'leaders',
    byKind: { coordination: 'all' },
    pair: true,
    shown: 'first',
  },
  'note.create': {
    words: ['tạo mới ghi chú', 'create notes'],
    holders: 'all',
    byKind: { area: 'leaders', announcement: 'leaders' },
    speech: true,
    pair: true,
    shown: 'first',
  },
  'reminder.create': {
    words: ['tạo mới nhắc hẹn', 'create reminders'],
    holders: 'leaders',
    byKind: { coordination: 'all' },
    speech: true,
    pair: true,
    shown: 'first',
  },
  'poll.create': {
    words: ['tạo mới bình chọn', 'create polls'],
    holders: 'all',
    byKind: { area: 'leaders', announcement: 'leaders' },
    speech: true,
    pair: true,
    shown: 'first',
  },
  'message.send': {
    words: ['gửi tin nhắn', 'send messages'],
    holders: 'all',
    speech: true,
    pair: true,
    shown: 'first',
  },
  'message.urgent': {
    words: ['gửi tin khẩn', 'send urgent messages'],
    holders: 'all',
    speech: true,
    pair: true,
    shown: 'more',
  },
  'message.pressing': {
    words: ['gửi tin thượng khẩn', 'send very urgent messages'],
    holders: 'leaders',
    speech: true,
    pair: true,
    shown: 'more',
  },
  'message.express': {
    words: ['gửi tin hỏa tốc', 'send express messages'],
    holders: 'leaders',
    speech: true,
    pair: true,
    shown: 'more',
  },
  'message.askReading': {
    words: ['yêu cầu xác nhận đã đọc', 'ask for acknowledgement'],
    holders: 'leaders',
    byKind: { coordination: 'all' },
    speech: true,
    pair: true,
    shown: 'more',
  },
  'message.forward': {
    words: ['chuyển tiếp tin nhắn ra ngoài nhóm', 'forward messages out of the group'],
    holders: 'all',
    readers: true,
    pair: true,
    outlasts: 'archived',
    shown: 'more',
  },
  'message.react': { words: ['thả cảm xúc', 'react'], holders: 'all', readers: true, pair: true, shown: 'more' },
  'file.send': { words: ['gửi file', 'send files'], holders: 'all', speech: true, pair: true, shown: 'more' },
  'message.mentionAll': {
    words: ['nhắc cả nhóm (@All)', 'mention everybody (@All)'],
    holders: 'leaders',
    byKind: { coordination: 'all' },
    speech: true,
    shown: 'more',
  },
  'member.add': { words: ['thêm thành viên', 'add members'], holders: 'all', shown: 'more' },
  'member.list': {
    words: ['xem danh sách thành viên', 'see the member list'],
    holders: 'all',
    readers: true,
    pair: true,
    outlasts: 'dissolving',
    shown: 'more',
  },
  'call.start': {
    words: ['bắt đầu cuộc gọi', 'start calls'],
    holders: 'leaders',
    byKind: { coordination: 'all' },
    speech: true,
    pair: true,
    shown: 'more',
  },
  'link.invite': { words: ['mời bằng link', 'invite by link'], holders: 'leaders', shown: 'more' },
  // What nobody sets: the leaders govern, the owner decides who leads.
  'group.govern': { words: ['đổi cài đặt nhóm', 'change the group’s settings'], holders: 'leaders', fixed: true },
  'regulation.publish': {
    words: ['ban hành quy chế sử dụng', 'issue the regulation'],
    holders: 'leaders',
    fixed: true,
  },
  'message.readers': {
    words: ['xem ai đã đọc tin của người khác', 'see who has read others’ messages'],
    holders: 'leaders',
    fixed: true,
    pair: true,
    outlasts: 'dissolving',
  },
  'member.restrict': {
    words: ['đặt thành viên ở mức chỉ đọc', 'make members read-only'],
    holders: 'leaders',
    fixed: true,
  },
  'member.admit': {
    words: ['duyệt thành viên', 'approve members'],
    holders: 'leaders',
    fixed: true,
  },
  'member.remove': {
    words: ['xóa thành viên khỏi nhóm', 'remove members'],
    holders: 'leaders',
    fixed: true,
  },
  'message.recallOthers': {
    words: ['thu hồi tin nhắn của thành viên', 'recall messages of members'],
    holders: 'leaders',
    fixed: true,
  },
  'group.archive': {
    words: ['lưu trữ nhóm', 'archive the group'],
    holders: 'leaders',
    fixed: true,
    outlasts: 'archived',
  },
  'member.appoint': {
    words: ['bổ nhiệm phó nhóm, quản trị nhóm', 'appoint deputies and clerks'],
    holders: 'owner',
    fixed: true,
  },
  'group.transfer': {
    words: ['chuyển quyền trưởng nhóm', 'transfer ownership'],
    holders: 'owner',
    fixed: true,
    outlasts: 'archived',
  },
  'group.dissolve': {
    words: ['giải tán nhóm', 'dissolve the group'],
    holders: 'owner',
    fixed: true,
    outlasts: 'dissolving',
  },
  'audit.read': {
    words: ['xem nhật ký hoạt động của nhóm', 'see the group’s audit log'],
    holders: 'leaders',
    fixed: true,
    outlasts: 'dissolving',
  },
} as const satisfies Record<string, RightRow>;

export type Right = keyof typeof RIGHTS;
export type SettableRight = {
  [K in Right]: (typeof RIGHTS)[K] extends { readonly fixed: true } ? never : K;
}[Right];

/** The rights a group sets, in the order of the screen. */
export const SETTABLE_RIGHTS = (Object.keys(RIGHTS) as Right[]).filter(
  (it): it is SettableRight => !('fixed' in RIGHTS[it]),
);

/** Where a right stands on the settings screen; undefined while what it is about cannot be done yet. */
export function placeOf(right: Right): 'first' | 'more' | undefined {
  const row: RightRow = RIGHTS[right];
  return row.shown;
}

export interface GroupSettings {
  /** Only rights that are given to others than the kind of group begins with. */
  readonly rights: Readonly<Record<string, Holders>>;
  /** Announcement mode: only leaders write. */
  readonly announcing: boolean;
  /** Messages of owner and deputies carry their mark. */
  readonly marking: boolean;
  /** Slow mode: seconds between two messages of one member; 0 where it is off. */
  readonly slow: number;
  readonly history: History;
  /** People come in by links, or ask to. */
  readonly links: boolean;
  /** What who asks to come in is asked; empty where nothing is. */
  readonly question: string;
  /** Originals of recalled messages are kept, sealed. */
  readonly records: boolean;
}

/**
 * What who comes in may read of what was said before: nothing; for who was in it before, all since they first came; what is not
 * older than so many days; everything. It counts at the moment of coming in.
 */
export type History = 'none' | 'joining' | 'all' | number;

/** As it is kept: what differs from what the kind begins with. */
export type StoredSettings = Partial<GroupSettings>;

/** What is decided for one person, by right; `until` in milliseconds. */
export type Exceptions = Readonly<Record<string, { readonly allowed: boolean; readonly until: number | null }>>;

/** All that `can` needs to know of somebody in a group. */
export interface StandingFacts {
  readonly role: Role;
  /** End of the term of office, in milliseconds. */
  readonly roleUntil?: number | null;
  readonly kind: GroupKind;
  /** The one person named to admit members. */
  readonly approver: boolean;
  /** New members wait for approval, unless who may admit them adds them. */
  readonly approval: boolean;
  readonly state?: GroupState;
  readonly settings?: GroupSettings;
  readonly exceptions?: Exceptions;
}

/** How somebody stands, as the tables have it. */
export interface StandingColumns {
  readonly role: Role;
  readonly roleUntil: Date | null;
  readonly kind: GroupKind;
  readonly approver: boolean;
  readonly approval: boolean;
  readonly state: GroupState;
  readonly settings: StoredSettings;
  readonly exceptions: Exceptions;
}

export function factsOf(it: StandingColumns): StandingFacts & { readonly settings: GroupSettings } {
  const { role, roleUntil, kind, approver, approval, state, settings, exceptions } = it;
  return {
    role,
    roleUntil: roleUntil?.getTime() ?? null,
    kind,
    approver,
    approval,
    state,
    settings: readSettings(kind, settings),
    exceptions,
  };
}

export function isLeader(role: Role): boolean {
  return role === 'owner' || role === 'deputy' || role === 'clerk';
}

/** What a kind of group begins with. */
export function firstSettings(kind: GroupKind): GroupSettings {
  return {
    rights: {},
    announcing: kind === 'announcement',
    marking: true,
    slow: 0,
    history: 'none',
    links: true,
    question: '',
    // The agency’s own work is kept; talk is not.
    records: kind !== 'area' && kind !== 'pair',
  };
}

export function firstHolders(kind: GroupKind, right: Right): Holders {
  const row: RightRow = RIGHTS[right];
  return row.byKind?.[kind] ?? row.holders;
}

export function readSettings(kind: GroupKind, stored: StoredSettings): GroupSettings {
  return { ...firstSettings(kind), ...stored };
}

/** Settings with these rights given anew; what is as the kind begins with is not kept. */
export function withRights(
  kind: GroupKind,
  settings: GroupSettings,
  given: Readonly<Partial<Record<string, Holders>>>,
): GroupSettings {
  const rights = Object.entries({ ...settings.rights, ...given }).filter(
    ([right, holders]) => Object.hasOwn(RIGHTS, right) && holders !== firstHolders(kind, right as Right),
  );
  return { ...settings, rights: Object.fromEntries(rights) as Record<string, Holders> };
}

export function settingsToStore(kind: GroupKind, { rights, ...settings }: GroupSettings): StoredSettings {
  const first = firstSettings(kind);
  const differing = (Object.keys(settings) as (keyof typeof settings)[]).filter((it) => settings[it] !== first[it]);
  return {
    ...(Object.keys(rights).length > 0 ? { rights } : {}),
    ...Object.fromEntries(differing.map((it) => [it, settings[it]])),
  };
}

/** Whom the group gives this right, exceptions aside. */
export function holdersOf(group: Pick<StandingFacts, 'kind' | 'settings'>, right: Right): Holders {
  const row: RightRow = RIGHTS[right];
  const first = firstHolders(group.kind, right);
  if (row.fixed) return first;
  const { rights, announcing } = group.settings ?? firstSettings(group.kind);
  const holders = rights[right] ?? first;
  return announcing && row.speech && holders === 'all' ? 'leaders' : holders;
}

/** The role that counts at this moment: a term that is over counts no longer, whenever that is written down. */
export function roleAt({ role, roleUntil }: Pick<StandingFacts, 'role' | 'roleUntil'>, at: number): Role {
  return roleUntil != null && roleUntil <= at && role !== 'owner' ? 'member' : role;
}

/**
 * May somebody who stands so in a group do this? Pure: the server and the screen ask the same question. `at`, in milliseconds: terms
 * and exceptions that end by then are over; without it all still hold.
 */
export function can(who: StandingFacts, right: Right, at: number = -Infinity): boolean {
  const row: RightRow = RIGHTS[right];
  // Two people have no leader: both may write, and nobody joins or is renamed.
  if (who.kind === 'pair') return row.pair === true;
  if (who.state === 'archived' && !row.outlasts) return false;
  if (who.state === 'dissolving' && row.outlasts !== 'dissolving') return false;
  const role = roleAt(who, at);
  // Somebody must always be able to set right what was set wrong.
  if (role === 'owner') return true;
  const exception = row.fixed ? undefined : who.exceptions?.[right];
  if (exception && (exception.until === null || exception.until > at)) return exception.allowed;
  if ((right === 'member.add' || right === 'member.admit') && who.approver) return role !== 'reader';
  switch (holdersOf(who, right)) {
    case 'owner':
      return false;
    case 'leaders':
      return isLeader(role);
    case 'all':
      return role !== 'reader' || row.readers === true;
  }
}

export function rightsOf(who: StandingFacts, at?: number): Right[] {
  return (Object.keys(RIGHTS) as Right[]).filter((right) => can(who, right, at));
}

/** Seconds somebody waits between two messages; leaders need not. */
export function paceOf(who: Pick<StandingFacts, 'role' | 'roleUntil' | 'settings'>, at: number = -Infinity): number {
  return isLeader(roleAt(who, at)) ? 0 : (who.settings?.slow ?? 0);
}

// ——— Who may decide about whom: so that a right given to all leaders cannot be used against those above them.

/** What is the owner’s alone is given, and taken back, by the owner alone. */
export function canGive(role: Role, from: Holders, to: Holders): boolean {
  return role === 'owner' || (isLeader(role) && from !== 'owner' && to !== 'owner');
}

/** Leaders decide about members, the owner about leaders too; nobody about the owner. */
export function canDecideAbout(role: Role, other: Role): boolean {
  if (other === 'owner') return false;
  return role === 'owner' || (isLeader(role) && !isLeader(other));
}
