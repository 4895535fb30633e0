import { commentOf, unreadPartsOf } from '../../files/check/archive.ts';
import { extensionOf } from '../../files/rules.ts';
import { Lines } from './lines.ts';
import type { Budget, Inner, Piece } from './piece.ts';
import { stringsIn } from './strings.ts';
import { shortTexts } from './written.ts';

/** What a Mac and Windows add to archives: the folder’s view, notes about each file. */
const isNote = (name: string): boolean => /(?:^|\/)(?:__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i.test(name);

/** What an archive and everything in it are called, what is said of them, then each thing in it by its own kind. */
export async function* archiveIn(bytes: Buffer, budget: Budget, inner: Inner): AsyncGenerator<Piece> {
  const parts = unreadPartsOf(bytes, budget);
  const names = new Lines('name');
  for (const { name } of parts) {
    for (const step of name.split('/')) names.add(step);
    // As older programs write it, in the letters of their own machine.
    if (/[\u0080-\u00ff]/.test(name) && !/[^\0-\u00ff]/.test(name))
      for (const text of shortTexts(Buffer.from(name, 'latin1'))) names.add(text);
  }
  yield* names.end();
  const notes = [...new Set(parts.flatMap((it) => it.notes)), commentOf(bytes)].filter((it) => it.length > 0);
  if (notes.length > 0)
    yield* stringsIn(Buffer.concat(notes.flatMap((it) => [it, Buffer.alloc(1)])), 'comment', { narrow: 3 });
  for (const part of parts) {
    if (part.isFolder) continue;
    if (isNote(part.name)) {
      yield* stringsIn(part.read(), 'comment');
      continue;
    }
    const extension = extensionOf(part.name.split('/').at(-1)!);
    yield* inner(extension, part.read());
  }
}
