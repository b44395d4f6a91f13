import type { PersonalData } from '#platform/personal-data.ts';
import { forgetRequests } from '#requests/forgetting.ts';

export const personalData: PersonalData = {
  exported: {
    membershipRequests: {
      rows: `
        select s.name as structure, s.siret, q.year, q.charter_version as "charterVersion", q.state,
               q.requested_at as "requestedAt", q.decided_at as "decidedAt", q.refusal_reason as "refusalReason"
          from membership_requests q join structures s on s.id = q.structure_id
         where q.requested_by = u.id order by q.requested_at, q.id`,
    },
  },
  people: {
    'membership_requests.requested_by': 'kept',
    'membership_requests.decided_by': 'kept',
    'memberships.recorded_by': 'kept',
  },
  erase: (trx, { id }) =>
    forgetRequests(trx, 'membership_request', trx('membership_requests').where({ requested_by: id })),
  erased: { 'membership_requests.refusal_reason': 'membershipRequests.refusalReason' },
  impersonal: { membership_requests: 'state charter_version', membership_reminders: 'season' },
};
