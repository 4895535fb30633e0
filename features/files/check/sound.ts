import { rounded } from './boxes.ts';
import { latin, none, Refused } from './finding.ts';
import type { Look } from './finding.ts';

const soundOf = (type: string, seconds: number): Look => ({
  found: { kind: 'document', type, ...(seconds > 0 && Number.isFinite(seconds) ? { seconds: rounded(seconds) } : {}) },
  pictures: none(),
});

/** kbit/s by MPEG version (1, then 2 and 2.5) and layer (I, II, III). */
const RATES: readonly (readonly (readonly number[])[])[] = [
  [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  [
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
];
const HERTZ = [44_100, 48_000, 32_000];

/** Length and duration of the frame that begins here; undefined where none does. */
function frameAt(bytes: Buffer, at: number): { length: number; seconds: number } | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined;
  const version = (bytes[at + 1]! >> 3) & 3;
  const layer = 3 - ((bytes[at + 1]! >> 1) & 3);
  const rate = bytes[at + 2]! >> 4;
  const hertzAt = (bytes[at + 2]! >> 2) & 3;
  if (version === 1 || layer === 3 || rate === 0 || rate === 15 || hertzAt === 3) return undefined;
  const hertz = HERTZ[hertzAt]! / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const bits = RATES[version === 3 ? 0 : 1]![layer]![rate]! * 1_000;
  const padding = (bytes[at + 2]! >> 1) & 1;
  if (layer === 0) return { length: (Math.floor((12 * bits) / hertz) + padding) * 4, seconds: 384 / hertz };
  const samples = layer === 2 && version !== 3 ? 576 : 1_152;
  return { length: Math.floor(((samples / 8) * bits) / hertz) + padding, seconds: samples / hertz };
}

/** MP3: after the tag in front, frame follows frame; what stands behind them is a tag too. */
export function lookAtMp3(bytes: Buffer): Look {
  let at = 0;
  if (latin(bytes, 0, 3) === 'ID3' && bytes.length > 10) {
    const size = [6, 7, 8, 9].reduce((sum, place) => sum * 128 + (bytes[place]! & 0x7f), 0);
    at = 10 + size + ((bytes[5]! & 0x10) !== 0 ? 10 : 0);
  }
  // Some leave noughts between the tag and the sound.
  while (bytes[at] === 0 && at < bytes.length) at += 1;
  let seconds = 0;
  let frames = 0;
  let framed = 0;
  let stray = 0;
  while (at < bytes.length) {
    const frame = frameAt(bytes, at);
    if (frame) {
      frames += 1;
      framed += Math.min(frame.length, bytes.length - at);
      seconds += frame.seconds;
      at += frame.length;
    } else {
      if (frames > 0 && /^(?:TAG|APETAGEX|LYRICSBEGIN|ID3)/.test(latin(bytes, at, at + 11))) break;
      stray += 1;
      at += 1;
    }
  }
  // A few bytes are lost where recordings were cut; more is something else.
  if (frames < 3) throw new Refused('file.mismatch');
  if (stray > 65_536 || stray > framed / 10) throw new Refused('file.damaged');
  return soundOf('audio/mpeg', seconds);
}

/** Ogg: page follows page to the end; Opus, Vorbis or FLAC in it. */
export function lookAtOgg(bytes: Buffer): Look {
  let at = 0;
  let pages = 0;
  let samples = 0;
  let skipped = 0;
  let hertz = 0;
  try {
    while (at < bytes.length) {
      if (latin(bytes, at, at + 4) !== 'OggS' || bytes[at + 4] !== 0)
        throw new Refused(pages > 0 ? 'file.damaged' : 'file.mismatch');
      const granule = bytes.readBigInt64LE(at + 6);
      const begins = (bytes[at + 5]! & 2) !== 0;
      const segments = bytes.readUInt8(at + 26);
      let size = 0;
      for (let segment = 0; segment < segments; segment += 1) size += bytes.readUInt8(at + 27 + segment);
      const body = at + 27 + segments;
      if (body + size > bytes.length) throw new Refused('file.damaged');
      if (begins) {
        const head = latin(bytes, body, body + 8);
        if (head === 'OpusHead') {
          hertz = 48_000;
          skipped = bytes.readUInt16LE(body + 10);
        } else if (head.startsWith('\u0001vorbis')) hertz = bytes.readUInt32LE(body + 12);
        else if (head.startsWith('\u007fFLAC')) hertz = bytes.readUIntBE(body + 27, 3) >> 4;
        else throw new Refused('file.mismatch');
      }
      if (granule > 0n) samples = Math.max(samples, Number(granule));
      pages += 1;
      at = body + size;
    }
  } catch (error) {
    if (error instanceof RangeError) throw new Refused('file.damaged');
    throw error;
  }
  if (hertz === 0) throw new Refused('file.mismatch');
  return soundOf('audio/ogg', Math.max(0, samples - skipped) / hertz);
}
