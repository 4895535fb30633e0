import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { sql } from 'kysely';

import { newId } from '../protocol/id.ts';
import type { ActionName } from '../features/contracts.ts';
import { DEFAULT_RULES } from '../features/secrecy/rules/ruleset.ts';
import type { CastName } from './cast.ts';
import type { TestHouse, TestPerson } from './house.ts';

/** Who stands at the door in the matrix of rights (`features/matrix.test.ts`). */
export const ACTORS = [
  /** No session. */
  'anonymous',
  /** Signed in, not in the group, and never was. */
  'stranger',
  'left',
  'reader',
  'member',
  'clerk',
  'deputy',
  'owner',
  /** Of the agency; a stranger to the group. */
  'administrator',
  /** May read the agency’s log, and is no administrator; a stranger to the group. */
  'auditor',
  /** Of secrecy, and no administrator; a stranger to the group. */
  'officer',
  /** An administrator whose rights rest until a fresh code is entered. */
  'resting',
  /** Deputy and administrator, until the account was disabled. Their session was left open. */
  'disabled',
  /** Deputy and administrator, on a device that was signed out. */
  'ended',
] as const;
export type ActorName = (typeof ACTORS)[number];

export const LEADERS = ['owner', 'deputy', 'clerk'] as const;
export const WRITERS = [...LEADERS, 'member'] as const;
export const MEMBERS = [...WRITERS, 'reader'] as const;
/** Everybody signed in who is not in the group. */
export const OUTSIDE = ['stranger', 'left', 'administrator', 'auditor', 'officer', 'resting'] as const;
export const COLLEAGUES = [...MEMBERS, ...OUTSIDE] as const;
/** Without a session that holds. */
export const NOBODY = ['anonymous', 'disabled', 'ended'] as const;
export const EVERYBODY = [...COLLEAGUES, ...NOBODY] as const;

/**
 * What each actor is answered about one object. Who is named nowhere is answered `signed_out` without a session and
 * `not_found` with one.
 */
export interface Outcomes {
  readonly may: readonly ActorName[];
  /** What those are answered who may: `done`, or the problem that shows that nothing but the object stood in the way. */
  readonly lets?: string;
  /** The same for single ones of them. */
  readonly instead?: Partial<Record<ActorName, string>>;
  /** They see it and may not: `forbidden`, with the right's name. */
  readonly forbidden?: readonly ActorName[];
  /** `confirm_needed` */
  readonly confirm?: readonly ActorName[];
  /** `not_found`, although they have no session. */
  readonly unseen?: readonly ActorName[];
  /** Answered as for an object that does not exist, and nothing happens. */
  readonly silent?: readonly ActorName[];
}

/** By whose object it is: the actor's (their group, their device), other people's, one that does not exist. */
export interface Rights {
  readonly ours: Outcomes;
  readonly theirs?: Outcomes;
  readonly absent?: Outcomes;
}

/** Only these members may; other members are told so; for everybody else there is no such group. */
const inGroup = (may: readonly ActorName[], instead: Outcomes['instead'] = {}): Rights => ({
  ours: { may, instead, forbidden: MEMBERS.filter((it) => !may.includes(it)) },
  theirs: { may: [] },
  absent: { may: [] },
});

/** The same, where those who may are answered so. */
const inGroupLets = (may: readonly ActorName[], lets: string): Rights => {
  const rights = inGroup(may);
  return { ...rights, ours: { ...rights.ours, lets } };
};

/** Administrators of the agency, while their rights are awake. */
const governing = (lets = 'done'): Outcomes => ({
  may: ['administrator'],
  forbidden: [...MEMBERS, 'stranger', 'left', 'auditor', 'officer'],
  confirm: ['resting'],
  lets,
});

/** Those who may read the agency’s log, while their rights are awake. */
const auditing = (lets = 'done'): Outcomes => ({
  may: ['administrator', 'auditor'],
  forbidden: [...MEMBERS, 'stranger', 'left', 'officer'],
  confirm: ['resting'],
  lets,
});

/** Secrecy officers, while their rights are awake. */
export const guarding = (lets = 'done'): Outcomes => ({
  may: ['administrator', 'officer'],
  forbidden: [...MEMBERS, 'stranger', 'left', 'auditor'],
  confirm: ['resting'],
  lets,
});

const anybody = (lets = 'done'): Outcomes => ({ may: EVERYBODY, lets });
const colleagues = (lets = 'done'): Outcomes => ({ may: COLLEAGUES, lets });

/** What an input is made of. The matrix hands in the actor's, other people's, and what does not exist. */
export interface Things {
  readonly cast: Readonly<Record<CastName, TestPerson>>;
  readonly group: string;
  readonly account: string;
  readonly device: string;
  readonly unit: string;
  /** A unit in which nobody is. */
  readonly empty: string;
  readonly area: string;
  /** A word that no name has had before. */
  readonly word: string;
}

export interface Row {
  /** Somebody who may do it; absent before signing in. */
  readonly as?: CastName;
  readonly input: (it: Things) => unknown;
  /** Who may, written by hand from the rules of the product: never computed by the code it proves. */
  readonly rights: Rights;
  /** Not offered on the socket. */
  readonly door?: 'http';
  /** The action needs a state that one call cannot make; here is where doing it twice is proved. */
  readonly provedIn?: string;
}

const CODE = '00000000';
const LIST = { name: 'danh-sach.csv', file: Buffer.from('không có cột nào').toString('base64') };

/** A code that no link has. */
const NO_LINK = 'AAAAAAAAAAAAAAAAAAAAAA';
const REMINDERS = 'features/reminders/server.test.ts';
const PINS = 'features/pins/server.test.ts';
const POLLS = 'features/polls/server.test.ts';
const CALLS = 'features/calls/server.test.ts';
const READING = 'features/receipts/reading.test.ts';
const NOTES = 'features/notes/server.test.ts';
const REACTIONS = 'features/reactions/server.test.ts';
const FILES = 'features/files/server.test.ts';
const CHANGING = 'features/messages/changing.test.ts';
const SCHEDULED = 'features/scheduled/server.test.ts';
const SEALED = 'features/sealed/server.test.ts';
const SECRECY = 'features/secrecy/server.test.ts';
const RESCAN = 'features/secrecy/server/rescan.test.ts';
const REPORTS = 'features/reports/server.test.ts';
const REQUESTS = 'features/requests/server.test.ts';

const LABELS = 'features/labels/server.test.ts';

/** What one call finds no draft, no version and no default for. */
const REGULATION = 'features/regulation/server.test.ts';
const RULES = {
  superior: '',
  agency: 'UBND xã Ia Grai',
  number: '',
  symbol: 'QC-UBND',
  place: 'Ia Grai',
  date: '',
  title: 'Sử dụng nhóm',
  bases: [],
  opening: '',
  items: [{ kind: 'article', title: 'Phạm vi', text: 'Nhóm dùng cho việc chung.' }],
  recipients: [],
  authority: '',
  position: '',
  signer: '',
};

/** One row an action: what it takes and who may. A new action without a row does not compile. */
export const rows: Record<ActionName, Row> = {
  'agency.get': { input: () => ({}), rights: { ours: anybody() } },
  'agency.setUp': {
    input: () => ({
      name: 'UBND xã Ia Grai',
      area: '23764',
      administrator: { name: 'Lê Văn Khải', phone: '0905318470' },
      help: null,
    }),
    rights: { ours: anybody('agency.set_up_already') },
    door: 'http',
    provedIn: 'features/agency/server.test.ts',
  },
  'agency.change': {
    as: 'administrator',
    input: () => ({ registration: 'directory' }),
    rights: { ours: governing() },
  },
  'account.requestCode': {
    // A number that is none, so that nobody's turn is used up.
    input: () => ({ phone: '0269 3824 100' }),
    rights: { ours: anybody('account.wrong_number') },
    door: 'http',
    provedIn: 'features/accounts/sign-in.test.ts',
  },
  'account.verifyCode': {
    input: () => ({ challenge: newId(), code: CODE }),
    rights: { ours: anybody() },
    door: 'http',
    provedIn: 'features/accounts/sign-in.test.ts',
  },
  'account.register': {
    input: () => ({ challenge: newId(), name: 'Puih Thưng' }),
    rights: { ours: anybody('account.code_over') },
    door: 'http',
    provedIn: 'features/accounts/sign-in.test.ts',
  },
  'account.confirm': {
    as: 'administrator',
    input: () => ({ challenge: newId(), code: CODE }),
    rights: { ours: colleagues() },
    door: 'http',
    provedIn: 'features/accounts/sign-in.test.ts',
  },
  'account.me': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'account.setProfile': { as: 'member', input: () => ({ phoneShown: 'nobody' }), rights: { ours: colleagues() } },
  'account.setPhoto': { as: 'member', input: () => ({ photo: null }), rights: { ours: colleagues() }, door: 'http' },
  'account.requests': { as: 'administrator', input: () => ({}), rights: { ours: governing() } },
  'account.approve': {
    as: 'administrator',
    input: ({ account }) => ({ account }),
    rights: { ours: governing('account.not_waiting'), absent: governing('account.not_waiting') },
    provedIn: 'features/accounts/server.test.ts',
  },
  'account.refuse': {
    as: 'administrator',
    input: ({ account }) => ({ account }),
    rights: { ours: governing('account.not_waiting'), absent: governing('account.not_waiting') },
    provedIn: 'features/accounts/server.test.ts',
  },
  'account.unlock': {
    as: 'administrator',
    input: ({ account }) => ({ account }),
    rights: { ours: governing(), theirs: governing(), absent: governing('not_found') },
  },
  'device.list': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'device.signOut': {
    as: 'member',
    input: ({ device }) => ({ device }),
    rights: {
      ours: colleagues(),
      theirs: { may: [], silent: COLLEAGUES },
      absent: { may: [], silent: COLLEAGUES },
    },
  },
  'device.signOutOthers': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'device.signOutThis': {
    as: 'member',
    input: () => ({}),
    rights: { ours: colleagues() },
    door: 'http',
    provedIn: 'features/devices/server.test.ts',
  },
  'directory.search': { as: 'member', input: () => ({ query: 'puih' }), rights: { ours: colleagues() } },
  'directory.people': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'directory.person': {
    as: 'member',
    input: ({ account }) => ({ account }),
    rights: { ours: colleagues(), theirs: colleagues(), absent: { may: [] } },
  },
  'import.check': {
    as: 'administrator',
    input: () => LIST,
    rights: { ours: governing('import.no_columns') },
    door: 'http',
    provedIn: 'features/directory/import',
  },
  'import.apply': {
    as: 'administrator',
    input: () => ({ ...LIST, digest: '' }),
    rights: { ours: governing('import.no_columns') },
    door: 'http',
    provedIn: 'features/directory/import',
  },
  'unit.children': { as: 'member', input: () => ({ parent: null }), rights: { ours: colleagues() } },
  'unit.search': { as: 'member', input: () => ({ query: 'so' }), rights: { ours: colleagues() } },
  'unit.get': {
    as: 'member',
    input: ({ unit }) => ({ unit }),
    rights: { ours: colleagues(), absent: { may: [] } },
  },
  'unit.add': {
    as: 'administrator',
    input: ({ word }) => ({ parent: null, name: `Sở Y tế ${word}` }),
    rights: { ours: governing() },
  },
  'unit.change': {
    as: 'administrator',
    input: ({ unit, word }) => ({ unit, name: `Sở Giáo dục và Đào tạo ${word}` }),
    rights: { ours: governing(), absent: governing('not_found') },
  },
  'unit.move': {
    as: 'administrator',
    input: ({ unit, empty }) => ({ unit: empty, parent: unit }),
    rights: { ours: governing(), absent: governing('not_found') },
  },
  'unit.close': {
    as: 'administrator',
    input: ({ empty }) => ({ unit: empty }),
    rights: { ours: governing(), absent: governing('not_found') },
  },
  'area.children': { as: 'member', input: () => ({ parent: '52' }), rights: { ours: anybody() } },
  'area.search': { as: 'member', input: () => ({ query: 'ia grai' }), rights: { ours: anybody() } },
  'area.get': {
    as: 'member',
    input: ({ area }) => ({ code: area }),
    // Villages are the agency's own affair; the official levels are for everybody.
    rights: { ours: { may: COLLEAGUES, unseen: NOBODY }, absent: { may: [], unseen: EVERYBODY } },
  },
  'area.add': {
    as: 'administrator',
    input: ({ word }) => ({ parent: '23764', kind: 'làng', name: `Làng Jút ${word}` }),
    rights: { ours: governing() },
  },
  'area.change': {
    as: 'administrator',
    input: ({ area }) => ({ code: area, head: 'Puih Thưng' }),
    rights: { ours: governing(), absent: governing('not_found') },
  },
  'area.close': {
    as: 'administrator',
    input: ({ area }) => ({ code: area }),
    rights: { ours: governing(), absent: governing('not_found') },
  },
  'group.create': {
    as: 'member',
    input: ({ cast }) => ({ name: 'Tổ chuyển đổi số', kind: 'coordination', members: [cast.leader.id] }),
    rights: { ours: colleagues() },
  },
  'group.openPair': {
    as: 'member',
    input: ({ account }) => ({ account }),
    // Nobody writes to themselves.
    rights: { ours: colleagues('group.unknown_person'), theirs: colleagues(), absent: { may: [] } },
  },
  'group.get': { as: 'member', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'group.change': {
    as: 'deputy',
    input: ({ group }) => ({ group, name: 'Phòng chống thiên tai xã' }),
    rights: inGroup(LEADERS),
  },
  'group.setPhoto': {
    as: 'clerk',
    input: ({ group }) => ({ group, photo: null }),
    rights: inGroup(LEADERS),
    door: 'http',
  },
  'group.govern': {
    as: 'clerk',
    input: ({ group }) => ({ group, marking: false }),
    rights: inGroup(LEADERS),
  },
  'group.archive': { as: 'deputy', input: ({ group }) => ({ group, on: false }), rights: inGroup(LEADERS) },
  'group.dissolve': { as: 'leader', input: ({ group }) => ({ group }), rights: inGroup(['owner']) },
  'group.keep': {
    as: 'leader',
    input: ({ group }) => ({ group }),
    rights: inGroup(['owner'], { owner: 'group.not_dissolving' }),
  },
  'group.names': { as: 'member', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'transfer.offer': {
    as: 'leader',
    input: ({ group, cast }) => ({ group, to: cast.deputy.id }),
    rights: inGroup(['owner']),
  },
  'transfer.withdraw': {
    as: 'leader',
    input: ({ group }) => ({ group }),
    rights: inGroup(['owner'], { owner: 'transfer.none' }),
  },
  'transfer.answer': {
    as: 'deputy',
    input: ({ group }) => ({ group, accept: false }),
    // Nothing is offered to any of them.
    rights: inGroup(MEMBERS, Object.fromEntries(MEMBERS.map((it) => [it, 'transfer.none']))),
    provedIn: 'features/groups/server/transfer.test.ts',
  },
  'group.appointOwner': {
    as: 'administrator',
    input: ({ group, cast }) => ({ group, account: cast.leader.id }),
    rights: { ours: governing(), absent: governing('not_found') },
  },
  'group.search': { as: 'administrator', input: () => ({ query: 'bao lu' }), rights: { ours: governing() } },
  'member.list': { as: 'reader', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'member.add': {
    as: 'clerk',
    input: ({ group, cast }) => ({ group, accounts: [cast.administrator.id] }),
    // Whom a plain member adds waits for approval.
    rights: inGroup(WRITERS),
  },
  'member.leave': {
    as: 'other',
    input: ({ group }) => ({ group }),
    // The owner hands the group over first.
    rights: inGroup(MEMBERS, { owner: 'member.owner_stays' }),
  },
  'member.remove': {
    as: 'clerk',
    input: ({ group, cast }) => ({ group, accounts: [cast.reader.id], reason: 'chuyển công tác', block: true }),
    rights: inGroup(LEADERS),
  },
  'member.blocked': { as: 'clerk', input: ({ group }) => ({ group }), rights: inGroup(LEADERS) },
  'member.unblock': {
    as: 'clerk',
    input: ({ group, cast }) => ({ group, accounts: [cast.stranger.id] }),
    rights: inGroup(LEADERS),
  },
  'member.openHistory': {
    as: 'clerk',
    input: ({ group, cast }) => ({ group, accounts: [cast.member.id], history: 'all' as const }),
    rights: inGroup(LEADERS),
  },
  'member.compare': {
    as: 'clerk',
    input: ({ group }) => ({ group, lines: ['Siu H’Nga 0905 318 462'] }),
    rights: inGroup(WRITERS),
    door: 'http',
  },
  'member.appoint': {
    as: 'leader',
    input: ({ group, cast }) => ({ group, accounts: [cast.member.id], role: 'clerk' }),
    rights: inGroup(['owner']),
  },
  'member.restrict': {
    as: 'deputy',
    input: ({ group, cast }) => ({ group, accounts: [cast.reader.id], readOnly: false }),
    rights: inGroup(LEADERS),
  },
  'member.except': {
    as: 'clerk',
    input: ({ group, cast }) => ({ group, accounts: [cast.reader.id], right: 'message.react', allowed: false }),
    rights: inGroup(LEADERS),
  },
  'member.readNumbers': {
    as: 'member',
    input: ({ group }) => ({ group, lines: ['0905 318 462'] }),
    rights: inGroup(WRITERS),
  },
  'request.list': { as: 'clerk', input: ({ group }) => ({ group }), rights: inGroup(LEADERS) },
  'request.waiting': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'request.approve': {
    as: 'clerk',
    input: ({ group }) => ({ group, requests: [newId()] }),
    rights: inGroupLets(LEADERS, 'not_found'),
    provedIn: REQUESTS,
  },
  'request.refuse': {
    as: 'clerk',
    input: ({ group }) => ({ group, requests: [newId()], reason: 'không thuộc đơn vị' }),
    rights: inGroupLets(LEADERS, 'not_found'),
    provedIn: REQUESTS,
  },
  'request.withdraw': {
    as: 'stranger',
    input: () => ({ request: newId() }),
    rights: { ours: { may: [] }, absent: { may: [] } },
    provedIn: REQUESTS,
  },
  'link.list': { as: 'deputy', input: ({ group }) => ({ group }), rights: inGroup(LEADERS) },
  'link.make': {
    as: 'deputy',
    input: ({ group, area, word }) => ({ group, name: `Đội xung kích ${word}`, quota: 40, area }),
    rights: inGroup(LEADERS),
  },
  'link.revoke': { as: 'deputy', input: ({ group }) => ({ group, link: newId() }), rights: inGroup(LEADERS) },
  'link.preview': { as: 'stranger', input: () => ({ code: NO_LINK }), rights: { ours: colleagues('link.dead') } },
  'link.join': {
    as: 'stranger',
    input: () => ({ code: NO_LINK, way: 'qr', answer: 'Tôi thuộc đội xung kích làng Jút' }),
    rights: { ours: colleagues('link.dead') },
    provedIn: 'features/links/server.test.ts',
  },
  'invitation.mine': { as: 'stranger', input: () => ({}), rights: { ours: colleagues() } },
  'invitation.answer': {
    as: 'stranger',
    input: () => ({ invitation: newId(), answer: 'accept' }),
    rights: { ours: { may: [] }, absent: { may: [] } },
    provedIn: 'features/invitations/server.test.ts',
  },
  'invitation.list': { as: 'clerk', input: ({ group }) => ({ group }), rights: inGroup(LEADERS) },
  'invitation.withdraw': {
    as: 'clerk',
    input: ({ group }) => ({ group, invitations: [newId()] }),
    rights: inGroup(LEADERS),
  },
  'chat.list': {
    as: 'member',
    input: ({ group }) => ({ groups: [group] }),
    rights: {
      ours: { may: MEMBERS, silent: OUTSIDE },
      theirs: { may: [], silent: COLLEAGUES },
      absent: { may: [], silent: COLLEAGUES },
    },
  },
  'chat.pin': { as: 'leader', input: ({ group }) => ({ group, on: true }), rights: inGroup(MEMBERS) },
  'chat.mute': {
    as: 'leader',
    input: ({ group }) => ({ group, until: 253_402_300_799_999 }),
    rights: inGroup(MEMBERS),
  },
  'chat.follow': { as: 'leader', input: ({ group }) => ({ group, notify: 'mentions' }), rights: inGroup(MEMBERS) },
  'chat.archive': { as: 'leader', input: ({ group }) => ({ group, upTo: 0 }), rights: inGroup(MEMBERS) },
  'chat.mark': { as: 'leader', input: ({ group }) => ({ group, unread: true }), rights: inGroup(MEMBERS) },
  'label.list': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'label.add': { as: 'leader', input: () => ({ name: 'Việc gấp', colour: 'plum' }), rights: { ours: colleagues() } },
  // A label that is nobody’s: what is done with one’s own, and that others’ are not found, is proved with the actions.
  'label.change': {
    as: 'leader',
    input: ({ account }) => ({ label: account, name: 'Việc gấp', colour: 'plum' }),
    rights: { ours: { may: [] }, absent: { may: [] } },
    provedIn: LABELS,
  },
  'label.remove': {
    as: 'leader',
    input: ({ account }) => ({ label: account }),
    rights: { ours: { may: [] }, absent: { may: [] } },
    provedIn: LABELS,
  },
  'label.order': {
    as: 'leader',
    input: ({ account }) => ({ labels: [account] }),
    rights: { ours: colleagues() },
  },
  'label.put': { as: 'leader', input: ({ group }) => ({ group, labels: [] }), rights: inGroup(MEMBERS) },
  'quiet.get': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'quiet.set': {
    as: 'leader',
    input: () => ({ quiet: { from: '22:00', to: '05:30', days: [7], through: 2 } }),
    rights: { ours: colleagues() },
  },
  'chat.type': { as: 'member', input: ({ group }) => ({ group }), rights: inGroup(WRITERS) },
  'message.send': {
    as: 'member',
    input: ({ group }) => ({ group, text: 'Đã nhận ạ' }),
    rights: inGroup(WRITERS),
  },
  'message.edit': {
    as: 'member',
    input: ({ group, account }) => ({ group, message: account, text: 'Đã nhận ạ.' }),
    // A message that is not there: whose may be edited is proved with the action.
    rights: inGroupLets(WRITERS, 'not_found'),
    provedIn: CHANGING,
  },
  'message.versions': {
    as: 'reader',
    input: ({ group, account }) => ({ group, message: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'message.recall': {
    as: 'member',
    input: ({ group, account }) => ({ group, message: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: CHANGING,
  },
  'scheduled.add': {
    as: 'member',
    input: ({ group }) => ({ group, text: 'Nhắc họp giao ban', at: Date.now() + 86_400_000 }),
    rights: inGroup(WRITERS),
  },
  'scheduled.change': {
    as: 'member',
    input: ({ group, account }) => ({ group, scheduled: account, at: Date.now() + 86_400_000 }),
    rights: inGroupLets(WRITERS, 'not_found'),
    provedIn: SCHEDULED,
  },
  'scheduled.send': {
    as: 'member',
    input: () => ({ scheduled: newId() }),
    rights: { ours: { may: [] }, absent: { may: [] } },
    provedIn: SCHEDULED,
  },
  'scheduled.cancel': {
    as: 'member',
    input: () => ({ scheduled: newId() }),
    rights: { ours: { may: [] }, absent: { may: [] } },
    provedIn: SCHEDULED,
  },
  'scheduled.list': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'scheduled.get': {
    as: 'member',
    input: () => ({ scheduled: newId() }),
    rights: { ours: { may: [] }, absent: { may: [] } },
  },
  'phrase.list': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'phrase.save': {
    as: 'member',
    input: () => ({ phrases: ['Đã nhận.'], offers: true }),
    rights: { ours: colleagues() },
  },
  'message.page': { as: 'member', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  // Messages that are not there: nothing is found to be done. What is done with others is proved with the actions.
  'message.hide': {
    as: 'reader',
    input: ({ group, account }) => ({ group, messages: [account] }),
    rights: inGroup(MEMBERS),
    provedIn: 'features/messages/hiding.test.ts',
  },
  'message.show': {
    as: 'reader',
    input: ({ group, account }) => ({ group, messages: [account] }),
    rights: inGroup(MEMBERS),
    provedIn: 'features/messages/hiding.test.ts',
  },
  'message.save': {
    as: 'reader',
    input: ({ group, account }) => ({ group, messages: [account] }),
    rights: inGroup(MEMBERS),
    provedIn: 'features/saved/server.test.ts',
  },
  'message.unsave': {
    as: 'reader',
    input: ({ group, account }) => ({ group, messages: [account] }),
    rights: inGroup(MEMBERS),
    provedIn: 'features/saved/server.test.ts',
  },
  'search.typed': {
    as: 'member',
    input: ({ group }) => ({ query: 'bao lu', group }),
    rights: inGroup(MEMBERS),
  },
  'search.page': {
    as: 'member',
    input: ({ group }) => ({ query: 'bao lu', kind: 'message', group }),
    rights: inGroup(MEMBERS),
  },
  'calendar.range': {
    as: 'reader',
    input: ({ group }) => ({ group, from: 20_780, to: 20_810 }),
    rights: inGroup(MEMBERS),
  },
  'feed.get': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'feed.renew': {
    as: 'member',
    // Every person's is another, as devices make them.
    input: () => ({ secret: randomBytes(32).toString('base64url'), titles: false }),
    rights: { ours: colleagues() },
  },
  'feed.show': { as: 'member', input: () => ({ titles: true }), rights: { ours: colleagues() } },
  'feed.off': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'work.count': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'work.list': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'saved.list': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'mention.find': { as: 'reader', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'mention.unread': { as: 'reader', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'reaction.give': {
    as: 'reader',
    // No emoji, which is said to those alone who may give one.
    input: ({ group, account }) => ({ group, message: account, emoji: 'a', on: true }),
    rights: inGroupLets(MEMBERS, 'reaction.unknown'),
    provedIn: REACTIONS,
  },
  'reaction.list': {
    as: 'reader',
    input: ({ group, account }) => ({ group, message: account }),
    // A message that is not there: who may see it is proved with the action.
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: REACTIONS,
  },
  'receipt.mark': {
    as: 'leader',
    input: ({ group }) => ({ marks: [{ group, read: 1 }] }),
    rights: {
      ours: { may: MEMBERS, silent: OUTSIDE },
      theirs: { may: [], silent: COLLEAGUES },
      absent: { may: [], silent: COLLEAGUES },
    },
  },
  'receipt.get': { as: 'member', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  // Off, as it is by default: nothing is looked up.
  'preview.get': {
    as: 'member',
    input: ({ group, account }) => ({ group, message: account, link: 'https://gialai.gov.vn/' }),
    rights: inGroup(MEMBERS),
  },
  // Something that is not there: what becomes of what is pinned is proved with the actions.
  'pin.add': {
    as: 'leader',
    input: ({ group, account }) => ({ group, thing: account }),
    rights: inGroupLets(LEADERS, 'not_found'),
    provedIn: PINS,
  },
  'pin.remove': {
    as: 'leader',
    input: ({ group, account }) => ({ group, thing: account }),
    rights: inGroup(LEADERS),
    provedIn: PINS,
  },
  'pin.move': {
    as: 'leader',
    input: ({ group, account }) => ({ group, thing: account, before: null }),
    rights: inGroupLets(LEADERS, 'not_found'),
    provedIn: PINS,
  },
  'pin.keep': {
    as: 'leader',
    input: ({ group, account }) => ({ group, thing: account, until: null }),
    rights: inGroupLets(LEADERS, 'not_found'),
    provedIn: PINS,
  },
  'pin.list': { as: 'reader', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'pin.get': {
    as: 'reader',
    input: ({ group, account }) => ({ group, thing: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'note.create': {
    as: 'member',
    input: ({ group, word }) => ({ group, title: `Lịch trực ${word}`, text: 'Thứ Hai: đồng chí Tuấn.' }),
    rights: inGroup(WRITERS),
  },
  // A note that is not there: who may change which is proved with the actions.
  'note.edit': {
    as: 'member',
    input: ({ group, account }) => ({ group, note: account, version: 1, title: 'Lịch trực', text: '' }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: NOTES,
  },
  'note.restore': {
    as: 'member',
    input: ({ group, account }) => ({ group, note: account, version: 2, from: 1 }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: NOTES,
  },
  'note.remove': {
    as: 'member',
    input: ({ group, account }) => ({ group, note: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: NOTES,
  },
  'note.get': {
    as: 'reader',
    input: ({ group, account }) => ({ group, note: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'note.list': { as: 'reader', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'note.read': { as: 'reader', input: ({ group, account }) => ({ group, ids: [account] }), rights: inGroup(MEMBERS) },
  'note.versions': {
    as: 'reader',
    input: ({ group, account }) => ({ group, note: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'note.version': {
    as: 'reader',
    input: ({ group, account }) => ({ group, note: account, version: 1 }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'note.acknowledge': {
    as: 'reader',
    input: ({ group, account }) => ({ group, note: account, version: 1 }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: NOTES,
  },
  'note.readers': {
    as: 'leader',
    input: ({ group, account }) => ({ group, note: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'reminder.create': {
    as: 'leader',
    input: ({ group }) => ({ group, title: 'Họp giao ban', start: Date.UTC(2030, 0, 1), place: 'Hội trường UBND xã' }),
    rights: inGroup(LEADERS),
  },
  // A reminder that is not there: who may do what with which is proved with the actions.
  'reminder.change': {
    as: 'member',
    input: ({ group, account }) => ({ group, reminder: account, version: 1, title: 'Họp giao ban' }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: REMINDERS,
  },
  'reminder.move': {
    as: 'member',
    input: ({ group, account }) => ({ group, reminder: account, at: 0, to: Date.UTC(2030, 0, 1) }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: REMINDERS,
  },
  'reminder.cancel': {
    as: 'member',
    input: ({ group, account }) => ({ group, reminder: account, reason: 'Bão' }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: REMINDERS,
  },
  'reminder.remove': {
    as: 'member',
    input: ({ group, account }) => ({ group, reminder: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: REMINDERS,
  },
  'reminder.answer': {
    as: 'reader',
    input: ({ group, account }) => ({ group, reminder: account, at: null, answer: 'accepted' }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: REMINDERS,
  },
  'reminder.standIn': {
    as: 'reader',
    input: ({ group, account }) => ({ group, reminder: account, at: null, for: account, goes: false }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: REMINDERS,
  },
  'reminder.get': {
    as: 'reader',
    input: ({ group, account }) => ({ group, reminder: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'reminder.read': {
    as: 'reader',
    input: ({ group, account }) => ({ group, ids: [account] }),
    rights: inGroup(MEMBERS),
  },
  'reminder.list': { as: 'reader', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'reminder.answers': {
    as: 'reader',
    input: ({ group, account }) => ({ group, reminder: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'poll.create': {
    as: 'member',
    input: ({ group, word }) => ({ group, question: `Tập kết ở đâu ${word}`, choices: ['Nhà văn hóa', 'Sân UBND xã'] }),
    rights: inGroup(WRITERS),
  },
  // A poll that is not there: who may do what with which is proved with the actions.
  'poll.vote': {
    as: 'reader',
    input: ({ group, account }) => ({ group, poll: account, choices: [0] }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: POLLS,
  },
  'poll.addChoice': {
    as: 'reader',
    input: ({ group, account }) => ({ group, poll: account, text: 'Trạm y tế' }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: POLLS,
  },
  'poll.lock': {
    as: 'member',
    input: ({ group, account }) => ({ group, poll: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: POLLS,
  },
  'poll.unlock': {
    as: 'member',
    input: ({ group, account }) => ({ group, poll: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: POLLS,
  },
  'poll.remove': {
    as: 'member',
    input: ({ group, account }) => ({ group, poll: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: POLLS,
  },
  'poll.get': {
    as: 'reader',
    input: ({ group, account }) => ({ group, poll: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'poll.read': { as: 'reader', input: ({ group, account }) => ({ group, ids: [account] }), rights: inGroup(MEMBERS) },
  'poll.list': { as: 'reader', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'poll.voters': {
    as: 'reader',
    input: ({ group, account }) => ({ group, poll: account, who: 'voted' }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'call.start': {
    as: 'member',
    input: ({ group }) => ({ group, kind: 'voice', ring: [] }),
    // Of a directive group, whose leaders call.
    rights: inGroup(LEADERS),
    provedIn: CALLS,
  },
  // A call that is not there: who may do what in which is proved with the actions.
  'call.join': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: CALLS,
  },
  'call.decline': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: CALLS,
  },
  'call.leave': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account, seat: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: CALLS,
  },
  'call.invite': {
    as: 'leader',
    input: ({ group, account }) => ({ group, call: account, accounts: [account] }),
    rights: inGroupLets(LEADERS, 'not_found'),
    provedIn: CALLS,
  },
  'call.lobby': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account, on: true }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: CALLS,
  },
  'call.admit': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account, seats: [account] }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: CALLS,
  },
  'call.dismiss': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account, account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: CALLS,
  },
  'call.mute': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account, seat: null }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: CALLS,
  },
  'call.end': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: CALLS,
  },
  'call.beat': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account, seat: account }),
    rights: inGroupLets(MEMBERS, 'call.seat_gone'),
  },
  'call.show': {
    as: 'reader',
    input: ({ group, account }) => ({
      group,
      call: account,
      seat: account,
      mic: true,
      camera: false,
      screen: false,
      hand: false,
    }),
    rights: inGroupLets(MEMBERS, 'call.seat_gone'),
  },
  'call.say': {
    as: 'reader',
    input: ({ group, account }) => ({
      group,
      call: account,
      seat: account,
      to: account,
      said: { what: 'again', link: '' },
    }),
    rights: inGroupLets(MEMBERS, 'call.seat_gone'),
  },
  'call.media': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account, seat: account, ask: { ask: 'watch', seats: [] } }),
    rights: inGroupLets(MEMBERS, 'call.seat_gone'),
  },
  'call.ice': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account, seat: account }),
    rights: inGroupLets(MEMBERS, 'call.seat_gone'),
  },
  'call.seats': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account, seat: account }),
    rights: inGroupLets(MEMBERS, 'call.seat_gone'),
  },
  'call.open': { as: 'reader', input: () => ({}), rights: { ours: colleagues() } },
  'call.read': { as: 'reader', input: ({ group, account }) => ({ group, ids: [account] }), rights: inGroup(MEMBERS) },
  'call.attendance': {
    as: 'reader',
    input: ({ group, account }) => ({ group, call: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'receipt.acknowledge': {
    as: 'member',
    input: ({ group, account }) => ({ group, message: account }),
    rights: inGroupLets(MEMBERS, 'message.gone'),
    provedIn: READING,
  },
  'receipt.readers': {
    as: 'leader',
    input: ({ group, account }) => ({ group, message: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'receipt.remind': {
    as: 'leader',
    input: ({ group, account }) => ({ group, message: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: READING,
  },
  'receipt.unremind': {
    as: 'leader',
    input: ({ group, account }) => ({ group, message: account, reminder: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: READING,
  },
  'notification.devices': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'notification.subscribe': {
    as: 'member',
    input: ({ word }) => ({
      endpoint: `https://fcm.googleapis.com/fcm/send/${encodeURIComponent(word)}`,
      // Of the example in RFC 8291.
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      language: 'vi',
    }),
    rights: { ours: colleagues() },
  },
  'notification.unsubscribe': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'notification.choose': { as: 'member', input: () => ({ digest: false }), rights: { ours: colleagues() } },
  'notification.list': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'notification.arrived': {
    as: 'member',
    input: ({ group }) => ({ chats: [{ group, seq: 1 }] }),
    rights: {
      ours: { may: MEMBERS, silent: OUTSIDE },
      theirs: { may: [], silent: COLLEAGUES },
      absent: { may: [], silent: COLLEAGUES },
    },
  },
  'notification.cleared': {
    as: 'member',
    input: ({ group }) => ({ groups: [group] }),
    rights: {
      ours: { may: MEMBERS, silent: OUTSIDE },
      theirs: { may: [], silent: COLLEAGUES },
      absent: { may: [], silent: COLLEAGUES },
    },
  },
  'notification.test': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'file.begin': {
    as: 'member',
    input: () => ({ name: 'bao-cao-bao-lu.pdf', bytes: 120_000 }),
    rights: { ours: colleagues() },
  },
  'file.cancel': {
    as: 'member',
    input: () => ({ file: newId() }),
    rights: { ours: { may: [] }, absent: { may: [] } },
    provedIn: FILES,
  },
  'file.status': { as: 'member', input: () => ({ files: [newId()] }), rights: { ours: colleagues() } },
  'file.list': { as: 'reader', input: ({ group }) => ({ group, shelf: 'media' }), rights: inGroup(MEMBERS) },
  'file.months': { as: 'reader', input: ({ group }) => ({ group, shelf: 'document' }), rights: inGroup(MEMBERS) },
  'regulation.get': { as: 'member', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'regulation.versions': { as: 'member', input: ({ group }) => ({ group }), rights: inGroup(MEMBERS) },
  'regulation.version': {
    as: 'member',
    input: ({ group }) => ({ group, version: 1 }),
    rights: inGroupLets(MEMBERS, 'not_found'),
  },
  'regulation.accept': {
    as: 'member',
    input: ({ group }) => ({ group, version: 1 }),
    rights: inGroupLets(MEMBERS, 'regulation.none'),
    provedIn: REGULATION,
  },
  'regulation.template': { as: 'deputy', input: ({ group }) => ({ group }), rights: inGroup(LEADERS) },
  'regulation.save': {
    as: 'clerk',
    input: ({ group }) => ({ group, revision: 999, document: RULES }),
    rights: inGroupLets(LEADERS, 'regulation.draft_changed'),
    door: 'http',
    provedIn: REGULATION,
  },
  'regulation.upload': {
    as: 'clerk',
    input: ({ group }) => ({ group, revision: 0, title: 'Quy chế', name: 'quy-che.pdf', file: LIST.file }),
    rights: inGroupLets(LEADERS, 'regulation.file_unfit'),
    door: 'http',
    provedIn: REGULATION,
  },
  'regulation.discard': { as: 'clerk', input: ({ group }) => ({ group, revision: 0 }), rights: inGroup(LEADERS) },
  'regulation.publish': {
    as: 'deputy',
    input: ({ group }) => ({ group, revision: 999 }),
    rights: inGroupLets(LEADERS, 'regulation.draft_changed'),
    provedIn: REGULATION,
  },
  'regulation.takeOver': {
    as: 'deputy',
    input: ({ group }) => ({ group, regulation: newId() }),
    rights: inGroupLets(LEADERS, 'regulation.none'),
    provedIn: REGULATION,
  },
  'regulation.acceptance': { as: 'clerk', input: ({ group }) => ({ group }), rights: inGroup(LEADERS) },
  'regulation.remind': {
    as: 'clerk',
    input: ({ group }) => ({ group }),
    rights: inGroupLets(LEADERS, 'regulation.none'),
    provedIn: REGULATION,
  },
  'regulation.defaults': { as: 'administrator', input: () => ({}), rights: { ours: governing() } },
  'regulation.default': {
    as: 'administrator',
    input: ({ unit }) => ({ unit }),
    rights: { ours: governing(), absent: governing('not_found') },
  },
  'regulation.defaultTemplate': {
    as: 'administrator',
    input: ({ unit }) => ({ unit }),
    rights: { ours: governing(), absent: governing('not_found') },
  },
  'regulation.saveDefault': {
    as: 'administrator',
    input: ({ unit }) => ({ unit, revision: 999, document: RULES }),
    rights: { ours: governing('regulation.draft_changed'), absent: governing('not_found') },
    door: 'http',
    provedIn: REGULATION,
  },
  'regulation.uploadDefault': {
    as: 'administrator',
    input: ({ unit }) => ({ unit, revision: 0, title: 'Quy chế', name: 'quy-che.pdf', file: LIST.file }),
    rights: { ours: governing('regulation.file_unfit'), absent: governing('not_found') },
    door: 'http',
    provedIn: REGULATION,
  },
  'regulation.discardDefault': {
    as: 'administrator',
    input: ({ unit }) => ({ unit, revision: 0 }),
    rights: { ours: governing(), absent: governing('not_found') },
  },
  'regulation.publishDefault': {
    as: 'administrator',
    input: ({ unit }) => ({ unit, revision: 999 }),
    rights: { ours: governing('regulation.draft_changed'), absent: governing('not_found') },
    provedIn: REGULATION,
  },
  'audit.list': { as: 'administrator', input: () => ({}), rights: { ours: auditing() } },
  'audit.ofGroup': { as: 'deputy', input: ({ group }) => ({ group }), rights: inGroup(LEADERS) },
  'audit.state': { as: 'administrator', input: () => ({}), rights: { ours: auditing() } },
  'audit.verify': { as: 'administrator', input: () => ({}), rights: { ours: auditing() } },
  'audit.askExport': { as: 'administrator', input: () => ({}), rights: { ours: auditing() } },
  'audit.askGroupExport': { as: 'deputy', input: ({ group }) => ({ group }), rights: inGroup(LEADERS) },
  'audit.exports': { as: 'administrator', input: () => ({}), rights: { ours: auditing() } },
  'audit.groupExports': { as: 'clerk', input: ({ group }) => ({ group }), rights: inGroup(LEADERS) },
  'audit.agree': {
    as: 'administrator',
    input: () => ({ export: newId() }),
    rights: { ours: auditing('not_found') },
    provedIn: 'features/audit/server.test.ts',
  },
  'audit.agreeGroup': {
    as: 'clerk',
    input: ({ group }) => ({ group, export: newId() }),
    rights: { ...inGroup(LEADERS), ours: { ...inGroup(LEADERS).ours, lets: 'not_found' } },
    provedIn: 'features/audit/server.test.ts',
  },
  'audit.fetchExport': {
    as: 'member',
    input: () => ({ export: newId() }),
    rights: { ours: { may: [] }, absent: { may: [] } },
  },
  'audit.auditors': { as: 'administrator', input: () => ({}), rights: { ours: governing() } },
  'audit.appoint': {
    as: 'administrator',
    input: ({ account }) => ({ account, on: false }),
    rights: { ours: governing(), theirs: governing(), absent: governing('not_found') },
  },
  'sealed.list': { as: 'administrator', input: () => ({}), rights: { ours: auditing() } },
  'message.unseal': {
    as: 'administrator',
    input: () => ({ message: newId(), reason: 'Thanh tra yêu cầu đối chiếu' }),
    rights: { ours: auditing('not_found') },
    provedIn: SEALED,
  },
  'sealed.read': {
    as: 'administrator',
    input: () => ({ message: newId(), act: newId() }),
    rights: { ours: auditing('not_found') },
  },
  'secrecy.contacts': { as: 'reader', input: () => ({}), rights: { ours: colleagues() } },
  'secrecy.rules': { as: 'reader', input: () => ({}), rights: { ours: colleagues() } },
  'secrecy.state': { as: 'administrator', input: () => ({}), rights: { ours: guarding() } },
  'secrecy.setProcedure': {
    as: 'administrator',
    input: ({ word }) => ({ procedure: `Báo ngay cho Văn phòng, không gửi lại ${word}.` }),
    rights: { ours: guarding() },
  },
  'secrecy.setEarly': { as: 'administrator', input: () => ({ on: true }), rights: { ours: guarding() } },
  'secrecy.setOfficer': {
    as: 'administrator',
    input: ({ account }) => ({ account, on: false }),
    rights: { ours: governing(), theirs: governing(), absent: governing('not_found') },
  },
  'secrecy.figures': { as: 'administrator', input: () => ({}), rights: { ours: guarding() } },
  'incident.mine': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'incident.appeal': {
    as: 'member',
    input: () => ({ incident: newId(), reason: 'Đây là lịch trực tuần của văn phòng' }),
    rights: { ours: colleagues('not_found') },
    provedIn: SECRECY,
  },
  'incident.list': { as: 'administrator', input: () => ({}), rights: { ours: guarding() } },
  'incident.counts': { as: 'administrator', input: () => ({}), rights: { ours: guarding() } },
  'incident.export': { as: 'administrator', input: () => ({}), rights: { ours: guarding() } },
  'incident.decide': {
    as: 'administrator',
    input: () => ({ incident: newId(), outcome: 'upheld' }),
    rights: { ours: guarding('not_found') },
    provedIn: SECRECY,
  },
  'ruleset.list': { as: 'administrator', input: () => ({}), rights: { ours: guarding() } },
  'ruleset.get': { as: 'administrator', input: () => ({}), rights: { ours: guarding() } },
  'ruleset.propose': {
    as: 'administrator',
    // The rules of today: nothing is proposed by them.
    input: () => ({ rules: DEFAULT_RULES.rules, reason: 'Bổ sung từ ngữ địa phương' }),
    rights: { ours: guarding('ruleset.unchanged') },
    provedIn: SECRECY,
  },
  'ruleset.approve': {
    as: 'administrator',
    input: () => ({ version: 900_000 }),
    rights: { ours: guarding('not_found') },
    provedIn: SECRECY,
  },
  'ruleset.refuse': {
    as: 'administrator',
    input: () => ({ version: 900_000 }),
    rights: { ours: guarding('not_found') },
    provedIn: SECRECY,
  },
  'ruleset.withdraw': {
    as: 'administrator',
    input: () => ({ version: 900_000 }),
    rights: { ours: guarding('not_found') },
    provedIn: SECRECY,
  },
  'ruleset.try': {
    as: 'administrator',
    input: () => ({ text: 'Mời họp giao ban lúc 8 giờ' }),
    rights: { ours: guarding() },
  },
  'ruleset.tryFile': {
    as: 'administrator',
    input: () => ({ name: 'lich.txt', file: Buffer.from('Lịch trực tuần').toString('base64') }),
    rights: { ours: guarding() },
    door: 'http',
  },
  'rescan.begin': {
    as: 'administrator',
    input: () => ({ what: ['unit'] }),
    rights: { ours: guarding() },
    provedIn: RESCAN,
  },
  'rescan.list': { as: 'administrator', input: () => ({}), rights: { ours: guarding() } },
  'rescan.get': { as: 'administrator', input: () => ({ rescan: newId() }), rights: { ours: guarding('not_found') } },
  'rescan.stop': {
    as: 'administrator',
    input: () => ({ rescan: newId() }),
    rights: { ours: guarding('not_found') },
    provedIn: RESCAN,
  },
  'rescan.findings': {
    as: 'administrator',
    input: () => ({ rescan: newId() }),
    rights: { ours: guarding('not_found') },
  },
  'rescan.withdraw': {
    as: 'administrator',
    input: () => ({ rescan: newId(), number: 1 }),
    rights: { ours: guarding('not_found') },
    provedIn: RESCAN,
  },
  'report.make': {
    as: 'reader',
    // A message that is not there: what becomes of one that is, is proved with the action.
    input: ({ group, account }) => ({ group, message: account }),
    rights: inGroupLets(MEMBERS, 'not_found'),
    provedIn: REPORTS,
  },
  'report.list': { as: 'administrator', input: () => ({}), rights: { ours: guarding() } },
  'report.get': { as: 'administrator', input: () => ({ report: newId() }), rights: { ours: guarding('not_found') } },
  'report.open': {
    as: 'administrator',
    input: () => ({ report: newId() }),
    rights: { ours: guarding('not_found') },
    provedIn: REPORTS,
  },
  'report.read': {
    as: 'administrator',
    input: () => ({ report: newId(), act: newId() }),
    rights: { ours: guarding('not_found') },
  },
  'report.decide': {
    as: 'administrator',
    input: () => ({ report: newId(), decision: 'dismiss', note: 'Không có dấu hiệu mang độ mật' }),
    rights: { ours: guarding('not_found') },
    provedIn: REPORTS,
  },
  'report.minute': {
    as: 'administrator',
    input: () => ({ withdrawal: newId() }),
    rights: { ours: guarding('not_found') },
  },
  'withdrawal.pending': { as: 'member', input: () => ({}), rights: { ours: colleagues() } },
  'withdrawal.confirm': {
    as: 'member',
    // Of a withdrawal that is not there, which is confirmed by nobody.
    input: () => ({ withdrawals: [newId()] }),
    rights: { ours: colleagues() },
  },
  'stream.read': { as: 'member', input: ({ group }) => ({ stream: group, after: 0 }), rights: inGroup(MEMBERS) },
};

/** Sets the agency up, with units and a village; answers what inputs are made of. */
export async function furnish(house: TestHouse): Promise<Things> {
  await sql`
    insert into agency (name, area, help_name, help_phone) values ('UBND xã Ia Grai', '23764', 'Siu H’Nga', '+84905318464')`.execute(
    house.db,
  );
  const { cast, group } = house;
  return { cast, group, account: cast.leader.id, device: newId(), ...(await addPlaces(house, 'một')) };
}

/** A unit, one in which nobody is, and a village, in whose names this word stands. */
export async function addPlaces(
  house: TestHouse,
  word: string,
  by: CastName | TestPerson = 'administrator',
): Promise<Pick<Things, 'unit' | 'empty' | 'area' | 'word'>> {
  const add = async (name: string, input: unknown): Promise<Record<string, { id?: string; code?: string }>> => {
    const { status, body } = await house.post(by, name, input);
    assert.equal(status, 200, JSON.stringify(body));
    return body as Record<string, { id?: string; code?: string }>;
  };
  return {
    unit: (await add('unit.add', { parent: null, name: `Sở Giáo dục ${word}` })).unit!.id!,
    empty: (await add('unit.add', { parent: null, name: `Phòng Hành chính ${word}` })).unit!.id!,
    area: (await add('area.add', { parent: '23764', kind: 'làng', name: `Làng Grăng ${word}` })).area!.code!,
    word,
  };
}
