import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    hrDelegations: {
      rows: `
        select s.name as structure, o.user_id = u.id as given, h.starts_on as "from", h.ends_on as until,
               h.created_at as "createdAt"
          from hr_delegations h
          join affiliations o on o.id = h.delegator_affiliation_id
          join affiliations d on d.id = h.delegate_affiliation_id
          join structures s on s.id = o.structure_id
         where u.id in (o.user_id, d.user_id) order by h.starts_on, h.id`,
    },
  },
  impersonal: { hr_delegations: 'delegate_right delegator_right' },
};
