/** How many of each kind stand on the panel; the rest is a page further. */
export const SHOWN = { pins: 3, reminders: 5, notes: 6, polls: 5 } as const;

/** The lists behind the panel, as they stand in its addresses. */
export const LISTS = ['reminders', 'notes', 'polls'] as const;
export type ListName = (typeof LISTS)[number];
export const isList = (name: string | undefined): name is ListName =>
  (LISTS as readonly (string | undefined)[]).includes(name);

export const boardPath = (group: string): string => `/chats/${group}/board`;
export const listPath = (group: string, list: ListName): string => `${boardPath(group)}/${list}`;
