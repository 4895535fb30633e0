import {
  AlignmentType,
  BorderStyle,
  Document,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { IParagraphOptions } from 'docx';

import type { Minute } from '../protocol.ts';
import { numberOf, sectionsOf } from '../state/minute.ts';
import { strings } from '../strings/minute.ts';

// The writer of documents is large: whoever downloads a minute loads this file then, with `await import`.

/** As the decree on clerical work sets out papers: names the letters, sizes in points, margins in millimetres. */
const FONT = 'Times New Roman';
const SIZE = 14;
const MARGINS = { top: 20, bottom: 20, left: 30, right: 20 };
const twips = (millimetres: number): number => Math.round((millimetres / 25.4) * 1440);

const NONE = { style: BorderStyle.NONE, size: 0, color: 'auto' } as const;
const NO_BORDERS = {
  top: NONE,
  bottom: NONE,
  left: NONE,
  right: NONE,
  insideHorizontal: NONE,
  insideVertical: NONE,
} as const;

interface Letters {
  readonly bold?: boolean;
  readonly italics?: boolean;
  readonly size?: number;
}

function line(text: string, { size = SIZE, ...letters }: Letters = {}, options: IParagraphOptions = {}): Paragraph {
  return new Paragraph({ ...options, children: [new TextRun({ text, size: size * 2, ...letters })] });
}

const centred = (text: string, letters: Letters = {}, options: IParagraphOptions = {}): Paragraph =>
  line(text, letters, { alignment: AlignmentType.CENTER, ...options });

function twoColumns(left: readonly Paragraph[], right: readonly Paragraph[]): Table {
  const cell = (children: readonly Paragraph[]) =>
    new TableCell({ children: [...children], borders: NO_BORDERS, width: { size: 50, type: WidthType.PERCENTAGE } });
  return new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    borders: NO_BORDERS,
    rows: [new TableRow({ children: [cell(left), cell(right)] })],
  });
}

/** The minute as a document for Word, to be signed and filed. */
export async function minuteDocument(minute: Minute): Promise<Uint8Array<ArrayBuffer>> {
  const document = new Document({
    title: strings('title'),
    creator: minute.agency,
    styles: { default: { document: { run: { font: FONT, size: SIZE * 2 } } } },
    sections: [
      {
        properties: {
          page: {
            size: { width: twips(210), height: twips(297) },
            margin: {
              top: twips(MARGINS.top),
              bottom: twips(MARGINS.bottom),
              left: twips(MARGINS.left),
              right: twips(MARGINS.right),
            },
          },
        },
        children: [
          twoColumns(
            [
              centred(minute.agency.toLocaleUpperCase('vi'), { bold: true, size: 13 }),
              centred(strings('number', { number: numberOf(minute) }), { size: 13 }),
            ],
            [centred(strings('nation'), { bold: true, size: 12 }), centred(strings('motto'), { bold: true, size: 13 })],
          ),
          centred(strings('title'), { bold: true, size: 16 }, { spacing: { before: 360, after: 60 } }),
          centred(strings('about'), { bold: true }, { spacing: { after: 240 } }),
          ...sectionsOf(minute).flatMap(({ heading, lines }) => [
            line(heading, { bold: true }, { spacing: { before: 180, after: 60 }, keepNext: true }),
            ...lines.map((text) =>
              line(`- ${text}`, {}, { alignment: AlignmentType.JUSTIFIED, spacing: { after: 60 } }),
            ),
          ]),
          line(strings('notContent'), { italics: true, size: 13 }, { spacing: { before: 180, after: 360 } }),
          twoColumns(
            [
              centred(strings('signOperator'), { bold: true, size: 13 }),
              centred(strings('signed'), { italics: true, size: 12 }),
            ],
            [
              centred(strings('signOfficer'), { bold: true, size: 13 }),
              centred(strings('signed'), { italics: true, size: 12 }),
            ],
          ),
        ],
      },
    ],
  });
  return new Uint8Array(await (await Packer.toBlob(document)).arrayBuffer());
}
