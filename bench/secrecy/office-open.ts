// DOCX, XLSX and PPTX as office programs write them, small, with a marking in any part that can hold words.
import { zipOf } from '../../testing/samples.ts';
import type { ZipEntry } from '../../testing/samples.ts';
import { linesOf } from './paper.ts';
import type { Paper } from './paper.ts';

export interface Plant {
  readonly part: string;
  readonly text: string;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const W =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"';
const TYPE = 'application/vnd.openxmlformats-officedocument';

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
export const letters = (text: string): string[] => text.match(/\P{M}\p{M}*/gu) ?? [];

interface Related {
  readonly name: string;
  readonly relation: string;
  readonly type: string;
  readonly xml: string;
}

/** A package whose main part has these others. */
function packed(
  main: Related,
  others: readonly Related[],
  more: readonly Related[],
  outer: readonly Related[],
): Buffer {
  const all = [main, ...others, ...more, ...outer];
  const overrides = all.map((it) => `<Override PartName="/${it.name}" ContentType="${it.type}"/>`).join('');
  const relation = (it: Related, at: number, from: string): string => {
    const folder = from.slice(0, from.lastIndexOf('/') + 1);
    const target = it.name.startsWith(folder) ? it.name.slice(folder.length) : `/${it.name}`;
    return `<Relationship Id="rId${at + 1}" Type="${it.relation}" Target="${target}"/>`;
  };
  const relations = (from: string, list: readonly Related[]): string =>
    `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list.map((it, at) => relation(it, at, from)).join('')}</Relationships>`;
  const slash = main.name.lastIndexOf('/');
  const entries: ZipEntry[] = [
    {
      name: '[Content_Types].xml',
      bytes: `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides}</Types>`,
    },
    { name: '_rels/.rels', bytes: relations('', [main, ...outer]) },
    {
      name: `${main.name.slice(0, slash)}/_rels/${main.name.slice(slash + 1)}.rels`,
      bytes: relations(main.name, others),
    },
    ...all.map((it) => ({ name: it.name, bytes: it.xml })),
  ];
  return zipOf(entries);
}

const core = (title: string, keywords: string): Related => ({
  name: 'docProps/core.xml',
  relation: 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties',
  type: 'application/vnd.openxmlformats-package.core-properties+xml',
  xml: `${HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${escaped(title)}</dc:title><dc:creator>Văn phòng</dc:creator><cp:keywords>${escaped(keywords)}</cp:keywords></cp:coreProperties>`,
});
const custom = (name: string, value: string): Related => ({
  name: 'docProps/custom.xml',
  relation: `${RELATIONS}/custom-properties`,
  type: `${TYPE}.custom-properties+xml`,
  xml: `${HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="${escaped(name)}"><vt:lpwstr>${escaped(value)}</vt:lpwstr></property></Properties>`,
});

function properties({ part, text }: Plant, about: string): Related[] {
  const found = [core(part === 'title property' ? text : about, part === 'keywords property' ? text : 'xã, báo cáo')];
  if (part === 'custom property') found.push(custom('Độ mật', text.replace(/^.*: /, '')));
  if (part === 'label') found.push(custom('MSIP_Label_6f2c1d3a-0b57-4f0e-9a51-2f1f7f0d8a11_Name', text));
  return found;
}
const PROPERTIES = ['title property', 'keywords property', 'custom property', 'label'] as const;

export const DOCX_PARTS = [
  'body', 'table cell', 'header', 'footer', 'footnote', 'endnote', 'comment', 'text box', 'old text box', 'alternative text', 'hidden text', 'deleted text', 'content control', 'letter a run', 'word a run', 'field', 'style name', ...PROPERTIES,
] as const; // prettier-ignore

const run = (text: string, properties = ''): string =>
  `<w:r>${properties === '' ? '' : `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${escaped(text)}</w:t></w:r>`;
const paragraph = (text: string): string => `<w:p>${run(text)}</w:p>`;
const BOX = (inside: string): string =>
  `<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:docPr id="9" name="Text Box 1"/><a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx><w:txbxContent>${inside}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent>`;

/** In the middle of a body; empty for parts that lie elsewhere. */
function planted({ part, text }: Plant): string {
  switch (part) {
    case 'body':
      return paragraph(text);
    case 'table cell':
      return `<w:tbl><w:tr><w:tc>${paragraph('Ô số 10a')}</w:tc><w:tc>${paragraph(text)}</w:tc></w:tr></w:tbl>`;
    case 'text box':
      return `<w:p><w:r>${BOX(paragraph(text))}</w:r></w:p>`;
    case 'old text box':
      return `<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>${paragraph(text)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>`;
    case 'alternative text':
      return `<w:p><w:r><w:drawing><wp:inline><wp:docPr id="7" name="Picture 7" descr="${escaped(text)}"/></wp:inline></w:drawing></w:r></w:p>`;
    case 'hidden text':
      return `<w:p>${run(text, '<w:vanish/>')}</w:p>`;
    case 'deleted text':
      return `<w:p><w:del w:id="5" w:author="VP" w:date="2026-11-01T00:00:00Z"><w:r><w:delText>${escaped(text)}</w:delText></w:r></w:del></w:p>`;
    case 'content control':
      return `<w:sdt><w:sdtPr><w:alias w:val="Dấu"/></w:sdtPr><w:sdtContent>${paragraph(text)}</w:sdtContent></w:sdt>`;
    case 'letter a run':
      return `<w:p>${letters(text).map((it) => run(it, '<w:b/>')).join('')}</w:p>`; // prettier-ignore
    case 'word a run':
      return `<w:p>${text.split(' ').map((it, at) => run(at === 0 ? it : ` ${it}`, at % 2 === 0 ? '<w:b/>' : '')).join('<w:proofErr w:type="spellEnd"/>')}</w:p>`; // prettier-ignore
    case 'field':
      return `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> QUOTE "${escaped(text)}" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>${run(text)}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`;
    case 'footnote':
      return '<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>';
    case 'endnote':
      return '<w:p><w:r><w:endnoteReference w:id="2"/></w:r></w:p>';
    case 'comment':
      return '<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>';
    case 'style name':
      return `<w:p><w:pPr><w:pStyle w:val="Dau"/></w:pPr>${run(text)}</w:p>`;
    default:
      return '';
  }
}

export function docx(it: Paper, plant: Plant): Buffer {
  const lines = linesOf(it).map(paragraph);
  lines.splice(Math.min(6, lines.length), 0, planted(plant));
  const at = (part: string): string => (plant.part === part ? plant.text : 'Trang 1');
  const word = (name: string, kind: string, xml: string): Related => ({
    name: `word/${name}.xml`,
    relation: `${RELATIONS}/${kind}`,
    type: `${TYPE}.wordprocessingml.${kind}+xml`,
    xml: HEAD + xml,
  });
  const others = [
    word('header1', 'header', `<w:hdr ${W}>${paragraph(at('header'))}</w:hdr>`),
    word('footer1', 'footer', `<w:ftr ${W}>${paragraph(at('footer'))}</w:ftr>`),
    word('styles', 'styles', `<w:styles ${W}><w:style w:type="paragraph" w:styleId="Dau"><w:name w:val="Dấu"/></w:style></w:styles>`),
  ]; // prettier-ignore
  if (plant.part === 'footnote')
    others.push(
      word(
        'footnotes',
        'footnotes',
        `<w:footnotes ${W}><w:footnote w:id="2">${paragraph(plant.text)}</w:footnote></w:footnotes>`,
      ),
    );
  if (plant.part === 'endnote')
    others.push(
      word(
        'endnotes',
        'endnotes',
        `<w:endnotes ${W}><w:endnote w:id="2">${paragraph(plant.text)}</w:endnote></w:endnotes>`,
      ),
    );
  if (plant.part === 'comment')
    others.push(
      word(
        'comments',
        'comments',
        `<w:comments ${W}><w:comment w:id="0" w:author="VT">${paragraph(plant.text)}</w:comment></w:comments>`,
      ),
    );
  const main: Related = {
    name: 'word/document.xml',
    relation: `${RELATIONS}/officeDocument`,
    type: `${TYPE}.wordprocessingml.document.main+xml`,
    xml: `${HEAD}<w:document ${W}><w:body>${lines.join('')}<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:footerReference w:type="default" r:id="rId2"/></w:sectPr></w:body></w:document>`,
  };
  return packed(main, others, [], properties(plant, it.about));
}

export const XLSX_PARTS = [
  'cell', 'cell of its own', 'letter a cell', 'rich text', 'formula', 'hidden sheet', 'very hidden sheet', 'sheet name', 'header', 'footer', 'comment', 'text box', 'alternative text', ...PROPERTIES,
] as const; // prettier-ignore
const X =
  'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

const column = (at: number): string => String.fromCharCode(65 + (at % 26));

export function xlsx(it: Paper, plant: Plant): Buffer {
  const shared: string[] = [];
  const inShared = (xml: string): number => shared.push(`<si>${xml}</si>`) - 1;
  const cell = (text: string, at: number, row: number): string =>
    `<c r="${column(at)}${row}" t="s"><v>${inShared(`<t xml:space="preserve">${escaped(text)}</t>`)}</v></c>`;
  const rows = linesOf(it).map(
    (line, at) => `<row r="${at + 1}">${cell(line, 0, at + 1)}${at > 7 ? cell(String(at), 1, at + 1) : ''}</row>`,
  );
  const last = rows.length + 1;
  const { part, text } = plant;
  if (part === 'cell') rows.push(`<row r="${last}">${cell(text, 2, last)}</row>`);
  if (part === 'cell of its own')
    rows.push(`<row r="${last}"><c r="D${last}" t="inlineStr"><is><t>${escaped(text)}</t></is></c></row>`);
  if (part === 'letter a cell')
    rows.push(`<row r="${last}">${letters(text).map((each, at) => cell(each, at, last)).join('')}</row>`); // prettier-ignore
  if (part === 'rich text')
    rows.push(`<row r="${last}"><c r="B${last}" t="s"><v>${inShared(letters(text).map((each) => `<r><rPr><b/></rPr><t xml:space="preserve">${escaped(each)}</t></r>`).join(''))}</v></c></row>`); // prettier-ignore
  if (part === 'formula')
    rows.push(
      `<row r="${last}"><c r="B${last}" t="str"><f>CONCATENATE("${escaped(text.slice(0, 2))}","${escaped(text.slice(2))}")</f><v>${escaped(text)}</v></c></row>`,
    );
  const hasDrawing = part === 'text box' || part === 'alternative text';
  const furniture = part === 'header' || part === 'footer'
    ? `<headerFooter><odd${part === 'header' ? 'Header' : 'Footer'}>&amp;C&amp;"Times New Roman,Bold"&amp;14${escaped(text)}</odd${part === 'header' ? 'Header' : 'Footer'}></headerFooter>`
    : ''; // prettier-ignore
  const sheet = (inside: string, more = ''): string =>
    `${HEAD}<worksheet ${X}><sheetData>${inside}</sheetData>${more}</worksheet>`;
  const hides = part === 'hidden sheet' || part === 'very hidden sheet';
  const secondName = part === 'sheet name' ? text.replace(/[[\]:]/g, ' ').trim() : 'Phụ lục';
  const main: Related = {
    name: 'xl/workbook.xml',
    relation: `${RELATIONS}/officeDocument`,
    type: `${TYPE}.spreadsheetml.sheet.main+xml`,
    xml: `${HEAD}<workbook ${X}><sheets><sheet name="Tổng hợp" sheetId="1" r:id="rId1"/><sheet name="${escaped(secondName)}" sheetId="2"${hides ? ` state="${part === 'hidden sheet' ? 'hidden' : 'veryHidden'}"` : ''} r:id="rId2"/></sheets></workbook>`,
  };
  const part1 = (name: string, kind: string, xml: string, type = kind): Related => ({
    name: `xl/${name}.xml`,
    relation: `${RELATIONS}/${kind}`,
    type: `${TYPE}.spreadsheetml.${type}+xml`,
    xml,
  });
  const second = sheet(
    `<row r="1"><c r="A1" t="inlineStr"><is><t>${escaped(hides ? text : 'Không có')}</t></is></c></row>`,
  );
  const others = [
    part1(
      'worksheets/sheet1',
      'worksheet',
      sheet(rows.join(''), furniture + (hasDrawing ? '<drawing r:id="rId1"/>' : '')),
    ),
    part1('worksheets/sheet2', 'worksheet', second),
    part1('sharedStrings', 'sharedStrings', `${HEAD}<sst ${X}>${shared.join('')}</sst>`),
  ];
  const more: Related[] = [];
  if (part === 'comment')
    more.push(
      part1(
        'comments1',
        'comments',
        `${HEAD}<comments ${X}><authors><author>VT</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>${escaped(text)}</t></r></text></comment></commentList></comments>`,
      ),
    );
  if (hasDrawing)
    more.push({
      name: 'xl/drawings/drawing1.xml',
      relation: `${RELATIONS}/drawing`,
      type: `${TYPE}.drawing+xml`,
      xml: `${HEAD}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor><xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="TextBox 1"${part === 'alternative text' ? ` descr="${escaped(text)}"` : ''}/></xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>${escaped(part === 'text box' ? text : 'Ghi chú')}</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>`,
    });
  return packed(main, others, more, properties(plant, it.about));
}

export const PPTX_PARTS = [
  'slide',
  'letter a run',
  'table cell',
  'notes',
  'hidden slide',
  'layout',
  'master',
  'comment',
  'alternative text',
  'off the slide',
  ...PROPERTIES,
] as const;
const P =
  'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

export function pptx(it: Paper, plant: Plant): Buffer {
  const { part, text } = plant;
  const runs = (list: readonly string[]): string =>
    list.map((each) => `<a:r><a:t>${escaped(each)}</a:t></a:r>`).join('');
  const shape = (lines: readonly (readonly string[])[], description = '', away = false): string =>
    `<p:sp><p:nvSpPr><p:cNvPr id="2" name="Title"${description === '' ? '' : ` descr="${escaped(description)}"`}/></p:nvSpPr><p:spPr><a:xfrm><a:off x="${away ? -9_000_000 : 90_000}" y="0"/></a:xfrm></p:spPr><p:txBody>${lines.map((each) => `<a:p>${runs(each)}</a:p>`).join('')}</p:txBody></p:sp>`;
  const at = (where: string): string[] => (part === where ? [text] : []);
  const lines = linesOf(it);
  const half = Math.ceil(lines.length / 2);
  const table =
    part === 'table cell'
      ? `<p:graphicFrame><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tr><a:tc><a:txBody><a:p>${runs([text])}</a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>`
      : '';
  const slide = (inside: string, show = ''): string =>
    `${HEAD}<p:sld ${P}${show}><p:cSld><p:spTree>${inside}</p:spTree></p:cSld></p:sld>`;
  const piece = (name: string, kind: string, xml: string): Related => ({
    name: `ppt/${name}.xml`,
    relation: `${RELATIONS}/${kind}`,
    type: `${TYPE}.presentationml.${kind}+xml`,
    xml,
  });
  const asLines = (list: readonly string[]): string[][] => list.map((each) => [each]);
  const first = [
    ...asLines(lines.slice(0, half)),
    ...asLines(at('slide')),
    ...(part === 'letter a run' ? [letters(text)] : []),
  ];
  const others = [
    piece('slides/slide1', 'slide', slide(shape(first, part === 'alternative text' ? text : '') + table + (part === 'off the slide' ? shape([[text]], '', true) : ''))),
    piece('slides/slide2', 'slide', slide(shape([...asLines(lines.slice(half)), ...asLines(at('hidden slide'))]), part === 'hidden slide' ? ' show="0"' : '')),
    piece('slideMasters/slideMaster1', 'slideMaster', `${HEAD}<p:sldMaster ${P}><p:cSld><p:spTree>${shape([['Bấm để sửa tiêu đề'], at('master')])}</p:spTree></p:cSld></p:sldMaster>`),
  ]; // prettier-ignore
  const more = [
    piece(
      'slideLayouts/slideLayout1',
      'slideLayout',
      `${HEAD}<p:sldLayout ${P}><p:cSld><p:spTree>${shape([['Tiêu đề'], at('layout')])}</p:spTree></p:cSld></p:sldLayout>`,
    ),
  ];
  if (part === 'notes')
    more.push(
      piece(
        'notesSlides/notesSlide1',
        'notesSlide',
        `${HEAD}<p:notes ${P}><p:cSld><p:spTree>${shape([[text]])}</p:spTree></p:cSld></p:notes>`,
      ),
    );
  if (part === 'comment')
    more.push(
      piece(
        'comments/comment1',
        'comments',
        `${HEAD}<p:cmLst ${P}><p:cm authorId="0" idx="1"><p:text>${escaped(text)}</p:text></p:cm></p:cmLst>`,
      ),
    );
  const main: Related = {
    name: 'ppt/presentation.xml',
    relation: `${RELATIONS}/officeDocument`,
    type: `${TYPE}.presentationml.presentation.main+xml`,
    xml: `${HEAD}<p:presentation ${P}><p:sldIdLst><p:sldId id="256" r:id="rId1"/><p:sldId id="257" r:id="rId2"/></p:sldIdLst></p:presentation>`,
  };
  return packed(main, others, more, properties(plant, it.about));
}
