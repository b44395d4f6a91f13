import type { Knex } from 'knex';
import { execute } from '../database/query.ts';

interface JobOptions {
  /** Two jobs of one key are one: the later replaces the earlier while it has not begun. */
  jobKey?: string;
  maxAttempts?: number;
  /** Begins that many seconds from now, by the clock of the database; at once when left out. */
  delaySeconds?: number;
}

/**
 * Adds a job within the transaction of the change that asks for it.
 * @param task a name of the task lists in `jobs.ts`
 */
export async function addJob(
  trx: Knex.Transaction,
  task: string,
  payload: Record<string, unknown>,
  options: JobOptions = {},
): Promise<void> {
  await execute(
    trx,
    `select graphile_worker.add_job(?, payload := ?::json, job_key := ?, max_attempts := ?::int,
                                    run_at := now() + make_interval(secs => ?))`,
    [
      task,
      JSON.stringify(payload),
      options.jobKey ?? null,
      options.maxAttempts ?? null,
      options.delaySeconds ?? 0,
    ],
  );
}
