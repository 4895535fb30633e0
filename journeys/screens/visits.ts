import { admin } from './admin.ts';
import { boards } from './boards.ts';
import { chats } from './chats.ts';
import { groups } from './groups.ts';
import { people } from './people.ts';
import { secrecy } from './secrecy.ts';
import { start } from './start.ts';
import type { Visits } from './tour.ts';

// Every screen of features/views.ts as axe and a narrow eye see it: phone and PC, light and dark, and with the largest letters.

export const VISITS: Visits = { ...start, ...chats, ...boards, ...groups, ...people, ...admin, ...secrecy };

/** These need a house of another state: they are visited by themselves (kinds.ts). */
export const ELSEWHERE: readonly string[] = ['/setup', '/welcome'];

/** The paths by who visits them, so that each person opens the app once. */
export const byPerson: readonly (readonly [string, readonly string[]])[] = Object.entries(
  Object.groupBy(Object.keys(VISITS), (path) => VISITS[path]!.as ?? ''),
).map(([key, paths = []]) => [key, paths]);
