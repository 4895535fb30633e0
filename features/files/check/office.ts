import type { Part } from './archive.ts';
import { Refused } from './finding.ts';

/** The main part’s type of what may be handed on; forms with macros and templates have others. */
const OOXML: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
};
const ODF: Readonly<Record<string, string>> = {
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
};

export type OfficeForm = 'docx' | 'xlsx' | 'pptx' | 'odt' | 'ods' | 'odp';

/** A reader of an office file: is given every part, then asked whether it was one. */
export interface OfficeReader {
  part(part: Part): void;
  end(): void;
}

export function officeReader(form: OfficeForm): OfficeReader {
  return form in OOXML ? ooxml(OOXML[form]!) : odf(ODF[form]!);
}

/** What a part is about, of relations that point out of the file and are followed without being pressed. */
const FOLLOWED = /\/(?:attachedTemplate|oleObject|frame|subDocument|aFChunk|package|externalLinkPath)$/i;
const ELSEWHERE = /^(?:https?|ftp|smb|mhtml|webdav|ms-[a-z-]+):|^(?:file:)?[\\/]{2}[^\\/]/i;

function ooxml(main: string): OfficeReader {
  let types: string | undefined;
  return {
    part({ name, read }) {
      if (/vbaProject|vbaData|(?:^|\/)activeX\/|\/macrosheets\//i.test(name)) throw new Refused('file.active');
      if (/\.bin$/i.test(name)) refuseWrapped(read());
      if (!/\.(?:xml|rels)$/i.test(name)) return;
      const text = xmlOf(read());
      if (name === '[Content_Types].xml') types = text;
      else if (/\.rels$/i.test(name)) refuseRelations(text);
    },
    end() {
      if (types === undefined) throw new Refused('file.mismatch');
      const said = decoded(types);
      if (/macroEnabled|vbaProject|activeX|ms-excel\.intlmacrosheet|ms-excel\.macrosheet/i.test(said))
        throw new Refused('file.active');
      if (!said.includes(main)) throw new Refused('file.mismatch');
    },
  };
}

function odf(wanted: string): OfficeReader {
  let type: string | undefined;
  let manifest: string | undefined;
  return {
    part({ name, isFolder, read }) {
      if (isFolder) return;
      if (/^(?:.*\/)?(?:Scripts|Dialogs)\//i.test(name)) throw new Refused('file.active');
      // An empty list of libraries stands in many files that hold no macro.
      if (/^(?:.*\/)?Basic\//i.test(name) && !/script-l[bc]\.xml$/i.test(name)) throw new Refused('file.active');
      if (name === 'mimetype') type = read().toString('latin1').trim();
      if (/^Object[^/]*$/i.test(name)) refuseWrapped(read());
      if (!/\.(?:xml|rdf)$/i.test(name)) return;
      const text = xmlOf(read());
      if (name === 'META-INF/manifest.xml') manifest = text;
    },
    end() {
      if (type === undefined || manifest === undefined) throw new Refused('file.mismatch');
      if (/encryption-data/i.test(manifest)) throw new Refused('file.unchecked');
      if (type !== wanted) throw new Refused('file.mismatch');
    },
  };
}

/** An embedded object that is not a document but any file at all, to be started by a double click. */
function refuseWrapped(bytes: Buffer): void {
  if (bytes.includes('\u0001Ole10Native', 0, 'utf16le') || bytes.includes('_VBA_PROJECT', 0, 'utf16le'))
    throw new Refused('file.active');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** So that no reader finds in it what we did not: in the one encoding, without names of its own for texts. */
function xmlOf(bytes: Buffer): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new Refused('file.unchecked');
  }
  const [, encoding = 'utf-8'] = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(text.slice(0, 200)) ?? [];
  if (!/^(?:utf-8|us-ascii)$/i.test(encoding) || text.includes('\0')) throw new Refused('file.unchecked');
  if (/<!ENTITY|<!DOCTYPE[^>[]*\[/i.test(text)) throw new Refused('file.active');
  return text;
}

const LETTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** `&#69;xternal` is `External`. */
const decoded = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,8}));/gi,
    (whole, ten?: string, sixteen?: string, name?: string) => {
      if (name !== undefined) return LETTERS[name] ?? whole;
      const code = ten === undefined ? Number.parseInt(sixteen!, 16) : Number(ten);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );

/** So that opening it fetches nothing and starts nothing. Links that are pressed, and templates on one’s own disk, are let be. */
function refuseRelations(text: string): void {
  for (const [tag] of text.matchAll(/<[^<>]{0,20}Relationship\s[^<>]*>/g)) {
    const attributes = new Map<string, string>();
    for (const [, name, double, single] of tag.matchAll(/([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
      attributes.set(name!.replace(/^.*:/, ''), decoded(double ?? single ?? '').trim());
    const type = attributes.get('Type') ?? '';
    if (/\/(?:vbaProject|wordVbaData|attachedToolbars)$/i.test(type)) throw new Refused('file.active');
    const external = attributes.get('TargetMode')?.toLowerCase() === 'external';
    if (external && FOLLOWED.test(type) && ELSEWHERE.test(attributes.get('Target') ?? ''))
      throw new Refused('file.active');
  }
}
