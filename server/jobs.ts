import type { Job } from './house.ts';
import type { Log } from './log.ts';

/** Runs each job again and again, never twice at once; one that fails is logged and comes again. */
export function startJobs(jobs: readonly Job[], log: Log): { stop(): Promise<void> } {
  let stopped = false;
  const ending = new AbortController();
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();

  function plan(job: Job, seconds: number): void {
    if (stopped) return;
    // A tenth of chance, so that many nodes do not do the same at the same second.
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        const run = job
          .run(ending.signal)
          .catch((error: unknown) =>
            log.error({ job: job.name, error: error instanceof Error ? error.message : 'unknown' }, 'a job failed'),
          )
          .finally(() => {
            running.delete(run);
            plan(job, job.everySeconds);
          });
        running.add(run);
      },
      seconds * 1_000 * (0.95 + Math.random() * 0.1),
    );
    timers.add(timer);
  }

  for (const job of jobs) plan(job, Math.min(job.everySeconds, 30));
  return {
    async stop() {
      stopped = true;
      ending.abort();
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}
