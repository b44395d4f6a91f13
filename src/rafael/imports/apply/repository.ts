import type { Knex } from 'knex';
import { execute, query } from '#platform/database/query.ts';
import type { LheoElement } from '../../lheo/tree.ts';
import type { PlanCounts } from '../plan/service.ts';

/** A plan as applying needs it. */
export interface HeldPlan {
  structureId: number | null;
  state: 'planned' | 'applied' | 'stale' | 'failed';
  isPurged: boolean;
  mark: Buffer;
  counts: PlanCounts;
}

/**
 * The bodies whose catalogue a plan changes; none where it is not theirs.
 * @param structureId whose plan it is; null for one of the agency
 */
export async function findBodiesOf(
  db: Knex,
  importId: number,
  structureId: number | null,
): Promise<number[]> {
  const rows = await query<{ id: number }[]>(
    db,
    `with plan as (select id, structure_id from offer_imports
                    where id = :importId and structure_id is not distinct from cast(:structureId as int))
     select structure_id as id from plan where structure_id is not null
     union select i.structure_id from plan join offer_import_items i on i.import_id = plan.id
            where i.structure_id is not null`,
    { importId, structureId },
  );
  return rows.map(({ id }) => id);
}

/** A plan, locked until the end of the transaction. */
export async function holdPlan(trx: Knex, importId: number): Promise<HeldPlan | undefined> {
  const [row] = await query<HeldPlan[]>(
    trx,
    `select structure_id as "structureId", state, purged_at is not null as "isPurged", fingerprint as mark, counts
       from offer_imports where id = ? for no key update`,
    [importId],
  );
  return row;
}

/** A formation to write. */
export interface WorkItem {
  position: number;
  structureId: number;
  offerId: number | null;
  tree: LheoElement;
}

/** What is new or changed, after a position. */
export const findWork = (
  trx: Knex,
  importId: number,
  { after, limit }: { after: number; limit: number },
): Promise<WorkItem[]> =>
  query<WorkItem[]>(
    trx,
    `select position, structure_id as "structureId", offer_id as "offerId", tree from offer_import_items
      where import_id = :importId and verdict in ('new', 'changed') and position > :after
      order by position limit :limit`,
    { importId, after, limit },
  );

/**
 * Archives the formations that a plan says are missing, save those with a session where somebody has or waits for a seat.
 * @returns how many
 */
export async function archiveMissing(
  trx: Knex,
  importId: number,
  { userId, now }: { userId: number | null; now: Date },
): Promise<number> {
  return execute(
    trx,
    `update offers o set state = 'archived', archived_at = :now, updated_at = :now, updated_by = :userId,
                         version = o.version + 1
       from offer_import_items i
      where i.import_id = :importId and i.verdict = 'missing' and o.id = i.offer_id and o.state <> 'archived'
        and not exists (select from offer_sessions s
                         where s.offer_id = o.id and s.state = 'open' and s.seats_held + s.waiting > 0)`,
    { importId, userId, now },
  );
}

export async function finishImport(
  trx: Knex,
  importId: number,
  done: { complete: boolean; publish: boolean; counts: object; now: Date },
): Promise<void> {
  await execute(
    trx,
    `update offer_imports set state = 'applied', complete = :complete, publish = :publish, applied_at = :now,
                              counts = cast(:counts as jsonb)
      where id = :importId`,
    { ...done, importId, counts: JSON.stringify(done.counts) },
  );
}

/** Notes that the catalogue changed since a plan was made. */
export async function markStale(db: Knex, importId: number): Promise<void> {
  await execute(db, `update offer_imports set state = 'stale' where id = ? and state = 'planned'`, [
    importId,
  ]);
}

/** Notes an import of the command, which planned and applied at once: its lines are not kept. */
export async function finishCommand(
  trx: Knex,
  importId: number,
  done: {
    version: string;
    size: number;
    sha256: Buffer;
    complete: boolean;
    publish: boolean;
    counts: object;
    seconds: number;
    now: Date;
  },
): Promise<void> {
  await execute(trx, 'delete from offer_import_items where import_id = ?', [importId]);
  await execute(
    trx,
    `update offer_imports set state = 'applied', lheo_version = :version, size = :size, sha256 = :sha256,
                              complete = :complete, publish = :publish, counts = cast(:counts as jsonb),
                              seconds = :seconds, applied_at = :now, purged_at = :now
      where id = :importId`,
    { ...done, importId, counts: JSON.stringify(done.counts) },
  );
}
