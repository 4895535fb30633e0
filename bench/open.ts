import { join } from 'node:path';

import { actions, events } from '../features/contracts.ts';
import { openFeatures } from '../features/handlers.ts';
import { readConfig } from '../server/config.ts';
import type { Log } from '../server/log.ts';
import { openHouse } from '../server/open.ts';
import type { OpenHouse } from '../server/open.ts';

/** The real house with all features, on a free port of this machine, without traffic limits and, unless asked, without jobs that run by themselves. */
export function openBenchHouse(it: {
  dataDir: string;
  databaseUrl: string;
  log: Log;
  env?: Readonly<Record<string, string>>;
  jobs?: boolean;
}): Promise<OpenHouse> {
  const { dataDir, databaseUrl, log, env, jobs = false } = it;
  return openHouse({
    config: {
      ...readConfig({ DATA_DIR: dataDir, SMS_PROVIDER: 'file', SMS_FILE: join(dataDir, 'sms'), ...env }),
      port: 0,
      host: '127.0.0.1',
    },
    databaseUrl,
    log,
    actions,
    events,
    openFeatures,
    jobs,
    limits: false,
  });
}
