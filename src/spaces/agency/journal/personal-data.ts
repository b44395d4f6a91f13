import type { PersonalData } from '#platform/personal-data.ts';

export const personalData: PersonalData = {
  exported: {
    journal: {
      // The address is the person's own only where they acted themself.
      rows: `
        select j.at, j.action, j.actor_id is not distinct from u.id as "byMe", j.details,
               case when j.actor_id = u.id then host(j.ip) end as ip
          from audit_entries j where j.actor_id = u.id or j.person_id = u.id order by j.at, j.id`,
    },
  },
  people: { 'audit_entries.actor_id': 'kept', 'audit_entries.person_id': 'kept' },
  kept: {
    'audit_entries.details': 'holds rights, years and numbers, never words about a person',
    'audit_entries.ip': 'the journal is only added to; its purge has its own term',
    'audit_entries.request_id': 'a number of the server’s log',
  },
  impersonal: { audit_entries: 'action subject_kind way' },
};
