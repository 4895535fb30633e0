import { latin, none, Refused } from './finding.ts';
import type { Look } from './finding.ts';
import { rounded } from './boxes.ts';

const EBML = 0x1a45dfa3;
const DOC_TYPE = 0x4282;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const SCALE = 0x2ad7b1;
const DURATION = 0x4489;
const TRACKS = 0x1654ae6b;
const ENTRY = 0xae;
const TRACK_TYPE = 0x83;
const CODEC = 0x86;
const VIDEO = 0xe0;
const WIDTH = 0xb0;
const HEIGHT = 0xba;
const CLUSTER = 0x1f43b675;
const TIME = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const ATTACHMENTS = 0x1941a469;
/** Blocks, what is about a cluster, and what stands between clusters. */
const IN_CLUSTER = new Set([TIME, SIMPLE_BLOCK, BLOCK_GROUP, 0xa7, 0xab, 0xaf, 0xec, 0xbf, 0x5854]);
const IN_SEGMENT = new Set([0x114d9b74, INFO, TRACKS, CLUSTER, 0x1c53bb6b, 0x1254c367, 0x1043a770, 0xec, 0xbf]);
const CODECS = /^(?:V_VP8|V_VP9|V_AV1|A_OPUS|A_VORBIS|V_MPEG4\/ISO\/AVC|V_MPEGH\/ISO\/HEVC)$/;
const ELEMENTS_MOST = 2_000_000;

interface Element {
  readonly id: number;
  readonly body: number;
  /** Undefined where it was not known when it was begun, as in what a browser records. */
  readonly end: number | undefined;
}

/** WebM: elements within elements, to the last byte of the file. */
export function lookAtWebm(bytes: Buffer): Look {
  let elements = 0;

  function elementAt(at: number): Element {
    elements += 1;
    if (elements > ELEMENTS_MOST) throw new Refused('file.too_much_inside');
    const idLength = Math.clz32(bytes.readUInt8(at)) - 23;
    if (idLength > 4) throw new Refused('file.damaged');
    const id = bytes.readUIntBE(at, idLength);
    const sizeAt = at + idLength;
    const first = bytes.readUInt8(sizeAt);
    const sizeLength = Math.clz32(first) - 23;
    if (sizeLength > 8) throw new Refused('file.damaged');
    let size = first & ((1 << (8 - sizeLength)) - 1);
    let unknown = size === (1 << (8 - sizeLength)) - 1;
    for (let place = 1; place < sizeLength; place += 1) {
      const byte = bytes.readUInt8(sizeAt + place);
      unknown &&= byte === 0xff;
      size = size * 256 + byte;
    }
    const body = sizeAt + sizeLength;
    return { id, body, end: unknown ? undefined : body + size };
  }

  function* within(from: number, end: number): Generator<Element & { end: number }> {
    for (let at = from; at < end;) {
      const it = elementAt(at);
      if (it.end === undefined || it.end > end) throw new Refused('file.damaged');
      yield { ...it, end: it.end };
      at = it.end;
    }
  }

  const number = ({ body, end }: { body: number; end: number }): number => {
    if (end === body) return 0;
    if (end - body > 6) return Number(BigInt(`0x${bytes.subarray(body, end).toString('hex')}`));
    return bytes.readUIntBE(body, end - body);
  };
  const float = ({ body, end }: { body: number; end: number }): number =>
    end - body === 8 ? bytes.readDoubleBE(body) : end - body === 4 ? bytes.readFloatBE(body) : 0;

  let scale = 1_000_000;
  let duration = 0;
  /** When the last piece begins. A recording says nothing else of its length, and its last cluster may be long. */
  let last = 0;
  let clusters = 0;
  let film: { width: number; height: number } | undefined;
  let sound = false;

  function readTrack(entry: Element & { end: number }): void {
    let type = 0;
    let sides = { width: 0, height: 0 };
    for (const it of within(entry.body, entry.end)) {
      if (it.id === TRACK_TYPE) type = number(it);
      if (it.id === CODEC && !CODECS.test(latin(bytes, it.body, it.end).replace(/\0+$/, '')))
        throw new Refused('file.mismatch');
      if (it.id === VIDEO)
        for (const side of within(it.body, it.end)) {
          if (side.id === WIDTH) sides = { ...sides, width: number(side) };
          if (side.id === HEIGHT) sides = { ...sides, height: number(side) };
        }
    }
    if (type === 1) film ??= sides;
    else if (type === 2) sound = true;
    else throw new Refused('file.mismatch');
  }

  function readCluster(body: number, end: number): number {
    clusters += 1;
    let begins = 0;
    /** How long after its cluster it begins stands in two bytes behind the number of its track. */
    const readBlock = (block: { body: number; end: number }): void => {
      const place = block.body + Math.clz32(bytes.readUInt8(block.body)) - 23;
      if (place + 2 > block.end) throw new Refused('file.damaged');
      last = Math.max(last, begins + bytes.readInt16BE(place));
    };
    let at = body;
    while (at < end) {
      const it = elementAt(at);
      // A cluster of unknown length ends where something begins that cannot stand in it.
      if (!IN_CLUSTER.has(it.id)) return at;
      if (it.end === undefined || it.end > end) throw new Refused('file.damaged');
      const known = { ...it, end: it.end };
      if (it.id === TIME) last = Math.max(last, (begins = number(known)));
      if (it.id === SIMPLE_BLOCK) readBlock(known);
      if (it.id === BLOCK_GROUP) for (const inner of within(it.body, it.end)) if (inner.id === BLOCK) readBlock(inner);
      at = it.end;
    }
    return at;
  }

  try {
    const head = elementAt(0);
    if (head.id !== EBML || head.end === undefined) throw new Refused('file.mismatch');
    const documentType = [...within(head.body, head.end)].find((it) => it.id === DOC_TYPE);
    if (!documentType || latin(bytes, documentType.body, documentType.end).replace(/\0+$/, '') !== 'webm')
      throw new Refused('file.mismatch');
    const segment = elementAt(head.end);
    if (segment.id !== SEGMENT) throw new Refused('file.damaged');
    const end = segment.end ?? bytes.length;
    if (end !== bytes.length) throw new Refused('file.damaged');
    for (let at = segment.body; at < end;) {
      const it = elementAt(at);
      if (it.id === ATTACHMENTS) throw new Refused('file.active');
      if (!IN_SEGMENT.has(it.id) || (it.end ?? end) > end) throw new Refused('file.damaged');
      if (it.id === CLUSTER) {
        const ended = readCluster(it.body, it.end ?? end);
        if (it.end !== undefined && ended !== it.end) throw new Refused('file.damaged');
        at = ended;
        continue;
      }
      if (it.end === undefined) throw new Refused('file.damaged');
      if (it.id === INFO)
        for (const fact of within(it.body, it.end)) {
          if (fact.id === SCALE) scale = number(fact);
          if (fact.id === DURATION) duration = float(fact);
        }
      if (it.id === TRACKS) for (const entry of within(it.body, it.end)) if (entry.id === ENTRY) readTrack(entry);
      at = it.end;
    }
  } catch (error) {
    if (error instanceof RangeError) throw new Refused('file.damaged');
    throw error;
  }
  if ((!film && !sound) || clusters === 0) throw new Refused('file.damaged');
  const seconds = ((duration > 0 ? duration : last) * scale) / 1e9;
  const sides = film && film.width > 0 && film.height > 0 ? film : {};
  return {
    found: {
      kind: film ? 'video' : 'document',
      type: film ? 'video/webm' : 'audio/webm',
      ...sides,
      ...(seconds > 0 && Number.isFinite(seconds) ? { seconds: rounded(seconds) } : {}),
    },
    pictures: none(),
  };
}
