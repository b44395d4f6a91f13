import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    hrDigests: {
      rows: `
        select s.name as structure, g.since
          from hr_digests g join affiliations a on a.id = g.affiliation_id join structures s on s.id = a.structure_id
         where a.user_id = u.id order by s.name, s.id`,
    },
  },
};
