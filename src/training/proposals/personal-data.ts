import type { PersonalData } from '#platform/personal-data.ts';
import { forgetRequests } from '#requests/forgetting.ts';

export const personalData: PersonalData = {
  exported: {
    sessionProposals: {
      rows: `
        select ac.title as action, q.is_change as "isChange", q.form as proposed, q.comment, q.state,
               q.proposed_at as "proposedAt", q.decided_at as "decidedAt", q.refusal_reason as "refusalReason"
          from session_proposals q join actions ac on ac.id = q.action_id
         where q.proposed_by = u.id order by q.proposed_at, q.id`,
    },
  },
  people: { 'session_proposals.proposed_by': 'kept', 'session_proposals.decided_by': 'kept' },
  erase: (trx, { id }) =>
    forgetRequests(trx, 'session_proposal', trx('session_proposals').where({ proposed_by: id }), {
      comment: '',
    }),
  erased: {
    'session_proposals.comment': 'sessionProposals.comment',
    'session_proposals.refusal_reason': 'sessionProposals.refusalReason',
  },
  impersonal: { session_proposals: 'form former state' },
};
