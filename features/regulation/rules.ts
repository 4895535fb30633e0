import { outlineOf } from './rules/outline.ts';

/** Bytes of an uploaded regulation, and the letters of their base64. */
export const FILE_MOST = 10 * 1024 * 1024;
export const FILE_BASE64_MOST = Math.ceil(FILE_MOST / 3) * 4;

/** Chapters and articles of one regulation, and the letters of it all: about forty printed pages. */
export const ITEMS_MOST = 100;
export const LETTERS_MOST = 60_000;
export const LINE_MOST = 300;
export const TEXT_MOST = 8_000;
export const LINES_MOST = 30;
/** Bytes of a written regulation as JSON: three a letter, and what stands between. */
export const DOCUMENT_BODY_MOST = 262_144;

export const ACCEPTANCE_PAGE_MOST = 500;
/** Those who have not accepted are reminded this often at most. */
export const REMIND_AGAIN_MS = 24 * 3_600_000;

export const FORMS = ['docx', 'pdf'] as const;
export type Form = (typeof FORMS)[number];

export interface Chapter {
  readonly kind: 'chapter';
  readonly title: string;
}

export interface Article {
  readonly kind: 'article';
  readonly title: string;
  /** Plain text; each line is a clause or a point. */
  readonly text: string;
}

export type Item = Chapter | Article;

/** A regulation as it is written here: the parts of an administrative document by Nghị định 30/2020/NĐ-CP, annex I. */
export interface RegulationDocument {
  /** Tên cơ quan chủ quản trực tiếp; empty where there is none. */
  readonly superior: string;
  /** Tên cơ quan ban hành. */
  readonly agency: string;
  /** Số; empty until the registry gives one. */
  readonly number: string;
  /** Ký hiệu: “QC-UBND”. */
  readonly symbol: string;
  /** Địa danh. */
  readonly place: string;
  /** “2026-11-19”; empty: the day of publication. */
  readonly date: string;
  /** Trích yếu. */
  readonly title: string;
  /** Căn cứ, one a line. */
  readonly bases: string[];
  /** The sentence that issues it. */
  readonly opening: string;
  readonly items: Item[];
  /** Nơi nhận, one a line. */
  readonly recipients: string[];
  /** Quyền hạn of who signs, one a line: “TM. ỦY BAN NHÂN DÂN”. */
  readonly authority: string;
  /** Chức vụ of who signs. */
  readonly position: string;
  readonly signer: string;
}

export type Missing = 'agency' | 'title' | 'items' | 'letters';

/** What a document lacks before it can be published; undefined where it lacks nothing. */
export function missingIn(document: RegulationDocument): Missing | undefined {
  if (document.agency.trim() === '') return 'agency';
  if (document.title.trim() === '') return 'title';
  const articles = outlineOf(document.items).filter((it) => it.kind === 'article');
  if (articles.length === 0 || articles.some((it) => it.title === '' && it.clauses.length === 0)) return 'items';
  return lettersIn(document) > LETTERS_MOST ? 'letters' : undefined;
}

export function lettersIn({ items, bases, recipients, opening }: RegulationDocument): number {
  const texts = [
    opening,
    ...bases,
    ...recipients,
    ...items.flatMap((it) => [it.title, it.kind === 'article' ? it.text : '']),
  ];
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** A list with one of its parts moved up or down; the same list where that leads out of it. */
export function moved<T>(list: readonly T[], from: number, by: 1 | -1): readonly T[] {
  const to = from + by;
  if (from < 0 || from >= list.length || to < 0 || to >= list.length) return list;
  const next = [...list];
  [next[from], next[to]] = [next[to]!, next[from]!];
  return next;
}
