import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deflateSync, gzipSync } from 'node:zlib';

import PDFDocument from 'pdfkit';
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
import { box, mp3Of, pdfOf, zipOf } from '../../../testing/samples.ts';
import { lookAt } from '../../files/check/look.ts';
import { extensionOf, isTaken } from '../../files/rules.ts';
import { contentsOf } from './extract.ts';
import type { Drawn, Picture, Piece } from './piece.ts';

const extracted = async (name: string, bytes: Buffer): Promise<Piece[]> =>
  Array.fromAsync(contentsOf(extensionOf(name), Buffer.from(bytes)));

const textIn = (pieces: readonly Piece[]): string =>
  pieces
    .map((it) => ('text' in it ? it.text : ''))
    .join('\n')
    .normalize('NFC');

/** Stands where a marking would; a word that occurs nowhere else, with letters of several bytes. */
const PLANTED = 'TUYỆTGẤU';
const TWIN = 'THƯỜNGLỆ';

type Made = (word: string) => Buffer | Promise<Buffer>;
/** A file in which the word stands in one part; and how it is found where not as it is. */
type Case = readonly [name: string, part: string, made: Made];

const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
const runs = (word: string, between = ''): string =>
  Array.from(word, (it) => `<w:r><w:rPr><w:b/></w:rPr><w:t>${it}</w:t></w:r>`).join(between);
const core = (inner: string) => (): readonly ReturnType<typeof xmlPart>[] => [
  xmlPart('docProps/core.xml', `<cp:coreProperties>${inner}</cp:coreProperties>`),
];
const slideText = (word: string): string =>
  `<p:sp><p:txBody><a:p><a:r><a:t>${word}</a:t></a:r></a:p></p:txBody></p:sp>`;
const cell = (reference: string, index: number): string => `<c r="${reference}" t="s"><v>${index}</v></c>`;
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');
const hexOf = (bytes: Buffer): string => bytes.toString('hex').replace(/.{64}/g, '$&\r\n');
const unicodeOf = (word: string): string =>
  Array.from(word, (it) => (it < '\u0080' ? it : `\\u${it.charCodeAt(0)}?`)).join('');
const rtf = (inner: string): Buffer =>
  Buffer.from(
    `{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Times New Roman;}{\\f1\\fcharset163 Times New Roman;}}${inner}}`,
  );
const in1258 = new Map(
  Array.from({ length: 128 }, (_, at) => [new TextDecoder('windows-1258').decode(Buffer.from([at + 128])), at + 128]),
);
/** Letters of Windows’ Vietnamese, where marks stand behind their letter. */
const windows = (text: string): Buffer => {
  const letters = Array.from(text).flatMap((it) => {
    if (it < '\u0080' || in1258.has(it)) return [it];
    const [base = '', ...marks] = Array.from(it.normalize('NFD'));
    // The mark of the tone stands alone; the others are of the letter.
    const tone = marks.filter((mark) => '\u0300\u0301\u0303\u0309\u0323'.includes(mark));
    return [`${base}${marks.filter((mark) => !tone.includes(mark)).join('')}`.normalize('NFC'), ...tone];
  });
  return Buffer.from(letters.map((it) => (it < '\u0080' ? it.charCodeAt(0) : in1258.get(it)!)));
};
const rawRtf = (text: string): string =>
  Array.from(windows(text), (it) => (it < 128 ? String.fromCharCode(it) : `\\'${it.toString(16)}`)).join('');

/** The head of an EMF, a line of text in two records, its end. */
function emfOf(word: string): Buffer {
  const head = Buffer.alloc(108);
  head.writeUInt32LE(1, 0);
  head.writeUInt32LE(108, 4);
  head.write(' EMF', 40, 'latin1');
  const record = (text: string): Buffer => {
    const body = wide(text.length % 2 === 0 ? text : `${text} `);
    const it = Buffer.alloc(76);
    it.writeUInt32LE(84, 0);
    it.writeUInt32LE(76 + body.length, 4);
    it.writeInt32LE(500, 40);
    it.writeUInt32LE(text.length, 44);
    it.writeUInt32LE(76, 48);
    return Buffer.concat([it, body]);
  };
  return Buffer.concat([
    head,
    record(word.slice(0, 3)),
    record(word.slice(3)),
    Buffer.from('0e0000001400000000000000100000001400000', 'hex'),
  ]);
}

function id3Of(word: string): Buffer {
  const title = Buffer.concat([Buffer.from([1, 0xff, 0xfe]), wide(word)]);
  const frame = Buffer.concat([Buffer.from('TIT2'), Buffer.from([0, 0, 0, title.length, 0, 0]), title]);
  return Buffer.concat([Buffer.from('ID3\u0003\0\0'), Buffer.from([0, 0, 0, frame.length]), frame, mp3Of(20)]);
}

const FOUR = (content: string, more = '', objects: readonly string[] = []): Buffer =>
  pdfOf([
    `<</Type/Catalog/Pages 2 0 R${more}>>`,
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>',
    `<</Length ${content.length}>>\nstream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    ...objects,
  ]);
const utf16Pdf = (text: string): string => `<feff${Buffer.from(wide(text)).swap16().toString('hex')}>`;

const CASES: readonly Case[] = [
  ['a.docx', 'body, one letter a run', (it) => docxWith(`<w:p>${runs(it)}</w:p>`)],
  [
    'a.docx',
    'body, with proofing and bookmarks between runs',
    (it) =>
      docxWith(`<w:p>${runs(it, '<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="0" w:name="a"/>')}</w:p>`),
  ],
  [
    'a.docx',
    'one letter a cell',
    (it) =>
      docxWith(
        `<w:tbl><w:tr>${Array.from(it, (letter) => `<w:tc>${paragraph(letter)}</w:tc>`).join('')}</w:tr></w:tbl>`,
      ),
  ],
  [
    'a.docx',
    'one letter a row',
    (it) =>
      docxWith(
        `<w:tbl>${Array.from(it, (letter) => `<w:tr><w:tc>${paragraph('Một dòng chữ')}</w:tc><w:tc>${paragraph(letter)}</w:tc></w:tr>`).join('')}</w:tbl>`,
      ),
  ],
  ['a.docx', 'one letter a paragraph', (it) => docxWith(Array.from(it, paragraph).join(''))],
  [
    'a.docx',
    'inserted',
    (it) =>
      docxWith(`<w:p><w:r><w:t>${it.slice(0, 3)}</w:t></w:r><w:ins><w:r><w:t>${it.slice(3)}</w:t></w:r></w:ins></w:p>`),
  ],
  [
    'a.docx',
    'deleted',
    (it) =>
      docxWith(
        `<w:p><w:r><w:t>${it.slice(0, 3)}</w:t></w:r><w:ins><w:r><w:t>khác</w:t></w:r></w:ins><w:del><w:r><w:delText>${it.slice(3)}</w:delText></w:r></w:del></w:p>`,
      ),
  ],
  [
    'a.docx',
    'around hidden text',
    (it) =>
      docxWith(
        `<w:p><w:r><w:t>${it.slice(0, 3)}</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>xyz</w:t></w:r><w:r><w:t>${it.slice(3)}</w:t></w:r></w:p>`,
      ),
  ],
  [
    'a.docx',
    'hidden text',
    (it) => docxWith(`<w:p><w:r><w:rPr><w:vanish w:val="1"/></w:rPr><w:t>${it}</w:t></w:r></w:p>`),
  ],
  [
    'a.docx',
    'text box in two forms',
    (it) =>
      docxWith(
        `<w:p><w:r><w:t>Trước</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>${paragraph('khác')}</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><v:textbox><w:txbxContent><w:p>${runs(it)}</w:p></w:txbxContent></v:textbox></mc:Fallback></mc:AlternateContent></w:r></w:p>`,
      ),
  ],
  [
    'a.docx',
    'around a text box',
    (it) =>
      docxWith(
        `<w:p><w:r><w:t>${it.slice(0, 3)}</w:t></w:r><w:r><wps:txbx><w:txbxContent>${paragraph('hộp')}</w:txbxContent></wps:txbx></w:r><w:r><w:t>${it.slice(3)}</w:t></w:r></w:p>`,
      ),
  ],
  [
    'a.docx',
    'letters as symbols',
    (it) =>
      docxWith(
        `<w:p><w:r>${Array.from(it, (letter) => `<w:sym w:font="Times" w:char="${letter.charCodeAt(0).toString(16).padStart(4, '0')}"/>`).join('')}</w:r></w:p>`,
      ),
  ],
  [
    'a.docx',
    'word art',
    (it) =>
      docxWith(
        `<w:p><w:r><w:pict><v:shape><v:textpath style="font-size:1pt" string="${it}"/></v:shape></w:pict></w:r></w:p>`,
      ),
  ],
  [
    'a.docx',
    'field',
    (it) =>
      docxWith(
        `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> QUOTE "${it}" </w:instrText></w:r></w:p>`,
      ),
  ],
  ['a.docx', 'simple field', (it) => docxWith(`<w:p><w:fldSimple w:instr='QUOTE "${it}"'/></w:p>`)],
  [
    'a.docx',
    'alternative text',
    (it) => docxWith(`<w:p><w:r><w:drawing><wp:docPr id="1" name="Hình" descr="${it}"/></w:drawing></w:r></w:p>`),
  ],
  [
    'a.docx',
    'numbering',
    (it) =>
      docxWith(paragraph('Một'), [
        xmlPart('word/numbering.xml', `<w:numbering><w:lvl><w:lvlText w:val="${it}"/></w:lvl></w:numbering>`),
      ]),
  ],
  ...(['header1', 'footer2', 'footnotes', 'endnotes', 'comments', 'glossary/document'] as const).map((part): Case => [
    'a.docx',
    part,
    (it) => docxWith(paragraph('Một'), [xmlPart(`word/${part}.xml`, `<w:root><w:p>${runs(it)}</w:p></w:root>`)]),
  ]),
  ['a.docx', 'title', (it) => docxWith(paragraph('Một'), core(`<dc:title>${it}</dc:title>`)())],
  [
    'a.docx',
    'title, as other programs write it',
    (it) =>
      docxWith(paragraph('Một'), [
        xmlPart(
          'package/services/metadata/core-properties/a.psmdcp',
          `<coreProperties><dc:title>${it}</dc:title></coreProperties>`,
        ),
      ]),
  ],
  [
    'a.docx',
    'label',
    (it) =>
      docxWith(paragraph('Một'), [
        xmlPart(
          'docProps/custom.xml',
          `<Properties><property name="MSIP_Label_1_Name"><vt:lpwstr>${it}</vt:lpwstr></property></Properties>`,
        ),
      ]),
  ],
  [
    'a.docx',
    'custom XML',
    (it) => docxWith(paragraph('Một'), [xmlPart('customXml/item1.xml', `<a><DoMat>${it}</DoMat></a>`)]),
  ],
  [
    'a.docx',
    'custom XML, attribute',
    (it) => docxWith(paragraph('Một'), [xmlPart('customXml/item1.xml', `<a muc="${it}"/>`)]),
  ],
  [
    'a.docx',
    'link',
    (it) =>
      docxWith(paragraph('Một'), [
        xmlPart(
          'word/_rels/document.xml.rels',
          `<Relationships><Relationship Id="r1" Type="http://a/hyperlink" Target="https://vi.du/${encodeURIComponent(it)}" TargetMode="External"/></Relationships>`,
        ),
      ]),
  ],
  [
    'a.docx',
    'embedded document',
    (it) => docxWith(paragraph('Một'), [{ name: 'word/embeddings/a.docx', bytes: docxWith(paragraph(it)) }]),
  ],
  [
    'a.docx',
    'name of what is embedded',
    (it) => docxWith(paragraph('Một'), [{ name: `word/embeddings/${it}.docx`, bytes: docxWith(paragraph('a')) }]),
  ],
  [
    'a.docx',
    'embedded object',
    (it) =>
      docxWith(paragraph('Một'), [
        { name: 'word/embeddings/oleObject1.bin', bytes: compoundOf({ Workbook: wide(`\0\0${it}\0`) }) },
      ]),
  ],
  [
    'a.docx',
    'drawing of Windows',
    (it) => docxWith(paragraph('Một'), [{ name: 'word/media/image1.emf', bytes: emfOf(it) }]),
  ],
  [
    'a.docx',
    'packed drawing of Windows',
    (it) => docxWith(paragraph('Một'), [{ name: 'word/media/image1.emz', bytes: gzipSync(emfOf(it)) }]),
  ],
  [
    'a.docx',
    'SVG',
    (it) =>
      docxWith(paragraph('Một'), [
        xmlPart(
          'word/media/image1.svg',
          `<svg xmlns="http://www.w3.org/2000/svg"><text>${it.slice(0, 3)}<tspan>${it.slice(3)}</tspan></text></svg>`,
        ),
      ]),
  ],
  [
    'a.docx',
    'chart',
    (it) =>
      docxWith(paragraph('Một'), [
        xmlPart(
          'word/charts/chart1.xml',
          `<c:chartSpace><c:title><c:tx><c:rich><a:p><a:r><a:t>${it}</a:t></a:r></a:p></c:rich></c:tx></c:title></c:chartSpace>`,
        ),
      ]),
  ],
  [
    'a.docx',
    'series of a chart',
    (it) =>
      docxWith(paragraph('Một'), [
        xmlPart(
          'word/charts/chart1.xml',
          `<c:chartSpace><c:ser><c:strCache><c:pt idx="0"><c:v>${it}</c:v></c:pt></c:strCache></c:ser></c:chartSpace>`,
        ),
      ]),
  ],

  [
    'a.xlsx',
    'string in runs',
    (it) =>
      xlsxWith([Array.from(it, (letter) => `<r><t>${letter}</t></r>`).join('')], `<row r="1">${cell('A1', 0)}</row>`),
  ],
  [
    'a.xlsx',
    'string of a cell',
    (it) =>
      xlsxWith(
        [],
        `<row r="1"><c r="A1" t="inlineStr"><is><r><t>${it.slice(0, 3)}</t></r><r><t>${it.slice(3)}</t></r></is></c></row>`,
      ),
  ],
  [
    'a.xlsx',
    'one letter a cell, along',
    (it) =>
      xlsxWith(
        Array.from(it, (letter) => `<t>${letter}</t>`),
        `<row r="1">${Array.from(it, (_, at) => cell(`${String.fromCharCode(65 + at)}1`, at)).join('')}</row>`,
      ),
  ],
  [
    'a.xlsx',
    'one letter a cell, down',
    (it) =>
      xlsxWith(
        ['<t>Một dòng chữ dài</t>', ...Array.from(it, (letter) => `<t>${letter}</t>`)],
        Array.from(
          it,
          (_, at) => `<row r="${at + 1}">${cell(`A${at + 1}`, 0)}${cell(`AB${at + 1}`, at + 1)}</row>`,
        ).join(''),
      ),
  ],
  [
    'a.xlsx',
    'formula',
    (it) => xlsxWith([], `<row r="1"><c r="A1"><f>"${it.slice(0, 3)}" &amp; "${it.slice(3)}"</f></c></row>`),
  ],
  [
    'a.xlsx',
    'name of a hidden sheet',
    (it) =>
      xlsxWith([], '', [
        xmlPart(
          'xl/workbook.xml',
          `<workbook><sheets><sheet name="${it}" sheetId="1" state="veryHidden"/></sheets></workbook>`,
        ),
      ]),
  ],
  [
    'a.xlsx',
    'defined name',
    (it) =>
      xlsxWith([], '', [
        xmlPart(
          'xl/workbook.xml',
          `<workbook><definedNames><definedName name="a">"${it}"</definedName></definedNames></workbook>`,
        ),
      ]),
  ],
  [
    'a.xlsx',
    'hidden sheet',
    (it) =>
      xlsxWith([], '', [
        xmlPart(
          'xl/worksheets/sheet2.xml',
          `<worksheet><sheetData><row r="1" hidden="1"><c r="A1" t="str"><v>${it}</v></c></row></sheetData></worksheet>`,
        ),
      ]),
  ],
  [
    'a.xlsx',
    'print header',
    (it) =>
      xlsxWith([], '', [
        xmlPart(
          'xl/worksheets/sheet2.xml',
          `<worksheet><sheetData/><headerFooter><oddHeader>&amp;C&amp;"Times,Bold"&amp;14&amp;KFF0000${it.slice(0, 3)}&amp;B${it.slice(3)}&amp;Rtrang &amp;P</oddHeader></headerFooter></worksheet>`,
        ),
      ]),
  ],
  [
    'a.xlsx',
    'comment in runs',
    (it) =>
      xlsxWith([], '', [
        xmlPart(
          'xl/comments1.xml',
          `<comments><commentList><comment><text>${Array.from(it, (letter) => `<r><t>${letter}</t></r>`).join('')}</text></comment></commentList></comments>`,
        ),
      ]),
  ],
  [
    'a.xlsx',
    'threaded comment',
    (it) =>
      xlsxWith([], '', [
        xmlPart(
          'xl/threadedComments/threadedComment1.xml',
          `<ThreadedComments><threadedComment><text>${it}</text></threadedComment></ThreadedComments>`,
        ),
      ]),
  ],
  [
    'a.xlsx',
    'number format',
    (it) =>
      xlsxWith([], '', [
        xmlPart(
          'xl/styles.xml',
          `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="&quot;${it}&quot;@"/></numFmts></styleSheet>`,
        ),
      ]),
  ],
  [
    'a.xlsx',
    'drawing',
    (it) =>
      xlsxWith([], '', [
        xmlPart(
          'xl/drawings/drawing1.xml',
          `<xdr:wsDr><xdr:sp><xdr:txBody><a:p><a:r><a:t>${it}</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>`,
        ),
      ]),
  ],
  [
    'a.xlsx',
    'message for what is typed',
    (it) =>
      xlsxWith([], '', [
        xmlPart(
          'xl/worksheets/sheet2.xml',
          `<worksheet><sheetData/><dataValidations><dataValidation prompt="${it}"/></dataValidations></worksheet>`,
        ),
      ]),
  ],

  ['a.pptx', 'slide', (it) => pptxWith(slideText(it))],
  ...(
    [
      'notesSlides/notesSlide1',
      'slideMasters/slideMaster1',
      'slideLayouts/slideLayout1',
      'diagrams/data1',
      'charts/chart1',
      'slides/slide2',
    ] as const
  ).map((part): Case => [
    'a.pptx',
    part,
    (it) => pptxWith(slideText('Một'), [xmlPart(`ppt/${part}.xml`, `<p:sld show="0">${slideText(it)}</p:sld>`)]),
  ]),
  [
    'a.pptx',
    'comment',
    (it) =>
      pptxWith('', [xmlPart('ppt/comments/comment1.xml', `<p:cmLst><p:cm><p:text>${it}</p:text></p:cm></p:cmLst>`)]),
  ],

  [
    'a.odt',
    'body in spans',
    (it) => odtWith(`<text:p>${Array.from(it, (letter) => `<text:span>${letter}</text:span>`).join('')}</text:p>`),
  ],
  [
    'a.odt',
    'around a note',
    (it) =>
      odtWith(
        `<text:p>${it.slice(0, 3)}<office:annotation><dc:creator>Ai</dc:creator><text:p>khác</text:p></office:annotation>${it.slice(3)}</text:p>`,
      ),
  ],
  [
    'a.odt',
    'annotation',
    (it) => odtWith(`<text:p>a<office:annotation><text:p>${it}</text:p></office:annotation></text:p>`),
  ],
  [
    'a.odt',
    'deleted',
    (it) =>
      odtWith(
        `<text:tracked-changes><text:changed-region><text:deletion><text:p>${it}</text:p></text:deletion></text:changed-region></text:tracked-changes>`,
      ),
  ],
  [
    'a.odt',
    'header',
    (it) =>
      odtWith('', [
        xmlPart(
          'styles.xml',
          `<office:document-styles><style:header><text:p>${it}</text:p></style:header></office:document-styles>`,
        ),
      ]),
  ],
  [
    'a.odt',
    'what it says of itself',
    (it) =>
      odtWith('', [
        xmlPart(
          'meta.xml',
          `<office:document-meta><meta:user-defined meta:name="a">${it}</meta:user-defined></office:document-meta>`,
        ),
      ]),
  ],
  [
    'a.odt',
    'picture within text',
    (it) =>
      odtWith(`<draw:image><office:binary-data>${emfOf(it).toString('base64')}</office:binary-data></draw:image>`),
  ],
  [
    'a.odt',
    'hidden text by condition',
    (it) => odtWith(`<text:p><text:hidden-text text:string-value="${it}"/></text:p>`),
  ],

  ['a.doc', 'body over two pieces', (it) => docOf(it)],
  ...(['note', 'header', 'comment', 'box'] as const).map((part): Case => [
    'a.doc',
    part,
    (it) => docOf('Một', { parts: { [part]: `${it}\r` } }),
  ]),
  ['a.doc', 'one letter a cell', (it) => docOf(`${Array.from(it).join('\u0007')}\u0007\u0007`)],
  ['a.doc', 'field', (it) => docOf(`Một \u0013 QUOTE "${it}" \u0014hai\u0015`)],
  ['a.doc', 'around a field', (it) => docOf(`${it.slice(0, 3)}\u0013 QUOTE \u0014${it.slice(3)}\u0015`)],
  [
    'a.doc',
    'title',
    (it) =>
      docOf('Một', {
        more: { '\u0005SummaryInformation': Buffer.concat([Buffer.alloc(80, 1), windows(it), Buffer.alloc(4)]) },
      }),
  ],
  [
    'a.doc',
    'packed drawing',
    (it) => {
      const drawing = deflateSync(emfOf(it));
      const head = Buffer.alloc(8);
      head.writeUInt32LE(0xf01a3d40, 0);
      head.writeUInt32LE(16 + 34 + drawing.length, 4);
      return docOf('Một', { more: { Data: Buffer.concat([head, Buffer.alloc(16 + 34), drawing]) } });
    },
  ],
  [
    'a.doc',
    'document of the newer form in it',
    (it) =>
      docOf('Một', {
        more: { Package: docxWith(paragraph(it), [{ name: 'word/fonts/a.odttf', bytes: randomBytes(5_000) }]) },
      }),
  ],

  ['a.rtf', 'body, numbers of letters', (it) => rtf(`\\pard ${unicodeOf(it)}\\par`)],
  ['a.rtf', 'body, letters of Windows', (it) => rtf(`\\pard\\f1 ${rawRtf(it)}\\par`)],
  [
    'a.rtf',
    'body, each letter in a group',
    (it) => rtf(Array.from(it, (letter) => `{\\b\\uc0 \\u${letter.charCodeAt(0)}}`).join('')),
  ],
  ['a.rtf', 'hidden', (it) => rtf(`a{\\v ${unicodeOf(it)}}b`)],
  ['a.rtf', 'around hidden text', (it) => rtf(`${unicodeOf(it.slice(0, 3))}{\\v xyz}${unicodeOf(it.slice(3))}\\par`)],
  ['a.rtf', 'deleted', (it) => rtf(`a{\\deleted ${unicodeOf(it)}}b`)],
  ...[
    'header',
    'footerf',
    'footnote',
    '*\\annotation',
    'info{\\title',
    '*\\shpinst{\\shptxt',
    '*\\unknown',
    'shp{\\sp{\\sn gtextUNICODE}{\\sv',
  ].map((part): Case => [
    'a.rtf',
    part,
    (it) =>
      rtf(`Một {\\${part} ${unicodeOf(it)}${'}'.repeat(part.split('{').length - (part.includes('\\sn') ? 1 : 0))} hai`),
  ]),
  [
    'a.rtf',
    'around a footnote',
    (it) => rtf(`${unicodeOf(it.slice(0, 3))}{\\footnote khác}${unicodeOf(it.slice(3))}\\par`),
  ],
  [
    'a.rtf',
    'one letter a cell',
    (it) => rtf(`${Array.from(it, (letter) => `${unicodeOf(letter)}\\cell `).join('')}\\row`),
  ],
  ['a.rtf', 'drawing', (it) => rtf(`{\\pict\\emfblip ${hexOf(emfOf(it))}}`)],

  ['a.txt', 'UTF-8', (it) => Buffer.from(`Một\n${it}\n`)],
  ['a.txt', 'UTF-8 with a mark', (it) => Buffer.from(`\ufeff${it}`)],
  ['a.txt', 'UTF-8 with one byte broken', (it) => Buffer.concat([Buffer.from(`${it}\n`), Buffer.from([0xff])])],
  ['a.txt', 'UTF-16', (it) => wide(`\ufeffMột\r\n${it}`)],
  ['a.txt', 'UTF-16 the other way', (it) => wide(`\ufeffMột\r\n${it}`).swap16()],
  ['a.txt', 'letters of Windows', (it) => windows(`Một\n${it}`)],
  ['a.txt', 'one letter a line', (it) => Buffer.from(Array.from(it).join('\n\n'))],
  ['a.txt', 'at the border of two pieces', (it) => Buffer.from(`${'x'.repeat(199_996)} ${it}${' y'.repeat(10)}`)],
  [
    'a.csv',
    'one letter a cell, down',
    (it) => Buffer.from(Array.from(it, (letter) => `"Một","${letter}",3\n`).join('')),
  ],

  ['a.eml', 'subject', (it) => mailOf({ Subject: `=?UTF-8?B?${Buffer.from(it).toString('base64')}?=` }, 'Một')],
  [
    'a.eml',
    'subject over two words and a letter',
    (it) => {
      const bytes = Buffer.from(it);
      return mailOf(
        {
          Subject: `=?utf-8?b?${bytes.subarray(0, 5).toString('base64')}?=\r\n =?utf-8?b?${bytes.subarray(5).toString('base64')}?=`,
        },
        'Một',
      );
    },
  ],
  [
    'a.eml',
    'subject in Q',
    (it) =>
      mailOf(
        {
          Subject: `=?UTF-8?Q?${Array.from(Buffer.from(it), (byte) => `=${byte.toString(16).padStart(2, '0')}`).join('')}?=`,
        },
        'Một',
      ),
  ],
  [
    'a.eml',
    'body, quoted',
    (it) =>
      mailOf(
        { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': 'quoted-printable' },
        Array.from(Buffer.from(it), (byte) => `=${byte.toString(16).toUpperCase()}=\r\n`).join(''),
      ),
  ],
  [
    'a.eml',
    'body, base64',
    (it) =>
      mailOf(
        { 'Content-Type': 'text/plain; charset="utf-8"', 'Content-Transfer-Encoding': 'base64' },
        Buffer.from(it).toString('base64'),
      ),
  ],
  [
    'a.eml',
    'page',
    (it) =>
      mailOf(
        { 'Content-Type': 'text/html; charset=utf-8' },
        `<p>${Array.from(it, (letter) => `<b>&#${letter.charCodeAt(0)};</b>`).join('')}</p>`,
      ),
  ],
  [
    'a.eml',
    'page, around what is not seen',
    (it) =>
      mailOf(
        { 'Content-Type': 'text/html; charset=utf-8' },
        `<p>${it.slice(0, 3)}<span style="display:none">x</span>${it.slice(3)}</p>`,
      ),
  ],
  [
    'a.eml',
    'page, title of a picture',
    (it) => mailOf({ 'Content-Type': 'text/html; charset=utf-8' }, `<img alt="${it}" src="cid:1">`),
  ],
  ['a.eml', 'page, remark', (it) => mailOf({ 'Content-Type': 'text/html; charset=utf-8' }, `a<!-- ${it} -->b`)],
  [
    'a.eml',
    'attachment',
    (it) =>
      mailWith(
        ['Content-Type: text/plain', 'Một'],
        [
          'Content-Type: application/octet-stream; name="a.docx"\r\nContent-Transfer-Encoding: base64',
          docxWith(paragraph(it)).toString('base64'),
        ],
      ),
  ],
  [
    'a.eml',
    'name of an attachment',
    (it) =>
      mailWith(
        ['Content-Type: text/plain', 'Một'],
        [
          `Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''${encodeURIComponent(it)}.txt`,
          'Một',
        ],
      ),
  ],
  [
    'a.eml',
    'mail in the mail',
    (it) =>
      mailWith([
        'Content-Type: message/rfc822',
        mailOf({ 'Content-Type': 'text/plain; charset=utf-8' }, it).toString(),
      ]),
  ],
  [
    'a.eml',
    'between the parts',
    (it) =>
      Buffer.from(
        mailWith(['Content-Type: text/plain', 'Một']).toString().replace('\r\n\r\n--', `\r\n\r\n${it}\r\n--`),
      ),
  ],

  ['a.zip', 'name of a folder', (it) => zipOf([{ name: `${it}/a.txt`, bytes: 'a' }])],
  ['a.zip', 'two deep', (it) => zipOf([{ name: 'b.zip', bytes: zipOf([{ name: 'a.txt', bytes: it }]) }])],
  [
    'a.zip',
    'comment',
    (it) => {
      const bytes = zipOf([{ name: 'a.txt', bytes: 'a' }]);
      const comment = Buffer.from(it);
      bytes.writeUInt16LE(comment.length, bytes.length - 2);
      return Buffer.concat([bytes, comment]);
    },
  ],

  ['a.pdf', 'title', (it) => FOUR('', '', [`<</Title ${utf16Pdf(it)}>>`])],
  [
    'a.pdf',
    'bookmark, in a packed object',
    (it) => {
      const body = deflateSync(Buffer.from(`9 0 <</Title ${utf16Pdf(it)}>>`));
      return pdfOf([
        '<</Type/Catalog/Pages 2 0 R>>',
        '<</Type/Pages/Kids[3 0 R]/Count 1>>',
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>',
        Buffer.concat([
          Buffer.from(`<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length ${body.length}>>\nstream\n`),
          body,
          Buffer.from('\nendstream'),
        ]),
      ]);
    },
  ],
  [
    'a.pdf',
    'note',
    (it) =>
      FOUR('', '', [
        `<</Type/Annot/Subtype/Text/Contents(\\376\\377${Array.from(Buffer.from(wide(it)).swap16(), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')})>>`,
      ]),
  ],
  [
    'a.pdf',
    'packed XMP',
    (it) => {
      const body = deflateSync(Buffer.from(`<?xpacket begin=""?><x:xmpmeta><rdf:li>${it}</rdf:li></x:xmpmeta>`));
      return pdfOf([
        '<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>',
        '<</Type/Pages/Kids[3 0 R]/Count 1>>',
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>',
        Buffer.concat([
          Buffer.from(`<</Type/Metadata/Subtype/XML/Filter/FlateDecode/Length ${body.length}>>\nstream\n`),
          body,
          Buffer.from('\nendstream'),
        ]),
      ]);
    },
  ],
  ['a.mp3', 'title', (it) => id3Of(it)],
  [
    'a.mp4',
    'title',
    (it) =>
      Buffer.concat([
        box('ftyp', Buffer.from('isom\0\0\0\0isom')),
        box(
          'moov',
          box(
            'udta',
            box('meta', Buffer.alloc(4), box('ilst', box('\u00a9nam', box('data', Buffer.alloc(8), Buffer.from(it))))),
          ),
        ),
        box('mdat'),
      ]),
  ],
];

test('what is planted in any part of a file is found, and its harmless twin is found without', async (t) => {
  const wrong: string[] = [];
  for (const [name, part, made] of CASES) {
    const [planted, twin] = await Promise.all([made(PLANTED), made(TWIN)]);
    try {
      const found = textIn(await extracted(name, planted));
      if (!found.includes(PLANTED)) wrong.push(`${name}, ${part}: not found in ${JSON.stringify(found.slice(0, 300))}`);
      const other = textIn(await extracted(name, twin));
      if (other.includes(PLANTED) || !other.includes(TWIN)) wrong.push(`${name}, ${part}: the twin`);
    } catch (error) {
      wrong.push(`${name}, ${part}: ${String(error)} ${(error as Error).stack?.split('\n')[2]}`);
    }
  }
  assert.deepEqual(wrong, []);
  t.diagnostic(`${CASES.length} places`);
});

/** Of these, in which form it was handed out. */
const picturesOf = (pieces: readonly Piece[]): Picture[] =>
  pieces.flatMap((it) => ('picture' in it ? [it.picture] : []));

test('every picture in a file is handed out, of whatever form', async () => {
  const png = await sharp({ create: { width: 90, height: 24, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const jpeg = await sharp(png).jpeg().toBuffer();
  const bmp = bmpOf(8, 4);
  const blip = (head: number, body: Buffer): Buffer => {
    const it = Buffer.alloc(8 + 17);
    it.writeUInt32LE(head, 0);
    it.writeUInt32LE(17 + body.length, 4);
    return Buffer.concat([it, body]);
  };
  const apic = Buffer.concat([
    Buffer.from('ID3\u0003\0\0'),
    Buffer.from([0, 0, png.length >> 7, png.length & 0x7f]),
    png,
    mp3Of(20),
  ]);
  const cases: readonly (readonly [name: string, bytes: Buffer, pictures: number])[] = [
    ['a.png', png, 1],
    [
      'a.docx',
      docxWith('', [
        { name: 'word/media/a.png', bytes: png },
        { name: 'docProps/thumbnail.jpeg', bytes: jpeg },
        { name: 'word/media/b.bmp', bytes: bmp },
      ]),
      3,
    ],
    ['a.docx', docxWith('', [{ name: 'word/embeddings/oleObject1.bin', bytes: compoundOf({ CONTENTS: png }) }]), 1],
    [
      'a.docx',
      docxWith('', [
        xmlPart('word/media/a.svg', `<svg><image href="data:image/png;base64,${png.toString('base64')}"/></svg>`),
      ]),
      1,
    ],
    [
      'a.docx',
      docxWith('', [
        { name: 'word/embeddings/a.docx', bytes: docxWith('', [{ name: 'word/media/a.png', bytes: png }]) },
      ]),
      1,
    ],
    [
      'a.odt',
      odtWith(`<draw:image><office:binary-data>${png.toString('base64')}</office:binary-data></draw:image>`, [
        { name: 'Pictures/a.jpg', bytes: jpeg },
      ]),
      2,
    ],
    [
      'a.doc',
      docOf('Một', {
        more: {
          Data: Buffer.concat([Buffer.alloc(68), png, Buffer.alloc(40), jpeg, blip(0xf01f7a80, bmp.subarray(14))]),
        },
      }),
      3,
    ],
    [
      'a.rtf',
      Buffer.from(
        `{\\rtf1{\\*\\shppict{\\pict{\\*\\picprop{\\sp{\\sn a}{\\sv b}}}\\pngblip ${hexOf(png)}}}{\\pict\\dibitmap0 ${hexOf(bmp.subarray(14))}}}`,
      ),
      2,
    ],
    [
      'a.eml',
      mailWith(
        ['Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <1>', png.toString('base64')],
        ['Content-Type: text/html', `<img src="data:image/jpeg;base64,${jpeg.toString('base64')}">`],
      ),
      2,
    ],
    [
      'a.zip',
      zipOf([
        { name: 'b.zip', bytes: zipOf([{ name: 'a.jpg', bytes: jpeg }]) },
        { name: 'a.png', bytes: png },
      ]),
      2,
    ],
    ['a.mp3', apic, 1],
  ];
  for (const [name, bytes, count] of cases) {
    const found = picturesOf(await extracted(name, bytes));
    assert.equal(found.length, count, name);
    for (const it of found)
      if ('bytes' in it)
        assert.ok(
          [png, jpeg].some((given) => it.bytes.subarray(0, given.length).equals(given)),
          name,
        );
  }
  const [drawn] = picturesOf(await extracted('a.docx', docxWith('', [{ name: 'word/media/b.bmp', bytes: bmp }])));
  assert.ok(drawn && 'pixels' in drawn);
  assert.deepEqual([drawn.width, drawn.height, ...drawn.pixels.subarray(0, 3)], [8, 4, 200, 10, 20]);
});

/** 24 bits, from below; the upper left is of another colour. */
function bmpOf(width: number, height: number): Buffer {
  const row = width * 3;
  const bytes = Buffer.alloc(54 + row * height, 0x33);
  bytes.write('BM');
  bytes.writeUInt32LE(54, 10);
  bytes.fill(0, 14, 54);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  Buffer.from([20, 10, 200]).copy(bytes, 54 + row * (height - 1));
  return bytes;
}

/** A PDF of these pages, in letters that hold all of Vietnamese. */
function printed(pages: readonly ((paper: PDFKit.PDFDocument) => void)[]): Promise<Buffer> {
  const paper = new PDFDocument({ size: 'A4', autoFirstPage: false });
  paper.registerFont(
    'Tinos',
    fileURLToPath(import.meta.resolve('@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf')),
  );
  const chunks: Buffer[] = [];
  paper.on('data', (it: Buffer) => void chunks.push(it));
  for (const page of pages) {
    paper.addPage();
    paper.font('Tinos').fontSize(13);
    page(paper);
  }
  paper.end();
  return once(paper, 'end').then(() => Buffer.concat(chunks));
}

const PROSE = 'Ủy ban nhân dân xã báo cáo kết quả thực hiện nhiệm vụ phát triển kinh tế, xã hội tháng 11.';

test('a page of PDF is read as it stands, in whatever order it was written; what is no text on it is drawn', async () => {
  const png = await sharp({ create: { width: 300, height: 100, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const bytes = await printed([
    // Letters put by hand, from behind; a second word across, far away on the same line.
    (paper) => {
      for (const [at, letter] of Array.from(PLANTED).entries().toArray().toReversed())
        paper.text(letter, 80 + at * 12, 100, { lineBreak: false });
      paper.text('Số: 12/BC-UBND', 400, 100, { lineBreak: false }).text(PROSE, 80, 200);
    },
    (paper) => paper.text(PROSE, 80, 100).image(png, 300, 400, { width: 120 }),
    (paper) => paper.image(png, 0, 0, { width: 595, height: 842 }),
    (paper) => paper.text(PROSE, 80, 100).rect(80, 300, 300, 80).stroke(),
    // Letters as lines.
    (paper) =>
      paper
        .text(PROSE, 80, 100)
        .path('M 100 300 L 110 260 L 120 300 M 130 260 L 170 260 M 150 260 L 150 300')
        .stroke('red'),
    // As little as on a scan, and nothing drawn.
    (paper) => paper.text('2', 80, 100),
  ]);
  const pieces = await extracted('a.pdf', bytes);
  const lines = textIn(pieces).split('\n');
  assert.ok(lines.includes(PLANTED), textIn(pieces).slice(0, 300));
  assert.ok(lines.includes('Số: 12/BC-UBND'));
  const drawn = picturesOf(pieces).map((it) => ('pixels' in it ? it : assert.fail('encoded')));
  assert.deepEqual(
    drawn.map(({ page, whole, textKnown }) => ({ page, whole, textKnown })),
    [
      { page: 2, whole: false, textKnown: true },
      { page: 3, whole: true, textKnown: false },
      { page: 5, whole: false, textKnown: true },
    ],
  );
  const [stamp, scan] = drawn as [Drawn, Drawn];
  assert.ok(Math.abs(scan.width - 2_480) < 3 && Math.abs(scan.height - 3_508) < 3, '300 dpi');
  const middle = (Math.floor(stamp.height / 2) * stamp.width + Math.floor(stamp.width / 2)) * 3;
  assert.deepEqual([...stamp.pixels.subarray(middle, middle + 3)], [255, 0, 0]);
  assert.ok(stamp.width < 600 && stamp.height < 300, 'nothing but the picture');
});

test('500 pages are read, one more cannot be checked', async () => {
  const pages = (count: number): Buffer =>
    pdfOf([
      '<</Type/Catalog/Pages 2 0 R>>',
      `<</Type/Pages/Kids[${'3 0 R '.repeat(count)}]/Count ${count}>>`,
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>',
    ]);
  await extracted('a.pdf', pages(500));
  await assert.rejects(extracted('a.pdf', pages(501)), { refusal: { code: 'file.unchecked' } });
});

test('what is read passes the look at its structure', async () => {
  const refused: string[] = [];
  for (const [name, part, made] of CASES) {
    // Names of tags do not make a film.
    if (name === 'a.mp4') continue;
    const extension = extensionOf(name);
    assert.ok(isTaken(extension));
    const bytes = await made(PLANTED);
    try {
      await lookAt({ extension, wish: 'document', bytes: bytes.length }, bytes);
    } catch (error) {
      refused.push(`${name}, ${part}: ${String(error)}`);
    }
  }
  assert.deepEqual(refused, []);
});
