// Fills the data folder of `npm run demo` (bin/start) where that has not been done, and says with which numbers to sign in.
import { actions, events } from '../features/contracts.ts';
import { openFeatures } from '../features/handlers.ts';
import { migrate } from '../database/migrate.ts';
import { ConfigError, readConfig } from '../server/config.ts';
import { takeFolder } from '../server/folder.ts';
import { openLog } from '../server/log.ts';
import { openHouse } from '../server/open.ts';
import { startPostgres } from '../server/postgres.ts';
import { explain } from '../server/start.ts';
import { fillDemo } from '../testing/demo/fill.ts';
import { readPeople } from '../testing/demo/people.ts';

/** Those worth being, in the order of the table: what to look at in their place. */
const SHOWN: readonly [key: string, why: string][] = [
  ['phuc', 'trưởng nhóm / owner of the commune’s groups, unread messages'],
  ['phuong', 'phó nhóm / deputy, leads the poverty review'],
  ['nga', 'quản trị nhóm / clerk of most groups'],
  ['thung', 'village head, owner of an area group'],
  ['bich', 'commune health station'],
  ['duyen', 'chỉ đọc / reader in the storm group'],
  ['khai', 'quản trị viên / administrator of the whole agency'],
  ['lam', 'the province’s office, directs all communes'],
  ['duc', 'another agency, in few groups'],
];

async function main(): Promise<void> {
  const config = { ...readConfig(process.env), host: '127.0.0.1', port: 0 };
  const log = openLog('error');
  const folder = await takeFolder(config.dataDir);
  try {
    const postgres = await startPostgres({ dataDir: config.dataDir, log });
    try {
      await migrate(postgres.url);
      const now = new Date();
      let at = now;
      const databaseUrl = postgres.url;
      const open = await openHouse({
        config,
        databaseUrl,
        log,
        actions,
        events,
        openFeatures,
        now: () => at,
        jobs: false,
      });
      try {
        console.log('Preparing the demo …');
        const filled = await fillDemo(open, now, (moment) => (at = moment));
        console.log(table(filled));
      } finally {
        await open.close();
      }
    } finally {
      await postgres.stop();
    }
  } finally {
    await folder.release();
  }
}

function table(filled: boolean): string {
  const people = new Map(readPeople().map((it) => [it.key, it]));
  const rows = SHOWN.map(([key, why]) => {
    const { phone, name, position } = people.get(key)!;
    const shown = `0${phone.slice(3)}`.replace(/^(\d{4})(\d{3})(\d{3})$/, '$1 $2 $3');
    return [shown, `${name}, ${position}`, why] as const;
  });
  const width = Math.max(...rows.map(([, name]) => name.length));
  return [
    '',
    `${filled ? 'Made-up people on the real map' : 'The demo as it was left'}. Sign in with one of these numbers; the code is printed in this window.`,
    '',
    ...rows.map(([phone, name, why]) => `  ${phone}  ${name.padEnd(width)}  ${why}`),
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  console.error(`\n${explain(error)}`);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
});
