import type { Extension, FileKind, Size, Wish } from '../rules.ts';

/** Why a file is not taken; a code of `fileProblems`. */
export type Refusal =
  | { readonly code: 'file.kind_refused'; readonly extension: string }
  | {
      readonly code:
        | 'file.mismatch'
        | 'file.damaged'
        | 'file.unchecked'
        | 'file.active'
        | 'file.too_much_inside'
        | 'file.too_large';
    };

export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal | Exclude<Refusal['code'], 'file.kind_refused'>) {
    super(typeof refusal === 'string' ? refusal : refusal.code);
    this.refusal = typeof refusal === 'string' ? { code: refusal } : refusal;
  }
}

/** What the program asks of the process that looks at files; the bytes follow. */
export interface Question {
  readonly extension: Extension;
  readonly wish: Wish;
  readonly bytes: number;
}

/** A box begins at `at`, what it holds at `from`; it ends before `upTo`. */
export interface Erased {
  readonly at: number;
  readonly from: number;
  readonly upTo: number;
}

/** A file that may be taken. */
export interface Found {
  readonly kind: FileKind;
  readonly type: string;
  readonly width?: number;
  readonly height?: number;
  readonly seconds?: number;
  readonly pages?: number;
  /** Boxes of a film that tell where and with what it was made: they are made empty ones of the same size. */
  readonly erase?: readonly Erased[];
}

export interface Picture {
  readonly size: Size;
  readonly type: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

/** What is found in a file, and then the pictures of it, if any. */
export interface Look {
  readonly found: Found;
  readonly pictures: AsyncIterable<Picture>;
}

export async function* none(): AsyncIterable<Picture> {}

/** A file’s bytes as a name in Latin letters finds them. */
export const latin = (bytes: Uint8Array, from: number, upTo: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.max(0, Math.min(upTo, bytes.length) - from)).toString(
    'latin1',
  );
