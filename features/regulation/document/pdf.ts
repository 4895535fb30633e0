import PDFDocument from 'pdfkit';

import { closed, MOTTO, NATION, numberWords, outlineOf, placeWords } from '../rules/outline.ts';
import type { RegulationDocument } from '../rules.ts';
import {
  AFTER,
  FACES,
  INDENT,
  KIND,
  LEFT_SHARE,
  LINE,
  PAGE,
  points,
  RECIPIENTS,
  RECIPIENTS_SHARE,
  SEAL,
  SIZE,
  upper,
} from './page.ts';

type Face = keyof typeof FACES;

interface Style {
  readonly face: Face;
  readonly size: number;
  readonly align: 'left' | 'center' | 'justify';
  readonly indent?: number;
}

interface Column {
  readonly x: number;
  readonly width: number;
}

const LEFT = points(PAGE.left);
const TOP = points(PAGE.top);
const WIDTH = points(PAGE.width - PAGE.left - PAGE.right);
const END = points(PAGE.height - PAGE.bottom);
const BODY: Column = { x: LEFT, width: WIDTH };
const BETWEEN = 8;
const PARAGRAPH: Style = { face: 'regular', size: SIZE.text, align: 'justify', indent: points(INDENT) };

/** A written regulation as PDF. `at`: when it was published; it stands in the file and keeps its bytes the same. */
export function writePdf(document: RegulationDocument, at: Date): Promise<Uint8Array> {
  const pdf = new PDFDocument({
    size: 'A4',
    margins: { top: TOP, bottom: points(PAGE.bottom), left: LEFT, right: points(PAGE.right) },
    info: { Title: `Quy chế: ${document.title}`, Author: document.agency, CreationDate: at, ModDate: at },
    lang: 'vi-VN',
    displayTitle: true,
    pdfVersion: '1.7',
    font: FACES.regular,
  });
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const chunks: Uint8Array[] = [];
  pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  pdf.on('error', reject);
  pdf.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
  for (const [face, path] of Object.entries(FACES)) pdf.registerFont(face, path);
  draw(pdf, document);
  pdf.end();
  return promise;
}

function draw(pdf: PDFKit.PDFDocument, document: RegulationDocument): void {
  let page = 1;
  pdf.on('pageAdded', () => {
    page += 1;
    pdf.font('regular').fontSize(SIZE.page);
    pdf.text(String(page), LEFT, points(PAGE.number), { width: WIDTH, align: 'center', lineBreak: false });
    pdf.x = LEFT;
    pdf.y = TOP;
  });

  /** Space between lines beyond what the letters take, so that a line is `LINE` times as high as they are. */
  const gap = ({ size }: Style): number => size * (LINE - 1);
  const use = ({ face, size }: Style): PDFKit.PDFDocument => pdf.font(face).fontSize(size);
  const options = (style: Style, { width }: Column): PDFKit.Mixins.TextOptions => ({
    width,
    align: style.align,
    lineGap: gap(style),
    ...(style.indent === undefined ? {} : { indent: style.indent }),
  });
  const heightOf = (text: string, style: Style, column: Column = BODY): number =>
    text === '' ? 0 : use(style).heightOfString(text, options(style, column));
  /** Writes below `y` and answers where it ended. */
  const write = (text: string, style: Style, column: Column, y: number): number => {
    if (text === '') return y;
    use(style).text(text, column.x, y, options(style, column));
    return pdf.y;
  };
  /** A rule in the middle of a column. */
  const rule = (length: number, column: Column, y: number): number => {
    const x = column.x + (column.width - length) / 2;
    pdf
      .moveTo(x, y + 2)
      .lineTo(x + length, y + 2)
      .lineWidth(0.75)
      .stroke();
    return y + 4;
  };
  const lineLength = (text: string, style: Style, share: number, column: Column): number =>
    Math.min(column.width, use(style).widthOfString(text)) * share;
  /** A new page where less than this is left of the present one. */
  const ensure = (height: number): void => {
    if (pdf.y + height > END && pdf.y > TOP) pdf.addPage();
  };
  /** Two lines stay together with what they head. */
  const twoLines = 2 * SIZE.text * 1.3;
  const paragraph = (text: string, style: Style): void => {
    if (text === '') return;
    ensure(Math.min(heightOf(text, style), twoLines));
    write(text, style, BODY, pdf.y);
    pdf.y += AFTER;
  };

  // Tên cơ quan · quốc hiệu, tiêu ngữ
  const left: Column = { x: LEFT, width: WIDTH * LEFT_SHARE - BETWEEN };
  const right: Column = { x: LEFT + WIDTH * LEFT_SHARE, width: WIDTH * (1 - LEFT_SHARE) };
  const superior: Style = { face: 'regular', size: SIZE.agency, align: 'center' };
  const agency: Style = { ...superior, face: 'bold' };
  const motto: Style = { face: 'bold', size: SIZE.motto, align: 'center' };
  let leftEnd = write(upper(document.superior), superior, left, TOP);
  leftEnd = write(upper(document.agency), agency, left, leftEnd);
  leftEnd = rule(lineLength(upper(document.agency), agency, 0.4, left), left, leftEnd);
  let rightEnd = write(NATION, { face: 'bold', size: SIZE.nation, align: 'center' }, right, TOP);
  rightEnd = write(MOTTO, motto, right, rightEnd);
  rightEnd = rule(lineLength(MOTTO, motto, 1, right), right, rightEnd);

  // Số, ký hiệu · địa danh và thời gian
  const second = Math.max(leftEnd, rightEnd) + 4;
  leftEnd = write(numberWords(document), { face: 'regular', size: SIZE.number, align: 'center' }, left, second);
  rightEnd = write(placeWords(document), { face: 'italic', size: SIZE.place, align: 'center' }, right, second);
  pdf.y = Math.max(leftEnd, rightEnd) + 18;

  // Tên loại và trích yếu
  const title: Style = { face: 'bold', size: SIZE.title, align: 'center' };
  pdf.y = write(KIND, title, BODY, pdf.y);
  const narrow: Column = { x: LEFT + points(15), width: WIDTH - points(30) };
  pdf.y = write(document.title, title, narrow, pdf.y);
  pdf.y = rule(Math.min(lineLength(document.title, title, 0.4, narrow), points(60)), BODY, pdf.y) + 12;

  for (const basis of closed(document.bases)) paragraph(basis, { ...PARAGRAPH, face: 'italic' });
  paragraph(document.opening, PARAGRAPH);

  // Nơi nhận · chữ ký: never torn apart, nor alone on a page.
  const list: Column = { x: LEFT, width: WIDTH * RECIPIENTS_SHARE - BETWEEN };
  const sign: Column = { x: LEFT + WIDTH * RECIPIENTS_SHARE, width: WIDTH * (1 - RECIPIENTS_SHARE) };
  const receiver: Style = { face: 'regular', size: SIZE.recipients, align: 'left' };
  const receiverTitle: Style = { face: 'boldItalic', size: SIZE.recipientsTitle, align: 'left' };
  const post: Style = { face: 'bold', size: SIZE.position, align: 'center' };
  const recipients = closed(document.recipients, '- ').join('\n');
  const posts = [upper(document.authority), upper(document.position)].filter(Boolean).join('\n');
  const listHeight = recipients ? heightOf(RECIPIENTS, receiverTitle, list) + heightOf(recipients, receiver, list) : 0;
  const signHeight = heightOf(posts, post, sign) + SEAL + heightOf(document.signer, post, sign);
  const endHeight = Math.max(listHeight, signHeight) + 10;

  const outline = outlineOf(document.items);
  for (const entry of outline) {
    if (entry.kind === 'chapter') {
      ensure(heightOf(entry.label, title) + heightOf(upper(entry.title), title) + 2 * AFTER + 2 * twoLines);
      pdf.y = write(entry.label, title, BODY, pdf.y + (pdf.y > TOP ? 4 : 0));
      pdf.y = write(upper(entry.title), title, BODY, pdf.y) + AFTER;
      continue;
    }
    const heading = [entry.label, entry.title].filter(Boolean).join(' ');
    const style: Style = { ...PARAGRAPH, face: 'bold' };
    ensure(heightOf(heading, style) + AFTER + twoLines);
    paragraph(heading, style);
    for (const clause of entry.clauses) {
      const text = [clause.label, clause.text].filter(Boolean).join(' ');
      if (entry === outline.at(-1) && clause === entry.clauses.at(-1)) {
        ensure(Math.min(heightOf(text, PARAGRAPH) + AFTER, 3 * twoLines) + endHeight);
      }
      paragraph(text, PARAGRAPH);
    }
  }

  ensure(endHeight);
  const top = pdf.y + 10;
  if (recipients) write(recipients, receiver, list, write(RECIPIENTS, receiverTitle, list, top));
  const posted = write(posts, post, sign, top);
  write(document.signer, post, sign, posted + SEAL);
}
