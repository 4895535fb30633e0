/** The standing cast of tests and of the demo: officials of one commune, a stranger to their group, somebody who left. */
export interface CastPerson {
  readonly name: string;
  readonly phone: string;
  readonly position: string;
  readonly unit: string;
  /** Role in the commune's group; absent for those outside. */
  readonly role?: 'owner' | 'deputy' | 'clerk' | 'member' | 'reader';
}

export const CAST = {
  leader: {
    name: 'Nguyễn Hoàng Phúc',
    phone: '+84905318462',
    position: 'Chủ tịch UBND xã',
    unit: 'UBND xã Ia Grai',
    role: 'owner',
  },
  deputy: {
    name: 'Đặng Thị Bích Phượng',
    phone: '+84905318463',
    position: 'Phó Chủ tịch UBND xã',
    unit: 'UBND xã Ia Grai',
    role: 'deputy',
  },
  clerk: {
    name: 'Siu H’Nga',
    phone: '+84905318464',
    position: 'Chuyên viên',
    unit: 'Văn phòng HĐND và UBND',
    role: 'clerk',
  },
  member: { name: 'Puih Thưng', phone: '+84905318465', position: 'Trưởng làng', unit: 'Làng Grăng', role: 'member' },
  other: { name: 'Ksor H’Bích', phone: '+84905318466', position: 'Trưởng trạm', unit: 'Trạm Y tế xã', role: 'member' },
  reader: {
    name: 'Trần Thị Mỹ Duyên',
    phone: '+84905318467',
    position: 'Cộng tác viên dân số',
    unit: 'Thôn 4',
    role: 'reader',
  },
  left: { name: 'Rơ Châm Hyơk', phone: '+84905318468', position: 'Trưởng làng', unit: 'Làng Jút' },
  stranger: { name: 'Trần Minh Đức', phone: '+84905318469', position: 'Chuyên viên', unit: 'Sở Nội vụ' },
  administrator: {
    name: 'Lê Văn Khải',
    phone: '+84905318470',
    position: 'Quản trị hệ thống',
    unit: 'Sở Khoa học và Công nghệ',
  },
} as const satisfies Record<string, CastPerson>;

export type CastName = keyof typeof CAST;
