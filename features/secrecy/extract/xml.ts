import { Parser } from 'htmlparser2';

import { Refused } from '../../files/check/finding.ts';

/** No document is nested so deeply. */
const DEPTH_MOST = 5_000;
/** Bytes that are read at once, so that what is found in them can be handed on. */
const BITE = 262_144;

export interface Reader {
  /** Names without what stands before the colon. */
  open?(name: string): void;
  attribute?(name: string, value: string, element: string): void;
  text?(text: string): void;
  close?(name: string): void;
}

export const localOf = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Reads XML from its beginning to its end, in bites. Without a DTD: what declares one is refused. */
export function* bites(bytes: Uint8Array, reader: Reader): Generator<void> {
  let depth = 0;
  let element = '';
  const parser = new Parser(
    {
      onopentagname(name) {
        depth += 1;
        if (depth > DEPTH_MOST) throw new Refused('file.too_much_inside');
        element = localOf(name);
        reader.open?.(element);
      },
      onattribute(name, value) {
        if (!name.startsWith('xmlns')) reader.attribute?.(localOf(name), value, element);
      },
      ontext: (text) => reader.text?.(text),
      onclosetag(name) {
        depth -= 1;
        reader.close?.(localOf(name));
      },
      onprocessinginstruction(name, text) {
        if (/^!(?:DOCTYPE|ENTITY)/i.test(name) && /[[]|ENTITY/i.test(text)) throw new Refused('file.active');
      },
    },
    { xmlMode: true },
  );
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let from = 0; from < bytes.length; from += BITE) {
    parser.write(textOf(decoder, bytes.subarray(from, from + BITE), true));
    yield;
  }
  parser.write(textOf(decoder, new Uint8Array(), false));
  parser.end();
  yield;
}

function textOf(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw new Refused('file.unchecked');
  }
}
