// Loaded into every test file by bin/test: a file that has run its tests and does not end is ended, and says what held
// it, instead of holding up everything until the limit of its stage.
import { after } from 'node:test';

const PATIENCE_MS = 60_000;

if (process.env.NODE_TEST_CONTEXT?.startsWith('child')) {
  after(() => {
    setTimeout(() => {
      const held = Object.entries(Object.groupBy(process.getActiveResourcesInfo(), (kind) => kind)).map(
        ([kind, all]) => `${all?.length} ${kind}`,
      );
      process.stderr.write(
        `${process.argv[1]}: its tests are over, yet it does not end: ${held.join(', ')} left open\n`,
      );
      process.exit(1);
    }, PATIENCE_MS).unref();
  });
}
