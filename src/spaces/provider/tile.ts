import type { Tile } from '#platform/tiles.ts';

/** Preregistered people to examine, sessions to come; nobody decides of their own place. */
export const providerTile: Tile = {
  home: 'decisions',
  label: ['demande à examiner', 'demandes à examiner'],
  href: '/parcourspro/prestataire',
  sql: `
    select a.provider_id as "structureId", count(*) as waiting
      from enrolments e
      join actions a on a.id = e.action_id
      join sessions s on s.id = e.session_id
     where e.state = 'preregistered' and e.user_id <> :userId and s.starts_at > :now
       and a.provider_id in (
             select f.structure_id from affiliations f
               join affiliation_rights x on x.affiliation_id = f.id and x."right" = 'provider'
              where f.user_id = :userId)
     group by a.provider_id`,
};
