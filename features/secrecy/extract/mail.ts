import { Refused } from '../../files/check/finding.ts';
import { encodedWords, kindOfPart, mailParts } from '../../files/check/mail.ts';
import { Lines } from './lines.ts';
import type { Budget, Inner, Piece } from './piece.ts';
import { decoded, encodingsOf, linesOf } from './written.ts';

/** Made by machines for machines. */
const WORDLESS =
  /^(?:dkim-signature|domainkey-signature|arc-|x-google-|x-ms-exchange-|x-microsoft-antispam|authentication-results|autocrypt$)/;
/** Letters of older machines, by the names they have been given. Of others nothing is known. */
const LEGACY = /^(?:tcvn|x?-?vni|viscii|x-viet|viqr|unknown|x-unknown|default|ansi|cp-?\d|_|iso-8859|windows-|x-user)/i;

/** A mail: what its head says, what is written in each part, what is attached, by its own kind. */
export async function* mailIn(bytes: Buffer, budget: Budget, inner: Inner): AsyncGenerator<Piece> {
  for (const part of mailParts(bytes, budget)) {
    const head = new Lines('header');
    for (const [name, value] of part.head) {
      if (WORDLESS.test(name)) continue;
      const text = encodedWords(value);
      head.add(text);
      head.add(`${name}: ${text}`);
      // Letters of an older machine that nothing tells of.
      if (/[\u0080-\u00ff]/.test(value.toString('latin1')))
        for (const encoding of encodingsOf(value)) head.add([...decoded(value, encoding)].join(''));
    }
    yield* head.end();
    if (part.name !== '') yield { where: 'name', text: part.name };
    const kind = kindOfPart(part);
    const body = part.read();
    if (kind) yield* inner(kind, body);
    else if (body.length > 0) yield* written(part.type, part.charset, body, budget);
  }
}

async function* written(type: string, charset: string, body: Buffer, budget: Budget): AsyncGenerator<Piece> {
  const isPage = /html/.test(type);
  for (const encoding of new Set([...declared(charset), ...encodingsOf(body)])) {
    if (isPage) {
      const { htmlIn } = await import('./html.ts');
      yield* htmlIn(decoded(body, encoding), budget);
      continue;
    }
    const lines = new Lines('body');
    for (const line of linesOf(decoded(body, encoding))) {
      lines.add(line);
      yield* lines.ready();
    }
    yield* lines.end();
  }
}

function declared(charset: string): string[] {
  const label = charset.trim().toLowerCase();
  if (label === '') return [];
  try {
    const { encoding } = new TextDecoder(label);
    return [encoding];
  } catch {
    if (LEGACY.test(label)) return [];
    throw new Refused('file.unchecked');
  }
}
