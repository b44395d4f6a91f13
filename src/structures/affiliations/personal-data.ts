import type { PersonalData } from '#platform/personal-data.ts';
import { forgetRequests } from '#requests/forgetting.ts';

export const personalData: PersonalData = {
  exported: {
    affiliationRequests: {
      rows: `
        select s.name as structure, s.siret, q.state, q.created_at as "createdAt", q.ended_at as "endedAt",
               q.refusal_reason as "refusalReason"
          from affiliation_requests q join structures s on s.id = q.structure_id
         where q.user_id = u.id order by q.created_at, q.id`,
    },
  },
  people: { 'affiliation_requests.user_id': 'deleted', 'affiliation_requests.decided_by': 'kept' },
  erase: (trx, { id }) =>
    forgetRequests(trx, 'affiliation_request', trx('affiliation_requests').where({ user_id: id })),
  erased: {
    'affiliation_requests.refusal_reason': 'affiliationRequests.refusalReason',
    'affiliation_requests.state': 'affiliationRequests.state',
  },
};
