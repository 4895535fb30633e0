import { useEffect } from 'preact/hooks';

import { later } from '../../../web/later.ts';
import type { ScreenProps } from '../../../web/routing.ts';
import { StandingContext } from '../../../web/standing.ts';
import type { Standing } from '../../../web/standing.ts';
import { isPhone } from '../../../web/viewport.ts';

const screen = later(() => import('../../calendar/view/screen.tsx').then((it) => it.MyCalendarScreen));
const STANDING: Standing = { frame: 'detail', parent: '/work', strips: [], byItself: true };
const HERE: ScreenProps = { params: {}, query: new URLSearchParams() };

/** Beside Việc, while nothing is open: the days of what stands in it. */
export function CalendarBeside() {
  const shown = !isPhone.value;
  useEffect(() => {
    if (shown) void screen.fetch();
  }, [shown]);
  const Calendar = screen.it.value;
  if (!shown || !Calendar) return null;
  return (
    <StandingContext.Provider value={STANDING}>
      <Calendar {...HERE} />
    </StandingContext.Provider>
  );
}
