/** Something written or drawn that stands in a file. */
export type Piece =
  | { readonly where: Where; readonly text: string }
  | { readonly where: Where; readonly picture: Picture };

/** In which part of it; `name` is what something inside is called, `property` what a file says of itself. */
export type Where =
  | 'body'
  | 'header'
  | 'footer'
  | 'note'
  | 'comment'
  | 'layout'
  | 'alternative'
  | 'link'
  | 'property'
  | 'name'
  | 'picture';

/** Encoded as it lies in the file (JPEG, PNG, WebP, GIF, TIFF), or drawn from it. */
export type Picture = Encoded | Drawn;

export interface Encoded {
  readonly bytes: Buffer;
  /** Of those it shows one after the other, from 0. */
  readonly frame?: number;
}

/** RGB, row by row. */
export interface Drawn {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
  /** Of a document, from 1. */
  readonly page?: number;
  /** The whole page. Otherwise what lies on it that is no text. */
  readonly whole?: boolean;
  /** Its writing was handed out as text already: what remains are the pictures on it. */
  readonly textKnown?: boolean;
}

/** What has come out of one upload so far, everything inside it included. */
export interface Budget {
  entries: number;
  inside: number;
  pictures: number;
}

export const newBudget = (): Budget => ({ entries: 0, inside: 0, pictures: 0 });

/** Reads what stands inside something, by its own kind. */
export type Inner = (extension: string, bytes: Buffer) => AsyncIterable<Piece>;
