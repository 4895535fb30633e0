import { createRequire } from 'node:module';

/** Sizes of Nghị định 30/2020/NĐ-CP, annex I: A4; margins in millimetres, letters in points. */
export const PAGE = {
  width: 210,
  height: 297,
  top: 20,
  bottom: 20,
  left: 30,
  right: 20,
  /** Where the page number stands, from the top: in the middle of the margin, from the second page on. */
  number: 9,
} as const;

export const SIZE = {
  nation: 12,
  motto: 13,
  agency: 12,
  number: 13,
  place: 13,
  title: 14,
  text: 14,
  position: 14,
  recipientsTitle: 12,
  recipients: 11,
  page: 13,
} as const;

/** First line of a paragraph, in millimetres; space after it, and height of a line, as a factor. */
export const INDENT = 12.7;
export const AFTER = 6;
export const LINE = 1.15;
/** Share of the page for tên cơ quan, beside quốc hiệu; and for nơi nhận, beside the signature. */
export const LEFT_SHARE = 0.44;
export const RECIPIENTS_SHARE = 0.5;
/** Room for signature and seal, in points. */
export const SEAL = 72;

export const KIND = 'QUY CHẾ';
export const RECIPIENTS = 'Nơi nhận:';

/** Millimetres to points. */
export const points = (millimetres: number): number => (millimetres * 72) / 25.4;

export const upper = (text: string): string => text.toLocaleUpperCase('vi');

const require = createRequire(import.meta.url);
const face = (name: string): string => require.resolve(`@expo-google-fonts/tinos/${name}/Tinos_${name}.ttf`);

/** Tinos: as wide as Times New Roman letter by letter, free, and with all Vietnamese letters. */
export const FACES = {
  regular: face('400Regular'),
  italic: face('400Regular_Italic'),
  bold: face('700Bold'),
  boldItalic: face('700Bold_Italic'),
} as const;
