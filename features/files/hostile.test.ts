import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { before, test } from 'node:test';

import sharp from 'sharp';

import { compoundOf, docOf, mailOf, mailWith } from '../../testing/documents.ts';
import {
  box,
  docxOf,
  mp3Of,
  mp4Of,
  odtOf,
  oggOf,
  PAGES,
  pdfOf,
  photoOf,
  plainPdf,
  zipOf,
} from '../../testing/samples.ts';
import { Refused } from './check/finding.ts';
import { lookAt as lookHere } from './check/look.ts';
import { commandFor, CPU_SECONDS_MOST, look, MEMORY_MOST } from './check/run.ts';
import type { Cost, Outcome as Answer } from './check/run.ts';

import { extensionOf, isTaken } from './rules.ts';
import type { Wish } from './rules.ts';

type Outcome = Exclude<Answer, { readonly starved: true }>;

/** What came of a file, and what it cost. */
async function lookAt(name: string, bytes: Buffer, wish: Wish = 'document', cost?: Cost): Promise<Outcome> {
  const extension = extensionOf(name);
  assert.ok(isTaken(extension), name);
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  }
  for (;;) {
    const outcome = await look({ extension, wish, bytes: bytes.length }, pieces(), { cost });
    // A machine that has something else to do is no answer.
    if (!('starved' in outcome)) return outcome;
  }
}

const codeOf = (outcome: Outcome): string => ('found' in outcome ? outcome.found.kind : outcome.refused.code);

/** Two images of a colour each. */
let jpeg: Buffer;
let png: Buffer;
let frames: Buffer[];

before(async () => {
  jpeg = await photoOf(300, 200);
  frames = await Promise.all(
    Array.from({ length: 101 }, (_, at) =>
      sharp({ create: { width: 8, height: 8, channels: 3, background: { r: at * 2, g: 0, b: 255 - at } } })
        .png()
        .toBuffer(),
    ),
  );
  png = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
});

const catalog = (more: string): string => `<</Type/Catalog/Pages 2 0 R${more}>>`;
const active = (more: string, ...objects: string[]): Buffer => pdfOf([catalog(more), ...PAGES, ...objects]);
const packed = (text: string): Buffer => {
  const body = deflateSync(Buffer.from(text));
  return Buffer.concat([
    Buffer.from(`<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length ${body.length}>>\nstream\n`),
    body,
    Buffer.from('\nendstream'),
  ]);
};
const VBA = { name: 'word/vbaProject.bin', bytes: randomBytes(500) };
const types = (main: string): { name: string; bytes: string } => ({
  name: '[Content_Types].xml',
  bytes: `<?xml version="1.0" encoding="UTF-8"?><Types><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`,
});
const relations = (type: string, target: string): { name: string; bytes: string } => ({
  name: 'word/_rels/document.xml.rels',
  bytes: `<?xml version="1.0" encoding="UTF-8"?><Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}" TargetMode="External"/></Relationships>`,
});
const compound = (word: string): Buffer =>
  Buffer.concat([
    Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    Buffer.alloc(600),
    Buffer.from(word, 'utf16le'),
    Buffer.alloc(600),
  ]);
/** A document whose list of sectors goes in a circle. */
function circling(): Buffer {
  const bytes = docOf('a');
  bytes.writeUInt32LE(1, 512 + 4);
  return bytes;
}
const zeros = (megabytes: number): Buffer => deflateRawSync(Buffer.alloc(megabytes * 1_048_576), { level: 9 });
const bomb = zeros(600);
const nines = deflateRawSync(Buffer.alloc(9_000_000, 'ab'));

/** A picture’s header that announces more than there is. */
function pngOf(width: number, height: number): Buffer {
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

type Case = readonly [name: string, bytes: () => Buffer | Promise<Buffer>, wanted: string, wish?: Wish];

const HARMLESS: readonly Case[] = [
  ['anh.jpg', () => jpeg, 'photo'],
  ['anh.png', () => png, 'photo'],
  ['to-trinh.docx', () => docxOf(), 'document'],
  ['to-trinh.docx', () => docxOf([relations('hyperlink', 'https://gialai.gov.vn')]), 'document'],
  ['to-trinh.docx', () => docxOf([relations('attachedTemplate', 'file:///C:\\Mau\\cong-van.dotx')]), 'document'],
  ['to-trinh.docx', () => docxOf([{ name: 'word/embeddings/bang.docx', bytes: docxOf() }]), 'document'],
  ['to-trinh.odt', () => odtOf(), 'document'],
  ['cu.doc', () => docOf('Báo cáo số 694/BC-UBND'), 'document'],
  ['cu.doc', () => docOf('a', { more: { CONTENTS: plainPdf(), Package: docxOf() } }), 'document'],
  ['thu.rtf', () => Buffer.from('{\\rtf1\\ansi{\\header a}B\\u225?o c\\u225?o\\par}\r\n\0'), 'document'],
  [
    'thu.rtf',
    () => Buffer.from('{\\rtf1{\\field{\\*\\fldinst HYPERLINK "https://gialai.gov.vn"}{\\fldrslt a}}}'),
    'document',
  ],
  ['thu.eml', () => mailOf({ Subject: 'a' }, 'Kính gửi\r\n'), 'document'],
  [
    'thu.eml',
    () =>
      mailWith(
        ['Content-Type: text/html; charset=utf-8', '<p>Kính gửi</p>'],
        [
          'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64',
          plainPdf().toString('base64'),
        ],
        ['Content-Type: message/rfc822', mailOf({}, 'trong').toString()],
      ),
    'document',
  ],
  ['ke-hoach.pdf', () => plainPdf(), 'document'],
  ['ke-hoach.pdf', () => pdfOf([catalog(''), ...PAGES, packed('9 0 <</S/GoTo/D[3 0 R/Fit]>>')]), 'document'],
  ['phim.mp4', () => mp4Of(), 'video'],
  ['thoai.m4a', () => mp3Of(), 'file.mismatch'],
  ['thoai.mp3', () => mp3Of(), 'voice', 'voice'],
  ['thoai.ogg', () => oggOf(), 'voice', 'voice'],
  ['danh-sach.csv', () => Buffer.from('họ tên,xã\nSiu H’Nga,Ia Grai\n'), 'document'],
  ['cu.txt', () => Buffer.from([0xb8, 0xae, 0x9d, 0x20, 0x41, 0x0a]), 'document'],
  [
    'ho-so.zip',
    () => zipOf([{ name: 'hồ sơ/' }, { name: 'hồ sơ/a.docx', bytes: docxOf() }, { name: 'hồ sơ/b.jpg', bytes: jpeg }]),
    'document',
  ],
  ['ho-so.zip', () => zipOf([{ name: 'trong.zip', bytes: zipOf([{ name: 'a.pdf', bytes: plainPdf() }]) }]), 'document'],
];

const HOSTILE: readonly Case[] = [
  // Of another kind than the name says, and of two kinds at once.
  ['anh.jpg', () => png, 'file.mismatch'],
  ['anh.png', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'file.mismatch'],
  ['anh.jpg', () => Buffer.from('<html><script>alert(1)</script></html>'), 'file.mismatch'],
  ['anh.gif', () => Buffer.from('GIF89a/*<script>alert(1)</script>*/=1;'), 'file.damaged'],
  ['anh.jpg', () => jpeg.subarray(0, jpeg.length / 2), 'file.damaged'],
  ['ke-hoach.pdf', () => Buffer.concat([Buffer.from('MZ'), plainPdf()]), 'file.mismatch'],
  [
    'ke-hoach.pdf',
    () => Buffer.concat([plainPdf(), zipOf([{ name: 'a.exe', bytes: randomBytes(5_000) }])]),
    'file.damaged',
  ],
  ['ke-hoach.pdf', () => Buffer.from('%PDF-1.7 nothing else startxref %%EOF'), 'file.damaged'],
  ['to-trinh.docx', () => plainPdf(), 'file.mismatch'],
  ['to-trinh.docx', () => odtOf(), 'file.mismatch'],
  ['to-trinh.odt', () => docxOf(), 'file.mismatch'],
  ['bang.xlsx', () => docxOf(), 'file.mismatch'],
  ['to-trinh.docx', () => compound('WordDocument'), 'file.mismatch'],
  ['ho-so.zip', () => docxOf(), 'file.mismatch'],
  ['ho-so.zip', () => zipOf([{ name: 'META-INF/MANIFEST.MF', bytes: 'Main-Class: X' }]), 'file.mismatch'],
  ['ho-so.zip', () => Buffer.concat([jpeg, zipOf([{ name: 'a.txt', bytes: 'a' }])]), 'file.mismatch'],
  ['ho-so.zip', () => zipOf([{ name: 'a.txt', bytes: 'a' }], randomBytes(5_000)), 'file.damaged'],
  ['doc.txt', () => Buffer.from('  <!DOCTYPE html><script>alert(1)</script>'), 'file.mismatch'],
  ['doc.csv', () => Buffer.from('\ufeff<svg onload=alert(1)>'), 'file.mismatch'],
  ['doc.txt', () => Buffer.from('MZ\u0090\u0000\u0003', 'latin1'), 'file.mismatch'],
  ['doc.txt', () => Buffer.from('#!/bin/sh\nrm -rf ~'), 'file.mismatch'],
  ['phim.mp4', () => Buffer.concat([mp4Of(), Buffer.from('<html><script>alert(1)</script>')]), 'file.damaged'],
  ['phim.mp4', () => mp4Of().subarray(0, 15_000), 'file.damaged'],
  [
    'phim.mp4',
    () => Buffer.concat([box('ftyp', Buffer.from('heic\0\0\0\0heic')), box('meta'), box('mdat')]),
    'file.mismatch',
  ],
  ['phim.webm', () => mp4Of(), 'file.mismatch'],
  [
    'phim.webm',
    () => Buffer.concat([Buffer.from('1a45dfa3934282847765626d', 'hex'), randomBytes(500)]),
    'file.damaged',
  ],
  [
    'thoai.mp3',
    () =>
      Buffer.concat([
        Buffer.from('ID3\u0003\0\0\0\0\0\n'),
        Buffer.alloc(10),
        Buffer.from('<html><script>alert(1)</script>'),
      ]),
    'file.mismatch',
  ],
  ['thoai.mp3', () => Buffer.concat([mp3Of(5), randomBytes(200_000)]), 'file.damaged'],
  ['thoai.ogg', () => Buffer.concat([oggOf(), randomBytes(3_000)]), 'file.damaged'],
  ['khung.mp4', () => mp4Of(), 'file.mismatch', 'poster'],
  ['cu.doc', () => plainPdf(), 'file.mismatch'],
  ['cu.doc', () => compound('Workbook'), 'file.damaged'],
  ['cu.doc', () => compoundOf({ Workbook: Buffer.alloc(5_000) }), 'file.mismatch'],
  ['cu.doc', () => docOf('a'.repeat(9_000)).subarray(0, 6_000), 'file.damaged'],
  ['cu.doc', () => Buffer.concat([docOf('a'), zipOf([{ name: 'a.exe', bytes: randomBytes(80_000) }])]), 'file.damaged'],
  ['cu.doc', () => circling(), 'file.damaged'],
  ['thu.rtf', () => Buffer.from('<html>'), 'file.mismatch'],
  ['thu.rtf', () => Buffer.from('{\\rtf1 a'), 'file.damaged'],
  ['thu.rtf', () => Buffer.from('{\\rtf1 a}<script>alert(1)</script>'), 'file.damaged'],
  ['thu.rtf', () => Buffer.concat([Buffer.from('{\\rtf1 a}'), zipOf([{ name: 'a', bytes: 'a' }])]), 'file.damaged'],
  ['thu.rtf', () => Buffer.from(`{\\rtf1${'{'.repeat(3_000)}${'}'.repeat(3_001)}`), 'file.too_much_inside'],
  ['thu.eml', () => Buffer.from('Không phải thư\r\n\r\n'), 'file.mismatch'],
  ['thu.eml', () => Buffer.from('<html><script>alert(1)</script>'), 'file.mismatch'],
  ['thu.eml', () => plainPdf(), 'file.mismatch'],
  ['thu.eml', () => mailOf({ 'Content-Type': 'multipart/mixed; boundary=a' }, 'none'), 'file.damaged'],
  [
    'thu.eml',
    () =>
      [1, 2, 3, 4].reduce((inner) => mailOf({ 'Content-Type': 'message/rfc822' }, inner.toString()), mailOf({}, 'a')),
    'file.too_much_inside',
  ],
  [
    'thu.eml',
    () => mailWith(...Array.from({ length: 600 }, () => ['Content-Type: text/plain', 'a'] as const)),
    'file.too_much_inside',
  ],
  // What runs.
  ['to-trinh.docx', () => docxOf([VBA]), 'file.active'],
  ['to-trinh.docx', () => docxOf([types('application/vnd.ms-word.document.macroEnabled.main+xml')]), 'file.active'],
  ['to-trinh.docx', () => docxOf([types('application/vnd.ms-word.document.macro&#69;nabled.main+xml')]), 'file.active'],
  ['to-trinh.docx', () => docxOf([relations('attachedTemplate', 'https://xau.example/mau.dotm')]), 'file.active'],
  ['to-trinh.docx', () => docxOf([relations('oleObject', '\\\\xau.example\\a\\b')]), 'file.active'],
  ['to-trinh.docx', () => docxOf([relations('frame', 'htt&#112;s://xau.example')]), 'file.active'],
  [
    'to-trinh.docx',
    () => docxOf([{ name: 'word/embeddings/oleObject1.bin', bytes: compound('\u0001Ole10Native') }]),
    'file.active',
  ],
  ['to-trinh.docx', () => docxOf([{ name: 'word/embeddings/a.exe', bytes: 'MZ' }]), 'file.active'],
  ['to-trinh.docx', () => docxOf([{ name: 'word/embeddings/a.docx', bytes: docxOf([VBA]) }]), 'file.active'],
  ['to-trinh.docx', () => docxOf([{ name: 'word/activeX/activeX1.xml', bytes: '<a/>' }]), 'file.active'],
  [
    'to-trinh.docx',
    () => docxOf([{ name: 'word/a.xml', bytes: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>' }]),
    'file.active',
  ],
  [
    'to-trinh.docx',
    () => docxOf([{ name: 'word/a.xml', bytes: Buffer.from('\ufeff<a>vbaProject</a>', 'utf16le') }]),
    'file.unchecked',
  ],
  [
    'to-trinh.docx',
    () => docxOf([{ name: 'word/a.xml', bytes: '<?xml version="1.0" encoding="utf-7"?><a/>' }]),
    'file.unchecked',
  ],
  ['to-trinh.odt', () => odtOf([{ name: 'Basic/Standard/Module1.xml', bytes: '<a/>' }]), 'file.active'],
  ['to-trinh.odt', () => odtOf([{ name: 'Scripts/python/a.py', bytes: 'import os' }]), 'file.active'],
  ['ke-hoach.pdf', () => active('/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>'), 'file.active'],
  ['ke-hoach.pdf', () => active('/OpenAction<</S/J#61vaScript/JS 5 0 R>>', '(x)'), 'file.active'],
  ['ke-hoach.pdf', () => active('/OpenAction<</S/Launch/F(cmd.exe)>>'), 'file.active'],
  ['ke-hoach.pdf', () => active('/Names<</EmbeddedFiles 5 0 R>>', '<</Names[]>>'), 'file.active'],
  ['ke-hoach.pdf', () => active('/AcroForm<</XFA 5 0 R>>', '<</A 1>>'), 'file.active'],
  ['ke-hoach.pdf', () => pdfOf([catalog(''), ...PAGES, packed('9 0 <</S/JavaScript/JS(x)>>')]), 'file.active'],
  ['ho-so.zip', () => zipOf([{ name: 'a.exe', bytes: 'MZ' }]), 'file.kind_refused'],
  ['ho-so.zip', () => zipOf([{ name: 'a.pdf.js', bytes: 'x' }]), 'file.kind_refused'],
  ['ho-so.zip', () => zipOf([{ name: 'a.docx', bytes: docxOf([VBA]) }]), 'file.active'],
  ['ho-so.zip', () => zipOf([{ name: 'a.jpg', bytes: 'MZ\u0090\u0000' }]), 'file.mismatch'],
  ['cu.doc', () => docOf('a', { more: { _VBA_PROJECT: Buffer.alloc(9) } }), 'file.active'],
  ['cu.doc', () => docOf('a', { more: { '\u0001Ole10Native': Buffer.alloc(9) } }), 'file.active'],
  ['cu.doc', () => docOf('a', { more: { Package: docxOf([VBA]) } }), 'file.active'],
  ['thu.rtf', () => Buffer.from('{\\rtf1{\\object\\objemb{\\*\\objdata 0105000002}}}'), 'file.active'],
  ['thu.rtf', () => Buffer.from('{\\rtf1{\\object\\objautlink\\objupdate a}}'), 'file.active'],
  ['thu.rtf', () => Buffer.from('{\\rtf1{\\field{\\*\\fldinst {\\b D}DEAUTO c:\\\\windows "cmd"}}}'), 'file.active'],
  ['thu.rtf', () => Buffer.from('{\\rtf1{\\*\\template https://xau.example/a.dotm}}'), 'file.active'],
  [
    'thu.rtf',
    () => Buffer.from('{\\rtf1{\\field{\\*\\fldinst INCLUDEPICTURE "https://xau.example/a"}}}'),
    'file.active',
  ],
  ['thu.eml', () => mailWith(['Content-Type: application/octet-stream; name="a.exe"', 'MZ']), 'file.kind_refused'],
  [
    'thu.eml',
    () => mailWith(['Content-Type: text/html\r\nContent-Disposition: attachment; filename="a.html"', '<p>']),
    'file.kind_refused',
  ],
  [
    'thu.eml',
    () => mailWith(['Content-Type: text/plain; name="a.docx"', docxOf([VBA]).toString('base64')]),
    'file.mismatch',
  ],
  // What cannot be looked into.
  ['cu.doc', () => docOf('a', { flags: 0x100 }), 'file.unchecked'],
  ['cu.doc', () => docOf('a', { more: { EncryptionInfo: Buffer.alloc(9) } }), 'file.unchecked'],
  ['thu.eml', () => mailOf({ 'Content-Type': 'application/pkcs7-mime; name=smime.p7m' }, 'MIIB'), 'file.unchecked'],
  ['thu.eml', () => mailOf({ 'Content-Transfer-Encoding': 'x-uuencode' }, 'begin'), 'file.unchecked'],
  [
    'thu.eml',
    () => Buffer.from('From: a\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\n<p>'),
    'file.unchecked',
  ],
  ['to-trinh.docx', () => compound('EncryptedPackage'), 'file.unchecked'],
  [
    'to-trinh.odt',
    () => odtOf([{ name: 'META-INF/manifest.xml', bytes: '<?xml version="1.0"?><m><manifest:encryption-data/></m>' }]),
    'file.unchecked',
  ],
  [
    'ke-hoach.pdf',
    () =>
      pdfOf(
        [
          catalog(''),
          ...PAGES,
          '<</Filter/Standard/V 1/R 2/O(01234567890123456789012345678901)/U(01234567890123456789012345678901)/P -4>>',
        ],
        '/Encrypt 5 0 R/ID[(a)(b)]',
      ),
    'file.unchecked',
  ],
  ['ho-so.zip', () => zipOf([{ name: 'a.txt', bytes: 'bí mật', flags: 0x801 }]), 'file.unchecked'],
  ['ho-so.zip', () => zipOf([{ name: 'a.txt', bytes: 'a', method: 12, packed: Buffer.from('x') }]), 'file.unchecked'],
  // What leads out of the folder, or is two things.
  ['ho-so.zip', () => zipOf([{ name: '../../a.txt', bytes: 'a' }]), 'file.active'],
  ['ho-so.zip', () => zipOf([{ name: '/etc/a.txt', bytes: 'a' }]), 'file.active'],
  ['ho-so.zip', () => zipOf([{ name: 'C:\\Windows\\a.txt', bytes: 'a' }]), 'file.active'],
  ['ho-so.zip', () => zipOf([{ name: 'a/..\\b.txt', bytes: 'a' }]), 'file.active'],
  ['ho-so.zip', () => zipOf([{ name: 'a\u0000.txt', bytes: 'a' }]), 'file.active'],
  ['ho-so.zip', () => zipOf([{ name: 'a.txt', bytes: '/etc/passwd', mode: 0o120777 }]), 'file.active'],
  [
    'ho-so.zip',
    () =>
      zipOf([
        { name: 'a.txt', bytes: 'a' },
        { name: 'A.TXT', bytes: 'b' },
      ]),
    'file.damaged',
  ],
  ['ho-so.zip', () => zipOf([{ name: 'a.txt', localName: 'a.exe', bytes: 'a' }]), 'file.damaged'],
  // What is more than it looks.
  ['ho-so.zip', () => zipOf([{ name: 'a.txt', packed: bomb }]), 'file.too_much_inside'],
  ['ho-so.zip', () => zipOf([{ name: 'a.txt', packed: zeros(11) }]), 'file.too_much_inside'],
  ['to-trinh.docx', () => docxOf([{ name: 'word/a.xml', packed: bomb }]), 'file.too_much_inside'],
  [
    'ho-so.zip',
    () => zipOf(Array.from({ length: 1_001 }, (_, at) => ({ name: `${at}.txt`, bytes: 'a' }))),
    'file.too_much_inside',
  ],
  [
    'ho-so.zip',
    () =>
      [1, 2, 3].reduce(
        (inner, at) => zipOf([{ name: `${at}.zip`, bytes: inner }]),
        zipOf([{ name: 'a.txt', bytes: 'a' }]),
      ),
    'file.too_much_inside',
  ],
  [
    'ho-so.zip',
    () => zipOf(Array.from({ length: 100 }, (_, at) => ({ name: `${at}.txt`, packed: nines }))),
    'file.too_much_inside',
  ],
  ['anh.png', () => pngOf(60_000, 60_000), 'file.too_much_inside'],
  ['anh.png', () => pngOf(16_000, 4_000), 'file.too_much_inside'],
  ['anh.png', () => pngOf(20_000, 1), 'file.too_much_inside'],
  [
    'anh.gif',
    () =>
      sharp(frames, { join: { animated: true } })
        .gif({ interFrameMaxError: 0, interPaletteMaxError: 0 })
        .toBuffer(),
    'file.too_much_inside',
  ],
];

/** The same look without a process of its own, which takes longer to start than most files to be refused. */
async function codeHere(name: string, bytes: Buffer, wish: Wish = 'document'): Promise<string> {
  const extension = extensionOf(name);
  assert.ok(isTaken(extension), name);
  try {
    const { found, pictures } = await lookHere({ extension, wish, bytes: bytes.length }, bytes);
    for await (const { bytes: picture } of pictures) assert.ok(picture.length > 0);
    return found.kind;
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

async function answers(cases: readonly Case[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const [at, [name, bytes, wanted, wish]] of cases.entries()) {
    const given = await bytes();
    const found = await codeHere(name, given, wish);
    if (found !== wanted) wrong.push(`${name} (${at}): ${found}, not ${wanted}`);
  }
  return wrong;
}

test('what people send is taken', async () => assert.deepEqual(await answers(HARMLESS), []));

test('what is not what it says, runs, hides or swells is refused, each by its name', async (t) => {
  assert.deepEqual(await answers(HOSTILE), []);
  t.diagnostic(`${HOSTILE.length} hostile files`);
});

test('the process of its own answers the same', async () => {
  // One of each answer.
  const some = [...HARMLESS, ...HOSTILE].filter(
    ([, , wanted], at, all) => all.findIndex((it) => it[2] === wanted) === at,
  );
  for (const [name, bytes, wanted, wish] of some)
    assert.equal(codeOf(await lookAt(name, await bytes(), wish)), wanted, name);
});

test('the process for files reaches neither the network, nor other programs, nor files but its own', async () => {
  const probe = `
    import { connect } from 'node:net';
    import { readFileSync, writeFileSync } from 'node:fs';
    import { spawnSync } from 'node:child_process';
    const tried = {};
    const attempt = (name, run) => { try { run(); tried[name] = 'done'; } catch (error) { tried[name] = error.code; } };
    attempt('read', () => readFileSync('/etc/passwd'));
    attempt('write', () => writeFileSync('/tmp/nha-rong-probe', ''));
    attempt('spawn', () => spawnSync('/bin/true'));
    attempt('environment', () => { if (Object.keys(process.env).some((it) => /URL|SECRET|KEY|DIR/.test(it))) throw { code: 'seen' }; });
    await new Promise((resolve) => {
      try { connect(9, '127.0.0.1').on('error', (error) => { tried.net = error.code; resolve(); }).on('connect', () => { tried.net = 'done'; resolve(); }); }
      catch (error) { tried.net = error.code; resolve(); }
    });
    console.log(JSON.stringify(tried));`;
  const { file, args, options } = await commandFor(['--input-type=module', '--eval', probe]);
  const { stdout } = spawnSync(file, args, { ...options, encoding: 'utf8' });
  const refused = 'ERR_ACCESS_DENIED';
  assert.deepEqual(JSON.parse(stdout), {
    read: refused,
    write: refused,
    spawn: refused,
    environment: 'done',
    net: refused,
  });
});

test('a photo keeps nothing but its pixels; what hangs on behind it is gone', async () => {
  const outcome = await lookAt('anh.jpg', Buffer.concat([jpeg, Buffer.from('<script>CANARY</script>')]), 'photo');
  assert.ok('found' in outcome);
  for (const { bytes } of outcome.pictures) assert.ok(!bytes.includes('CANARY'));
});

test('the largest of each kind stay within memory and time', async (t) => {
  const most = 100 * 1_048_576;
  const pixels = await sharp(randomBytes(7_000 * 4_500 * 3), { raw: { width: 7_000, height: 4_500, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
  const large: readonly Case[] = [
    ['anh.jpg', () => pixels, 'photo', 'photo'],
    ['phim.mp4', () => mp4Of(most - 2_000), 'video'],
    [
      'ho-so.zip',
      () => zipOf([{ name: 'a.txt', bytes: Buffer.alloc(most - 2_000, 'văn bản '), stored: true }]),
      'document',
    ],
    ['dai.txt', () => Buffer.alloc(most, 'văn bản '), 'document'],
    [
      'ke-hoach.pdf',
      () =>
        pdfOf([
          catalog(''),
          ...PAGES,
          Buffer.concat([
            Buffer.from(`<</Length ${most - 5_000}>>\nstream\n`),
            Buffer.alloc(most - 5_000, 'x#41 '),
            Buffer.from('\nendstream'),
          ]),
        ]),
      'document',
    ],
  ];
  for (const [name, bytes, wanted, wish] of large) {
    const cost: Cost = { peakBytes: 0, cpuSeconds: 0 };
    const given = await bytes();
    const outcome = await lookAt(name, given, wish, cost);
    t.diagnostic(
      `${name}: ${Math.round(given.length / 1e6)} MB, ${Math.round(cost.peakBytes / 1e6)} MB of memory, ${cost.cpuSeconds.toFixed(1)} s`,
    );
    assert.ok(cost.peakBytes <= MEMORY_MOST && cost.cpuSeconds <= CPU_SECONDS_MOST, name);
    assert.equal(codeOf(outcome), wanted, name);
  }
});

test('damaged at random, no file does more than be refused', async (t) => {
  const seeds: readonly (readonly [string, Buffer])[] = [
    ['a.jpg', jpeg],
    ['a.pdf', plainPdf()],
    ['a.docx', docxOf()],
    ['a.doc', docOf('Báo cáo')],
    ['a.rtf', Buffer.from('{\\rtf1{\\header a}b{\\pict\\pngblip 00ff}\\par}')],
    ['a.eml', mailWith(['Content-Type: text/plain', 'a'], ['Content-Type: text/html', '<p>b'])],
    ['a.mp4', mp4Of(2_000)],
    ['a.mp3', mp3Of(20)],
    ['a.ogg', oggOf()],
  ];
  const rounds = Number(process.env.FILES_DAMAGED ?? 10);
  const seen = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, bytes] of seeds) {
      const hurt = Buffer.from(bytes);
      for (let times = 0; times < 1 + round; times += 1)
        hurt[Math.floor(Math.random() * hurt.length)]! ^= 1 << (times % 8);
      const code = await codeHere(name, hurt);
      seen.set(code, (seen.get(code) ?? 0) + 1);
      assert.ok(
        /^(?:photo|video|document|file\.(?:mismatch|damaged|unchecked|active|too_much_inside|kind_refused))$/.test(
          code,
        ),
        code,
      );
    }
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(seen)));
});
