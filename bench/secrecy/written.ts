// Plain text, tables as text, RTF and mail, in the encodings they come in.
import { cp1258, tcvn3, viqr, vni } from './legacy.ts';
import { escaped, letters } from './office-open.ts';
import type { Plant } from './office-open.ts';
import { linesOf } from './paper.ts';
import type { Paper } from './paper.ts';

export const TXT_PARTS = [
  'utf-8',
  'utf-8 with mark',
  'utf-16le',
  'utf-16be',
  'windows-1258',
  'tcvn3',
  'vni',
  'viqr',
  'utf-8 decomposed',
] as const;

const LATIN: Readonly<Record<number, string>> = {};
/** The bytes of a text whose letters are all of one byte; what has none is left out. */
const oneByte = (text: string): Buffer => Buffer.from(Array.from(text, (it) => it.codePointAt(0)! < 256 ? it : (LATIN[it.codePointAt(0)!] ?? '-')).join(''), 'latin1'); // prettier-ignore

export function inEncoding(text: string, encoding: string): Buffer {
  switch (encoding) {
    case 'utf-8 with mark':
      return Buffer.from(`\ufeff${text}`);
    case 'utf-16le':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'utf-16be':
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    case 'windows-1258':
      return oneByte(cp1258(text));
    case 'tcvn3':
      return oneByte(tcvn3(text));
    case 'vni':
      return oneByte(vni(text));
    case 'viqr':
      return oneByte(viqr(text));
    case 'utf-8 decomposed':
      return Buffer.from(text.normalize('NFD'));
    default:
      return Buffer.from(text);
  }
}

export function txt(it: Paper, { part, text }: Plant): Buffer {
  return inEncoding(linesOf(it, text === '' ? undefined : text).join('\r\n'), part);
}

export const CSV_PARTS = ['cell', 'letter a cell', 'cell with semicolons', 'cell in quotes', 'windows-1258'] as const;

export function csv(it: Paper, { part, text }: Plant): Buffer {
  const mark = part === 'cell with semicolons' ? ';' : ',';
  const quoted = (cell: string): string => (/[",;\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const rows = linesOf(it).map((line, at) => [String(at + 1), line, ''].map(quoted).join(mark));
  if (text !== '') {
    const cells = part === 'letter a cell' ? letters(text) : ['99', text, ''];
    rows.splice(6, 0, cells.map((cell) => (part === 'cell in quotes' ? `"${cell}"` : quoted(cell))).join(mark));
  }
  return inEncoding(rows.join('\r\n'), part === 'windows-1258' ? part : 'utf-8');
}

export const RTF_PARTS = [
  'body',
  'bytes of 1258',
  'header',
  'footer',
  'footnote',
  'comment',
  'text box',
  'hidden text',
  'letter a group',
  'table cell',
  'title property',
  'keywords property',
] as const;

/** `\u273?` for each letter beyond ASCII. */
const rtfText = (text: string): string =>
  Array.from(text, (it) =>
    /[\\{}]/.test(it)
      ? `\\${it}`
      : it.charCodeAt(0) < 128
        ? it
        : Array.from({ length: it.length }, (_, at) => `\\u${(it.charCodeAt(at) << 16) >> 16}?`).join(''),
  ).join('');
const rtfBytes = (text: string): string =>
  Array.from(oneByte(cp1258(text)), (it) => (it < 128 && !'\\{}'.includes(String.fromCharCode(it)) ? String.fromCharCode(it) : `\\'${it.toString(16).padStart(2, '0')}`)).join(''); // prettier-ignore

export function rtf(it: Paper, { part, text }: Plant): Buffer {
  const mark = rtfText(text);
  const lines = linesOf(it).map((line) => `\\pard\\qj ${rtfText(line)}\\par`);
  const inside: Readonly<Record<string, string>> = {
    body: `\\pard\\qc{\\b ${mark}}\\par`,
    'bytes of 1258': `\\pard\\qc{\\b ${rtfBytes(text)}}\\par`,
    footnote: `\\pard Xem{\\footnote ${mark}}\\par`,
    comment: `\\pard Xem{\\*\\atnauthor VT}\\chatn{\\*\\annotation ${mark}}\\par`,
    'text box': `{\\shp{\\*\\shpinst\\shpleft100{\\sp{\\sn shapeType}{\\sv 202}}{\\shptxt ${mark}\\par}}}`,
    'hidden text': `\\pard{\\v ${mark}}\\par`,
    'letter a group': `\\pard ${letters(text).map((each) => `{\\b ${rtfText(each)}}`).join('')}\\par`,
    'table cell': `\\trowd\\cellx2000\\cellx4000 10a\\cell ${mark}\\cell\\row`,
  }; // prettier-ignore
  if (text !== '') lines.splice(6, 0, inside[part] ?? '');
  const at = (where: string): string => (part === where && text !== '' ? mark : 'Trang 1');
  return Buffer.from(
    `{\\rtf1\\ansi\\ansicpg1258\\deff0{\\fonttbl{\\f0\\fcharset163 Times New Roman;}}{\\info{\\title ${at('title property')}}{\\keywords ${at('keywords property')}}}{\\header ${at('header')}\\par}{\\footer ${at('footer')}\\par}\n${lines.join('\n')}\n}`,
    'latin1',
  );
}

export interface Attached {
  readonly name: string;
  readonly bytes: Buffer;
}

export const EML_PARTS = [
  'subject', 'subject in Q', 'text', 'quoted-printable', 'html', 'letters in html', 'entities', 'hidden html', 'html comment', 'alternative text', 'html title', 'attached text', 'attached document', 'attached name', 'mail within', 'windows-1258',
] as const; // prettier-ignore

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
const inHeader = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
const inQ = (text: string): string =>
  `=?utf-8?Q?${Array.from(Buffer.from(text), (it) => (it === 32 ? '_' : `=${it.toString(16).toUpperCase().padStart(2, '0')}`)).join('')}?=`;
const quotedPrintable = (text: string): string =>
  text
    .split('\n')
    .map((line) => Array.from(Buffer.from(line), (it) => (it > 126 || it === 61 ? `=${it.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(it))).join('').replace(/.{60}(?=.)/g, (it) => it.endsWith('=') || it.at(-2) === '=' ? it : `${it}=\r\n`))
    .join('\r\n'); // prettier-ignore

export function eml(it: Paper, { part, text }: Plant, document: (plant: Plant) => Attached): Buffer {
  const lines = linesOf(
    it,
    part === 'text' || part === 'quoted-printable' || part === 'windows-1258' ? text || undefined : undefined,
  );
  const html = lines.map((line) => `<p>${escaped(line)}</p>`);
  const mark = escaped(text);
  const extra: Readonly<Record<string, string>> = {
    html: `<div style="border:3px double red"><b>${mark}</b></div>`,
    'letters in html': `<p>${letters(text).map((each) => `<span>${escaped(each)}</span>`).join('')}</p>`,
    entities: `<p>${Array.from(text, (each) => `&#${each.codePointAt(0)};`).join('')}</p>`,
    'hidden html': `<span style="display:none">${mark}</span>`,
    'html comment': `<!-- ${mark} -->`,
    'alternative text': `<img alt="${mark}" src="cid:1">`,
  }; // prettier-ignore
  if (text !== '' && extra[part]) html.splice(6, 0, extra[part]);
  const title = part === 'html title' && text !== '' ? mark : 'Thư';
  const about = it.about;
  const subject =
    text !== '' && part === 'subject'
      ? inHeader(`${text} - ${about}`)
      : text !== '' && part === 'subject in Q'
        ? inQ(text)
        : inHeader(about);
  const piece = (headers: string, body: string): string => `--b1\r\n${headers}\r\n\r\n${body}\r\n`;
  const plainText =
    part === 'quoted-printable'
      ? piece(
          'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable',
          quotedPrintable(lines.join('\n')),
        )
      : part === 'windows-1258'
        ? piece(
            'Content-Type: text/plain; charset=windows-1258\r\nContent-Transfer-Encoding: base64',
            base64(oneByte(cp1258(lines.join('\n')))),
          )
        : piece(
            'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64',
            base64(Buffer.from(lines.join('\n'))),
          );
  const parts = [
    plainText,
    piece(
      'Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64',
      base64(Buffer.from(`<html><head><title>${title}</title></head><body>${html.join('\n')}</body></html>`)),
    ),
  ];
  const attach = ({ name, bytes }: Attached): string =>
    piece(
      `Content-Type: application/octet-stream; name="${inHeader(name)}"\r\nContent-Disposition: attachment; filename="${inHeader(name)}"\r\nContent-Transfer-Encoding: base64`,
      base64(bytes),
    );
  if (part === 'attached text')
    parts.push(attach({ name: 'phu-luc.txt', bytes: Buffer.from(linesOf(it, text || undefined).join('\n')) }));
  if (part === 'attached document') parts.push(attach(document({ part: text === '' ? '' : 'body', text })));
  if (part === 'attached name')
    parts.push(
      attach({
        name: `${text === '' ? '' : `${text.replaceAll(':', '')} - `}phụ lục.txt`,
        bytes: Buffer.from('Phụ lục kèm theo'),
      }),
    );
  if (part === 'mail within')
    parts.push(
      piece(
        'Content-Type: message/rfc822',
        `From: vp@xa.vn\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(Buffer.from(linesOf(it, text || undefined).join('\n')))}`,
      ),
    );
  return Buffer.from(
    `From: ${inHeader('Văn phòng')} <vp@iagrai.gialai.gov.vn>\r\nTo: <kt@iagrai.gialai.gov.vn>\r\nDate: Mon, 2 Nov 2026 08:00:00 +0700\r\nSubject: ${subject}\r\nMessage-ID: <1@iagrai.gialai.gov.vn>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b1"\r\n\r\n${parts.join('')}--b1--\r\n`,
    'latin1',
  );
}
