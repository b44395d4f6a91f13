import type { PersonalData } from '#platform/personal-data.ts';
import { forgetRequests } from '#requests/forgetting.ts';

export const personalData: PersonalData = {
  exported: {
    deletionRequests: {
      rows: `
        select d.requested_at as "requestedAt", d.state, d.ended_at as "endedAt", d.refusal_reason as "refusalReason"
          from deletion_requests d where d.user_id = u.id order by d.id`,
    },
  },
  people: { 'deletion_requests.user_id': 'kept', 'deletion_requests.decided_by': 'kept' },
  erase: (trx, { id }) =>
    forgetRequests(trx, 'deletion_request', trx('deletion_requests').where({ user_id: id })),
  erased: { 'deletion_requests.refusal_reason': 'deletionRequests.refusalReason' },
  impersonal: { deletion_requests: 'state' },
};
