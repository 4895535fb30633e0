export const UNIT_NAME_MOST = 120;
/** A department of an office of a department …: deeper than any agency is. */
export const UNIT_DEPTH_MOST = 8;

const collator = new Intl.Collator('vi', { numeric: true });

export function compareUnits(a: { name: string }, b: { name: string }): number {
  return collator.compare(a.name, b.name);
}

/** “UBND xã Ia Grai / Văn phòng HĐND và UBND” */
export function unitPathText(path: readonly { name: string }[]): string {
  return path.map((it) => it.name).join(' / ');
}
