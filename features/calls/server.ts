import { problem } from '../../protocol/problem.ts';
import { handlers } from '../../server/handler.ts';
import type { ChangeContext, HandlersOf } from '../../server/handler.ts';
import type { Actor, House, Job, Standing } from '../../server/house.ts';
import type { NoticeWriter } from '../../server/stream.ts';
import { kindFor } from '../groups/access.ts';
import { canDecideAbout, roleAt } from '../groups/rights.ts';
import type { Cards } from '../messages/access.ts';
import { aim } from '../notifications/access.ts';
import { markCard } from '../receipts/access.ts';
import { acceptedFor } from '../regulation/access.ts';
import { callActions, callProblems } from './protocol.ts';
import type { Inside } from './protocol.ts';
import { CALL_TITLES, RUNG_MOST } from './rules.ts';
import { iceFor } from './server/ice.ts';
import { openRinging } from './server/rings.ts';
import { relayedAsk, relayedSaid } from './server/relayed.ts';
import type { MediaNews, MediaServer } from './server/sfu.ts';
import { openSeating } from './server/seating.ts';
import type { Happened } from './server/seating.ts';
import { seatsSeenBy, shownCall, shownCallFor, shownSeat } from './server/shown.ts';
import { openSweep } from './server/sweep.ts';
import { openTelling } from './server/telling.ts';
import {
  admitSeats,
  attendedPage,
  beat,
  callsIn,
  endSeats,
  goneOf,
  hearerOf,
  hearersOf,
  insertCall,
  leadsIn,
  openCallIn,
  openCallsOf,
  ownSeat,
  rolesIn,
  seatOfSession,
  seatsNamed,
  seatsOf,
  showSeat,
  silenceSeats,
  takeCall,
  tookPart,
} from './store.ts';
import type { CallRow, Own } from './store.ts';
import { ringsOf } from './store/rings.ts';

export interface Calls {
  readonly handlers: HandlersOf<typeof callActions>;
  readonly jobs: readonly Job[];
  close(): Promise<void>;
}

export interface CallParts {
  readonly cards: Cards;
  /** Devices without an open page are to ring, or to be quiet again. */
  readonly onRings: () => void;
  readonly writeNotices: NoticeWriter;
  readonly openMedia: (house: House, news: MediaNews) => MediaServer;
}

type Changing = Omit<ChangeContext, 'actor' | 'standing'> & { readonly actor: Actor; readonly standing: Standing };

export function openCalls(house: House, { cards, onRings, writeNotices, openMedia }: CallParts): Calls {
  const { callsRelayOnly: relayOnly } = house.config;
  const telling = openTelling(house);
  const sweep = openSweep(house, { ringing: () => ringing, seating: () => seating, writeNotices });
  const { expect, look, watch } = sweep;
  const ringing = openRinging({ onRings, expect });

  function said(what: string, run: () => Promise<void>): void {
    run().catch((error: unknown) =>
      house.log.warn({ error: error instanceof Error ? error.message : 'unknown' }, `calls could not ${what}`),
    );
  }
  const media = openMedia(house, {
    changed: (call, seat) =>
      said('tell of what is sent', async () => {
        for (const it of await hearersOf(house.db, call))
          if (it.seat !== seat) telling.tell(it.account, 'call.media', { call, seat: it.seat, what: 'changed' });
      }),
    gone: (seats) =>
      said('tell that the media server began anew', async () => {
        for (const { account, call, seat } of await seatsNamed(
          house.db,
          seats.map((it) => it.seat),
        ))
          telling.tell(account, 'call.media', { call, seat, what: 'gone' });
      }),
  });
  const seating = openSeating(house, { ringing, telling, media, look, watch });

  /** One that the group has; fails as not found. */
  async function callFor({ db, standing }: Changing, call: string): Promise<CallRow> {
    const row = await takeCall(db, standing.group, call);
    if (!row) throw problem('not_found');
    return row;
  }

  /** One that goes on, and that the actor leads. */
  async function ledFor(context: Changing, call: string): Promise<CallRow> {
    const { db, actor, standing, now } = context;
    const row = await callFor(context, call);
    if (!(await leadsIn(db, standing.group, actor.account, now))) throw problem('forbidden', { right: LEADS });
    if (row.endedAt) throw callProblems('call.over');
    return row;
  }

  async function enter(
    context: Changing,
    call: CallRow,
    it: { readonly mic: boolean; readonly camera: boolean; readonly begun?: true },
  ): Promise<{ row: CallRow; inside: Inside }> {
    const { db, actor, standing, now } = context;
    const { account, session } = actor;
    const leads = await leadsIn(db, standing.group, account, now);
    const taken = await seating.take(context, call, { account, session, leads, mic: it.mic, camera: it.camera });
    await ringing.end(context, call, { of: [account], how: 'answered', session });
    const settled = await seating.settle(context, call, taken.happened);
    const own = settled.seats.find((one) => one.id === taken.seat);
    if (!it.begun) await markCard(context, { group: call.group, message: call.id, account });
    return {
      row: settled.call,
      inside: {
        call: { ...shownCall(settled.call), rung: it.begun ? null : await rungOf(context, call.id) },
        seat: taken.seat,
        seats: seatsSeenBy(settled.seats, own).map(shownSeat),
        ice: iceFor(house, { seat: taken.seat, now }),
      },
    };
  }

  async function rungOf({ db, actor, standing }: Changing, call: string): Promise<Inside['call']['rung']> {
    const [row] = await callsIn(db, { account: actor.account, group: standing.group, ids: [call] });
    return row?.rung ?? null;
  }

  const own = ({ actor, standing }: { actor: Actor; standing: Standing }, it: { call: string; seat: string }): Own => ({
    account: actor.account,
    session: actor.session,
    group: standing.group,
    call: it.call,
    seat: it.seat,
  });

  /** With what became of it, for who had it. */
  async function seatGone(
    context: { readonly actor: Actor; readonly standing: Standing },
    it: { readonly call: string; readonly seat: string },
  ): Promise<Error> {
    const why = await goneOf(house.db, own(context, it));
    return callProblems('call.seat_gone', why && why !== 'left' ? { why } : {});
  }

  const list = handlers(callActions, {
    'call.start': async (context, { group, kind, urgency, ring, lobby, mic, camera }) => {
      const { db, actor, standing, id, now, announce } = context;
      if (standing.accepted === false) await acceptedFor(db, standing, actor.account);
      const open = await openCallIn(db, group);
      if (open) return (await enter(context, await callFor(context, open), { mic, camera })).inside;
      mayBeUrgent(standing, urgency);
      const pair = (await kindFor(db, group)) === 'pair';
      const { account } = actor;
      await insertCall(db, { id, group, maker: account, kind, urgency, lobby: lobby && !pair, at: now });
      const begun = await callFor(context, id);
      const { row, inside } = await enter(context, begun, { mic, camera, begun: true });
      const rung = await ringing.gather(context, { group, call: id, pair, urgency, named: ring ?? null, by: account });
      const posted = await cards.send(context, {
        id,
        group,
        sender: account,
        text: CALL_TITLES[pair ? kind : 'group'],
        card: { kind: 'call', id },
      });
      // Whom it rings is not told of it once more, as of a message.
      const named = `{${[account, ...rung.map((it) => it.account)].join()}}`;
      await aim(db, [{ group, seq: posted.sent.seq, others: true, named }], now);
      await markCard(context, { group, message: id, account });
      announce('call.started', group, { call: shownCall(row) });
      await ringing.begin(context, row, rung);
      if (!pair || !rung.some((it) => it.busy)) return inside;
      const ended = await seating.end(context, row, { end: 'busy' });
      return { ...inside, call: { ...shownCall(ended), rung: null }, seats: [] };
    },

    'call.join': async (context, { call, mic, camera }) => {
      const { db, actor, standing } = context;
      const row = await callFor(context, call);
      if (row.endedAt) throw callProblems('call.over');
      // Who speaks in it already is not put out by a version that comes meanwhile.
      if (standing.accepted === false && !(await tookPart(db, call, actor.account)))
        await acceptedFor(db, standing, actor.account);
      return (await enter(context, row, { mic, camera })).inside;
    },

    'call.decline': async (context, { call }) => {
      const { actor } = context;
      const row = await callFor(context, call);
      if (row.endedAt) return {};
      const { account, session } = actor;
      const ended = await ringing.end(context, row, { of: [account], how: 'declined', session });
      if (ended.length > 0 && row.pair && !row.answeredAt)
        await seating.end(context, row, { end: 'declined', by: account });
      return {};
    },

    'call.leave': async (context, { call, seat }) => {
      const { db, actor, now } = context;
      const row = await callFor(context, call);
      if (row.endedAt) return {};
      const mine = (await seatsOf(db, call, now)).find(
        (it) => it.id === seat && it.account === actor.account && it.session === actor.session,
      );
      if (!mine) return {};
      const gone = await endSeats(db, { call, seats: [seat], why: 'left', now });
      await seating.settle(context, row, { gone });
      return {};
    },

    'call.invite': async (context, { group, call, accounts }) => {
      const { db, actor, now } = context;
      const row = await callFor(context, call);
      if (row.endedAt) throw callProblems('call.over');
      const mine = (await seatsOf(db, call, now)).find((it) => it.session === actor.session);
      if (mine?.account !== actor.account || mine.state !== 'in') throw callProblems('call.seat_gone');
      const rung = await ringing.gather(context, {
        group,
        call,
        pair: false,
        urgency: row.urgency,
        named: [...new Set(accounts)].slice(0, RUNG_MOST),
        by: actor.account,
      });
      await ringing.begin(context, row, rung);
      return { rung: rung.length };
    },

    'call.lobby': async (context, { call, on }) => {
      const row = await ledFor(context, call);
      context.note({ details: { on } });
      if (!row.pair && row.lobby !== on) await seating.settle(context, row, { lobby: on });
      return {};
    },

    'call.admit': async (context, { call, seats }) => {
      const { db, now } = context;
      const row = await ledFor(context, call);
      const admitted = await admitSeats(db, { call, seats, now });
      await seating.fit(context, row, 0);
      const happened: Happened = { changed: admitted, fresh: admitted };
      await seating.settle(context, row, happened);
      return {};
    },

    'call.dismiss': async (context, { group, call, account }) => {
      const { db, standing, now } = context;
      const row = await ledFor(context, call);
      const roles = new Map((await rolesIn(db, group, [account, context.actor.account])).map((it) => [it.account, it]));
      const at = (who: string): ReturnType<typeof roleAt> | undefined => {
        const it = roles.get(who);
        return it && roleAt({ role: it.role, roleUntil: it.roleUntil?.getTime() ?? null }, now.getTime());
      };
      const other = at(account);
      if (!other) throw problem('not_found');
      if (!canDecideAbout(at(context.actor.account)!, other)) throw problem('forbidden', { right: LEADS });
      const theirs = (await seatsOf(db, call, now)).filter((it) => it.account === account);
      const gone = await endSeats(db, { call, seats: theirs.map((it) => it.id), why: 'dismissed', now });
      await ringing.end(context, row, { of: [account], how: 'cancelled' });
      if (gone.length > 0) await seating.settle(context, row, { gone });
      context.note({ group: standing.group });
      return {};
    },

    'call.mute': async (context, { call, seat }) => {
      const { db, actor, now, afterCommit } = context;
      const row = await ledFor(context, call);
      const wanted = (await seatsOf(db, call, now)).filter(
        (it) => it.state === 'in' && (seat === null ? it.account !== actor.account : it.id === seat),
      );
      const muted = await silenceSeats(
        db,
        call,
        wanted.map((it) => it.id),
      );
      if (muted.length === 0) return {};
      const { call: after } = await seating.settle(context, row, { changed: muted.map((it) => it.id) });
      afterCommit(() => {
        for (const it of muted) {
          telling.tell(it.account, 'call.muted', { call, seat: it.id });
          if (after.mode === 'server') silence(call, it.id, true);
        }
      });
      return {};
    },

    'call.end': async (context, { call }) => {
      const { db, actor, standing, now } = context;
      const row = await callFor(context, call);
      if (row.by.id !== actor.account && !(await leadsIn(db, standing.group, actor.account, now)))
        throw problem('forbidden', { right: LEADS });
      if (!row.endedAt) await seating.end(context, row, { end: 'ended', by: actor.account });
      return {};
    },

    'call.beat': async (context, input) => {
      const version = await beat(house.db, { ...own(context, input), going: input.going }, context.now);
      if (version === undefined) throw await seatGone(context, input);
      return { version };
    },

    'call.show': async (context, { mic, camera, screen, hand, ...it }) => {
      const { db, now } = context;
      const shown = await showSeat(db, { ...own(context, it), mic, camera, screen, hand, now });
      if (!shown) throw await seatGone(context, it);
      const { version, mode, heardAgain } = shown;
      const all = await seatsOf(db, it.call, now);
      telling.seats({ call: it.call, version, all, changed: new Set([it.seat]), fresh: new Set(), gone: [] });
      if (heardAgain && mode === 'server') silence(it.call, it.seat, false);
      return { version };
    },

    'call.say': async (context, { to, said: words, ...it }) => {
      const hearer = await hearerOf(context.db, { ...own(context, it), to });
      if (!hearer) throw await seatGone(context, it);
      const passed = relayOnly ? relayedSaid(words) : words;
      if (hearer.account !== null && passed)
        telling.tell(hearer.account, 'call.said', { call: it.call, seat: it.seat, to, said: passed });
      return {};
    },

    'call.media': async (context, { ask, ...it }) => {
      const seat = await ownSeat(context.db, own(context, it));
      if (seat?.state !== 'in') throw await seatGone(context, it);
      if (seat.mode !== 'server') throw callProblems('call.no_media_server');
      const at = { call: it.call, seat: it.seat };
      const reply = await media.ask(at, relayOnly ? relayedAsk(ask) : ask);
      // Put out meanwhile by another node, which could not know what was about to be opened here.
      const opens = ask.ask === 'publish' || ask.ask === 'watch';
      if (opens && (await ownSeat(context.db, own(context, it)))?.state !== 'in') {
        await media.putOut([at]);
        throw await seatGone(context, it);
      }
      // Begun afresh, it would be heard again although a leader has turned it off.
      if (ask.ask === 'publish' && seat.silenced) silence(it.call, it.seat, true);
      return reply;
    },

    'call.ice': async (context, input) => {
      const { now } = context;
      if (!(await ownSeat(context.db, own(context, input)))) throw await seatGone(context, input);
      return iceFor(house, { seat: input.seat, now });
    },

    'call.seats': async (context, input) => {
      const { db, actor, standing, now } = context;
      if (!(await ownSeat(db, own(context, input)))) throw await seatGone(context, input);
      const [call] = await callsIn(db, { account: actor.account, group: standing.group, ids: [input.call] });
      const all = await seatsOf(db, input.call, now);
      const mine = all.find((it) => it.id === input.seat);
      if (!call || !mine) throw await seatGone(context, input);
      return { call: shownCallFor(call), seats: seatsSeenBy(all, mine).map(shownSeat) };
    },

    'call.open': async ({ db, actor, now }) => {
      const [calls, rings, seat] = await Promise.all([
        openCallsOf(db, actor.account),
        ringsOf(db, actor.account, now),
        seatOfSession(db, actor.account, actor.session),
      ]);
      const shown = calls.map(shownCallFor);
      return {
        calls: shown,
        rings: rings.flatMap(({ call: id, until, loud, through }) => {
          const call = shown.find((it) => it.id === id);
          return call ? [{ call, until: until.getTime(), loud, through }] : [];
        }),
        seat: seat ?? null,
      };
    },

    'call.read': async ({ db, actor }, { group, ids }) => ({
      calls: (await callsIn(db, { account: actor.account, group, ids })).map(shownCallFor),
    }),

    'call.attendance': async ({ db, actor, now }, { group, call, after, limit }) => {
      const [row] = await callsIn(db, { account: actor.account, group, ids: [call] });
      if (!row) throw problem('not_found');
      const may = (await tookPart(db, call, actor.account)) || (await leadsIn(db, group, actor.account, now));
      if (!may) throw problem('forbidden', { right: LEADS });
      return { call: shownCallFor(row), ...(await attendedPage(db, { call, now, after, limit })) };
    },
  });

  /** What the others hear is up to the media server too; the device was told in any case. */
  function silence(call: string, seat: string, silent: boolean): void {
    said('silence a seat at the media server', () => media.silence({ call, seat }, silent));
  }

  /** A node that ended before it could tell the media server has left somebody there who has no seat any more. */
  async function putOutSeatless(): Promise<void> {
    const held = media.held();
    if (held.length === 0) return;
    const ids = held.map((it) => it.seat);
    const there = new Set((await seatsNamed(house.db, ids)).map((it) => it.seat));
    await media.putOut(held.filter((it) => !there.has(it.seat)));
  }

  return {
    handlers: list,
    jobs: [...sweep.jobs, { name: 'put out who has no seat', everySeconds: 5, run: putOutSeatless }],
    async close() {
      await sweep.close();
      telling.close();
      await media.close();
    },
  };
}

/** What the screen says who may: owner and deputies. */
const LEADS = 'group.govern';

/** What calls louder is a right of its own, as for messages. */
function mayBeUrgent(standing: Standing, urgency: number): void {
  const right = (['', 'message.urgent', 'message.pressing', 'message.express'] as const)[urgency];
  if (right && !standing.can(right)) throw problem('forbidden', { right });
}
