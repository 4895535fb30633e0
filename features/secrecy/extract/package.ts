import { unreadPartsOf } from '../../files/check/archive.ts';
import type { Unread } from '../../files/check/archive.ts';
import { latin, Refused } from '../../files/check/finding.ts';
import { extensionOf, isTaken } from '../../files/rules.ts';
import { flow } from './flow.ts';
import { Lines } from './lines.ts';
import { isPicture, picturesIn } from './pictures.ts';
import type { Budget, Inner, Piece, Where } from './piece.ts';
import { sheet, stringsOf } from './sheet.ts';
import { stringsIn } from './strings.ts';
import { bites } from './xml.ts';

const WHERE: readonly (readonly [RegExp, Where])[] = [
  [/(?:^|\/)header\d*\.xml$/i, 'header'],
  [/(?:^|\/)footer\d*\.xml$/i, 'footer'],
  [/(?:footnotes|endnotes)\.xml$|notesSlides?\/|notesMasters?\//i, 'note'],
  [/comments[^/]*\.xml$|comments\/|threadedComments\//i, 'comment'],
  [/slideMasters\/|slideLayouts\/|^styles\.xml$|\/styles\.xml$/i, 'layout'],
  [/^docProps\/|^customXml\/|^meta\.xml$|^settings\.xml$|persons?\//i, 'property'],
  [/\.rels$/i, 'link'],
];

const whereOf = (name: string): Where => WHERE.find(([pattern]) => pattern.test(name))?.[1] ?? 'body';

const XML = /\.(?:xml|rels|vml|rdf)$/i;
/** Letters of the maker’s, and what programs keep beside documents for themselves. */
const WORDLESS = /\.(?:odttf|ttf|otf|fntdata|ttc|eot)$/i;
/** Films and sounds in slides: only what is written and drawn is read. */
const PLAYED = /\.(?:mp4|m4v|mov|avi|wmv|mpe?g|mp3|m4a|wav|wma|aac|ogg|webm|mid|midi)$/i;

/** Every part of an office file: first what is written, then what is embedded, then what is drawn. */
export async function* packageIn(bytes: Buffer, budget: Budget, inner: Inner, odf: boolean): AsyncGenerator<Piece> {
  const parts = unreadPartsOf(bytes, budget).filter((it) => !it.isFolder);
  // Sheets name their strings by number.
  const list = parts.find((it) => /(?:^|\/)sharedStrings\.xml$/i.test(it.name));
  const strings: string[] = [];
  if (list && parts.some((it) => isSheet(it.name))) yield* stringsOf(list.read(), strings);
  const later: Unread[] = [];
  for (const part of parts) {
    if (part === list && strings.length > 0) continue;
    if (!XML.test(part.name)) later.push(part);
    else if (isSheet(part.name)) yield* sheet(part.read(), strings);
    else yield* written(part, odf);
  }
  const pictures: Unread[] = [];
  for (const part of later) {
    if (isDrawn(part.name)) pictures.push(part);
    else yield* other(part, budget, inner, odf);
  }
  for (const part of pictures) {
    const drawn = part.read();
    if (drawn.length === 0) continue;
    if (!isPicture(drawn)) throw new Refused('file.unchecked');
    yield* picturesIn(drawn, 'picture', budget);
  }
}

const isSheet = (name: string): boolean => /(?:^|\/)xl\/worksheets\/[^/]+\.xml$/i.test(name);
const isDrawn = (name: string): boolean =>
  /\.(?:jpe?g|jfif|png|gif|webp|tiff?|bmp|dib|emf|wmf|emz|wmz|svg|svm)$/i.test(name);

function* written({ name, read }: Unread, odf: boolean): Generator<Piece> {
  const where = whereOf(name);
  const lines = new Lines(where);
  const said = new Lines(where === 'body' ? 'alternative' : where);
  const encoded: string[] = [];
  const form = odf ? ('open' as const) : undefined;
  const named = /^(?:docProps|customXml)\//i.test(name);
  const reader = flow({ lines, said, form, named, encoded: (base64) => void encoded.push(base64) });
  for (const _ of bites(read(), reader)) {
    yield* lines.ready();
    yield* said.ready();
  }
  yield* lines.end();
  yield* said.end();
  for (const base64 of encoded) {
    const bytes = Buffer.from(base64, 'base64');
    if (isPicture(bytes)) yield* picturesIn(bytes, 'picture', { entries: 0, inside: 0, pictures: 0 });
    else yield* stringsIn(bytes, where);
  }
}

async function* other(part: Unread, budget: Budget, inner: Inner, odf: boolean): AsyncGenerator<Piece> {
  const { name } = part;
  const extension = extensionOf(name.split('/').at(-1)!);
  if (WORDLESS.test(name)) return;
  if (/(?:^|\/)(?:embeddings|afchunk)/i.test(name) || /^word\/[^/]+\.(?:rtf|docx|txt|eml)$/i.test(name))
    yield { where: 'name', text: name.split('/').at(-1)! };
  if (PLAYED.test(name))
    return void (yield* stringsIn(part.read().subarray(0, 4_096), 'property', { narrow: 6, wide: 6 }));
  const bytes = part.read();
  if (bytes.length === 0) return;
  if (isPicture(bytes)) return void (yield* picturesIn(bytes, 'picture', budget));
  if (isCompound(bytes)) return void (yield* inner('bin', bytes));
  if (isTaken(extension)) return void (yield* inner(extension, bytes));
  // Other makers give their parts other names.
  if (/^(?:\u00ef\u00bb\u00bf)?\s*</.test(latin(bytes, 0, 64)))
    return yield* written({ ...part, read: () => bytes }, odf);
  // A mimetype, a layout kept, a printer’s settings, a drawing in the program’s own form.
  if (extension === '' || /^(?:bin|dat|json|txt|svm)$/.test(extension))
    return void (yield* stringsIn(bytes, 'property'));
  throw new Refused('file.unchecked');
}

export const isCompound = (bytes: Buffer): boolean => bytes.length > 8 && bytes.readUIntBE(0, 4) === 0xd0cf11e0;
