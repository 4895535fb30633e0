import { problem } from '../../protocol/problem.ts';
import type { ChangeContext } from '../../server/handler.ts';
import { handlers } from '../../server/handler.ts';
import type { HandlersOf } from '../../server/handler.ts';
import type { House, Job } from '../../server/house.ts';
import { takeStreams } from '../../server/stream.ts';
import type { NoticeWriter } from '../../server/stream.ts';
import { changeUnattended } from '../../server/unattended.ts';
import { showPinnedFiles } from '../files/access.ts';
import { messageGone, peopleOf, withMore } from '../messages/access.ts';
import type { Message } from '../messages/protocol.ts';
import { endPin } from './access.ts';
import { pinActions, pinProblems } from './protocol.ts';
import type { Pin } from './protocol.ts';
import { ENDS_LEAST_MS, ENDS_MOST_MS, isPinned, movedBefore, PINS_MOST } from './rules.ts';
import { groupsDue, insertPin, pinList, pinnableBy, pinnedMessage, pinsIn, savePlaces, saveUntil } from './store.ts';
import type { PinPlace, PinRow } from './store.ts';

/** Groups whose pins one run of the clock ends. */
const DUE_AT_ONCE = 200;

type Acting = Pick<ChangeContext, 'db' | 'now' | 'announce'>;

const stands = ({ until }: PinPlace, now: Date): boolean =>
  isPinned({ until: until?.getTime() ?? null }, now.getTime());

/** The pins that stand, in their order; those whose time is over end here. The group's stream is held. */
async function standingPins(context: Acting, group: string): Promise<PinPlace[]> {
  const list = await pinsIn(context.db, group);
  const over = list.filter((it) => !stands(it, context.now));
  for (const { thing } of over) await endPin(context, group, thing, 'over');
  return list.filter((it) => !over.includes(it));
}

/** When it ends; fails where that is too near or too far. */
function endOf(until: number | null, now: Date): Date | null {
  if (until === null) return null;
  const ahead = until - now.getTime();
  if (ahead < ENDS_LEAST_MS || ahead > ENDS_MOST_MS) throw pinProblems('pin.wrong_time');
  return new Date(until);
}

function shownPin({ pinnedBy, pinnedName, pinnedAt, urgency, files, until, at, ...row }: PinRow): Pin {
  const { thing, kind, seq, by, text } = row;
  return {
    thing,
    kind,
    seq,
    by,
    at: at.getTime(),
    text,
    ...(urgency ? { urgency } : {}),
    ...(files ? { files: [...files] } : {}),
    pinned: { by: pinnedBy, name: pinnedName, at: pinnedAt.getTime() },
    until: until?.getTime() ?? null,
  };
}

export function pinHandlers(): HandlersOf<typeof pinActions> {
  return handlers(pinActions, {
    'pin.add': async (context, { group, thing, until }) => {
      const { actor, db, now, announce } = context;
      const ends = endOf(until, now);
      const it = await pinnableBy(db, { account: actor.account, group, thing });
      if (!it) throw problem('not_found');
      if (it.gone) throw messageGone();
      const answer = { thing: it.thing, kind: it.kind };
      const pins = await standingPins(context, group);
      if (pins.some((one) => one.thing === it.thing)) return answer;
      if (pins.length >= PINS_MOST) throw pinProblems('pin.too_many', { most: PINS_MOST });
      await insertPin(db, { ...answer, group, by: actor.account, at: now, until: ends });
      const files = it.files.map((file) => file.id);
      if (it.kind === 'message') await showPinnedFiles(db, { thing: it.thing, group, files });
      announce('pin.added', group, { ...answer, seq: it.seq, until });
      return answer;
    },

    'pin.remove': async (context, { group, thing }) => {
      // Two who unpin it at once both find it as they wished.
      await endPin(context, group, thing, 'unpinned');
      return {};
    },

    'pin.move': async (context, { group, thing, before }) => {
      const pins = await standingPins(context, group);
      if (!pins.some((it) => it.thing === thing)) throw problem('not_found');
      const order = movedBefore(pins, thing, before);
      if (!order) throw pinProblems('pin.order_changed');
      if (order.every((it, at) => it.thing === pins[at]!.thing)) return {};
      await savePlaces(
        context.db,
        group,
        order.map((it) => it.thing),
      );
      context.announce('pin.moved', group, { thing, before });
      return {};
    },

    'pin.keep': async (context, { group, thing, until }) => {
      const ends = endOf(until, context.now);
      const it = (await standingPins(context, group)).find((one) => one.thing === thing);
      if (!it) throw problem('not_found');
      if ((it.until?.getTime() ?? null) === until) return {};
      await saveUntil(context.db, group, thing, ends);
      context.announce('pin.kept', group, { thing, until });
      return {};
    },

    'pin.list': async ({ db, now }, { group, limit }) => {
      const { pins, total, at } = await pinList(db, { group, now, limit });
      return { pins: pins.map(shownPin), total, at };
    },

    'pin.get': async ({ actor, db, now }, { group, thing }) => {
      const row = await pinnedMessage(db, { group, account: actor.account, thing, now });
      if (!row) throw problem('not_found');
      const { more, visibleFrom, ...plain } = row;
      const whole = withMore({ ...plain, kind: 'text' as const, at: row.at.getTime(), notice: null }, more);
      // Pinned is this message, not the one it answers.
      const { quote, ...bare }: Message = whole;
      const message: Message = quote && quote.seq > visibleFrom ? whole : bare;
      const accounts = [message.by, message.quote?.by].filter((it) => it != null);
      return { message, people: await peopleOf(db, [...new Set(accounts)]) };
    },
  });
}

/** Pins end with their time, for everybody, whichever node comes first. */
export function pinEndsJob(house: House, writeNotices: NoticeWriter): Job {
  return {
    name: 'end pins',
    everySeconds: 15,
    async run() {
      for (const group of await groupsDue(house.db, house.now(), DUE_AT_ONCE)) {
        await changeUnattended(house, writeNotices, async (context) => {
          await takeStreams(context.db, [group]);
          await standingPins(context, group);
        });
      }
    },
  };
}
