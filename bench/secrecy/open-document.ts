// ODT, ODS and ODP, small, with a marking in any part that can hold words.
import { zipOf } from '../../testing/samples.ts';
import { escaped, letters } from './office-open.ts';
import type { Plant } from './office-open.ts';
import { linesOf } from './paper.ts';
import type { Paper } from './paper.ts';

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
const SPACES = [
  'office', 'text', 'table', 'style', 'meta', 'presentation',
].map((it) => `xmlns:${it}="urn:oasis:names:tc:opendocument:xmlns:${it}:1.0"`).concat([
  'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"', 'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"', 'xmlns:dc="http://purl.org/dc/elements/1.1/"',
]).join(' '); // prettier-ignore

const p = (inside: string): string => `<text:p>${inside}</text:p>`;
const words = (text: string): string => p(escaped(text));

function packed(form: 'text' | 'spreadsheet' | 'presentation', body: string, plant: Plant, about: string): Buffer {
  const type = `application/vnd.oasis.opendocument.${form}`;
  const at = (part: string): string => words(plant.part === part ? plant.text : 'Trang 1');
  const custom =
    plant.part === 'custom property'
      ? `<meta:user-defined meta:name="Độ mật">${escaped(plant.text.replace(/^.*: /, ''))}</meta:user-defined>`
      : '';
  const styles = `<office:master-styles><style:master-page style:name="Standard"><style:header>${at('header')}</style:header><style:footer>${at('footer')}</style:footer></style:master-page></office:master-styles>`;
  return zipOf([
    { name: 'mimetype', bytes: type, stored: true },
    { name: 'content.xml', bytes: `${HEAD}<office:document-content ${SPACES} office:version="1.3"><office:body><office:${form}>${body}</office:${form}></office:body></office:document-content>` },
    { name: 'styles.xml', bytes: `${HEAD}<office:document-styles ${SPACES} office:version="1.3">${styles}</office:document-styles>` },
    { name: 'meta.xml', bytes: `${HEAD}<office:document-meta ${SPACES} office:version="1.3"><office:meta><dc:title>${escaped(plant.part === 'title property' ? plant.text : about)}</dc:title>${custom}</office:meta></office:document-meta>` },
    { name: 'META-INF/manifest.xml', bytes: `${HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:media-type="${type}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>` },
  ]); // prettier-ignore
}

const WHOLE = ['header', 'footer', 'title property', 'custom property'] as const;
const frame = (inside: string, description = ''): string =>
  `<draw:frame draw:name="Khung 1">${description === '' ? '' : `<svg:desc>${escaped(description)}</svg:desc>`}<draw:text-box>${inside}</draw:text-box></draw:frame>`;

export const ODT_PARTS = [
  'body',
  'table cell',
  'text box',
  'alternative text',
  'note',
  'comment',
  'deleted text',
  'hidden section',
  'letter a span',
  'heading',
  ...WHOLE,
] as const;

export function odt(it: Paper, plant: Plant): Buffer {
  const { part, text } = plant;
  const lines = linesOf(it).map(words);
  const inside: Readonly<Record<string, () => string>> = {
    body: () => words(text),
    heading: () => `<text:h text:outline-level="1">${escaped(text)}</text:h>`,
    'table cell': () => `<table:table><table:table-row><table:table-cell>${words(text)}</table:table-cell></table:table-row></table:table>`,
    'text box': () => p(frame(words(text))),
    'alternative text': () => p(frame(words('Hình 1'), text)),
    note: () => p(`Xem<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>${words(text)}</text:note-body></text:note>`),
    comment: () => p(`Xem<office:annotation><dc:creator>VT</dc:creator>${words(text)}</office:annotation>`),
    'hidden section': () => `<text:section text:name="S1" text:display="none">${words(text)}</text:section>`,
    'letter a span': () => p(letters(text).map((each) => `<text:span>${escaped(each)}</text:span>`).join('')),
  }; // prettier-ignore
  lines.splice(6, 0, inside[part]?.() ?? '');
  const deleted =
    part === 'deleted text'
      ? `<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>${words(text)}</text:deletion></text:changed-region></text:tracked-changes>`
      : '';
  return packed('text', deleted + lines.join(''), plant, it.about);
}

export const ODS_PARTS = [
  'cell',
  'letter a cell',
  'comment',
  'hidden sheet',
  'sheet name',
  'text box',
  ...WHOLE,
] as const;

export function ods(it: Paper, plant: Plant): Buffer {
  const { part, text } = plant;
  const cell = (inside: string): string => `<table:table-cell office:value-type="string">${inside}</table:table-cell>`;
  const row = (...cells: string[]): string => `<table:table-row>${cells.join('')}</table:table-row>`;
  const rows = linesOf(it).map((line, at) => row(cell(words(line)), cell(words(String(at)))));
  if (part === 'cell') rows.push(row(cell(words(text))));
  if (part === 'letter a cell') rows.push(row(...letters(text).map((each) => cell(words(each)))));
  if (part === 'comment') rows.push(row(cell(`<office:annotation>${words(text)}</office:annotation>${words('x')}`)));
  if (part === 'text box') rows.push(row(cell(frame(words(text)))));
  const name = part === 'sheet name' ? text.replace(/[[\]:]/g, ' ').trim() : 'Phụ lục';
  const second = row(cell(words(part === 'hidden sheet' ? text : 'Không có')));
  const body = `<table:table table:name="Tổng hợp">${rows.join('')}</table:table><table:table table:name="${escaped(name)}"${part === 'hidden sheet' ? ' table:display="false"' : ''}>${second}</table:table>`;
  return packed('spreadsheet', body, plant, it.about);
}

export const ODP_PARTS = ['slide', 'letter a span', 'notes', 'alternative text', 'hidden slide', ...WHOLE] as const;

export function odp(it: Paper, plant: Plant): Buffer {
  const { part, text } = plant;
  const lines = linesOf(it).map(words);
  if (part === 'slide') lines.splice(6, 0, words(text));
  if (part === 'letter a span') lines.splice(6, 0, p(letters(text).map((each) => `<text:span>${escaped(each)}</text:span>`).join(''))); // prettier-ignore
  const notes = part === 'notes' ? `<presentation:notes>${frame(words(text))}</presentation:notes>` : '';
  const slide = (name: string, inside: string): string => `<draw:page draw:name="${name}">${inside}</draw:page>`;
  const body =
    slide('Trang 1', frame(lines.join(''), part === 'alternative text' ? text : '') + notes) +
    slide('Trang 2', frame(words(part === 'hidden slide' ? text : 'Trân trọng cảm ơn')));
  return packed('presentation', body, plant, it.about);
}
