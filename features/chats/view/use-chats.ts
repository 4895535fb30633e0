import { chats } from '../state.ts';
import type { Chats } from '../state.ts';

/** The chats of whoever is signed in; undefined while nobody is. */
export function useChats(): Chats | undefined {
  return chats.value;
}
