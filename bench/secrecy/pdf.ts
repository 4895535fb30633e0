// PDF with text in it, as office programs export it, in the layout of Nghị định 30/2020.
import { join } from 'node:path';

import PDFDocument from 'pdfkit';

import { letters } from './office-open.ts';
import type { Plant } from './office-open.ts';
import { NATION } from './paper.ts';
import type { Paper } from './paper.ts';

const FONTS = join(import.meta.dirname, '..', '..', 'node_modules', '@expo-google-fonts', 'tinos');
export const FONT = join(FONTS, '400Regular', 'Tinos_400Regular.ttf');
export const BOLD = join(FONTS, '700Bold', 'Tinos_700Bold.ttf');
const ITALIC = join(FONTS, '400Regular_Italic', 'Tinos_400Regular_Italic.ttf');

export const PDF_PARTS = [
  'body', 'stamp with border', 'letter by letter', 'spaced letters', 'header', 'footer', 'second page', 'white on white', 'tiny', 'rotated', 'upside down', 'annotation', 'bookmark', 'title property', 'keywords property', 'under the text',
] as const; // prettier-ignore

/** A4 in points. */
const WIDE = 595;
const HIGH = 842;

export function pdf(it: Paper, { part, text }: Plant): Promise<Buffer> {
  const title = part === 'title property' && text !== '' ? text : it.about;
  const keywords = part === 'keywords property' && text !== '' ? text : 'báo cáo';
  const document = new PDFDocument({ size: 'A4', margin: 0, info: { Title: title, Keywords: keywords } });
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });
  document.registerFont('plain', FONT).registerFont('bold', BOLD).registerFont('italic', ITALIC);
  drawPaper(document, it);
  if (text !== '') plant(document, part, text);
  document.end();
  return done;
}

/** The first page, and as many as the text needs. */
export function drawPaper(document: PDFKit.PDFDocument, it: Paper): void {
  const centred = (font: string, size: number, line: string, x: number, y: number, width: number): void =>
    void document
      .font(font)
      .fontSize(size)
      .fillColor('black')
      .text(line, x, y, { width, align: 'center', lineBreak: true });
  centred('plain', 11, it.agency[0], 45, 56, 230);
  centred('bold', 11, it.agency[1], 45, 72, 230);
  centred('plain', 12, it.number, 45, 106, 230);
  centred('bold', 11, NATION[0], 270, 56, 300);
  centred('bold', 12, NATION[1], 270, 72, 300);
  centred('italic', 12, it.placeAndDate, 270, 106, 300);
  if (it.stamp) {
    document.lineWidth(1).strokeColor('#c8102e').rect(85, 128, 120, 24).stroke();
    document.font('bold').fontSize(13).fillColor('#c8102e').text(it.stamp, 85, 132, { width: 120, align: 'center' });
  }
  centred('bold', 14, it.kind, 85, 166, 450);
  centred('bold', 13, it.about, 85, 184, 450);
  document.font('plain').fontSize(13).fillColor('black');
  let y = 228;
  for (const line of it.body) {
    const height = document.heightOfString(line, { width: 450 });
    if (y + height > 680) {
      document.addPage();
      y = 60;
    }
    document.font('plain').fontSize(13).text(line, 85, y, { width: 450, align: 'justify', indent: 28 });
    y += height + 6;
  }
  it.recipients.forEach((line, at) => {
    document.font(at === 0 ? 'italic' : 'plain').fontSize(11).text(line, 85, 706 + at * 14, { lineBreak: false });
  }); // prettier-ignore
  it.signed.forEach((line, at) =>
    centred('bold', 13, line, 320, 700 + at * (at === 1 ? 18 : 36) + (at === 2 ? 10 : 0), 220),
  );
}

function plant(document: PDFKit.PDFDocument, part: string, text: string): void {
  const write = (x: number, y: number, size = 13, colour = 'black'): void =>
    void document.font('bold').fontSize(size).fillColor(colour).text(text, x, y, { lineBreak: false });
  switch (part) {
    case 'body':
      return write(85, 208);
    case 'stamp with border': {
      const width = document.font('bold').fontSize(14).widthOfString(text) + 16;
      document.lineWidth(1).strokeColor('#c8102e').rect(90, 126, width, 22).rect(92, 128, width - 4, 18).stroke(); // prettier-ignore
      return write(98, 129, 14, '#c8102e');
    }
    case 'letter by letter': {
      let x = 90;
      for (const letter of letters(text)) {
        document.font('bold').fontSize(14).fillColor('#c8102e').text(letter, x, 130, { lineBreak: false });
        x += document.widthOfString(letter);
      }
      return undefined;
    }
    case 'spaced letters':
      return void document.font('bold').fontSize(14).text(text, 90, 130, { lineBreak: false, characterSpacing: 5 });
    case 'header':
      return write(260, 20, 11);
    case 'footer':
      return write(260, HIGH - 30, 11);
    case 'second page':
      document.addPage();
      return write(85, 100);
    case 'white on white':
      return write(85, 208, 13, 'white');
    case 'tiny':
      return write(85, 208, 2);
    case 'rotated':
      document.save().rotate(-12, { origin: [150, 140] });
      write(95, 132, 14, '#c8102e');
      return void document.restore();
    case 'upside down':
      document.save().rotate(180, { origin: [WIDE / 2, HIGH / 2] });
      write(95, 60, 14);
      return void document.restore();
    case 'annotation':
      return void document.note(90, 130, 20, 20, text);
    case 'bookmark':
      return void document.outline.addItem(text);
    case 'under the text':
      return write(85, 229, 13, '#eeeeee');
    default:
      return undefined;
  }
}
