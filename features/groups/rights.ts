/**
 * The table of rights. From a row come the type, the validation, the default of old groups, the answer `forbidden` with the
 * right's name, and `can()` on both ends.
 */
export type Role = 'owner' | 'deputy' | 'clerk' | 'member' | 'reader';
export type GroupKind = 'pair' | 'directive' | 'coordination' | 'area' | 'announcement';

/** Leaders decide for the group; `all` is everybody but readers, `everyone` is readers too. */
type Holders = 'owner' | 'leaders' | 'all' | 'everyone';

interface RightRow {
  /** The act, in the words of the settings screen: Vietnamese, English. */
  readonly words: readonly [vi: string, en: string];
  readonly holders: Holders;
  /** Where a kind of group begins with something else. */
  readonly byKind?: Partial<Record<GroupKind, Holders>>;
}

export const RIGHTS = {
  'group.change': { words: ['sửa thông tin nhóm', 'edit the group’s info'], holders: 'leaders' },
  'message.send': { words: ['gửi tin nhắn', 'send messages'], holders: 'all', byKind: { announcement: 'leaders' } },
  'member.add': { words: ['thêm thành viên', 'add members'], holders: 'leaders' },
  'member.list': { words: ['xem danh sách thành viên', 'see the member list'], holders: 'everyone' },
} as const satisfies Record<string, RightRow>;

export type Right = keyof typeof RIGHTS;

export interface StandingFacts {
  readonly role: Role;
  readonly kind: GroupKind;
  /** The one person named to admit members. */
  readonly approver: boolean;
  /** New members wait for approval; where not, every member may add people. */
  readonly approval: boolean;
}

export function isLeader(role: Role): boolean {
  return role === 'owner' || role === 'deputy' || role === 'clerk';
}

/** May somebody who stands so in a group do this? Pure: the server and the screen ask the same question. */
export function can(who: StandingFacts, right: Right): boolean {
  // Two people have no leader: both may write, and nobody joins or is renamed.
  if (who.kind === 'pair') return right === 'message.send' || right === 'member.list';
  if (right === 'member.add' && (who.approver || !who.approval)) return who.role !== 'reader';
  const row: RightRow = RIGHTS[right];
  const holders = row.byKind?.[who.kind] ?? row.holders;
  switch (holders) {
    case 'owner':
      return who.role === 'owner';
    case 'leaders':
      return isLeader(who.role);
    case 'all':
      return who.role !== 'reader';
    case 'everyone':
      return true;
  }
}

export function rightsOf(who: StandingFacts): Right[] {
  return (Object.keys(RIGHTS) as Right[]).filter((right) => can(who, right));
}
