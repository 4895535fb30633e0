import { extensionOf, FORMATS, isTaken } from '../rules.ts';

const COLOURS: Readonly<Record<string, string>> = {
  pdf: 'pdf',
  doc: 'word',
  docx: 'word',
  rtf: 'word',
  odt: 'word',
  xlsx: 'sheet',
  ods: 'sheet',
  csv: 'sheet',
  pptx: 'slides',
  odp: 'slides',
};

const SHORT: Readonly<Record<string, string>> = { docx: 'DOC', xlsx: 'XLS', pptx: 'PPT', jpeg: 'JPG' };

/** What stands on a file's tile, and in which colour. */
export function kindOf(name: string): { readonly short: string; readonly full: string; readonly colour: string } {
  const extension = extensionOf(name);
  const family = isTaken(extension) ? FORMATS[extension].family : undefined;
  const colour = COLOURS[extension] ?? (family === 'sound' ? 'sound' : family === 'archive' ? 'archive' : 'text');
  const full = extension.toUpperCase().slice(0, 5);
  return { short: SHORT[extension] ?? full.slice(0, 4), full, colour };
}
