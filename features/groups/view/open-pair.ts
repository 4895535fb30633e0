import { navigate } from '../../../web/routing.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import { groups } from '../state.ts';
import { refusalWords } from './refusals.ts';

/** Goes to the conversation with one person; says why where there can be none. */
export async function openPair(account: string): Promise<void> {
  const state = groups.value;
  if (!state) return;
  try {
    navigate(`/chats/${await state.openPair(account)}`);
  } catch (error) {
    showToast({ words: refusalWords(error), icon: null });
  }
}
