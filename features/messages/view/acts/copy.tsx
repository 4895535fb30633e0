import { Copy } from 'lucide';

import { copyText } from '../../../../web/ui/gestures.ts';
import { showToast } from '../../../../web/ui/toast.tsx';
import { strings } from '../../strings.ts';
import type { Act } from '../acts.ts';

export const copy: Act = {
  when: ({ text }) => Boolean(text),
  item: () => ({ label: strings('copy'), icon: Copy, quick: true }),
  run: ({ text }) => void copyMessage(text ?? ''),
};

export async function copyMessage(text: string): Promise<void> {
  showToast(strings((await copyText(text)) ? 'copied' : 'notCopied'));
}
