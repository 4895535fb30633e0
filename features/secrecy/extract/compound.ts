import { openCompound } from '../../files/check/compound.ts';
import type { Stream } from '../../files/check/compound.ts';
import { latin, Refused } from '../../files/check/finding.ts';
import { refuseRunning } from '../../files/check/word.ts';
import { blips, carved, isPicture, picturesIn } from './pictures.ts';
import type { Budget, Inner, Piece } from './piece.ts';
import { stringsIn } from './strings.ts';
import { wordIn } from './word.ts';

/** Packed in a way that is not read here. */
const PACKED = /^(?:VisioDocument|EncryptedPackage|EncryptionInfo|EncryptedSummary)$/i;
const FILE_PASS = 0x2f;

/** Everything in a compound file: documents of Word piece by piece, what is embedded by its kind, of the rest its strings and pictures. */
export async function* compoundIn(bytes: Buffer, budget: Budget, inner: Inner): AsyncGenerator<Piece> {
  const compound = openCompound(bytes);
  refuseRunning(compound);
  const { streams } = compound;
  budget.entries += streams.length;
  if (streams.length > 2_000) throw new Refused('file.too_much_inside');
  const pictures: Buffer[] = [];
  for (const stream of streams) {
    if (PACKED.test(stream.name)) throw new Refused('file.unchecked');
    const part = stream.read();
    budget.inside += part.length;
    if (stream.name === 'WordDocument') {
      yield* wordIn(part, tableOf(stream, streams, part));
      // What was there before it was saved quickly.
      yield* stringsIn(part, 'body', { wide: 6, narrow: 2_000_000 });
      pictures.push(part);
    } else if (latin(part, 0, 4) === 'PK\u0003\u0004') yield* inner(packageKind(part), part);
    else if (latin(part, 0, 5) === '%PDF-') yield* inner('pdf', part);
    else if (isPicture(part)) yield* picturesIn(part, 'picture', budget);
    else {
      if (/^(?:Workbook|Book)$/i.test(stream.name)) refuseLocked(part);
      yield* stringsIn(part, stream.name.startsWith('\u0005') ? 'property' : 'body', { narrow: 3 });
      pictures.push(part);
    }
  }
  for (const part of pictures) {
    yield* blips(part, 'picture', budget);
    yield* carved(part, 'picture', budget);
  }
}

function tableOf(main: Stream, streams: readonly Stream[], bytes: Buffer): Buffer {
  const name = (bytes.readUInt16LE(0x0a) & 0x0200) !== 0 ? '1Table' : '0Table';
  const folder = main.path.slice(0, -main.name.length);
  const table = streams.find((it) => it.path === `${folder}${name}`);
  if (!table) throw new Refused('file.damaged');
  return table.read();
}

/** By the type of its main part, which stands in the first of its parts. */
export function packageKind(bytes: Buffer): string {
  if (bytes.includes('word/document.xml')) return 'docx';
  if (bytes.includes('xl/workbook.')) return 'xlsx';
  if (bytes.includes('ppt/presentation.')) return 'pptx';
  const type = /application\/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)/.exec(latin(bytes, 0, 200))?.[1];
  return type === 'text' ? 'odt' : type === 'spreadsheet' ? 'ods' : type === 'presentation' ? 'odp' : 'zip';
}

/** A sheet of the older form with a password. */
function refuseLocked(bytes: Buffer): void {
  for (let at = 0, records = 0; at + 4 <= bytes.length && records < 50; records += 1) {
    if (bytes.readUInt16LE(at) === FILE_PASS) throw new Refused('file.unchecked');
    at += 4 + bytes.readUInt16LE(at + 2);
  }
}
