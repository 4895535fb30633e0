// One more node of a house that is measured: the same database and data folder, a process of its own. Started by measured.ts.
import { openLog } from '../server/log.ts';
import { openBenchHouse } from './open.ts';

const wish = JSON.parse(process.argv[2]!) as Parameters<typeof openBenchHouse>[0];
const open = await openBenchHouse({ ...wish, log: openLog('error') });
process.on('disconnect', () => void open.close().then(() => process.exit(0)));
process.send!({ answer: open.address });
