import { crc32, deflateRawSync } from 'node:zlib';

import sharp from 'sharp';

/** Files as people send them, made here byte by byte, and the pieces hostile ones are made of. */

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};

export interface ZipEntry {
  readonly name: string;
  readonly bytes?: Buffer | string;
  readonly stored?: boolean;
  readonly flags?: number;
  readonly method?: number;
  /** What its own header calls it, where that differs from the directory. */
  readonly localName?: string;
  /** Of Unix: a link, a folder. */
  readonly mode?: number;
  /** Packed already. */
  readonly packed?: Buffer;
}

/** A zip archive, as honest or dishonest as its entries. */
export function zipOf(entries: readonly ZipEntry[], tail = Buffer.alloc(0)): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const plain = Buffer.from(entry.bytes ?? '');
    const method = entry.method ?? (entry.stored ? 0 : 8);
    const packed = entry.packed ?? (method === 0 ? plain : deflateRawSync(plain, { level: 9 }));
    const name = Buffer.from(entry.name);
    const localName = Buffer.from(entry.localName ?? entry.name);
    const facts = Buffer.concat([
      u16(entry.flags ?? 0x800),
      u16(method),
      u32(0),
      u32(crc32(plain)),
      u32(packed.length),
      u32(plain.length),
    ]);
    parts.push(Buffer.concat([u32(0x04034b50), u16(20), facts, u16(localName.length), u16(0), localName, packed]));
    directory.push(
      Buffer.concat([
        u32(0x02014b50),
        u16(entry.mode === undefined ? 20 : 0x0314),
        u16(20),
        facts,
        u16(name.length),
        u16(0),
        u16(0),
        u16(0),
        u16(0),
        u32((entry.mode ?? 0) * 65_536),
        u32(at),
        name,
      ]),
    );
    at += parts.at(-1)!.length;
  }
  const list = Buffer.concat(directory);
  const count = u16(entries.length);
  const end = Buffer.concat([u32(0x06054b50), u16(0), u16(0), count, count, u32(list.length), u32(at), u16(0)]);
  return Buffer.concat([...parts, list, end, tail]);
}

const TYPES = (main: string, more = ''): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${main}"/>${more}</Types>`;
const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';

/** A DOCX of one line, with these parts beside or instead. */
export function docxOf(more: readonly ZipEntry[] = [], main = WORD): Buffer {
  const usual: ZipEntry[] = [
    { name: '[Content_Types].xml', bytes: TYPES(main) },
    {
      name: '_rels/.rels',
      bytes:
        '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    },
    {
      name: 'word/document.xml',
      bytes:
        '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Báo cáo số 694/BC-UBND</w:t></w:r></w:p></w:body></w:document>',
    },
  ];
  const names = new Set(more.map((it) => it.name));
  return zipOf([...usual.filter((it) => !names.has(it.name)), ...more]);
}

export function odtOf(more: readonly ZipEntry[] = []): Buffer {
  const usual: ZipEntry[] = [
    { name: 'mimetype', bytes: 'application/vnd.oasis.opendocument.text', stored: true },
    { name: 'content.xml', bytes: '<?xml version="1.0" encoding="UTF-8"?><office:document-content/>' },
    {
      name: 'META-INF/manifest.xml',
      bytes: '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest><manifest:file-entry/></manifest:manifest>',
    },
  ];
  const names = new Set(more.map((it) => it.name));
  return zipOf([...usual.filter((it) => !names.has(it.name)), ...more]);
}

/** A PDF of these objects, the first of which is the catalogue and the second the pages. */
export function pdfOf(objects: readonly (string | Buffer)[], trailer = ''): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')];
  const places: number[] = [];
  let at = parts[0]!.length;
  for (const [index, object] of objects.entries()) {
    places.push(at);
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from('\nendobj\n')]);
    parts.push(part);
    at += part.length;
  }
  const rows = places.map((it) => `${String(it).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  parts.push(
    Buffer.from(`${table}trailer\n<</Size ${objects.length + 1}/Root 1 0 R${trailer}>>\nstartxref\n${at}\n%%EOF\n`),
  );
  return Buffer.concat(parts);
}

export const PAGES = [
  '<</Type/Pages/Kids[3 0 R]/Count 1>>',
  '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>',
  '<</Length 24>>\nstream\n1 0 0 rg 50 50 200 300 re f\nendstream',
] as const;

export const plainPdf = (): Buffer => pdfOf(['<</Type/Catalog/Pages 2 0 R>>', ...PAGES]);

/** A box of an MP4. */
export function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

const noughts = (bytes: number): Buffer => Buffer.alloc(bytes);
const be32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** Three seconds of film, 640 by 360, that say where they were taken. */
export function mp4Of(bytes = 20_000, where = '+13.9833+108.0000/'): Buffer {
  const matrix = Buffer.concat([be32(0x10000), noughts(12), be32(0x10000), noughts(12), be32(0x40000000)]);
  const header = box('tkhd', be32(7), noughts(16), noughts(20), matrix, be32(640 * 65_536), be32(360 * 65_536));
  const media = box('mdia', box('hdlr', noughts(8), Buffer.from('vide'), noughts(13)), box('minf', box('stbl')));
  const place = box('udta', box('\u00a9xyz', Buffer.from(`\0\u0012\u0015\u00c7${where}`, 'latin1')));
  const movie = box('mvhd', noughts(12), be32(1_000), be32(3_000), noughts(80));
  return Buffer.concat([
    box('ftyp', Buffer.from('isom'), be32(512), Buffer.from('isomiso2mp41')),
    box('moov', movie, box('trak', header, media), place),
    box('mdat', Buffer.alloc(bytes, 'film')),
  ]);
}

/** So many frames of MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes and 26 ms each. */
export function mp3Of(frames = 100): Buffer {
  const frame = Buffer.alloc(417, 0x55);
  Buffer.from([0xff, 0xfb, 0x90, 0x00]).copy(frame);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

/** Two seconds of Opus, as a page of head and one of sound. */
export function oggOf(): Buffer {
  const page = (flags: number, granule: bigint, body: Buffer): Buffer => {
    const head = Buffer.alloc(27);
    head.write('OggS');
    head.writeUInt8(flags, 5);
    head.writeBigInt64LE(granule, 6);
    const segments: number[] = [];
    for (let rest = body.length; rest >= 0; rest -= 255) segments.push(Math.min(rest, 255));
    head.writeUInt8(segments.length, 26);
    return Buffer.concat([head, Buffer.from(segments), body]);
  };
  const opus = Buffer.alloc(19);
  opus.write('OpusHead');
  opus.writeUInt8(1, 8);
  return Buffer.concat([page(2, 0n, opus), page(4, 96_000n, Buffer.alloc(500, 7))]);
}

/** A photo with a place, a thumbnail’s worth of words and a name of a device in it, lying on its side. */
export function photoOf(width = 800, height = 600): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#2a6f4e' } })
    .withExif({
      IFD0: { Make: 'CANARY-DEVICE', Copyright: 'CANARY-OWNER' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '13/1 58/1 59/1', GPSLongitudeRef: 'E', GPSLongitude: '108/1 0/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 90 })
    .toBuffer();
}
