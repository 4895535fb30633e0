import type { History } from '../rights.ts';
import { strings } from '../strings/history.ts';

/** “Không”, “Từ lúc vào”, “7 ngày”, “Tất cả”: what who comes in may read of what was said before. */
export function historyWords(history: History): string {
  switch (history) {
    case 'none':
      return strings('historyNone');
    case 'joining':
      return strings('historyJoining');
    case 'all':
      return strings('historyAll');
    default:
      return strings('historyDays', { n: history });
  }
}
