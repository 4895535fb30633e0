import { useChats } from '../../chats/view/use-chats.ts';
import type { NoteActor } from '../rules.ts';

/** The account of whoever is signed in; empty while nobody is. */
export function useSelf(): string {
  return useChats()?.account ?? '';
}

/** How they stand in a group; undefined where they are no member. Reads as a signal. */
export function useNoteActor(group: string): (NoteActor & { readonly rights: readonly string[] }) | undefined {
  const chats = useChats();
  const chat = chats?.get(group);
  return chats && chat && { account: chats.account, role: chat.role, state: chat.state, rights: chat.rights };
}
