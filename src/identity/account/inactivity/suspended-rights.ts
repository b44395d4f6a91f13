import type { Knex } from 'knex';
import { lock } from '#platform/database/locks.ts';
import { execute, query } from '#platform/database/query.ts';
import type { SetAside } from './rules.ts';

/** Sets the rights of a person aside, in every structure. */
export async function suspendRights(trx: Knex.Transaction, userId: number): Promise<void> {
  await execute(
    trx,
    `with taken as (
       delete from affiliation_rights r using affiliations a
        where a.id = r.affiliation_id and a.user_id = ?
       returning r.affiliation_id, r."right", r.granted_at, r.granted_by
     )
     insert into suspended_rights (affiliation_id, "right", granted_at, granted_by)
     select affiliation_id, "right", granted_at, granted_by from taken`,
    [userId],
  );
}

/** A right that {@link suspendRights} set aside, with where it was held. */
export interface SuspendedRight extends SetAside {
  affiliationId: number;
  structureId: number;
  structureName: string;
}

/** Locks the structures of a person, by number: their rights and référents then change by this transaction only. */
export async function lockOwnStructures(trx: Knex.Transaction, userId: number): Promise<void> {
  const sql = 'select structure_id from affiliations where user_id = :userId';
  await lock(trx, { structures: { sql, bindings: { userId } } });
}

/** What {@link suspendRights} set aside, where the person still belongs. */
export async function findSuspendedRights(trx: Knex.Transaction, userId: number): Promise<SuspendedRight[]> {
  return query<SuspendedRight[]>(
    trx,
    `select r.affiliation_id as "affiliationId", r."right", s.id as "structureId", s.name as "structureName",
            json_build_object('isTrainingBody', s.is_training_body, 'mayPreregister', s.may_preregister) as structure,
            exists (select from affiliations o
                      join affiliation_rights x on x.affiliation_id = o.id and x."right" = 'referent'
                     where o.structure_id = s.id and o.id <> a.id) as "hasReferent"
       from suspended_rights r
       join affiliations a on a.id = r.affiliation_id
       join structures s on s.id = a.structure_id
      where a.user_id = ?
      order by s.name, s.id, r."right"`,
    [userId],
  );
}

/** Gives back those of a person's rights that were set aside, save these, which end. */
export async function restoreRights(
  trx: Knex.Transaction,
  userId: number,
  lost: readonly SuspendedRight[],
): Promise<void> {
  for (const { affiliationId, right } of lost)
    await trx('suspended_rights').where({ affiliation_id: affiliationId, right }).delete();
  await execute(
    trx,
    `with kept as (
       delete from suspended_rights r using affiliations a
        where a.id = r.affiliation_id and a.user_id = ?
       returning r.affiliation_id, r."right", r.granted_at, r.granted_by
     )
     insert into affiliation_rights (affiliation_id, "right", granted_at, granted_by)
     select affiliation_id, "right", granted_at, granted_by from kept
     on conflict do nothing`,
    [userId],
  );
}
