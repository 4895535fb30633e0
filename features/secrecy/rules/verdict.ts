/** Circulation marks of box 11 (Nghị định 30/2020): LƯU HÀNH NỘI BỘ, XEM XONG TRẢ LẠI. Such a thing is sent with a warning and not forwarded. */
export const HANDLINGS = ['internal', 'return'] as const;
export type Handling = (typeof HANDLINGS)[number];

/** What the guard says of a text or a file. */
export interface Verdict {
  readonly refused: boolean;
  /** Ids of the rules that counted; never what they met. */
  readonly rules: readonly string[];
  readonly handling?: Handling;
}

/** What was read in a picture: its lines from top to bottom, and what stood in red by itself. */
export interface OcrPage {
  readonly lines: readonly string[];
  readonly stamps: readonly OcrStamp[];
  /** There is writing, and too little of it could be read to tell. */
  readonly unreadable?: boolean;
}

export interface OcrStamp {
  readonly text: string;
  /** A border stands around it. */
  readonly framed: boolean;
  /** Width by height of the whole, upright. */
  readonly aspect: number;
}
