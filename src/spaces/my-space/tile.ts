import type { Tile } from '#platform/tiles.ts';

/** A person's own requests and seats in sessions to come. */
export const mySpaceTile: Tile = {
  home: 'space',
  label: ['demande ou inscription en cours', 'demandes ou inscriptions en cours'],
  href: '/parcourspro/mon-espace',
  sql: `
    select e.structure_id as "structureId", count(*) as waiting
      from enrolments e
      join sessions s on s.id = e.session_id
     where e.user_id = :userId and s.starts_at > :now
       and is_live(e.state)
     group by e.structure_id`,
};
