import { docxOf, odtOf, zipOf } from './samples.ts';
import type { ZipEntry } from './samples.ts';

/** Documents for tests of what is read from them, with words where their form may hold some. */

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** The body of a DOCX of this XML, and these parts beside. */
export const docxWith = (body: string, more: readonly ZipEntry[] = []): Buffer =>
  docxOf([
    {
      name: 'word/document.xml',
      bytes: `${XML}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    },
    ...more,
  ]);

export const xmlPart = (name: string, bytes: string): ZipEntry => ({ name, bytes: `${XML}${bytes}` });

function office(main: string, part: string, parts: readonly ZipEntry[]): Buffer {
  return zipOf([
    xmlPart(
      '[Content_Types].xml',
      `<Types><Override PartName="/${part}" ContentType="${OFFICE}.${main}.main+xml"/></Types>`,
    ),
    xmlPart('_rels/.rels', '<Relationships/>'),
    ...parts,
  ]);
}

/** A workbook of these strings, and this in its first sheet. */
export const xlsxWith = (strings: readonly string[], rows: string, more: readonly ZipEntry[] = []): Buffer =>
  office('spreadsheetml.sheet', 'xl/workbook.xml', [
    ...(more.some((it) => it.name === 'xl/workbook.xml')
      ? []
      : [xmlPart('xl/workbook.xml', '<workbook><sheets><sheet name="Bảng" sheetId="1"/></sheets></workbook>')]),
    xmlPart('xl/worksheets/sheet1.xml', `<worksheet><sheetData>${rows}</sheetData></worksheet>`),
    xmlPart('xl/sharedStrings.xml', `<sst>${strings.map((it) => `<si>${it}</si>`).join('')}</sst>`),
    ...more,
  ]);

export const pptxWith = (slide: string, more: readonly ZipEntry[] = []): Buffer =>
  office('presentationml.presentation', 'ppt/presentation.xml', [
    xmlPart('ppt/presentation.xml', '<p:presentation/>'),
    xmlPart('ppt/slides/slide1.xml', `<p:sld><p:cSld><p:spTree>${slide}</p:spTree></p:cSld></p:sld>`),
    ...more,
  ]);

export const odtWith = (content: string, more: readonly ZipEntry[] = []): Buffer =>
  odtOf([
    xmlPart(
      'content.xml',
      `<office:document-content><office:body><office:text>${content}</office:text></office:body></office:document-content>`,
    ),
    ...more,
  ]);

/** A compound file (CFB) of these streams, each of at least 4,096 bytes so that all lie in whole sectors. */
export function compoundOf(streams: Readonly<Record<string, Buffer>>): Buffer {
  const SECTOR = 512;
  const END = 0xfffffffe;
  const names = Object.keys(streams);
  const bodies = names.map((it) => {
    const size = Math.max(4_096, Math.ceil(streams[it]!.length / SECTOR) * SECTOR);
    return Buffer.concat([streams[it]!], size);
  });
  const directorySectors = Math.ceil((names.length + 1) / 4);
  const bodySectors = bodies.map((it) => it.length / SECTOR);
  const used = directorySectors + bodySectors.reduce((a, b) => a + b, 0);
  let tables = 1;
  while (tables * 128 < used + tables) tables += 1;
  const follows = Buffer.alloc(tables * SECTOR, 0xff);
  let at = 0;
  for (; at < tables; at += 1) follows.writeUInt32LE(0xfffffffd, at * 4);
  const chain = (length: number): number => {
    const first = at;
    for (let place = 0; place < length; place += 1, at += 1)
      follows.writeUInt32LE(place === length - 1 ? END : at + 1, at * 4);
    return first;
  };
  const directory = Buffer.alloc(directorySectors * SECTOR);
  const directoryAt = chain(directorySectors);
  const entry = (
    place: number,
    name: string,
    type: number,
    links: readonly [number, number, number],
    first: number,
    size: number,
  ): void => {
    const from = place * 128;
    directory.write(name, from, 'utf16le');
    directory.writeUInt16LE((name.length + 1) * 2, from + 64);
    directory.writeUInt8(type, from + 66);
    for (const [index, link] of links.entries()) directory.writeUInt32LE(link, from + 68 + index * 4);
    directory.writeUInt32LE(first, from + 116);
    directory.writeUInt32LE(size, from + 120);
  };
  const NONE = 0xffffffff;
  entry(0, 'Root Entry', 5, [NONE, NONE, names.length > 0 ? 1 : NONE], END, 0);
  for (const [index, name] of names.entries()) {
    const right = index + 2 <= names.length ? index + 2 : NONE;
    entry(index + 1, name, 2, [NONE, right, NONE], chain(bodySectors[index]!), Math.max(4_096, streams[name]!.length));
  }
  const head = Buffer.alloc(SECTOR);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(head);
  head.writeUInt16LE(0x3e, 0x18);
  head.writeUInt16LE(3, 0x1a);
  head.writeUInt16LE(0xfffe, 0x1c);
  head.writeUInt16LE(9, 0x1e);
  head.writeUInt16LE(6, 0x20);
  head.writeUInt32LE(tables, 0x2c);
  head.writeUInt32LE(directoryAt, 0x30);
  head.writeUInt32LE(4_096, 0x38);
  head.writeUInt32LE(END, 0x3c);
  head.writeUInt32LE(END, 0x44);
  head.fill(0xff, 0x4c);
  for (let place = 0; place < Math.min(tables, 109); place += 1) head.writeUInt32LE(place, 0x4c + place * 4);
  return Buffer.concat([head, follows, directory, ...bodies]);
}

/** A document of Word 97: its body, and what stands in its other parts, in the order the form has them. */
export function docOf(
  body: string,
  {
    parts = {},
    flags = 0,
    more = {},
  }: {
    parts?: Partial<Record<'note' | 'header' | 'comment' | 'box', string>>;
    flags?: number;
    more?: Readonly<Record<string, Buffer>>;
  } = {},
): Buffer {
  const texts = [`${body}\r`, parts.note ?? '', parts.header ?? '', '', parts.comment ?? '', '', parts.box ?? '', ''];
  const TEXT_AT = 1_024;
  const whole = Buffer.from(texts.join(''), 'utf16le');
  const main = Buffer.alloc(TEXT_AT + whole.length);
  main.writeUInt16LE(0xa5ec, 0);
  main.writeUInt16LE(0xc1, 2);
  main.writeUInt16LE(0x0200 | flags, 0x0a);
  for (const [place, text] of texts.entries()) main.writeUInt32LE(text.length, 0x4c + place * 4);
  whole.copy(main, TEXT_AT);
  // Two pieces, so that a word may lie over both.
  const letters = whole.length / 2;
  const middle = Math.floor(letters / 2);
  const table = Buffer.alloc(5 + 3 * 4 + 2 * 8);
  table.writeUInt8(2, 0);
  table.writeUInt32LE(3 * 4 + 2 * 8, 1);
  for (const [place, letter] of [0, middle, letters].entries()) table.writeUInt32LE(letter, 5 + place * 4);
  table.writeUInt32LE(TEXT_AT, 5 + 12 + 2);
  table.writeUInt32LE(TEXT_AT + middle * 2, 5 + 12 + 8 + 2);
  main.writeUInt32LE(0, 0x01a2);
  main.writeUInt32LE(table.length, 0x01a6);
  return compoundOf({ WordDocument: main, '1Table': table, ...more });
}

/** A mail of this head and this body. */
export const mailOf = (head: Readonly<Record<string, string>>, body: string): Buffer =>
  Buffer.from(
    `${Object.entries({ From: 'a@gialai.gov.vn', To: 'b@gialai.gov.vn', ...head })
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n')}\r\n\r\n${body}`,
  );

/** A mail of several parts, each with its own head. */
export const mailWith = (...parts: readonly (readonly [head: string, body: string])[]): Buffer =>
  mailOf(
    { 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary="=_giua"' },
    `${parts.map(([head, body]) => `--=_giua\r\n${head}\r\n\r\n${body}\r\n`).join('')}--=_giua--\r\n`,
  );
