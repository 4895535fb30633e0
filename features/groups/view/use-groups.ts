import { groups } from '../state.ts';
import type { Groups } from '../state.ts';

/** What the actor's groups are; undefined while nobody is signed in. */
export function useGroups(): Groups | undefined {
  return groups.value;
}

export type GroupsView = Groups;
