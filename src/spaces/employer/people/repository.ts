import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { holdsWords } from '../filter.ts';
import { PRESENCE } from '../schedule/repository.ts';

/** A civil year of somebody of the structure: sessions that begin in it. */
export interface PersonTotals {
  id: number;
  firstName: string;
  lastName: string;
  jobTitle: string | null;
  /** They do not belong to the structure any more. */
  hasLeft: boolean;
  requests: number;
  approved: number;
  refused: number;
  /** Approvals taken back. */
  withdrawn: number;
  /** Recorded presence, in minutes of half-days that are timed. */
  minutes: number;
  /** For all structures of the person, as the rules count them. */
  usedActions: number;
  usedFormations: number;
  maxActions: number;
  maxFormations: number;
  total: number;
}

/**
 * The people of a structure by name, those who asked for nothing too, with their totals of a year.
 * @param bounds of the year; `until` is excluded
 */
export async function findPeopleTotals(
  db: Knex,
  structureId: number,
  filter: { search: string; from: Date; until: Date },
  page: { offset: number; limit: number },
): Promise<PersonTotals[]> {
  return query<PersonTotals[]>(
    db,
    `with mine as (
       select e.id, e.user_id, e.session_id
         from enrolments e join sessions s on s.id = e.session_id
        where e.structure_id = :structureId and s.starts_at >= :from and s.starts_at < :until
     ), shown as (
       select u.id, u.first_name, u.last_name, u.job_title, count(*) over () as total
         from users u
        where u.id = any(array(select user_id from mine
                               union select user_id from affiliations where structure_id = :structureId))
          and ${holdsWords(`u.first_name || ' '' ' || u.last_name || ' '' ' || u.first_name`)}
        order by u.last_name, u.first_name, u.id
        offset :offset limit :limit
     )
     select u.id, u.first_name as "firstName", u.last_name as "lastName", u.job_title as "jobTitle",
            not exists (select from affiliations af
                         where af.user_id = u.id and af.structure_id = :structureId) as "hasLeft",
            asked.requests, asked.approved, asked.refused, asked.withdrawn, asked.minutes,
            used.actions as "usedActions", used.formations as "usedFormations",
            settings.yearly_actions as "maxActions", settings.yearly_formations as "maxFormations", u.total
       from shown u
       join enrolment_settings settings on settings.id = 1
       cross join lateral (
         select count(*) as requests, count(*) filter (where h.approved) as approved,
                count(*) filter (where h.refused) as refused, count(*) filter (where h.withdrawn) as withdrawn,
                coalesce(sum(case when p.is_timed then p.present end), 0)::int as minutes
           from mine e
           cross join lateral (
             select coalesce(bool_or(l.from_state = 'requested' and l.to_state in ('preregistered', 'waitlisted')), false)
                      as approved,
                    coalesce(bool_or(l.from_state = 'requested' and l.to_state = 'refused_by_hr'), false) as refused,
                    coalesce(bool_or(l.from_state <> 'requested' and l.to_state = 'refused_by_hr'), false) as withdrawn
               from enrolment_history l
              where l.enrolment_id = e.id and l.by_role in ('hr_validator', 'agency')) h
           cross join lateral (${PRESENCE}) p
          where e.user_id = u.id
       ) asked
       cross join lateral (
         select count(*) as actions, count(*) filter (where k.counts_as_formation) as formations
           from enrolments e
           join sessions s on s.id = e.session_id and s.starts_at >= :from and s.starts_at < :until
           join actions a on a.id = e.action_id
           join action_kinds k on k.id = a.kind_id
          where e.user_id = u.id and counts_in_year(k)
            and uses_right(e.state)
       ) used
      order by u.last_name, u.first_name, u.id`,
    { ...filter, ...page, structureId },
  );
}
