import type { PersonalData } from '#platform/personal-data.ts';

const rightsIn = (table: string): string => `
  array(select json_build_object('right', r."right", 'grantedAt', r.granted_at)
          from ${table} r where r.affiliation_id = a.id order by r.granted_at, r."right")`;

export const personalData: PersonalData = {
  exported: {
    affiliations: {
      rows: `
        select s.name as structure, s.siret, a.since, ${rightsIn('affiliation_rights')} as rights,
               ${rightsIn('suspended_rights')} as "suspendedRights"
          from affiliations a join structures s on s.id = a.structure_id where a.user_id = u.id order by s.name, s.id`,
    },
  },
  people: {
    'affiliations.user_id': 'deleted',
    'affiliation_rights.granted_by': 'kept',
    'suspended_rights.granted_by': 'kept',
  },
  erased: {
    'affiliation_rights.right': 'affiliations.rights.right',
    'suspended_rights.right': 'affiliations.suspendedRights.right',
  },
  impersonal: {
    structures:
      'siret name acronym brand ape_code kind address postcode city department search_text search_acronym search_brand corrections',
  },
};
