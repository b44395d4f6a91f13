import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';

/** A person within a structure, with all that decides whether they may be detached. */
export interface Leaver {
  id: number;
  firstName: string;
  lastName: string;
  email: string;
  affiliationId: number;
  structureId: number;
  structureName: string;
  isReferent: boolean;
  referentCount: number;
  othersCount: number;
  /** Whether the one who detaches is of the agency, or a référent there. */
  byAgency: boolean;
  byReferent: boolean;
}

/** @returns undefined when the person does not belong to the structure */
export async function findLeaver(
  db: Knex,
  structureId: number,
  userId: number,
  byUserId: number,
): Promise<Leaver | undefined> {
  const rows = await query<Leaver[]>(
    db,
    `with referents as (
       select o.user_id from affiliations o
         join affiliation_rights x on x.affiliation_id = o.id and x."right" = 'referent'
        where o.structure_id = :structureId)
     select u.id, u.first_name as "firstName", u.last_name as "lastName", u.email,
            a.id as "affiliationId", s.id as "structureId", s.name as "structureName",
            u.id in (select user_id from referents) as "isReferent",
            (select count(*) from referents) as "referentCount",
            (select count(*) from affiliations o join users v on v.id = o.user_id and v.closed_at is null
              where o.structure_id = s.id and o.user_id <> u.id) as "othersCount",
            exists (select 1 from users where id = :byUserId and is_agency_manager) as "byAgency",
            :byUserId in (select user_id from referents) as "byReferent"
       from affiliations a join users u on u.id = a.user_id join structures s on s.id = a.structure_id
      where a.structure_id = :structureId and a.user_id = :userId`,
    { structureId, userId, byUserId },
  );
  return rows[0];
}

/** Ends the affiliation; its rights go with it. */
export async function removeAffiliation(trx: Knex.Transaction, affiliationId: number): Promise<void> {
  await trx('affiliations').where({ id: affiliationId }).delete();
}
