import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Logger as JobLogger,
  type ParsedCronItem,
  type Runner,
  run,
  type Task,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Liveness, openLiveness, releaseJobsOf } from './liveness.ts';
import { startSweep } from './sweep.ts';

/** How long a job under way is waited for when the application stops, before it is told to end. */
const LAST_JOBS_MS = 5_000;

/** A running job queue. */
export interface Jobs {
  /** Lets the jobs under way finish, for some seconds, then stops. */
  stop(): Promise<void>;
}

/** Tasks that have workers of their own: what holds up one lane does not hold up another. */
export interface Lane {
  name: string;
  /** Jobs done at a time, by each process. */
  concurrency: number;
  tasks: TaskList;
}

interface JobsOptions {
  pool: pg.Pool;
  databaseUrl: string;
  lanes: readonly Lane[];
  cron?: ParsedCronItem[];
  log: Logger;
}

/**
 * Runs the durable queue in this process until stopped. When the database goes away a lane gives up; it is then
 * started again, for as long as it takes.
 */
export function startJobs({ pool, databaseUrl, lanes, cron = [], log }: JobsOptions): Jobs {
  const liveness = openLiveness(databaseUrl, log);
  const sweep = startSweep(pool, log);
  const lastCall = new AbortController();
  // What comes round is put in the queue by one lane; whoever has the task does it.
  const running = lanes.map((lane, index) =>
    superviseLane(
      { ...lane, tasks: toldToEnd(lane.tasks, lastCall.signal) },
      { pool, liveness, cron: index === 0 ? cron : [], log },
    ),
  );
  return {
    async stop() {
      sweep.stop();
      const stopped = running.map((lane) => lane.stop());
      liveness.stopWaiting();
      const patience = setTimeout(() => lastCall.abort(), LAST_JOBS_MS);
      await Promise.all(stopped);
      clearTimeout(patience);
      await liveness.release();
    },
  };
}

// The queue's own signal is also given when a lane only starts again, which is no reason to break off an e-mail.
function toldToEnd(tasks: TaskList, abortSignal: AbortSignal): TaskList {
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]): [string, Task] => [
      name,
      (payload, helpers) => (task as Task)(payload, { ...helpers, abortSignal }),
    ]),
  );
}

interface LaneOptions {
  pool: pg.Pool;
  liveness: Liveness;
  cron: ParsedCronItem[];
  log: Logger;
}

function superviseLane(lane: Lane, options: LaneOptions): Jobs {
  const { log } = options;
  let isStopping = false;
  let runner: Runner | undefined;
  const wakeUp = new AbortController();

  const supervision = (async () => {
    while (!isStopping) {
      const pools: string[] = [];
      try {
        runner = await startRunner(lane, options, (name) => pools.push(name));
        if (isStopping) await runner.stop();
        await runner.promise;
      } catch (error) {
        if (!isStopping) log.warn({ err: error, lane: lane.name }, 'job queue interrupted, starting again');
      }
      runner = undefined;
      await leave(pools, options);
      if (!isStopping) await delay(500, undefined, { signal: wakeUp.signal }).catch(() => {});
    }
  })();

  return {
    async stop() {
      isStopping = true;
      wakeUp.abort();
      await runner?.stop().catch(() => {});
      await supervision;
    },
  };
}

function startRunner(
  { tasks, concurrency }: Lane,
  { pool, liveness, cron, log }: LaneOptions,
  onPool: (name: string) => void,
): Promise<Runner> {
  const events = new EventEmitter() as WorkerEvents;
  // Jobs are locked under the name of the pool, which is known from here on only.
  events.on('pool:create', ({ workerPool }) => {
    onPool(workerPool.id);
    void liveness.hold(workerPool.id);
  });
  return run({
    pgPool: pool,
    taskList: tasks,
    parsedCronItems: cron,
    events,
    // Asked before each job: none is begun that other processes could take for that of a dead worker.
    forbiddenFlags: async () => {
      await liveness.held();
      return null;
    },
    preset: {
      worker: {
        concurrentJobs: concurrency,
        pollInterval: 1000,
        // With a delay, be it none, the queue looks after the outcome of a job that it cannot note, database away;
        // without, it leaves a promise to itself, whose rejection ends the process.
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
    noHandleSignals: true,
    logger: quietLogger(log),
  });
}

// Jobs whose outcome could not be noted are still locked under the name of a pool that has ended.
async function leave(pools: readonly string[], { pool, liveness, log }: LaneOptions): Promise<void> {
  for (const name of pools) await liveness.drop(name);
  // With the database away it is for the sweep to do, here or elsewhere.
  await releaseJobsOf(pool, pools).catch((error) => log.debug({ err: error }, 'jobs left to the sweep'));
}

// The queue tells of every job at info level; a failed one is already logged by its task.
function quietLogger(log: Logger): JobLogger {
  return new JobLogger(() => (level, message) => {
    if (level === 'error') log.warn({ queue: message }, 'job queue');
    else log.debug({ queue: message }, 'job queue');
  });
}
