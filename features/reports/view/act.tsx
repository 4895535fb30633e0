import { ShieldAlert } from 'lucide';

import { later } from '../../../web/later.ts';
import { showToast } from '../../../web/ui/toast.tsx';
import type { Act } from '../../messages/view/acts.ts';
import { strings } from '../strings/told.ts';

const sheet = later(() => import('./report.tsx').then((it) => it.ReportSheet));

/** Báo tin có dấu hiệu mật: whoever sees a message may tell the secrecy officers of it. */
export const report: Act = {
  when: ({ kind, recalled }) => kind === 'text' && !recalled,
  item: () => ({ label: strings('report'), icon: ShieldAlert, tone: 'guard' }),
  run: (line, place) => {
    void sheet.fetch().then(() => {
      const ReportSheet = sheet.it.peek();
      if (!ReportSheet) return showToast({ words: strings('missing'), icon: null });
      place.lay((close) => <ReportSheet group={place.group} message={line.id} onClose={close} />);
    });
  },
};
