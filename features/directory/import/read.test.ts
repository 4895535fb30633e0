import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';

import { writeXlsx } from 'hucre/xlsx';

import { readRow } from './columns.ts';
import { FileRefused, readTable } from './read.ts';
import type { Table } from './read.ts';

const LINES = [
  ['Họ và tên', 'Số điện thoại', 'Đơn vị'],
  ['Đặng Thị Bích Phượng', '0905318463', 'UBND xã Ia Grai / Văn phòng, một cửa'],
  ['Siu H’Nga', '0905318464', 'Phòng "Kinh tế"'],
];

function people(table: Table): string[][] {
  return table.rows.map(({ cells }) => {
    const { name, phone, unit } = readRow(table.header, cells);
    return [name, phone, unit];
  });
}

function csv(separator: string, end = '\r\n'): string {
  return LINES.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator)).join(end);
}

async function refusal(bytes: Uint8Array | string): Promise<unknown> {
  try {
    await readTable(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  } catch (error) {
    if (error instanceof FileRefused) return error.refusal;
    throw error;
  }
  return 'read';
}

test('CSV: comma, semicolon or tab; UTF-8 with or without mark, UTF-16, windows-1258', async () => {
  const files: [string, Uint8Array][] = [
    ['comma', Buffer.from(csv(','))],
    ['semicolon', Buffer.from(csv(';'))],
    ['tab', Buffer.from(csv('\t', '\n'))],
    ['byte order mark', Buffer.from(`\ufeff${csv(';')}`)],
    ['decomposed letters', Buffer.from(csv(',').normalize('NFD'))],
    ['UTF-16 little-endian with mark', Buffer.from(`\ufeff${csv('\t')}`, 'utf16le')],
    ['UTF-16 little-endian without', Buffer.from(csv('\t'), 'utf16le')],
    ['UTF-16 big-endian with mark', Buffer.from(`\ufeff${csv('\t')}`, 'utf16le').swap16()],
    ['Excel’s line that names the separator', Buffer.from(`sep=;\r\n${csv(';')}`)],
    ['windows-1258', encode1258(csv(';').replace('’', "'"))],
  ];
  for (const [what, bytes] of files) {
    const read = people(await readTable(bytes));
    assert.deepEqual(
      read.map(([name, ...rest]) => [name!.replace("'", '’'), ...rest]),
      LINES.slice(1),
      what,
    );
  }
});

test('another code page, other files and nothing are refused by name', async () => {
  // TCVN3: “Họ và tên” as its bytes; no Vietnamese comes out of it.
  const tcvn3 = Buffer.from([
    0x48, 0xe4, 0x20, 0x76, 0xb5, 0x20, 0x74, 0xaa, 0x6e, 0x2c, 0x53, 0xe8, 0x20, 0xae, 0x54, 0x0a,
  ]);
  const unreadable = (reason: string) => ({ code: 'import.unreadable', reason });
  assert.ok(['import.unreadable', 'import.no_columns'].includes(((await refusal(tcvn3)) as { code: string }).code));
  assert.deepEqual(await refusal(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1])), unreadable('old_excel'));
  assert.deepEqual(await refusal(''), unreadable('empty'));
  assert.deepEqual(await refusal('\n\n \n'), unreadable('empty'));
  assert.deepEqual(await refusal('Họ tên,Số điện thoại\n'), unreadable('empty'));
  assert.deepEqual(
    await refusal(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0xff, 0])),
    unreadable('not_a_table'),
  );
  assert.deepEqual(await refusal(zip([{ name: 'word/document.xml', text: '<w/>' }])), unreadable('not_a_table'));
  assert.deepEqual(await refusal(Buffer.from('PK\u0003\u0004 not really')), unreadable('damaged'));
  assert.deepEqual(await refusal('a,b\n1,2\n'), { code: 'import.no_columns', missing: ['name', 'phone'] });
  assert.deepEqual(await refusal('Họ tên,Chức vụ\nA,B\n'), { code: 'import.no_columns', missing: ['phone'] });
});

test('limits: bytes and rows', async () => {
  const code = async (bytes: Uint8Array | string) => ((await refusal(bytes)) as { code: string }).code;
  assert.equal(await code(new Uint8Array(20_000_001)), 'import.too_large');
  const row = 'Nguyễn Văn A,0905318462\n';
  assert.equal(await code(`Họ tên,Số điện thoại\n${row.repeat(50_001)}`), 'import.too_large');
  assert.equal(await refusal(`Họ tên,Số điện thoại\n${row.repeat(50_000)}`), 'read');
});

test('XLSX: title above, blank and merged rows, a second sheet, numbers kept as numbers, formulas, rich spaces', async () => {
  const file = await writeXlsx({
    sheets: [
      { name: 'Ghi chú', rows: [['Danh sách này lấy từ phòng tổ chức'], ['']] },
      {
        name: 'Cán bộ',
        rows: [
          ['UBND XÃ IA GRAI', null, null, null],
          [],
          ['STT', 'Họ và tên', 'Số điện thoại', 'Địa bàn'],
          [1, 'Siu H’Nga\u00a0', 905318464, 23764],
          [null, null, null, null],
          [2, ' Kpă  Hùng', '0905 318 465', '04'],
        ],
        merges: [{ startRow: 0, startCol: 0, endRow: 0, endCol: 3 }],
      },
    ],
  });
  const table = await readTable(file);
  assert.equal(table.sheet, 'Cán bộ');
  assert.deepEqual(
    table.rows.map(({ line, cells }) => [line, ...cells]),
    [
      [4, '1', 'Siu H’Nga', '905318464', '23764'],
      [6, '2', 'Kpă Hùng', '0905 318 465', '04'],
    ],
  );
});

test('a row begins where the spreadsheet says, also when the first rows and columns are missing in the file', async () => {
  const cell = (ref: string, text: string): string => `<c r="${ref}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const sheet = `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
    <row r="5">${cell('B5', 'Họ tên')}${cell('D5', 'SĐT')}</row>
    <row r="9">${cell('B9', 'Siu H’Nga')}<c r="D9"><f>"0"&amp;905318464</f><v>905318464</v></c></row></sheetData></worksheet>`;
  const table = await readTable(workbook(sheet));
  assert.deepEqual(
    table.rows.map(({ line, cells }) => [line, cells.filter(Boolean)]),
    [[9, ['Siu H’Nga', '905318464']]],
  );
});

test('a bomb is refused by what comes out of it, whatever its headers say', async () => {
  const unreadable = (reason: string) => ({ code: 'import.unreadable', reason });
  const big = Buffer.alloc(300_000_000, 32);
  const bomb = workbook('', { packed: deflateRawSync(big, { level: 9 }), says: 1_000 });
  assert.ok(bomb.length < 1_000_000);
  assert.deepEqual(await refusal(bomb), unreadable('too_big_inside'));
  const many = zip(Array.from({ length: 1_001 }, (_, at) => ({ name: `${at}`, text: '' })));
  assert.deepEqual(await refusal(many), unreadable('too_big_inside'));
  assert.deepEqual(
    await refusal(
      zip([
        { name: 'a', text: 'x' },
        { name: 'a', text: 'y' },
      ]),
    ),
    unreadable('damaged'),
  );
  const cut = zip([{ name: 'xl/workbook.xml', text: 'x'.repeat(500) }]);
  cut[40]! ^= 0xff;
  assert.deepEqual(await refusal(cut.subarray(0, cut.length - 30)), unreadable('damaged'));
  // Two cells that span a rectangle of seventeen thousand million.
  const corners = workbook(
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
  );
  assert.notEqual(await refusal(corners), 'read');
});

/** Base letters and marks of code page 1258, as old programs write it. */
function encode1258(text: string): Buffer {
  const table = new Map<string, number>();
  const decoder = new TextDecoder('windows-1258');
  for (let byte = 0; byte < 256; byte += 1) table.set(decoder.decode(Uint8Array.of(byte)), byte);
  const bytes: number[] = [];
  for (const letter of text.normalize('NFC')) {
    if (table.has(letter)) {
      bytes.push(table.get(letter)!);
      continue;
    }
    // A letter with its tone apart: ượ → ư + dot below.
    const marks = letter.normalize('NFD');
    const tone = Array.from(marks).find((it) => '\u0300\u0301\u0303\u0309\u0323'.includes(it))!;
    const base = Array.from(marks)
      .filter((it) => it !== tone)
      .join('')
      .normalize('NFC');
    bytes.push(table.get(base)!, table.get(tone)!);
  }
  return Buffer.from(bytes);
}

function workbook(sheet: string, raw?: { packed: Buffer; says: number }): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  return zip([
    {
      name: '[Content_Types].xml',
      text: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
    },
    {
      name: '_rels/.rels',
      text: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      text: `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      text: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    { name: 'xl/worksheets/sheet1.xml', text: sheet, ...(raw ? { raw } : {}) },
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function zip(entries: { name: string; text: string; raw?: { packed: Buffer; says: number } }[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { name, text, raw } of entries) {
    const bytes = Buffer.from(text);
    const packed = raw?.packed ?? deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(raw?.says ?? bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), fields, tail, Buffer.from(name)]));
    parts.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}
