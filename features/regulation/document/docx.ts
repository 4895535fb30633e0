import {
  AlignmentType,
  BorderStyle,
  Document,
  Header,
  LineRuleType,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { IParagraphOptions, IRunOptions } from 'docx';

import { closed, MOTTO, NATION, numberWords, outlineOf, placeWords } from '../rules/outline.ts';
import type { RegulationDocument } from '../rules.ts';
import {
  AFTER,
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

/** The decree names it; every office computer has it. */
const FONT = 'Times New Roman';

/** Word counts in twentieths of a point, letters in halves, lines in 240ths. */
const twips = (millimetres: number): number => Math.round(points(millimetres) * 20);
const WIDTH = twips(PAGE.width - PAGE.left - PAGE.right);
const NONE = { style: BorderStyle.NONE, size: 0, color: 'auto' } as const;
const NO_BORDERS = { top: NONE, bottom: NONE, left: NONE, right: NONE } as const;

type Letters = Pick<IRunOptions, 'bold' | 'italics'> & { readonly size: number };

const run = (text: string, { size, ...letters }: Letters): TextRun => new TextRun({ text, size: size * 2, ...letters });

function line(text: string, letters: Letters, options: IParagraphOptions = {}): Paragraph {
  return new Paragraph({ spacing: { after: 0 }, ...options, children: [run(text, letters)] });
}

const centred = (text: string, letters: Letters, options: IParagraphOptions = {}): Paragraph =>
  line(text, letters, { alignment: AlignmentType.CENTER, ...options });

/** A rule of this share of a column's width, in its middle: the upper border of an empty, low paragraph. */
function rule(column: number, share: number): Paragraph {
  const side = Math.round((column * (1 - share)) / 2);
  return new Paragraph({
    border: { top: { style: BorderStyle.SINGLE, size: 6, space: 1, color: '000000' } },
    indent: { left: side, right: side },
    spacing: { before: 40, after: 0, line: 80, lineRule: LineRuleType.EXACT },
    children: [],
  });
}

/** Two cells side by side without borders, in the widths given. */
function columns(rows: readonly (readonly [Paragraph[], Paragraph[]])[], share: number): Table {
  const widths = [Math.round(WIDTH * share), WIDTH - Math.round(WIDTH * share)] as const;
  const cell = (children: Paragraph[], at: 0 | 1): TableCell =>
    new TableCell({
      width: { size: widths[at], type: WidthType.DXA },
      margins: { left: 0, right: at === 0 ? 160 : 0 },
      borders: NO_BORDERS,
      children: children.length > 0 ? children : [new Paragraph({})],
    });
  return new Table({
    width: { size: WIDTH, type: WidthType.DXA },
    columnWidths: [...widths],
    layout: TableLayoutType.FIXED,
    borders: { ...NO_BORDERS, insideHorizontal: NONE, insideVertical: NONE },
    rows: rows.map(([left, right]) => new TableRow({ cantSplit: true, children: [cell(left, 0), cell(right, 1)] })),
  });
}

function paragraph(text: string, letters: Omit<Letters, 'size'> = {}, options: IParagraphOptions = {}): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.JUSTIFIED,
    indent: { firstLine: twips(INDENT) },
    spacing: { after: AFTER * 20, line: Math.round(240 * LINE), lineRule: LineRuleType.AUTO },
    ...options,
    children: [run(text, { size: SIZE.text, ...letters })],
  });
}

/** A written regulation as DOCX. */
export async function writeDocx(document: RegulationDocument): Promise<Uint8Array> {
  const bold = { bold: true } as const;
  const title = { size: SIZE.title, ...bold };
  const left = Math.round(WIDTH * LEFT_SHARE) - 160;
  const right = WIDTH - Math.round(WIDTH * LEFT_SHARE);

  const head = columns(
    [
      [
        [
          ...(document.superior ? [centred(upper(document.superior), { size: SIZE.agency })] : []),
          centred(upper(document.agency), { size: SIZE.agency, ...bold }),
          rule(left, 0.4),
        ],
        [
          centred(NATION, { size: SIZE.nation, ...bold }),
          centred(MOTTO, { size: SIZE.motto, ...bold }),
          rule(right, 0.6),
        ],
      ],
      [
        [centred(numberWords(document), { size: SIZE.number })],
        [centred(placeWords(document), { size: SIZE.place, italics: true })],
      ],
    ],
    LEFT_SHARE,
  );

  const outline = outlineOf(document.items);
  const body = outline.flatMap((entry) => {
    if (entry.kind === 'chapter') {
      return [
        centred(entry.label, title, { keepNext: true, spacing: { before: 120, after: 0 } }),
        centred(upper(entry.title), title, { keepNext: true, spacing: { after: AFTER * 20 } }),
      ];
    }
    const heading = [entry.label, entry.title].filter(Boolean).join(' ');
    return [
      paragraph(heading, bold, { keepNext: entry.clauses.length > 0 }),
      // The last words stay with the signature, which is never alone on a page.
      ...entry.clauses.map((clause, at) =>
        paragraph(
          [clause.label, clause.text].filter(Boolean).join(' '),
          {},
          {
            keepNext: entry === outline.at(-1) && at === entry.clauses.length - 1,
          },
        ),
      ),
    ];
  });

  const posts = [...document.authority.split('\n'), document.position].filter((it) => it.trim() !== '');
  const recipients = closed(document.recipients, '- ');
  const foot = columns(
    [
      [
        recipients.length > 0
          ? [
              line(RECIPIENTS, { size: SIZE.recipientsTitle, bold: true, italics: true }),
              ...recipients.map((it) => line(it, { size: SIZE.recipients })),
            ]
          : [],
        [
          ...posts.map((it) => centred(upper(it), { size: SIZE.position, ...bold }, { keepNext: true })),
          centred(document.signer, { size: SIZE.position, ...bold }, { spacing: { before: SEAL * 20, after: 0 } }),
        ],
      ],
    ],
    RECIPIENTS_SHARE,
  );

  const number = new Paragraph({
    alignment: AlignmentType.CENTER,
    children: [new TextRun({ children: [PageNumber.CURRENT], size: SIZE.page * 2 })],
  });
  const file = new Document({
    title: `Quy chế: ${document.title}`,
    creator: document.agency,
    lastModifiedBy: document.agency,
    styles: {
      default: { document: { run: { font: FONT, size: SIZE.text * 2, language: { value: 'vi-VN' } } } },
    },
    sections: [
      {
        properties: {
          titlePage: true,
          page: {
            size: { width: twips(PAGE.width), height: twips(PAGE.height) },
            margin: {
              top: twips(PAGE.top),
              bottom: twips(PAGE.bottom),
              left: twips(PAGE.left),
              right: twips(PAGE.right),
              header: twips(PAGE.number),
              footer: twips(PAGE.number),
            },
          },
        },
        headers: { default: new Header({ children: [number] }), first: new Header({ children: [new Paragraph({})] }) },
        children: [
          head,
          centred(KIND, title, { spacing: { before: 360, after: 0 } }),
          centred(document.title, title, { indent: { left: twips(15), right: twips(15) } }),
          rule(WIDTH, 0.3),
          new Paragraph({ spacing: { after: 120, line: 120, lineRule: LineRuleType.EXACT } }),
          ...closed(document.bases).map((it) => paragraph(it, { italics: true })),
          ...(document.opening ? [paragraph(document.opening)] : []),
          ...body,
          new Paragraph({ keepNext: true, spacing: { after: 0, line: 160, lineRule: LineRuleType.EXACT } }),
          foot,
        ],
      },
    ],
  });
  return new Uint8Array(await Packer.toArrayBuffer(file));
}
