import type { Tile } from '#platform/tiles.ts';

/** Requests of the staff to decide; a person's own is never among them, nor that of whom they stand in for. */
export const hrTile: Tile = {
  home: 'decisions',
  label: ['demande d’inscription à valider', 'demandes d’inscription à valider'],
  href: '/parcourspro/valideur',
  sql: `
    select e.structure_id as "structureId", count(*) as waiting
      from enrolments e
     where e.state = 'requested' and e.user_id <> :userId
       and e.structure_id = any(array(
             select v.structure_id from acting_validators v
              where v.user_id = :userId and cast(:today as date) between v.from_day and v.until_day))
       and exists (select from acting_validators v
                    where v.user_id = :userId and v.structure_id = e.structure_id
                      and cast(:today as date) between v.from_day and v.until_day
                      and v.for_user_id is distinct from e.user_id)
     group by e.structure_id`,
};
