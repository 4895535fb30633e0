import { randomBytes } from 'node:crypto';

import { WebSocket } from 'ws';
import { z } from 'zod';

import type { JanusConfig } from '../../../server/config.ts';
import type { Log } from '../../../server/log.ts';

/** What one question may take; Janus answers in milliseconds, or is not well. */
const ANSWER_MS = 5_000;
/** Janus gives a session up after 60 s of silence; and so that one that hangs is noticed. */
const KEEPALIVE_MS = 10_000;
const RETRY_FIRST_MS = 100;
/** So that one that was started again is found within a second. */
const RETRY_MOST_MS = 1_000;
/** Questions under way. */
const PENDING_MOST = 2_000;
const FRAME_MOST = 1_048_576;

const FrameShape = z.looseObject({
  janus: z.string(),
  transaction: z.string().optional(),
  sender: z.number().optional(),
  session_id: z.number().optional(),
  data: z.looseObject({ id: z.number().optional() }).optional(),
  plugindata: z.looseObject({ data: z.record(z.string(), z.unknown()) }).optional(),
  jsep: z.looseObject({ type: z.string(), sdp: z.string() }).optional(),
  error: z.looseObject({ code: z.number(), reason: z.string() }).optional(),
  reason: z.string().optional(),
});
type Frame = z.output<typeof FrameShape>;

/** Janus is not there, or does not answer. */
export class JanusAway extends Error {
  override name = 'JanusAway';
}

/** Janus says no; the numbers are its own. */
export class JanusRefusal extends Error {
  override name = 'JanusRefusal';
  readonly number: number;

  constructor(number: number, reason: string) {
    super(reason);
    this.number = number;
  }
}

export interface Description {
  readonly type: string;
  readonly sdp: string;
}

export interface JanusAnswer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly jsep: Description | undefined;
}

/** What Janus tells by itself of one handle. */
export interface JanusEvent extends JanusAnswer {
  readonly handle: number;
  /** `event`, `webrtcup`, `hangup`, `detached` … */
  readonly what: string;
  readonly reason: string | undefined;
}

export interface JanusLine {
  /** Resolves once a session is open; fails where there is none after so long. */
  open(ms: number): Promise<void>;
  attach(): Promise<number>;
  ask(handle: number, body: Readonly<Record<string, unknown>>, jsep?: Description): Promise<JanusAnswer>;
  trickle(handle: number, candidates: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  /** Never fails: what is not there any more is detached. */
  detach(handle: number): Promise<void>;
  info(): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

interface Pending {
  /** An `ack` says that the answer is still to come. */
  readonly waits: boolean;
  readonly timer: NodeJS.Timeout;
  done(frame: Frame): void;
  fail(error: Error): void;
}

interface Listener {
  opened(): void;
  /** Everything that Janus knew of this program is gone. */
  lost(): void;
  event(event: JanusEvent): void;
  /** It lets nobody in. */
  refused?(error: unknown): void;
}

/**
 * This program's one connection and session with Janus, over its WebSocket door. It comes back by itself; what was under way fails. A
 * session ends with its connection, so that after `lost` nothing is left there of this program's.
 */
export function openJanusLine(
  { url, secret }: JanusConfig,
  { log, listener }: { readonly log: Log; readonly listener: Listener },
): JanusLine {
  const pending = new Map<string, Pending>();
  const waiting = new Set<{ done(): void; fail(error: Error): void; timer: NodeJS.Timeout }>();
  let socket: WebSocket | undefined;
  let session: number | undefined;
  let closed = false;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;
  let keepalive: NodeJS.Timeout | undefined;
  let count = 0;
  const name = randomBytes(6).toString('base64url');

  function connect(): void {
    retry = undefined;
    const mine = new WebSocket(url, 'janus-protocol', {
      handshakeTimeout: ANSWER_MS,
      maxPayload: FRAME_MOST,
      perMessageDeflate: false,
    });
    socket = mine;
    mine.on('message', (bytes: Buffer) => {
      if (socket === mine) take(bytes);
    });
    mine.on('open', () => void begin(mine));
    // What is wrong is told by `close`, which follows.
    mine.on('error', () => undefined);
    mine.on('close', () => {
      if (socket === mine) lose();
    });
  }

  async function begin(mine: WebSocket): Promise<void> {
    try {
      const frame = await request({ janus: 'create' }, false);
      if (socket !== mine) return;
      session = frame.data?.id;
      if (session === undefined) throw new JanusRefusal(0, 'no session');
    } catch (error) {
      if (failures === 0) log.error({ err: error }, 'the media server of calls lets nobody in');
      listener.refused?.(error);
      mine.terminate();
      return;
    }
    if (failures > 0) log.info('the media server of calls is there again');
    failures = 0;
    keepalive = setInterval(() => void alive(), KEEPALIVE_MS);
    listener.opened();
    for (const each of waiting) {
      clearTimeout(each.timer);
      each.done();
    }
    waiting.clear();
  }

  async function alive(): Promise<void> {
    const mine = socket;
    try {
      await request({ janus: 'keepalive', session_id: session }, false);
    } catch {
      // It hangs, or knows nothing of the session any more.
      mine?.terminate();
    }
  }

  function lose(): void {
    const was = session;
    socket = undefined;
    session = undefined;
    clearInterval(keepalive);
    const away = new JanusAway('the connection is gone');
    for (const each of pending.values()) {
      clearTimeout(each.timer);
      each.fail(away);
    }
    pending.clear();
    if (was !== undefined) {
      log.error('the media server of calls is gone');
      listener.lost();
    }
    if (closed) return;
    if (was === undefined && failures === 0) log.error('the media server of calls does not answer');
    const pause = Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** failures);
    failures = Math.min(failures + 1, 10);
    retry = setTimeout(connect, pause);
  }

  function take(bytes: Buffer): void {
    let frame: Frame;
    try {
      frame = FrameShape.parse(JSON.parse(bytes.toString('utf8')));
    } catch {
      log.error('the media server of calls said something that is no frame');
      return;
    }
    const asked = frame.transaction === undefined ? undefined : pending.get(frame.transaction);
    if (asked) {
      if (frame.janus === 'ack' && asked.waits) return;
      pending.delete(frame.transaction!);
      clearTimeout(asked.timer);
      if (frame.janus === 'error') asked.fail(new JanusRefusal(frame.error?.code ?? 0, frame.error?.reason ?? ''));
      else asked.done(frame);
      return;
    }
    // Of the session itself: Janus gave it up.
    if (frame.janus === 'timeout' && frame.session_id === session) socket?.terminate();
    if (frame.sender === undefined || frame.janus === 'ack') return;
    const { janus: what, sender: handle, reason } = frame;
    listener.event({ handle, what, reason, data: frame.plugindata?.data ?? {}, jsep: frame.jsep });
  }

  function request(body: Readonly<Record<string, unknown>>, waits: boolean): Promise<Frame> {
    return new Promise((done, fail) => {
      const on = socket;
      if (on?.readyState !== WebSocket.OPEN) return fail(new JanusAway('no connection'));
      if (pending.size >= PENDING_MOST) return fail(new JanusAway('too much is under way'));
      count += 1;
      const transaction = `${name}${count.toString(36)}`;
      const timer = setTimeout(() => {
        pending.delete(transaction);
        fail(new JanusAway('no answer'));
        // One answer may be lost; one that hangs does not answer this either.
        if (body['janus'] !== 'keepalive' && socket === on && session !== undefined) void alive();
      }, ANSWER_MS);
      pending.set(transaction, { waits, timer, done, fail });
      on.send(JSON.stringify({ ...body, transaction, apisecret: secret }));
    });
  }

  async function within(body: Readonly<Record<string, unknown>>, waits = false): Promise<Frame> {
    if (session === undefined) throw new JanusAway('no session');
    return request({ ...body, session_id: session }, waits);
  }

  connect();

  return {
    open(ms) {
      if (session !== undefined) return Promise.resolve();
      if (closed || waiting.size >= PENDING_MOST) return Promise.reject(new JanusAway('no session'));
      return new Promise((done, fail) => {
        const each = {
          done,
          fail,
          timer: setTimeout(() => {
            waiting.delete(each);
            fail(new JanusAway('no session'));
          }, ms),
        };
        waiting.add(each);
      });
    },

    async attach() {
      const { data } = await within({ janus: 'attach', plugin: 'janus.plugin.videoroom' });
      if (data?.id === undefined) throw new JanusRefusal(0, 'no handle');
      return data.id;
    },

    async ask(handle, body, jsep) {
      const frame = await within({ janus: 'message', handle_id: handle, body, ...(jsep ? { jsep } : {}) }, true);
      const data = frame.plugindata?.data ?? {};
      if (data['error_code'] !== undefined) throw new JanusRefusal(Number(data['error_code']), String(data['error']));
      return { data, jsep: frame.jsep };
    },

    async trickle(handle, candidates) {
      await within({ janus: 'trickle', handle_id: handle, candidates });
    },

    async detach(handle) {
      await within({ janus: 'detach', handle_id: handle }).catch(() => undefined);
    },

    async info() {
      return request({ janus: 'info' }, false);
    },

    async close() {
      if (closed) return;
      closed = true;
      clearTimeout(retry);
      for (const each of waiting) {
        clearTimeout(each.timer);
        each.fail(new JanusAway('closed'));
      }
      waiting.clear();
      const on = socket;
      if (!on) return;
      if (session !== undefined) await within({ janus: 'destroy' }).catch(() => undefined);
      session = undefined;
      on.terminate();
    },
  };
}
