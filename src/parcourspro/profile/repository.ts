import type { Knex } from 'knex';
import type { ProfileRight } from '../../access/actor.ts';
import { query } from '../../platform/database/query.ts';
import { parisDay } from '../../platform/french/time.ts';

/** How much waits for a person under one of their profiles. */
export interface WaitingUnder {
  right: ProfileRight;
  structureId: number;
  /**
   * For « Valideur RH », requests of the staff to decide; for « Prestataire », preregistered people to examine, sessions to
   * come; for « Bénéficiaire », their own requests and seats in sessions to come.
   */
  waiting: number;
}

/**
 * The statement behind {@link WaitingUnder}, for whoever needs it as part of another: one row per profile under which
 * something waits. A person's own request is never among what they decide, nor that of whom they stand in for.
 * Bindings: `userId`, `now` (moment) and `today` (the day in Paris, `YYYY-MM-DD`).
 */
export const WAITING_BY_PROFILE = `
  select 'hr_validator' as "right", e.structure_id as "structureId", count(*)::integer as waiting
    from enrolments e
   where e.state = 'requested' and e.user_id <> :userId
     and e.structure_id = any(array(
           select v.structure_id from acting_validators v
            where v.user_id = :userId and cast(:today as date) between v.from_day and v.until_day))
     and exists (select from acting_validators v
                  where v.user_id = :userId and v.structure_id = e.structure_id
                    and cast(:today as date) between v.from_day and v.until_day
                    and v.for_user_id is distinct from e.user_id)
   group by e.structure_id
  union all
  select 'provider', a.provider_id, count(*)::integer
    from enrolments e
    join actions a on a.id = e.action_id
    join sessions s on s.id = e.session_id
   where e.state = 'preregistered' and e.user_id <> :userId and s.starts_at > :now
     and a.provider_id in (
           select f.structure_id from affiliations f
             join affiliation_rights x on x.affiliation_id = f.id and x."right" = 'provider'
            where f.user_id = :userId)
   group by a.provider_id
  union all
  select 'beneficiary', e.structure_id, count(*)::integer
    from enrolments e
    join sessions s on s.id = e.session_id
   where e.user_id = :userId and s.starts_at > :now
     and is_live(e.state)
   group by e.structure_id`;

export async function findWaitingByProfile(db: Knex, userId: number, now: Date): Promise<WaitingUnder[]> {
  return query<WaitingUnder[]>(db, WAITING_BY_PROFILE, {
    userId,
    now,
    today: parisDay(now).toString(),
  });
}
