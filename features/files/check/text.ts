import { latin, none, Refused } from './finding.ts';
import type { Look } from './finding.ts';

/** Bytes of plain text in any of the encodings that are about; what is a page or a program under another name is none. */
export function lookAtText(bytes: Buffer, type: string): Look {
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const text = wide ? bytes.subarray(0, 4_096).toString('utf16le') : latin(bytes, 0, 4_096);
  if (
    /^(?:\u00ef\u00bb\u00bf|\ufeff)?\s*(?:<(?:!doctype|\?xml|html|svg|script|body|head|iframe)|#!|%!PS|MZ)/i.test(text)
  )
    throw new Refused('file.mismatch');
  if (!wide && hasControls(bytes)) throw new Refused('file.mismatch');
  return { found: { kind: 'document', type }, pictures: none() };
}

/** Tab, line feed, form feed and carriage return are text; so is the mark older programs put at the end. */
function hasControls(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (
      byte < 32 &&
      byte !== 9 &&
      byte !== 10 &&
      byte !== 12 &&
      byte !== 13 &&
      !(byte === 26 && at === bytes.length - 1)
    )
      return true;
  }
  return false;
}
