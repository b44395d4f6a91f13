import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import { parisYearBounds } from '#platform/french/time.ts';
import type { Reach, Settings } from './rules.ts';

/** The settings with the number of their version. */
export interface SavedSettings extends Settings {
  version: number;
}

const COLUMNS = {
  yearlyActions: 'yearly_actions',
  yearlyFormations: 'yearly_formations',
  structureSeats: 'structure_seats_per_formation',
  staggeredUntil: 'staggered_until',
  staggeredRequests: 'staggered_live_requests',
  lateDays: 'late_withdrawal_days',
  version: 'lock_version',
} as const;

export async function readSettings(db: Knex): Promise<SavedSettings> {
  return db('enrolment_settings').first(COLUMNS);
}

/** @returns whether that version was still the saved one */
export async function updateSettings(trx: Knex, version: number, settings: Settings): Promise<boolean> {
  const updated = await trx('enrolment_settings')
    .where({ lock_version: version })
    .update({
      yearly_actions: settings.yearlyActions,
      yearly_formations: settings.yearlyFormations,
      structure_seats_per_formation: settings.structureSeats,
      staggered_until: settings.staggeredUntil,
      staggered_live_requests: settings.staggeredRequests,
      late_withdrawal_days: settings.lateDays,
      lock_version: version + 1,
    });
  return updated === 1;
}

/** Whom these settings would touch. @param year the civil year in Paris */
export async function findReach(db: Knex, settings: Settings, year: number, now: Date): Promise<Reach> {
  const { from, until } = parisYearBounds(year);
  const rows = await query<[Reach]>(
    db,
    `with this_year as (
       select e.user_id, count(*) as actions, count(*) filter (where k.counts_as_formation) as formations
         from sessions s
         join enrolments e on e.session_id = s.id and uses_right(e.state)
         join actions a on a.id = s.action_id
         join action_kinds k on k.id = a.kind_id and counts_in_year(k)
        where s.starts_at >= :from and s.starts_at < :until
        group by e.user_id)
     select (select count(*) from this_year where actions > :yearlyActions) as "overActions",
            (select count(*) from this_year where formations > :yearlyFormations) as "overFormations",
            (select count(distinct structure_id) from (
               select e.structure_id from sessions s
                 join enrolments e on e.session_id = s.id and holds_seat(e.state)
                 join actions a on a.id = s.action_id
                 join action_kinds k on k.id = a.kind_id and k.counts_as_formation
                where s.ends_at > :now
                group by e.structure_id, e.action_id having count(*) > :structureSeats) many) as "overSeats",
            (select count(*) from (
               select e.user_id from sessions s
                 join enrolments e on e.session_id = s.id and is_live(e.state)
                 join actions a on a.id = s.action_id
                 join action_kinds k on k.id = a.kind_id and k.reserved
                where s.ends_at > :now
                group by e.user_id having count(*) > cast(:requests as int)) many) as "overRequests"`,
    {
      from,
      until,
      now,
      yearlyActions: settings.yearlyActions,
      yearlyFormations: settings.yearlyFormations,
      structureSeats: settings.structureSeats,
      requests: settings.staggeredRequests,
    },
  );
  return rows[0];
}
