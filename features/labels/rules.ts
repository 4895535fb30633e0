/** Characters of a label's name. */
export const LABEL_NAME_MOST = 30;
/** Labels of one person. */
export const LABELS_MOST = 30;
/** Labels of one chat. */
export const CHAT_LABELS_MOST = 5;

/** The house's eight colours, in the order they are offered. */
export const LABEL_COLOURS = ['pine', 'moss', 'earth', 'plum', 'stone', 'bronze', 'lake', 'coffee'] as const;
export type LabelColour = (typeof LABEL_COLOURS)[number];

/** The labels in this order: those that are named first, the others after them as they were. */
export function inOrder<T extends { readonly label: string }>(labels: readonly T[], order: readonly string[]): T[] {
  const place = new Map(order.map((label, at) => [label, at]));
  const first = labels.filter((it) => place.has(it.label)).sort((a, b) => place.get(a.label)! - place.get(b.label)!);
  return [...first, ...labels.filter((it) => !place.has(it.label))];
}
