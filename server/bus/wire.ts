import type { Events } from '../../protocol/event.ts';
import type { EventFrame, SignalFrame } from '../../protocol/frame.ts';
import { textOf } from '../encoded.ts';
import type { Further } from './bus.ts';

/** A wake-up up to this size carries its events; of larger ones only the number travels, and nodes read the log. Bytes. */
export const CARRIED_BYTES = 16_384;
/** What is longer is nobody's wake-up and is not even parsed. */
const HEARD_BYTES = 65_536;
/** Sessions ended by one act. */
const LIST_MOST = 2_000;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NAME = /^[a-z]\w*(\.[a-z]\w*)+$/i;
const COMMA = Buffer.from(',');

/** What is published as it travels, in one or more parts; undefined where it cannot travel at all. */
export function encodeWake(subject: string, payload: unknown): Buffer[] | undefined {
  if (!subject.startsWith('stream.')) {
    const bytes = Buffer.from(JSON.stringify(payload), 'utf8');
    return bytes.length <= HEARD_BYTES ? [bytes] : undefined;
  }
  if (!Array.isArray(payload)) return [Buffer.from(JSON.stringify(payload), 'utf8')];
  const parts: Buffer[] = [];
  let texts: Buffer[] = [];
  let size = 2;
  const close = (): void => {
    if (texts.length === 0) return;
    const joined = texts.flatMap((it, at) => (at === 0 ? [it] : [COMMA, it]));
    parts.push(Buffer.concat([Buffer.from('['), ...joined, Buffer.from(']')]));
    texts = [];
    size = 2;
  };
  for (const frame of payload as readonly EventFrame[]) {
    // The same bytes that the sockets of this node get.
    const text = textOf(frame);
    if (size + text.length + 1 > CARRIED_BYTES) close();
    if (text.length + 2 > CARRIED_BYTES) parts.push(Buffer.from(JSON.stringify({ head: frame.n } satisfies Further)));
    else {
      texts.push(text);
      size += text.length + 1;
    }
  }
  close();
  return parts;
}

/** What came from another node as it is heard here; undefined where no node of ours can have said it. */
export function decodeWake(events: Events, subject: string, bytes: Uint8Array): unknown {
  if (bytes.length > HEARD_BYTES) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  const [kind, id] = subject.split('.', 2);
  if (kind === 'stream') return wakeOf(events, id!, value);
  if (kind === 'signal') return signalOf(id!, value);
  return wordOf(value);
}

const isObject = (it: unknown): it is Record<string, unknown> =>
  typeof it === 'object' && it !== null && !Array.isArray(it);

const has = (it: Record<string, unknown>, needed: readonly string[], allowed: readonly string[] = []): boolean =>
  needed.every((key) => Object.hasOwn(it, key)) &&
  Object.keys(it).every((key) => needed.includes(key) || allowed.includes(key));

const isNumber = (it: unknown): it is number => Number.isSafeInteger(it) && (it as number) > 0;

function wakeOf(events: Events, stream: string, value: unknown): EventFrame[] | Further | undefined {
  if (isObject(value)) return has(value, ['head']) && isNumber(value['head']) ? { head: value['head'] } : undefined;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const frames: EventFrame[] = [];
  let head = 0;
  for (const it of value as unknown[]) {
    if (!isObject(it) || !has(it, ['on', 'in', 'n', 'at', 'with'], ['by'])) return undefined;
    const { on, in: place, n, at, by } = it;
    if (typeof on !== 'string' || !NAME.test(on) || place !== stream || !isNumber(n) || n <= head) return undefined;
    if (!Number.isSafeInteger(at) || !(by === undefined || (typeof by === 'string' && UUID.test(by)))) return undefined;
    frames.push(it as unknown as EventFrame);
    head = n;
  }
  // Of another version of the program, or of nobody: what is true stands in the log.
  const known = frames.every(({ on, with: body }) => Object.hasOwn(events, on) && fits(events, on, body));
  return known ? frames : { head };
}

function fits(events: Events, on: string, body: unknown): boolean {
  try {
    return events[on]!.body.safeParse(body).success;
  } catch {
    // An object may call anything its `length` or `toString`.
    return false;
  }
}

function signalOf(stream: string, value: unknown): SignalFrame | undefined {
  if (!isObject(value) || !has(value, ['signal', 'in', 'with'], ['by'])) return undefined;
  const { signal, in: place, by, with: body } = value;
  if (typeof signal !== 'string' || !NAME.test(signal) || place !== stream || typeof body !== 'object')
    return undefined;
  return by === undefined || (typeof by === 'string' && UUID.test(by)) ? (value as unknown as SignalFrame) : undefined;
}

/** What is said to the house as a whole: an object whose values are ids or lists of ids. */
function wordOf(value: unknown): Record<string, unknown> | undefined {
  if (!isObject(value)) return undefined;
  const fine = Object.values(value).every((it) => {
    const list: unknown[] = Array.isArray(it) ? it : [it];
    return list.length <= LIST_MOST && list.every((one) => typeof one === 'string' && UUID.test(one));
  });
  return fine ? value : undefined;
}
