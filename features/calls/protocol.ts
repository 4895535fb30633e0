import { z } from 'zod';

import { actions } from '../../protocol/action.ts';
import { events } from '../../protocol/event.ts';
import { problems } from '../../protocol/problem.ts';
import { Id, Time } from '../../protocol/shapes.ts';
import { PersonShape } from '../messages/protocol.ts';
import {
  ATTENDANCE_PAGE,
  CALL_ENDS,
  CALL_KINDS,
  CALL_MODES,
  CANDIDATE_MOST,
  CANDIDATES_MOST,
  READ_MOST,
  RING_ENDS,
  RUNG_MOST,
  SDP_MOST,
  SEAT_STATES,
  SEATS_MOST,
} from './rules.ts';

const Count = z.number().int().min(0);

export const CallShape = z.strictObject({
  /** The id of the action that began it, and of the message with its card. */
  id: Id,
  group: Id,
  kind: z.enum(CALL_KINDS),
  by: PersonShape,
  /** 0 ordinary to 3 hỏa tốc: whether it rings through quiet hours. */
  urgency: z.number().int().min(0).max(3),
  mode: z.enum(CALL_MODES),
  /** Who joins waits until a leader lets them in. */
  lobby: z.boolean(),
  at: Time,
  /** When a second person was in it; null while nobody has answered, or nobody ever did. */
  answeredAt: Time.nullable(),
  endedAt: Time.nullable(),
  end: z.enum(CALL_ENDS).nullable(),
  /** In it now; of one that is over: who took part. */
  people: Count,
  /** Raised by everything that changes who is in it and how. */
  version: z.number().int(),
  /** What became of ringing the actor; null where they were not rung, or still are. */
  rung: z.enum(RING_ENDS).nullable(),
});
export type Call = z.output<typeof CallShape>;

/** One device of one person in a call. */
export const SeatShape = z.strictObject({
  id: Id,
  person: PersonShape,
  state: z.enum(SEAT_STATES),
  at: Time,
  mic: z.boolean(),
  camera: z.boolean(),
  screen: z.boolean(),
  /** Since when the hand is up. */
  hand: Time.nullable(),
  /** Leads the group: may silence, let in, put out. */
  leads: z.boolean(),
});
export type Seat = z.output<typeof SeatShape>;

/** Where a device learns how it can be reached (RTCConfiguration). */
export const IceShape = z.strictObject({
  servers: z.array(
    z.strictObject({ urls: z.array(z.string()), username: z.string().optional(), credential: z.string().optional() }),
  ),
  /** Devices never learn each other’s addresses: everything goes through the relay. */
  relayOnly: z.boolean(),
  /** When the credentials end. */
  until: Time,
});
export type Ice = z.output<typeof IceShape>;

const InsideShape = z.strictObject({
  call: CallShape,
  /** The actor’s own. */
  seat: Id,
  seats: z.array(SeatShape),
  ice: IceShape,
});
export type Inside = z.output<typeof InsideShape>;

const Sdp = z.string().min(1).max(SDP_MOST);
/** As RTCIceCandidate says it. */
const CandidateShape = z.strictObject({
  candidate: z.string().max(CANDIDATE_MOST),
  mid: z.string().max(16).nullable(),
  line: z.number().int().min(0).max(255).nullable(),
});
export type Candidate = z.output<typeof CandidateShape>;

/** Which connection between two devices it is about: named anew by the one that offers. What names another one is old. */
const Link = z.string().max(36);

/** What one device says to another of the same call in order to hear it. */
export const SaidShape = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('description'),
    link: Link,
    type: z.enum(['offer', 'answer']),
    sdp: z.string().max(SDP_MOST),
  }),
  z.strictObject({
    what: z.literal('candidates'),
    link: Link,
    list: z.array(CandidateShape).min(1).max(CANDIDATES_MOST),
  }),
  /** The one that does not offer hears nothing: to be mended, or begun afresh. `link`: the one it has, empty where none. */
  z.strictObject({ what: z.literal('again'), link: Link }),
]);
export type Said = z.output<typeof SaidShape>;

/** How much of somebody a device wants to see. */
const WANTS = ['none', 'low', 'high'] as const;

/** What a device asks of the media server. */
export const AskShape = z.discriminatedUnion('ask', [
  /** Sends its sound and pictures; again with other lines, or after its network has changed. `lines`: what each `mid` carries. */
  z.strictObject({
    ask: z.literal('publish'),
    sdp: Sdp,
    lines: z.array(z.strictObject({ mid: z.string().max(16), what: z.enum(['mic', 'camera', 'screen']) })).max(3),
  }),
  /** Wants to hear and see these, all others no more. */
  z.strictObject({
    ask: z.literal('watch'),
    seats: z
      .array(z.strictObject({ seat: Id, sound: z.boolean(), camera: z.enum(WANTS), screen: z.boolean() }))
      .max(SEATS_MOST),
    /** Its network has changed. */
    restart: z.boolean().optional(),
    /** With a new connection: everything is offered afresh. (A new connection that publishes is known by its description.) */
    anew: z.boolean().optional(),
  }),
  /** To an offer that `watch` or `answer` was answered with. While one is unanswered, `watch` gives the same one again. */
  z.strictObject({ ask: z.literal('answer'), sdp: Sdp }),
  z.strictObject({
    ask: z.literal('candidates'),
    on: z.enum(['publish', 'watch']),
    list: z.array(CandidateShape).max(CANDIDATES_MOST),
    last: z.boolean(),
  }),
]);
export type Ask = z.output<typeof AskShape>;

export const ReplyShape = z.strictObject({
  /** An answer to `publish`; an offer to `watch`, null where nothing changes; a further offer to `answer`, where other things are wanted by now. */
  sdp: z.string().nullable(),
  /** To `watch` and `answer`: what each line carries from now on, with an offer and without. */
  lines: z.array(z.strictObject({ mid: z.string(), seat: Id, what: z.enum(['mic', 'camera', 'screen']) })),
});
export type Reply = z.output<typeof ReplyShape>;

/** One time that somebody was in the call. */
const StayShape = z.strictObject({ from: Time, to: Time.nullable() });

const inCall = { group: Id, call: Id };
const atSeat = { ...inCall, seat: Id };
const SIGNALS = { burst: 120, perMinute: 1_200 };
const KEPT_BY_RECORD = { none: 'the record of the call says who was in it, when and for how long' } as const;

export const callProblems = problems({
  'call.over': { status: 409, summary: 'The call is over.' },
  'call.full': { status: 409, summary: 'No more people fit in (`most`).' },
  'call.elsewhere': { status: 409, summary: 'The actor is in another call (`group`, `call`); it is to be left first.' },
  'call.seat_gone': {
    status: 409,
    summary:
      'This device is not in the call any more: moved to another one, put out, or not heard of for too long (`why`, as in `call.put`, where it is known).',
  },
  'call.no_media_server': {
    status: 503,
    summary: 'The media server does not answer, or none is set up; to be tried again.',
  },
  'call.media_gone': {
    status: 409,
    summary: 'The media server knows nothing of this device (it began anew): publish and watch again.',
  },
});

export const callActions = actions({
  'call.start': {
    summary:
      'Begins a call in a group and rings its members; where one goes on already, joins that one. `ring`: only these; absent: all in groups of up to 32, nobody in larger ones.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'call.start',
    audit: KEPT_BY_RECORD,
    rate: { burst: 6, perMinute: 12 },
    problems: ['call.full', 'call.elsewhere', 'call.no_media_server', 'regulation.not_accepted'],
    input: z.strictObject({
      group: Id,
      kind: z.enum(CALL_KINDS),
      urgency: z.number().int().min(0).max(3).default(0),
      ring: z.array(Id).max(RUNG_MOST).optional(),
      lobby: z.boolean().default(false),
      mic: z.boolean().default(true),
      camera: z.boolean().default(false),
    }),
    output: InsideShape,
  },
  'call.join': {
    summary:
      'Comes in, or takes the place of the actor’s other device; answers the ringing. Repeated after a lost line it keeps its seat.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: KEPT_BY_RECORD,
    rate: { burst: 12, perMinute: 30 },
    problems: ['call.over', 'call.full', 'call.elsewhere', 'call.no_media_server', 'regulation.not_accepted'],
    input: z.strictObject({ ...inCall, mic: z.boolean().default(true), camera: z.boolean().default(false) }),
    output: InsideShape,
  },
  'call.decline': {
    summary: 'Does not want to be rung any more by this call, on any device.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: KEPT_BY_RECORD,
    rate: { burst: 12, perMinute: 30 },
    input: z.strictObject(inCall),
    output: z.strictObject({}),
  },
  'call.leave': {
    summary: 'Gives up the seat; a call between two is over with that, and one that only rang is called off.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: KEPT_BY_RECORD,
    rate: { burst: 12, perMinute: 30 },
    input: z.strictObject(atSeat),
    output: z.strictObject({}),
  },
  'call.invite': {
    summary: 'Rings members who are not in the call. Answers how many are rung; who is in another call hears nothing.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    right: 'call.start',
    audit: KEPT_BY_RECORD,
    rate: { burst: 6, perMinute: 12 },
    problems: ['call.over', 'call.seat_gone'],
    input: z.strictObject({ ...inCall, accounts: z.array(Id).min(1).max(RUNG_MOST) }),
    output: z.strictObject({ rung: Count }),
  },
  'call.lobby': {
    summary: 'From now on who joins waits to be let in, or does not. A leader’s.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'group', object: 'call' },
    rate: { burst: 12, perMinute: 30 },
    problems: ['call.over'],
    input: z.strictObject({ ...inCall, on: z.boolean() }),
    output: z.strictObject({}),
  },
  'call.admit': {
    summary: 'Lets people in who wait. A leader’s.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: KEPT_BY_RECORD,
    rate: { burst: 30, perMinute: 60 },
    problems: ['call.over', 'call.full', 'call.no_media_server'],
    input: z.strictObject({ ...inCall, seats: z.array(Id).min(1).max(SEATS_MOST) }),
    output: z.strictObject({}),
  },
  'call.dismiss': {
    summary: 'Puts somebody out of the call, or refuses who waits; they stay in the group. A leader’s.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'member', object: 'call', people: ['account'] },
    rate: { burst: 12, perMinute: 30 },
    problems: ['call.over'],
    input: z.strictObject({ ...inCall, account: Id }),
    output: z.strictObject({}),
  },
  'call.mute': {
    summary: 'Turns off the microphone of one seat, or of all but the actor’s; each may turn it on again. A leader’s.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: KEPT_BY_RECORD,
    rate: { burst: 12, perMinute: 30 },
    problems: ['call.over'],
    input: z.strictObject({ ...inCall, seat: Id.nullable() }),
    output: z.strictObject({}),
  },
  'call.end': {
    summary: 'Ends it for all. Leaders and who began it.',
    kind: 'change',
    who: 'account',
    scope: 'group',
    audit: { topic: 'group', object: 'call' },
    rate: { burst: 12, perMinute: 30 },
    input: z.strictObject(inCall),
    output: z.strictObject({}),
  },
  'call.beat': {
    summary:
      'This device is still in the call. `version`: where the seats stand; another one than is known: read them again. `going`: its page is closed or loaded again, so the seat is kept for a few seconds only.',
    kind: 'signal',
    who: 'account',
    scope: 'group',
    rate: { burst: 20, perMinute: 30 },
    problems: ['call.seat_gone'],
    input: z.strictObject({ ...atSeat, going: z.boolean().default(false) }),
    output: z.strictObject({ version: z.number().int() }),
  },
  'call.show': {
    summary: 'What the others are to see of this seat: microphone, camera, screen, raised hand.',
    kind: 'signal',
    who: 'account',
    scope: 'group',
    rate: { burst: 30, perMinute: 120 },
    problems: ['call.seat_gone'],
    input: z.strictObject({ ...atSeat, mic: z.boolean(), camera: z.boolean(), screen: z.boolean(), hand: z.boolean() }),
    output: z.strictObject({ version: z.number().int() }),
  },
  'call.say': {
    summary: 'Says something to the device of another seat, for the connection between the two.',
    kind: 'signal',
    who: 'account',
    scope: 'group',
    rate: SIGNALS,
    problems: ['call.seat_gone'],
    input: z.strictObject({ ...atSeat, to: Id, said: SaidShape }),
    output: z.strictObject({}),
  },
  'call.media': {
    summary: 'Asks something of the media server for this seat.',
    kind: 'signal',
    who: 'account',
    scope: 'group',
    rate: SIGNALS,
    problems: ['call.seat_gone', 'call.no_media_server', 'call.media_gone'],
    input: z.strictObject({ ...atSeat, ask: AskShape }),
    output: ReplyShape,
  },
  'call.ice': {
    summary: 'Fresh credentials of the relay, for at most ten minutes.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 12, perMinute: 20 },
    problems: ['call.seat_gone'],
    input: z.strictObject(atSeat),
    output: IceShape,
  },
  'call.seats': {
    summary: 'Who is in it; for who is in it or before its door. Who waits sees leaders and themselves only.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 30, perMinute: 120 },
    problems: ['call.seat_gone'],
    input: z.strictObject(atSeat),
    output: z.strictObject({ call: CallShape, seats: z.array(SeatShape) }),
  },
  'call.open': {
    summary: 'Calls that go on in the actor’s groups, and those that ring them.',
    kind: 'query',
    who: 'account',
    rate: { burst: 12, perMinute: 30 },
    input: z.strictObject({}),
    output: z.strictObject({
      calls: z.array(CallShape),
      rings: z.array(z.strictObject({ call: CallShape, until: Time, loud: z.boolean(), through: z.boolean() })),
      /** The seat of this very device, where it has one. */
      seat: z.strictObject({ ...atSeat }).nullable(),
    }),
  },
  'call.read': {
    summary: 'Calls of a group by their ids, as their cards show them; those that the actor may not see are left out.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 60, perMinute: 240 },
    input: z.strictObject({ group: Id, ids: z.array(Id).min(1).max(READ_MOST) }),
    output: z.strictObject({ calls: z.array(CallShape) }),
  },
  'call.attendance': {
    summary: 'Who took part, from when to when. For those who took part, and leaders.',
    kind: 'query',
    who: 'account',
    scope: 'group',
    rate: { burst: 30, perMinute: 120 },
    input: z.strictObject({
      ...inCall,
      after: z.number().int().min(0).max(100_000).default(0),
      limit: z.number().int().min(1).max(ATTENDANCE_PAGE).default(ATTENDANCE_PAGE),
    }),
    output: z.strictObject({
      call: CallShape,
      total: Count,
      people: z.array(
        z.strictObject({
          person: PersonShape,
          /** The last 20 at most. */
          stays: z.array(StayShape),
          seconds: Count,
          /** Where they were rung and did not come. */
          rung: z.enum(RING_ENDS).nullable(),
        }),
      ),
    }),
  },
});

/** Signals to the devices of an account, in its own stream, but for `call.count`: never kept, and nothing that must not be lost. */
export interface CallSignals {
  /** Seats of a call that the account is in: those that have changed or come, and those that are gone. */
  readonly 'call.seats': {
    readonly call: string;
    readonly version: number;
    readonly seats: readonly Seat[];
    readonly gone: readonly string[];
  };
  /** What the device of `seat` says to that of `to`. */
  readonly 'call.said': { readonly call: string; readonly seat: string; readonly to: string; readonly said: Said };
  /** The microphone of this seat is to be off. */
  readonly 'call.muted': { readonly call: string; readonly seat: string };
  /** This seat has ended, and why. */
  readonly 'call.put': {
    readonly call: string;
    readonly seat: string;
    readonly why: 'moved' | 'dismissed' | 'removed' | 'ended' | 'lost';
  };
  /** To the group, in its stream: how many are in it now. */
  readonly 'call.count': { readonly call: string; readonly people: number };
  /** Of the media server: it has begun anew, or somebody sends something else than before; the seat is to watch again. */
  readonly 'call.media': { readonly call: string; readonly seat: string; readonly what: 'gone' | 'changed' };
}

export const callEvents = events({
  'call.started': {
    summary: 'A call began in the group.',
    stream: 'group',
    body: z.strictObject({ call: CallShape.omit({ rung: true }) }),
  },
  'call.changed': {
    summary: 'A call was answered, went over to the media server, got or lost its lobby, or is over.',
    stream: 'group',
    body: z.strictObject({ call: CallShape.omit({ rung: true }) }),
  },
  'call.rang': {
    summary:
      'A call rings the account until that time. `loud`: with sound; `through`: although its quiet hours are on, for its urgency.',
    stream: 'account',
    body: z.strictObject({
      call: CallShape.omit({ rung: true }),
      until: Time,
      loud: z.boolean(),
      through: z.boolean(),
    }),
  },
  'call.ringEnded': {
    summary: 'It does not ring the account any more. `session`: the device that answered or declined.',
    stream: 'account',
    body: z.strictObject({ group: Id, call: Id, how: z.enum(RING_ENDS), session: Id.nullable() }),
  },
});
