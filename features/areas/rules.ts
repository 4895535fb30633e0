import { fold } from '../../protocol/fold.ts';

export const AREA_NAME_MOST = 100;
export const HEAD_MOST = 100;
/** Levels below the commune: a làng of a thôn of an xã. */
export const OWN_DEPTH_MOST = 3;

/** What an administrator may add below the commune. */
export const OWN_KINDS = [
  'thôn',
  'làng',
  'buôn',
  'bản',
  'tổ dân phố',
  'khu phố',
  'khối',
  'ấp',
  'xóm',
  'cụm dân cư',
] as const;
export type OwnKind = (typeof OWN_KINDS)[number];

/** 0 for a province, 1 for a commune, 2 and more below it: 52, 23764, 23764.3, 23764.3.1 */
export function levelOf(code: string): number {
  if (!code.includes('.')) return code.length > 2 ? 1 : 0;
  return code.split('.').length;
}

/** “xã”, “Ia Grai” → “Xã Ia Grai” where it stands alone, “xã Ia Grai” inside a sentence. */
export function areaName(area: { kind: string; name: string }, place: 'alone' | 'inside' = 'alone'): string {
  const text = `${area.kind} ${area.name}`.trim();
  return place === 'alone' ? text.charAt(0).toLocaleUpperCase('vi') + text.slice(1) : text;
}

/** The text in which an area is searched: it, then all above it. A word of a query begins after a space. */
export function areaSearchText(path: readonly { kind: string; name: string }[]): string {
  return ` ${path.map((it) => fold(`${it.kind} ${it.name}`)).join(' ')}`;
}

/** The words of a query, toneless. */
export function queryWords(query: string): string[] {
  return fold(query).split(' ').filter(Boolean).slice(0, 12);
}

/** “xã Ia Bă” → “Ia Bă”: a list of old names says the kind only where it is not the usual one. */
export function shortOldName(name: string): string {
  return name.replace(/^xã /u, '');
}

const collator = new Intl.Collator('vi', { numeric: true });

/** Kinds as officials list them, then by name with numbers in their order: Thôn 2 before Thôn 10. */
export function compareAreas(a: { kind: string; name: string }, b: { kind: string; name: string }): number {
  return rankOfKind(a.kind) - rankOfKind(b.kind) || collator.compare(a.name, b.name);
}

const KINDS = ['thành phố', 'tỉnh', 'phường', 'xã', 'đặc khu'];

function rankOfKind(kind: string): number {
  const at = KINDS.indexOf(kind);
  // Provinces in one row whatever they are called, then communes by kind, then what is the agency's own in one row.
  return at < 0 ? 9 : at < 2 ? 0 : at;
}
