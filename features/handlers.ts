import type { Features, House } from '../server/house.ts';
import type { OpenHouse } from '../server/open.ts';
import { streamHandlers } from '../server/stream-handlers.ts';
import { loadMap } from './areas/map.ts';
import { areaHandlers } from './areas/server.ts';
import { chatHandlers } from './chats/server.ts';
import { sessionKeeper } from './devices/access.ts';
import { directoryHandlers } from './directory/server.ts';
import { importHandlers } from './directory/server/import.ts';
import { groupScope } from './groups/access.ts';
import { groupHandlers } from './groups/server.ts';
import { guideRoutes } from './guide/server.ts';
import { memberHandlers } from './members/server.ts';
import { messageHandlers, pruneJob, streamReader } from './messages/server.ts';
import { insertNotices } from './messages/store.ts';
import { photoRoutes } from './photos/server.ts';
import { receiptHandlers } from './receipts/server.ts';
import { unitHandlers } from './units/server.ts';

/** Opens every feature of a house, in the order of a tour of the product. */
export async function openFeatures(house: House): Promise<Features> {
  await loadMap(house.db);
  const groups = groupScope(house);
  const sessions = sessionKeeper(house);
  const streams = streamReader(house);
  return {
    handlers: {
      ...directoryHandlers(house),
      ...importHandlers(house),
      ...unitHandlers(house),
      ...areaHandlers(house),
      ...groupHandlers(house),
      ...memberHandlers(house),
      ...chatHandlers(house),
      ...messageHandlers(house),
      ...receiptHandlers(house),
      ...streamHandlers(house, streams),
    },
    groups,
    sessions,
    streams,
    writeNotices: insertNotices,
    jobs: [pruneJob(house)],
    routes: [...photoRoutes(house), ...(await guideRoutes())],
  };
}

/** What the terminal says once the house is open: where it is, and what to do next. */
export async function greeting(open: OpenHouse): Promise<string> {
  return `\nNhà Rông is open at ${open.house.config.publicUrl}\n`;
}
