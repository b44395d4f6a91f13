import type { Knex } from 'knex';
import { parisDay } from '../../platform/french/time.ts';

/** What waits for a person's decision, by number. */
export interface Waiting {
  /** Account and affiliation requests for the structures of which the person is référent. */
  accountRequests: number;
  /** Requests for a place of the staff of whom the person is ValideurRH, or stands in for one, their own left out. */
  enrolmentRequests: number;
  /** Preregistered people of the training bodies for which the person is prestataire, sessions to come. */
  participantsToExamine: number;
  /** Requests to correct the structures that the person leads, which wait for the agency. */
  structureUpdates: number;
  /** When the account was made: a new one is shown the first steps. */
  accountSince: Date;
}

export async function findWaiting(db: Knex, userId: number, now: Date): Promise<Waiting | undefined> {
  const { rows } = await db.raw<{ rows: Waiting[] }>(
    `with held as (
       select a.structure_id, x."right" from affiliations a
         join affiliation_rights x on x.affiliation_id = a.id
        where a.user_id = :userId),
     validating as (
       select structure_id, for_user_id from acting_validators
        where user_id = :userId and cast(:today as date) between from_day and until_day)
     select u.created_at as "accountSince",
            (select count(*) from account_requests q where q.state = 'pending'
                and q.structure_id in (select structure_id from held where "right" = 'referent'))
            + (select count(*) from affiliation_requests q where q.state = 'pending' and q.user_id <> u.id
                and q.structure_id in (select structure_id from held where "right" = 'referent'))
              as "accountRequests",
            (select count(*) from enrolments e where e.state = 'requested' and e.user_id <> u.id
                and exists (select from validating v where v.structure_id = e.structure_id
                               and v.for_user_id is distinct from e.user_id)
                and e.structure_id = any(array(select structure_id from validating)))
              as "enrolmentRequests",
            (select count(*) from enrolments e
               join actions a on a.id = e.action_id
               join sessions s on s.id = e.session_id
              where e.state = 'preregistered' and e.user_id <> u.id and s.starts_at > :now
                and a.provider_id in (select structure_id from held where "right" = 'provider'))
              as "participantsToExamine",
            (select count(*) from structure_update_requests q where q.state = 'pending'
                and q.structure_id in (select structure_id from held where "right" = 'referent'))
              as "structureUpdates"
       from users u where u.id = :userId`,
    { userId, now, today: parisDay(now).toString() },
  );
  return rows[0];
}
