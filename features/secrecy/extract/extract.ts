import { latin, Refused } from '../../files/check/finding.ts';
import { FORMATS, isTaken } from '../../files/rules.ts';
import type { Extension } from '../../files/rules.ts';
import { newBudget } from './piece.ts';
import type { Budget, Inner, Piece } from './piece.ts';

/** An archive in an archive is read; one in that is not. */
const ARCHIVES_MOST = 2;
/** A table in a document in a mail in an archive. */
const DEPTH_MOST = 5;

/** How deep something lies in what was sent. */
interface Place {
  readonly depth: number;
  readonly archives: number;
}

/**
 * Everything that is written or drawn in a file, in every part of it, in pieces; writing before drawing. Throws `Refused` for what
 * cannot be read to its end. Runs in a process of its own only (docs/decisions/files.md). What is large may be given up: `bytes`
 * may be empty afterwards. The name of the file itself is not in it.
 */
export async function* contentsOf(
  extension: string,
  bytes: Buffer,
  budget: Budget = newBudget(),
): AsyncGenerator<Piece> {
  yield* within(extension, bytes, budget, { depth: 1, archives: extension === 'zip' ? 1 : 0 });
}

async function* within(extension: string, bytes: Buffer, budget: Budget, place: Place): AsyncGenerator<Piece> {
  if (place.depth > DEPTH_MOST) throw new Refused('file.too_much_inside');
  if (bytes.length === 0) return;
  const inner: Inner = (kind, part) =>
    within(kind, part, budget, { depth: place.depth + 1, archives: place.archives + (kind === 'zip' ? 1 : 0) });
  try {
    yield* read(extension, bytes, budget, place, inner);
  } catch (error) {
    // A number in it that points behind its end.
    if (error instanceof RangeError) throw new Refused('file.damaged');
    // The reader of PDF ran out of its memory.
    if (error instanceof WebAssembly.RuntimeError) throw new Refused('file.unchecked');
    throw error;
  }
}

async function* read(
  extension: string,
  bytes: Buffer,
  budget: Budget,
  place: Place,
  inner: Inner,
): AsyncGenerator<Piece> {
  if (extension === 'bin' && place.depth > 1) {
    const { compoundIn } = await import('./compound.ts');
    return yield* compoundIn(bytes, budget, inner);
  }
  if (!isTaken(extension)) throw new Refused({ code: 'file.kind_refused', extension: extension.slice(0, 16) });
  switch (FORMATS[extension].family) {
    case 'text': {
      const { tableIn, writtenIn } = await import('./written.ts');
      return yield* extension === 'csv' ? tableIn(bytes) : writtenIn(bytes);
    }
    case 'office': {
      if (latin(bytes, 0, 4) !== 'PK\u0003\u0004') throw new Refused('file.unchecked');
      const { packageIn } = await import('./package.ts');
      return yield* packageIn(bytes, budget, inner, isOpenDocument(extension));
    }
    case 'word': {
      const { compoundIn } = await import('./compound.ts');
      return yield* compoundIn(bytes, budget, inner);
    }
    case 'rich': {
      const { richIn } = await import('./rich.ts');
      return yield* richIn(bytes, budget, inner);
    }
    case 'mail': {
      const { mailIn } = await import('./mail.ts');
      return yield* mailIn(bytes, budget, inner);
    }
    case 'pdf': {
      const { pdfIn } = await import('./pdf.ts');
      return yield* pdfIn(bytes, budget);
    }
    case 'picture': {
      const { picturesIn } = await import('./pictures.ts');
      return yield* picturesIn(bytes, 'picture', budget);
    }
    case 'archive': {
      if (place.archives > ARCHIVES_MOST) throw new Refused('file.too_much_inside');
      const { archiveIn } = await import('./archive.ts');
      return yield* archiveIn(bytes, budget, inner);
    }
    case 'moving':
    case 'sound': {
      const { tagsIn } = await import('./tags.ts');
      return yield* tagsIn(bytes, budget);
    }
  }
}

const isOpenDocument = (extension: Extension): boolean => /^od[tsp]$/.test(extension);
