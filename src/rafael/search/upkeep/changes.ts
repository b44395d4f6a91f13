import type { Dependencies } from '#platform/dependencies.ts';

/**
 * Forgets which formations changed before the last time that this was done: a day or two ago. A process that has not
 * looked since reads everything again. No clock says so: what counts is which transactions were over then. Those that
 * are numbered beyond the present are of the database from which this one was restored.
 */
export async function forgetChanges({ db }: Pick<Dependencies, 'db'>): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.raw(`
      update offer_changes_kept
         set since = case when next_since > pg_snapshot_xmax(pg_current_snapshot()) then '0' else next_since end,
             next_since = pg_snapshot_xmin(pg_current_snapshot())`);
    await trx.raw(`
      delete from offer_changes
       where changed_in < (select since from offer_changes_kept)
          or changed_in > pg_snapshot_xmax(pg_current_snapshot())`);
  });
}
