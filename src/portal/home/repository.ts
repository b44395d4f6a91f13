import type { Knex } from 'knex';
import { WAITING_BY_PROFILE, type WaitingUnder } from '../../parcourspro/profile/service.ts';
import { query } from '../../platform/database/query.ts';
import { parisDay } from '../../platform/french/time.ts';

/** What waits for a person's decision, by number. */
export interface Waiting {
  /** Account and affiliation requests for the structures of which the person is référent. */
  accountRequests: number;
  /** In ParcoursPro, under each profile where there is something. */
  byProfile: WaitingUnder[];
  /** Requests to correct the structures that the person leads, which wait for the agency. */
  structureUpdates: number;
  /** When the account was made: a new one is shown the first steps. */
  accountSince: Date;
}

export async function findWaiting(db: Knex, userId: number, now: Date): Promise<Waiting | undefined> {
  const rows = await query<Waiting[]>(
    db,
    `with held as (
       select a.structure_id, x."right" from affiliations a
         join affiliation_rights x on x.affiliation_id = a.id
        where a.user_id = :userId)
     select u.created_at as "accountSince",
            (select count(*) from account_requests q where q.state = 'pending'
                and q.structure_id in (select structure_id from held where "right" = 'referent'))
            + (select count(*) from affiliation_requests q where q.state = 'pending' and q.user_id <> u.id
                and q.structure_id in (select structure_id from held where "right" = 'referent'))
              as "accountRequests",
            (select coalesce(json_agg(w), '[]') from (${WAITING_BY_PROFILE}) w) as "byProfile",
            (select count(*) from structure_update_requests q where q.state = 'pending'
                and q.structure_id in (select structure_id from held where "right" = 'referent'))
              as "structureUpdates"
       from users u where u.id = :userId`,
    { userId, now, today: parisDay(now).toString() },
  );
  return rows[0];
}
