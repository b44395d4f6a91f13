import type pg from 'pg';
import type { Logger } from 'pino';
import { findSilentWorkers, releaseJobsOf } from './liveness.ts';

/** How often the jobs of other, killed processes are looked for. */
const INTERVAL_MS = 30_000;
/**
 * How long a worker stays silent before it passes for dead: a living one that has lost its connection, be it because
 * PostgreSQL restarted, shows again in less than a second.
 */
const SILENCE_MS = 5_000;

/** The look for workers that died with jobs under way. */
export interface Sweep {
  stop(): void;
}

/**
 * Frees the jobs of workers that no longer live: at once at the start, then every half minute. A worker is dead when it
 * was silent at two looks some seconds apart, not at one.
 * @param intervals in milliseconds, for tests
 */
export function startSweep(
  pool: pg.Pool,
  log: Logger,
  { interval = INTERVAL_MS, silence = SILENCE_MS } = {},
): Sweep {
  let suspects = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function look(): Promise<void> {
    try {
      const silent = await findSilentWorkers(pool);
      const dead = silent.filter((name) => suspects.has(name));
      suspects = new Set(silent);
      if (dead.length > 0) {
        await releaseJobsOf(pool, dead);
        log.warn({ workers: dead }, 'jobs of dead workers released');
      }
    } catch (error) {
      // What was seen before the database went says nothing of now.
      suspects.clear();
      log.debug({ err: error }, 'sweep postponed');
    }
    if (!isStopped) timer = setTimeout(look, suspects.size > 0 ? silence : interval);
  }
  void look();

  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
