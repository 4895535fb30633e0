import { latin, none, Refused } from './finding.ts';
import type { Erased, Found, Look } from './finding.ts';

/** Boxes of MP4 and MOV that hold boxes. */
const HOLDING = new Set(['moov', 'trak', 'mdia', 'minf', 'stbl', 'edts', 'mvex', 'moof', 'traf', 'dinf']);
/** What tells where and by whom it was made: places, names of devices. */
const TELLING = new Set(['udta', 'meta', 'uuid']);
const BRANDS =
  /^(?:isom|iso[2-9a-c]|mp4[12v]|avc1|av01|M4[AVBP] |M4VP|MSNV|dash|cmfc|3gp[4-9]|3g2[a-c]|qt  |hvc1|hev1|f4v |mmp4|NDAS|XAVC|MSDH|msdh)$/;
const BOXES_MOST = 200_000;
const DEPTH_MOST = 8;

interface Box {
  readonly type: string;
  readonly at: number;
  readonly body: number;
  readonly end: number;
}

interface Track {
  handler: string;
  width: number;
  height: number;
}

/** A film or a recording in boxes (ISO 14496-12): each within the one that holds it, to the last byte of the file. */
export function lookAtBoxes(bytes: Buffer, type: { readonly film: string; readonly sound: string }): Look {
  const tracks: Track[] = [];
  const erase: Erased[] = [];
  const seen = new Set<string>();
  let seconds = 0;
  let boxes = 0;

  function* boxesIn(from: number, end: number): Generator<Box> {
    let at = from;
    while (at < end) {
      boxes += 1;
      if (boxes > BOXES_MOST) throw new Refused('file.too_much_inside');
      // Old films end lists of boxes with four noughts.
      if (end - at === 4 && bytes.readUInt32BE(at) === 0) return;
      if (end - at < 8) throw new Refused('file.damaged');
      let size = bytes.readUInt32BE(at);
      let body = at + 8;
      if (size === 1) {
        if (end - at < 16) throw new Refused('file.damaged');
        size = Number(bytes.readBigUInt64BE(at + 8));
        body = at + 16;
      } else if (size === 0) size = end - at;
      if (size < body - at || at + size > end) throw new Refused('file.damaged');
      yield { type: latin(bytes, at + 4, at + 8), at, body, end: at + size };
      at += size;
    }
  }

  function walk(from: number, end: number, depth: number): void {
    if (depth > DEPTH_MOST) throw new Refused('file.damaged');
    for (const box of boxesIn(from, end)) {
      if (depth === 0) {
        if (!/^[\x20-\x7e\xa9]{4}$/.test(box.type)) throw new Refused('file.damaged');
        seen.add(box.type);
      }
      if (box.type === 'trak') tracks.push({ handler: '', width: 0, height: 0 });
      if (HOLDING.has(box.type)) walk(box.body, box.end, depth + 1);
      else if (TELLING.has(box.type)) {
        erase.push({ at: box.at, from: box.body, upTo: box.end });
      } else read(box);
    }
  }

  /** Headers have 32-bit or 64-bit times, by their version. */
  function read({ type: name, body, end }: Box): void {
    if (name === 'mvhd') {
      const long = bytes[body] === 1;
      const scale = bytes.readUInt32BE(body + (long ? 20 : 12));
      const length = long ? Number(bytes.readBigUInt64BE(body + 24)) : bytes.readUInt32BE(body + 16);
      const unknown = !long && length === 0xffffffff;
      seconds = scale > 0 && !unknown ? length / scale : 0;
    }
    const track = tracks.at(-1);
    if (!track) return;
    if (name === 'hdlr' && track.handler === '') track.handler = latin(bytes, body + 8, body + 12);
    if (name === 'tkhd') {
      // Turned by a quarter where the picture’s own axes are.
      const matrix = end - 44;
      const turned = bytes.readInt32BE(matrix) === 0 && bytes.readInt32BE(matrix + 16) === 0;
      const sides = [bytes.readUInt32BE(end - 8) >>> 16, bytes.readUInt32BE(end - 4) >>> 16];
      [track.width, track.height] = (turned ? sides.toReversed() : sides) as [number, number];
    }
  }

  try {
    if (latin(bytes, 4, 8) === 'ftyp') {
      if (!BRANDS.test(latin(bytes, 8, 12))) throw new Refused('file.mismatch');
    } else if (!/^(?:moov|mdat|wide|free|skip)$/.test(latin(bytes, 4, 8))) throw new Refused('file.mismatch');
    walk(0, bytes.length, 0);
  } catch (error) {
    if (error instanceof RangeError) throw new Refused('file.damaged');
    throw error;
  }
  if (!seen.has('moov') || !(seen.has('mdat') || seen.has('moof'))) throw new Refused('file.damaged');
  const film = tracks.find((it) => it.handler === 'vide' && it.width > 0 && it.height > 0);
  if (!film && !tracks.some((it) => it.handler === 'soun')) throw new Refused('file.damaged');
  const found: Found = {
    kind: film ? 'video' : 'document',
    type: film ? type.film : type.sound,
    ...(film ? { width: film.width, height: film.height } : {}),
    ...(seconds > 0 && Number.isFinite(seconds) ? { seconds: rounded(seconds) } : {}),
    ...(erase.length > 0 ? { erase } : {}),
  };
  return { found, pictures: none() };
}

export const rounded = (seconds: number): number => Math.min(Math.round(seconds * 10) / 10, 864_000);
