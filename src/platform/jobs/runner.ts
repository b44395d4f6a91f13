import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger as JobLogger, type ParsedCronItem, type Runner, run, type TaskList } from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import { holdLiveness, releaseJobsOfDeadWorkers } from './liveness.ts';

/** How often the jobs of other, killed processes are looked for. */
const SWEEP_INTERVAL_MS = 30_000;

/** A running job queue. */
export interface Jobs {
  /** Lets the job under way finish, then stops. */
  stop(): Promise<void>;
}

interface JobsOptions {
  pool: pg.Pool;
  databaseUrl: string;
  tasks: TaskList;
  cron?: ParsedCronItem[];
  log: Logger;
}

/**
 * Runs the durable queue in this process until stopped. When the database goes away the runner gives up
 * after some tries; it is then started again, for as long as it takes.
 */
export function startJobs({ pool, databaseUrl, tasks, cron, log }: JobsOptions): Jobs {
  const workerId = `worker-${process.pid}-${randomUUID()}`;
  const liveness = holdLiveness(databaseUrl, workerId, log);
  let stopping = false;
  let runner: Runner | undefined;
  const wakeUp = new AbortController();
  const sweep = setInterval(() => {
    releaseJobsOfDeadWorkers(pool, log).catch((error) => log.debug({ err: error }, 'sweep postponed'));
  }, SWEEP_INTERVAL_MS);

  const supervision = (async () => {
    while (!stopping) {
      try {
        await liveness.held();
        await releaseJobsOfDeadWorkers(pool, log);
        runner = await run({
          pgPool: pool,
          taskList: tasks,
          parsedCronItems: cron ?? [],
          concurrency: 1,
          preset: { worker: { pollInterval: 1000 } },
          workerId,
          noHandleSignals: true,
          logger: quietLogger(log),
        } as Parameters<typeof run>[0]);
        if (stopping) await runner.stop();
        await runner.promise;
      } catch (error) {
        if (!stopping) log.warn({ err: error }, 'job queue interrupted, starting again');
      }
      runner = undefined;
      if (!stopping) await delay(500, undefined, { signal: wakeUp.signal }).catch(() => {});
    }
  })();

  return {
    async stop() {
      stopping = true;
      clearInterval(sweep);
      wakeUp.abort();
      await runner?.stop().catch(() => {});
      await liveness.release();
      await supervision;
    },
  };
}

// The queue tells of every job at info level; a failed one is already logged by its task.
function quietLogger(log: Logger): JobLogger {
  return new JobLogger(() => (level, message) => {
    if (level === 'error') log.warn({ queue: message }, 'job queue');
    else log.debug({ queue: message }, 'job queue');
  });
}
