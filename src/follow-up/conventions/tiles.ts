import type { Tile } from '#platform/tiles.ts';
import { CONVENTIONS } from './mails.ts';
import { WAITS_FOR } from './repository.ts';

const label = ['convention à signer', 'conventions à signer'] as const;

const ofStructures = (right: string) => `
  select af.structure_id from affiliations af join affiliation_rights r on r.affiliation_id = af.id
   where af.user_id = :userId and r."right" = '${right}'`;

/** Conventions that wait for the signature of the training body. */
export const bodyTile: Tile = {
  home: 'decisions',
  label,
  href: CONVENTIONS.body,
  sql: `
    select a.provider_id as "structureId", count(*) as waiting
      from issued_documents d join sessions s on s.id = d.session_id join actions a on a.id = s.action_id
     where a.provider_id in (${ofStructures('provider')}) and ${WAITS_FOR.body}
     group by a.provider_id`,
};

/** Those that the body has signed, and the structure has not. */
export const employerTile: Tile = {
  home: 'decisions',
  label,
  href: CONVENTIONS.employer,
  sql: `
    select d.structure_id as "structureId", count(*) as waiting
      from issued_documents d
     where d.structure_id in (${ofStructures('hr_validator')}) and ${WAITS_FOR.employer}
     group by d.structure_id`,
};
