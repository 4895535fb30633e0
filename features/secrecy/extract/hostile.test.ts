import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import sharp from 'sharp';

import {
  compoundOf,
  docOf,
  docxWith,
  mailOf,
  mailWith,
  odtWith,
  pptxWith,
  xlsxWith,
  xmlPart,
} from '../../../testing/documents.ts';
import { mp3Of, mp4Of, oggOf, PAGES, pdfOf, plainPdf, zipOf } from '../../../testing/samples.ts';
import { Refused } from '../../files/check/finding.ts';
import { extensionOf } from '../../files/rules.ts';
import { contentsOf } from './extract.ts';
import { htmlIn } from './html.ts';
import { CHUNK, Lines, OVERLAP } from './lines.ts';
import { newBudget } from './piece.ts';
import type { Piece } from './piece.ts';
import { printed } from './sheet.ts';

/** What came out of it, or by which code it was refused; anything else fails. */
async function read(name: string, bytes: Buffer): Promise<Piece[] | string> {
  try {
    return await Array.fromAsync(contentsOf(extensionOf(name), Buffer.from(bytes)));
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

const bomb = deflateRawSync(Buffer.alloc(160 * 1_048_576), { level: 9 });
const nested = (depth: number): string => `${'<a>'.repeat(depth)}x${'</a>'.repeat(depth)}`;
const word = (bytes: Buffer): Buffer => docOf('a', { more: { Data: bytes } });

/** A head of an old bitmap that promises more than there is. */
function bitmap(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(60);
  bytes.write('BM');
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

/** Pieces of a document that lie over each other a thousand times. */
function overlaid(): Buffer {
  const body = 'a'.repeat(200_000);
  const bytes = docOf(body);
  // The table follows the text: each of its two pieces claims all letters there could be.
  const at = bytes.lastIndexOf(Buffer.from([2, 28, 0, 0, 0]));
  bytes.writeUInt32LE(0x7fffffff, at + 5 + 4);
  bytes.writeUInt32LE(0xfffffffe, at + 5 + 8);
  return bytes;
}

const HOSTILE: readonly (readonly [name: string, bytes: () => Buffer, code: string])[] = [
  ['a.exe', () => Buffer.from('MZ'), 'file.kind_refused'],
  ['a.bin', () => compoundOf({ a: Buffer.from('a') }), 'file.kind_refused'],
  ['a.docx', () => compoundOf({ EncryptedPackage: Buffer.alloc(10) }), 'file.unchecked'],
  ['a.docx', () => docxWith('').subarray(0, 500), 'file.damaged'],
  ['a.docx', () => docxWith('', [{ name: 'word/a.xml', packed: bomb }]), 'file.too_much_inside'],
  [
    'a.docx',
    () => docxWith('', [{ name: 'word/media/a.emz', bytes: gzipSync(Buffer.alloc(110_000_000)) }]),
    'file.unchecked',
  ],
  ['a.docx', () => docxWith('', [xmlPart('word/a.xml', nested(6_000))]), 'file.too_much_inside'],
  [
    'a.docx',
    () => docxWith('', [{ name: 'word/a.xml', bytes: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' }]),
    'file.active',
  ],
  [
    'a.docx',
    () => docxWith('', [{ name: 'word/a.xml', bytes: Buffer.from([0x3c, 0x61, 0xff, 0x3e]) }]),
    'file.unchecked',
  ],
  ['a.docx', () => docxWith('', [{ name: 'word/media/a.wdp', bytes: randomBytes(400) }]), 'file.unchecked'],
  ['a.docx', () => docxWith('', [{ name: 'word/media/a.png', bytes: randomBytes(400) }]), 'file.unchecked'],
  ['a.docx', () => docxWith('', [{ name: 'word/media/a.bmp', bytes: bitmap(30_000, 30_000) }]), 'file.too_much_inside'],
  ['a.docx', () => docxWith('', [{ name: 'word/media/a.bmp', bytes: bitmap(300, 300) }]), 'file.damaged'],
  [
    'a.docx',
    () =>
      docxWith('', [{ name: 'word/embeddings/a.bin', bytes: compoundOf({ '\u0001Ole10Native': Buffer.alloc(9) }) }]),
    'file.active',
  ],
  [
    'a.docx',
    () => docxWith('', [{ name: 'word/embeddings/a.bin', bytes: compoundOf({ VisioDocument: Buffer.alloc(9) }) }]),
    'file.unchecked',
  ],
  [
    'a.docx',
    () =>
      [1, 2, 3, 4, 5, 6].reduce(
        (inner) => docxWith('', [{ name: 'word/embeddings/a.docx', bytes: inner }]),
        docxWith(''),
      ),
    'file.too_much_inside',
  ],
  [
    'a.xlsx',
    () =>
      xlsxWith([], '', [
        {
          name: 'xl/embeddings/a.bin',
          bytes: compoundOf({ Workbook: Buffer.from([0x09, 8, 0, 0, 0x2f, 0, 2, 0, 0, 0]) }),
        },
      ]),
    'file.unchecked',
  ],
  ['a.zip', () => zipOf([{ name: 'a.txt', bytes: 'a', flags: 0x801 }]), 'file.unchecked'],
  ['a.zip', () => zipOf([{ name: 'a.txt', packed: bomb }]), 'file.too_much_inside'],
  [
    'a.zip',
    () => [1, 2].reduce((inner) => zipOf([{ name: 'a.zip', bytes: inner }]), zipOf([{ name: 'a.txt', bytes: 'a' }])),
    'file.too_much_inside',
  ],
  ['a.zip', () => zipOf([{ name: 'a.xls', bytes: 'a' }]), 'file.kind_refused'],
  ['a.doc', () => docOf('a', { flags: 0x100 }), 'file.unchecked'],
  ['a.doc', () => overlaid(), 'file.too_much_inside'],
  ['a.doc', () => compoundOf({ WordDocument: Buffer.alloc(5_000) }), 'file.damaged'],
  ['a.doc', () => docOf('a').subarray(0, 3_000), 'file.damaged'],
  [
    'a.doc',
    () => word(Buffer.concat([Buffer.from('403d1af0', 'hex'), Buffer.from([100, 0, 0, 0]), Buffer.alloc(200)])),
    'file.damaged',
  ],
  ['a.rtf', () => Buffer.from('{\\rtf1 a'), 'file.damaged'],
  ['a.rtf', () => Buffer.from('{\\rtf1{\\pict\\pngblip 00112233445566778899aabbccddeeff00112233}}'), 'file.unchecked'],
  ['a.rtf', () => Buffer.from('{\\rtf1{\\pict\\bin99999 a}}'), 'file.damaged'],
  ['a.eml', () => mailOf({ 'Content-Type': 'multipart/encrypted; boundary=a' }, '--a--'), 'file.unchecked'],
  ['a.eml', () => mailOf({ 'Content-Type': 'text/plain; charset=utf-7' }, '+AKM-'), 'file.unchecked'],
  [
    'a.eml',
    () => mailOf({ 'Content-Type': 'text/html; charset=utf-8' }, '<div>'.repeat(3_000)),
    'file.too_much_inside',
  ],
  ['a.eml', () => mailWith(['Content-Type: application/zip; name="a.zip"', 'PK']), 'file.damaged'],
  ['a.pdf', () => plainPdf().subarray(0, 200), 'file.damaged'],
  [
    'a.pdf',
    () =>
      pdfOf([
        '<</Type/Catalog/Pages 2 0 R>>',
        ...PAGES,
        '<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length 3>>\nstream\nabc\nendstream',
      ]),
    'file.damaged',
  ],
  [
    'a.pdf',
    () =>
      pdfOf(
        [
          '<</Type/Catalog/Pages 2 0 R>>',
          ...PAGES,
          '<</Filter/Standard/V 1/R 2/O(01234567890123456789012345678901)/U(01234567890123456789012345678901)/P -4>>',
        ],
        '/Encrypt 5 0 R/ID[(a)(b)]',
      ),
    'file.unchecked',
  ],
];

test('what cannot be read to its end is refused, each by its name', async (t) => {
  const wrong: string[] = [];
  for (const [at, [name, bytes, wanted]] of HOSTILE.entries()) {
    const found = await read(name, bytes());
    if (found !== wanted)
      wrong.push(`${name} (${at}): ${typeof found === 'string' ? found : `${found.length} pieces`}, not ${wanted}`);
  }
  assert.deepEqual(wrong, []);
  t.diagnostic(`${HOSTILE.length} files`);
});

test('a PDF that leads back to itself is read once, or refused', async () => {
  const content = '<</Length 17>>\nstream\n/X Do            \nendstream';
  const circles = [
    // Pages that hold the pages, a drawing that draws itself.
    pdfOf([
      '<</Type/Catalog/Pages 2 0 R>>',
      '<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>',
    ]),
    pdfOf([
      '<</Type/Catalog/Pages 2 0 R>>',
      '<</Type/Pages/Kids[3 0 R]/Count 1>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>',
      content,
      '<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 5 0 R>>>>/Length 17>>\nstream\n/X Do            \nendstream',
    ]),
    pdfOf([
      '<</Type/Catalog/Pages 2 0 R/Outlines 4 0 R>>',
      '<</Type/Pages/Kids[3 0 R]/Count 1>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>',
      '<</First 4 0 R/Next 4 0 R/Title(a)>>',
    ]),
  ];
  for (const bytes of circles) {
    const found = await read('a.pdf', bytes);
    assert.ok(Array.isArray(found) ? found.length < 20 : found.startsWith('file.'));
  }
});

test('more pictures than a file may hold are not counted to the end', async () => {
  const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const many = Buffer.concat([Buffer.alloc(68), ...Array.from({ length: 1_100 }, () => png)]);
  assert.equal(await read('a.doc', word(many)), 'file.too_much_inside');
  const links = Array.from({ length: 1_100 }, () => `<img src="data:image/png;base64,${png.toString('base64')}">`).join(
    '',
  );
  assert.equal(await read('a.eml', mailOf({ 'Content-Type': 'text/html' }, links)), 'file.too_much_inside');
});

test('a marking at the border of two pieces stands whole in one of them', () => {
  for (const long of [CHUNK - 10, CHUNK - 3, CHUNK - 1, CHUNK, CHUNK + 1]) {
    for (const between of [' ', '\n']) {
      const lines = new Lines('body');
      lines.add(`${'x'.repeat(long)}${between}TUYỆT GẤU${between}${'y'.repeat(CHUNK)}`);
      const pieces = Array.from(lines.end());
      assert.ok(
        pieces.some((it) => 'text' in it && it.text.includes('TUYỆT GẤU')),
        `${long}`,
      );
      for (const it of pieces) assert.ok('text' in it && it.text.length <= CHUNK + OVERLAP);
    }
  }
});

test('what is long takes no longer than its length', () => {
  const most = 65_536;
  const page = (text: string): void => void Array.from(htmlIn([text], newBudget()));
  const runs: Readonly<Record<string, () => void>> = {
    remarks: () => page(`<!-- ${'<style'.repeat(most / 6)} -->`),
    brackets: () => page(`<!-- ${'<'.repeat(most)} -->`),
    entities: () => page('&amp'.repeat(most / 4)),
    attributes: () => page(`<p ${'a="'.repeat(most / 3)}`),
    codes: () => void printed('&"'.repeat(most / 2)),
    letters: () => {
      const lines = new Lines('body');
      for (let at = 0; at < most / 2; at += 1) lines.add('a');
      Array.from(lines.end());
    },
  };
  for (const [name, run] of Object.entries(runs)) {
    run();
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    // Twice as long where it is a square of it would be a minute.
    assert.ok(user + system < 2_000_000, `${name}: ${(user + system) / 1_000} ms`);
  }
});

test('damaged at random, a file is read or refused, and nothing else', async (t) => {
  const png = await sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const seeds: readonly (readonly [string, Buffer])[] = [
    ['a.docx', docxWith('<w:p><w:r><w:t>a</w:t></w:r></w:p>', [{ name: 'word/media/a.bmp', bytes: bitmap(2, 1) }])],
    ['a.xlsx', xlsxWith(['<t>a</t>'], '<row r="1"><c r="A1" t="s"><v>0</v></c></row>')],
    ['a.pptx', pptxWith('<a:p><a:r><a:t>a</a:t></a:r></a:p>')],
    ['a.odt', odtWith('<text:p>a</text:p>')],
    [
      'a.doc',
      docOf('Báo cáo', {
        parts: { header: 'a\r', box: 'b\r' },
        more: { Data: Buffer.concat([png, deflateSync('a')]) },
      }),
    ],
    [
      'a.rtf',
      Buffer.from(
        `{\\rtf1\\ansicpg1258{\\fonttbl{\\f0\\fcharset163 a;}}{\\header a}\\f0 b\\'ea\\u273?{\\pict\\pngblip ${png.toString('hex')}}\\par}`,
      ),
    ],
    [
      'a.eml',
      mailWith(
        ['Content-Type: text/plain; charset=utf-8', 'a'],
        ['Content-Type: text/html', '<p title=a>b<table><tr><td>c'],
        ['Content-Type: image/png\r\nContent-Transfer-Encoding: base64', png.toString('base64')],
      ),
    ],
    ['a.txt', Buffer.from('Báo cáo\n')],
    ['a.zip', zipOf([{ name: 'a.txt', bytes: 'a', stored: true }])],
    ['a.pdf', plainPdf()],
    ['a.mp3', Buffer.concat([Buffer.from('ID3\u0003\0\0\0\0\0\u0014TIT2'), Buffer.alloc(16, 'a'), mp3Of(5)])],
    ['a.mp4', mp4Of(500)],
    ['a.ogg', oggOf()],
  ];
  const rounds = Number(process.env.EXTRACT_DAMAGED ?? 12);
  let refused = 0;
  for (let round = 0; round < rounds; round += 1)
    for (const [name, bytes] of seeds) {
      const hurt = Buffer.from(bytes);
      for (let times = 0; times < 1 + (round % 6) * 3; times += 1) {
        const at = Math.floor(Math.random() * hurt.length);
        hurt[at] = round % 2 === 0 ? hurt[at]! ^ (1 << (times % 8)) : Math.floor(Math.random() * 256);
      }
      if (typeof (await read(name, hurt)) === 'string') refused += 1;
    }
  t.diagnostic(`${rounds * seeds.length} files, ${refused} refused`);
});
