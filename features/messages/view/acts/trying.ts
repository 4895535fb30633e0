import { Problem } from '../../../../protocol/problem.ts';
import { showToast } from '../../../../web/ui/toast.tsx';
import { strings } from '../../strings/keeping.ts';

/** Does something that is kept until the server has it. False where too much is waiting already, which is said. */
export function trying(act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    showToast({ words: strings('full', { n: Number(error.details['most'] ?? 0) }), icon: null });
    return false;
  }
}
