import { latin } from '../../files/check/finding.ts';
import { carved } from './pictures.ts';
import type { Budget, Piece } from './piece.ts';
import { stringsIn } from './strings.ts';

/** Where tags stand in what has no list of its parts, at the beginning and at the end. */
const EDGE = 1_048_576;
const BOXES_MOST = 20_000;

/** What films and recordings say of themselves: title, comment, whoever made it, the picture on the cover. What is heard or seen is not read. */
export function* tagsIn(bytes: Buffer, budget: Budget): Generator<Piece> {
  for (const part of tagged(bytes)) {
    if (part.length === 0) continue;
    yield* stringsIn(part, 'property');
    // Letters of two bytes the other way round.
    if (part.includes(Buffer.from('feff', 'hex')) || part.includes(Buffer.from([2, 0])))
      yield* stringsIn(Buffer.from(part.subarray(0, part.length & ~1)).swap16(), 'property', { narrow: 2_000_000 });
    yield* carved(part, 'picture', budget);
  }
}

function tagged(bytes: Buffer): Buffer[] {
  const head = latin(bytes, 0, 4);
  if (head.startsWith('ID3') || (bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0)) return mp3(bytes);
  if (head === 'OggS') return [bytes.subarray(0, EDGE)];
  if (bytes.length > 4 && bytes.readUInt32BE(0) === 0x1a45dfa3) return webm(bytes);
  return boxes(bytes);
}

/** A tag in front, of the length it says, and what may stand behind the sound. */
function mp3(bytes: Buffer): Buffer[] {
  let from = 0;
  if (latin(bytes, 0, 3) === 'ID3')
    from = 10 + [6, 7, 8, 9].reduce((sum, place) => sum * 128 + (bytes[place]! & 0x7f), 0);
  const behind = bytes.subarray(Math.max(from, bytes.length - EDGE));
  const tag = /TAG|APETAGEX|LYRICSBEGIN|ID3/.exec(behind.toString('latin1'));
  return [bytes.subarray(0, Math.min(from, bytes.length)), tag ? behind.subarray(tag.index) : Buffer.alloc(0)];
}

/** Everything between the pieces of the film. */
function webm(bytes: Buffer): Buffer[] {
  const cluster = Buffer.from('1f43b675', 'hex');
  const first = bytes.indexOf(cluster);
  const parts = [bytes.subarray(0, first < 0 ? EDGE : first)];
  for (const mark of ['1254c367', '1549a966']) {
    const at = bytes.lastIndexOf(Buffer.from(mark, 'hex'));
    if (at >= 0 && first >= 0 && at > first) parts.push(bytes.subarray(at, at + EDGE));
  }
  return parts;
}

/** Boxes that tell of the film, wherever they stand; those that hold it are passed over. */
function boxes(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let seen = 0;
  const walk = (from: number, end: number, depth: number): void => {
    for (let at = from; at + 8 <= end && seen < BOXES_MOST; seen += 1) {
      let size = bytes.readUInt32BE(at);
      const type = latin(bytes, at + 4, at + 8);
      let body = at + 8;
      if (size === 1 && at + 16 <= end) {
        size = Number(bytes.readBigUInt64BE(at + 8));
        body = at + 16;
      } else if (size === 0) size = end - at;
      if (size < body - at) return;
      const upTo = Math.min(at + size, end);
      if (/^(?:udta|meta|uuid|ilst|free|skip|hdlr|name)$/.test(type)) found.push(bytes.subarray(body, upTo));
      else if (/^(?:moov|trak|mdia|minf|stbl|moof|traf|edts)$/.test(type) && depth < 8) walk(body, upTo, depth + 1);
      at += size;
    }
  };
  walk(0, bytes.length, 0);
  return found;
}
