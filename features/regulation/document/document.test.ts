import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';

import { extractText, getDocumentProxy } from 'unpdf';

import { readZip } from '../../../server/zip.ts';
import type { RegulationDocument } from '../rules.ts';
import { outlineOf } from '../rules/outline.ts';
import { template } from '../rules/template.ts';
import { writeDocx } from './docx.ts';
import { lookAt } from './look.ts';
import { points } from './page.ts';
import { writePdf } from './pdf.ts';
import { fileOf, lookAtFile } from './run.ts';

const AT = new Date('2026-11-19T03:00:00Z');
const document: RegulationDocument = {
  ...template({
    agency: 'UBND xã Ia Grai',
    units: ['UBND xã Ia Grai', 'Văn phòng HĐND và UBND'],
    place: 'Ia Grai',
    group: { name: 'Phòng chống bão lũ xã Ia Grai', kind: 'directive', announcing: false },
    leader: { name: 'Rơ Châm Nguyễn Thị Hoàng Bích Phượng', position: 'Chánh Văn phòng' },
  }),
  number: '8',
  date: '2026-02-05',
};

const LETTERS =
  'áàảãạ ăắằẳẵặ âấầẩẫậ đéèẻẽẹ êếềểễệ íìỉĩị óòỏõọ ôốồổỗộ ơớờởỡợ úùủũụ ưứừửữự ýỳỷỹỵ ' +
  'ÁÀẢÃẠ ĂẮẰẲẴẶ ÂẤẦẨẪẬ ĐÉÈẺẼẸ ÊẾỀỂỄỆ ÍÌỈĨỊ ÓÒỎÕỌ ÔỐỒỔỖỘ ƠỚỜỞỠỢ ÚÙỦŨỤ ƯỨỪỬỮỰ ÝỲỶỸỴ';
/** What a reader meets, from the first line to the last. */
const ORDER = [
  'ỦY BAN NHÂN DÂN XÃ IA GRAI',
  'VĂN PHÒNG HĐND VÀ UBND',
  'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
  'Độc lập - Tự do - Hạnh phúc',
  'Số: 08/QC-VP',
  'Ia Grai, ngày 05 tháng 02 năm 2026',
  'QUY CHẾ',
  document.title,
  'Căn cứ Luật Bảo vệ bí mật nhà nước số 117/2025/QH15;',
  'Chương I',
  'QUY ĐỊNH CHUNG',
  ...outlineOf(document.items).flatMap((it) => (it.kind === 'article' ? [`${it.label} ${it.title}`] : [])),
  'Nơi nhận:',
  '- Lưu: VT.',
  'CHÁNH VĂN PHÒNG',
  'Rơ Châm Nguyễn Thị Hoàng Bích Phượng',
];

const flat = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ');

function assertInOrder(text: string, pieces: readonly string[]): void {
  let from = 0;
  for (const piece of pieces) {
    const at = text.indexOf(flat(piece), from);
    assert.ok(at >= 0, `“${piece}” comes in its place`);
    from = at + 1;
  }
}

test('PDF: read back in order, letters embedded, on A4 within the margins of the decree, numbered from page 2', async () => {
  const bytes = await writePdf({ ...document, opening: LETTERS }, AT);
  assert.deepEqual(lookAt(bytes), { form: 'pdf' });
  assert.deepEqual(await writePdf({ ...document, opening: LETTERS }, AT), bytes, 'the same every time');
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  const { text } = await extractText(pdf, { mergePages: true });
  assertInOrder(flat(text), ORDER);
  assert.ok(flat(text).includes(LETTERS), 'all Vietnamese letters are there, and searched as what they are');

  const raw = Buffer.from(bytes).toString('latin1');
  for (const face of ['Regular', 'Bold', 'Italic', 'BoldItalic']) assert.match(raw, new RegExp(`\\+Tinos-${face}`));
  assert.equal(raw.match(/\/FontFile2/g)?.length, 4, 'each face is in the file');

  assert.ok(pdf.numPages > 1);
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const [, , width, height] = page.view as [number, number, number, number];
    assert.deepEqual([Math.round(width), Math.round(height)], [595, 842]);
    const items = (await page.getTextContent()).items.flatMap((it) =>
      'str' in it && it.str.trim() !== ''
        ? [{ text: it.str, x: it.transform[4] as number, y: it.transform[5] as number, width: it.width }]
        : [],
    );
    const inMargin = items.filter((it) => it.y > height - points(20));
    assert.deepEqual(
      inMargin.map((it) => it.text),
      number === 1 ? [] : [String(number)],
    );
    if (number > 1) assert.ok(Math.abs(inMargin[0]!.x + inMargin[0]!.width / 2 - (points(30) + points(160) / 2)) < 1);
    for (const it of items) {
      assert.ok(it.x >= points(30) - 0.5, `${it.text} begins right of 30 mm`);
      assert.ok(it.x + it.width <= width - points(20) + 0.5, `${it.text} ends left of 20 mm`);
      assert.ok(it.y >= points(20) - 0.5, `${it.text} stands above 20 mm`);
    }
  }
});

test('PDF: whatever the length, the signature never stands alone on its page', async () => {
  for (const lines of [1, 9, 14, 15, 16, 17, 18, 19, 20, 21, 24]) {
    const text = Array.from({ length: lines }, (_, at) => `Dòng số ${at + 1} của điều này.`).join('\n');
    const bytes = await writePdf({ ...document, items: [{ kind: 'article', title: 'Một', text }] }, AT);
    const { text: pages } = await extractText(await getDocumentProxy(bytes), { mergePages: false });
    const last = flat(pages.at(-1)!);
    assert.ok(
      last.includes('Nơi nhận') && last.includes('CHÁNH VĂN PHÒNG') && last.includes('Dòng số'),
      `${lines} lines`,
    );
  }
});

test('DOCX: read back in order, Times New Roman, A4, the margins of the decree, numbered from page 2', async () => {
  const bytes = await writeDocx(document);
  assert.deepEqual(lookAt(bytes), { form: 'docx' });
  const parts = readZip(bytes, () => true);
  const part = (name: string): string => Buffer.from(parts.get(name)!).toString('utf8');
  const xml = part('word/document.xml');
  const text = [...xml.matchAll(/<w:t[ >][^<]*<\/w:t>|<\/w:p>/g)]
    .map(([it]) => (it === '</w:p>' ? '\n' : it.replace(/<[^>]*>/g, '')))
    .join('')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  assertInOrder(flat(text), ORDER);
  assert.match(xml, /<w:pgSz [^>]*w:w="11906"[^>]*w:h="16838"/);
  // 20 mm above, below and right, 30 mm left, in twentieths of a point.
  assert.match(
    xml,
    /<w:pgMar (?=[^>]*w:top="1134")(?=[^>]*w:bottom="1134")(?=[^>]*w:left="1701")(?=[^>]*w:right="1134")/,
  );
  assert.match(xml, /<w:titlePg\/>/);
  assert.match(part('word/styles.xml'), /w:rFonts [^>]*w:ascii="Times New Roman"/);
  assert.match(part('word/styles.xml'), /<w:sz w:val="28"\/>/);
  const headers = [...parts.keys()].filter((name) => /^word\/header\d+\.xml$/.test(name)).map(part);
  assert.equal(headers.filter((it) => it.includes('PAGE')).length, 1, 'a number on all pages but the first');
  assert.match(xml, /<w:jc w:val="both"\/>/);
  assert.match(xml, /<w:ind [^>]*w:firstLine="720"/);
});

test('what people type stays text: it makes no markup in either', async () => {
  const nasty = '</w:t><w:p> & "x" \u{1f600} <script>alert(1)</script>';
  const bytes = await writeDocx({ ...document, title: nasty, items: [{ kind: 'article', title: nasty, text: nasty }] });
  const xml = Buffer.from(readZip(bytes, () => true).get('word/document.xml')!).toString('utf8');
  assert.ok(!xml.includes('<script>') && xml.includes('&lt;script&gt;'));
  const pdf = await writePdf(
    { ...document, title: '(a) \\) <<', items: [{ kind: 'article', title: nasty, text: nasty }] },
    AT,
  );
  assert.deepEqual(lookAt(pdf), { form: 'pdf' });
  assert.match(
    flat((await extractText(await getDocumentProxy(pdf), { mergePages: true })).text),
    /<script>alert\(1\)<\/script>/,
  );
});

test('on a thread of its own: both forms, and many at once are done in turn', async () => {
  const made = await Promise.all([
    fileOf('pdf', document, AT),
    fileOf('docx', document, AT),
    fileOf('pdf', document, AT),
  ]);
  const looks = await Promise.all(made.map((it) => lookAtFile(it!)));
  assert.deepEqual(looks, [{ form: 'pdf' }, { form: 'docx' }, { form: 'pdf' }]);
});

// ——— What is uploaded

const PDF_END = '\nstartxref\n0\n%%EOF\n';
const pdfWith = (inside: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from(inside), Buffer.from(PDF_END)]);

test('PDF uploads: what runs, what is locked and what is cut off is found, also where it is packed or disguised', () => {
  assert.deepEqual(lookAt(pdfWith('1 0 obj <</Type /Catalog>> endobj')), { form: 'pdf' });
  for (const inside of [
    '<</S /JavaScript /JS (app.alert(1))>>',
    '<</S /J#61vaScript>>',
    '<</Names <</EmbeddedFiles 3 0 R>>>>',
    '<</OpenAction <</S /Launch /F (cmd.exe)>>>>',
    Buffer.concat([
      Buffer.from('5 0 obj <</Type /ObjStm /N 1 /Filter /FlateDecode>> stream\n'),
      deflateSync('<</S /JavaScript /JS 9 0 R>>'),
      Buffer.from('\nendstream'),
    ]),
    // The type of the packed objects is disguised itself; or stands far from where they begin.
    ...['/Type /Obj#53tm', `/Type /ObjStm /Pad (${'x'.repeat(500)})`, '/Type %x\n/ObjStm'].map((type) =>
      Buffer.concat([
        Buffer.from(`5 0 obj <<${type} /N 1 /Filter /FlateDecode>> stream\n`),
        deflateSync('<</S /JavaScript /JS 9 0 R>>'),
        Buffer.from('\nendstream'),
      ]),
    ),
  ]) {
    assert.deepEqual(lookAt(pdfWith(inside)), { unfit: 'active' }, inside.toString('latin1'));
  }
  assert.deepEqual(lookAt(pdfWith('<</Encrypt 9 0 R>>')), { unfit: 'locked' });
  assert.deepEqual(lookAt(Buffer.from('%PDF-1.7\n1 0 obj')), { unfit: 'damaged' });
});

/** A zip of stored parts. */
function zip(parts: Record<string, string | Buffer>): Buffer {
  const files: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const [label, body] = [Buffer.from(name), Buffer.from(text as string)];
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt32LE(body.length, 18);
    local.writeUInt32LE(body.length, 22);
    local.writeUInt16LE(label.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt32LE(body.length, 20);
    entry.writeUInt32LE(body.length, 24);
    entry.writeUInt16LE(label.length, 28);
    entry.writeUInt32LE(at, 42);
    files.push(local, label, body);
    list.push(entry, label);
    at += 30 + label.length + body.length;
  }
  const end = Buffer.alloc(22);
  const size = list.reduce((sum, it) => sum + it.length, 0);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(parts).length, 8);
  end.writeUInt16LE(Object.keys(parts).length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, ...list, end]);
}

const TYPES =
  '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

test('DOCX uploads: macros, objects and what loads from elsewhere are found; links are let be', () => {
  const plain = { '[Content_Types].xml': TYPES, 'word/document.xml': '<w:document/>' };
  assert.deepEqual(lookAt(zip(plain)), { form: 'docx' });
  const link = `<Relationship Id="r1" Type="${RELATION}/hyperlink" Target="https://chinhphu.vn" TargetMode="External"/>`;
  assert.deepEqual(lookAt(zip({ ...plain, 'word/_rels/document.xml.rels': link })), { form: 'docx' });
  const remote = `<Relationship Id="r1" Type="${RELATION}/attachedTemplate" Target="https://x.example/t.dotm" TargetMode="External"/>`;
  const hostile: Record<string, string>[] = [
    { 'word/vbaProject.bin': 'x' },
    { 'word/_rels/settings.xml.rels': remote },
    { 'word/embeddings/oleObject1.bin': 'x' },
    { '[Content_Types].xml': `${TYPES}<x ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>` },
  ];
  for (const more of hostile) {
    assert.deepEqual(lookAt(zip({ ...plain, ...more })), { unfit: 'active' }, Object.keys(more).join());
  }
  // The same, disguised: each of these is read by Word as what it is.
  const rels = 'word/_rels/settings.xml.rels';
  const disguised: Record<string, string | Buffer>[] = [
    { [rels]: remote.replace('t.dotm', 't.dotm?a>b') },
    { [rels]: remote.replace('"External"', '"&#x45;xternal"') },
    { [rels]: remote.replace('t.dotm', 'relationships/hyperlink') },
    { [rels]: remote.replace('Id="r1"', `Id='relationships/hyperlink'`) },
    { [rels]: `<!-- <Relationship a=" -->${remote}` },
    { [rels]: remote.replace('<Relationship', '<é:Relationship') },
    { 'word/_rels/settings.xml.RELS': remote },
    { [rels]: remote.replace('attachedTemplate', 'aFChunk').replace(' TargetMode="External"', '') },
    { 'word/document.xml': '<w:fldSimple w:instr=" DDEAUTO c:\\x.exe a "/>' },
    { 'word/document.xml': '<w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO x</w:instrText>' },
    { 'word/document.xml': '<w:instrText> QUOTE 68 68 69 </w:instrText>' },
    {
      'word/header1.xml': '<w:instrText xml:space="preserve"> INCLUDE&#80;ICTURE "https://x.example/p" </w:instrText>',
    },
  ];
  for (const more of disguised) {
    assert.deepEqual(lookAt(zip({ ...plain, ...more })), { unfit: 'active' }, Object.values(more).join());
  }
  const unreadable: Record<string, string | Buffer>[] = [
    { [rels]: Buffer.from(`\ufeff${remote}`, 'utf16le') },
    { [rels]: `<?xml version="1.0" encoding="UTF-7"?>${remote}` },
    { [rels]: `<!DOCTYPE x [<!ENTITY e "External">]>${remote.replace('External', '&e;')}` },
    {
      '[Content_Types].xml': TYPES.replace(
        '<Override',
        '<Override PartName="/word/h.dat" ContentType="x.wordprocessingml.header+xml"/>$&',
      ),
    },
    { [rels]: link, 'word/_rels/Settings.xml.rels': remote.replace('External', 'Internal') },
  ];
  for (const more of unreadable) {
    assert.deepEqual(lookAt(zip({ ...plain, ...more })), { unfit: 'damaged' }, Object.values(more).join());
  }
  const text =
    '<w:t>DDE, QUOTE, INCLUDETEXT</w:t><w:instrText> PAGE \\* MERGEFORMAT HYPERLINK "https://x.vn/link/quote?import=1"</w:instrText>';
  const declared = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${link}`;
  assert.deepEqual(lookAt(zip({ ...plain, 'word/document.xml': text, [rels]: declared })), { form: 'docx' });
  const renamed = zip({ ...plain, 'word/_rels/x.xml.rels': remote });
  renamed.write('word/media/picture', renamed.lastIndexOf('word/_rels/x.xml.rels'), 'latin1');
  assert.deepEqual(lookAt(renamed), { unfit: 'damaged' }, 'two names for one part');

  const sheet = TYPES.replace('wordprocessingml.document', 'spreadsheetml.sheet');
  assert.deepEqual(lookAt(zip({ ...plain, '[Content_Types].xml': sheet })), { unfit: 'kind' });
  assert.deepEqual(lookAt(zip(plain).subarray(0, 60)), { unfit: 'damaged' });
  assert.deepEqual(lookAt(Buffer.from('MZ…')), { unfit: 'kind' });
  const compound = Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.from('EncryptedPackage', 'utf16le')]);
  assert.deepEqual(lookAt(compound), { unfit: 'locked' });
});
