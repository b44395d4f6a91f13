import type { PersonalData } from '#platform/personal-data.ts';
import { forgetRequests } from '#requests/forgetting.ts';

export const personalData: PersonalData = {
  exported: {
    structureUpdateRequests: {
      rows: `
        select s.name as structure, s.siret, q.comment, q.state, q.requested_at as "requestedAt",
               q.decided_at as "decidedAt", q.refusal_reason as "refusalReason",
               array(select json_build_object('field', c.field, 'from', c.old_value, 'to', c.new_value)
                       from structure_update_changes c where c.request_id = q.id order by c.field) as changes
          from structure_update_requests q join structures s on s.id = q.structure_id
         where q.requested_by = u.id order by q.requested_at, q.id`,
    },
  },
  people: {
    'structure_update_requests.requested_by': 'kept',
    'structure_update_requests.decided_by': 'kept',
  },
  erase: (trx, { id }) =>
    forgetRequests(trx, 'structure_update', trx('structure_update_requests').where({ requested_by: id }), {
      comment: null,
    }),
  erased: {
    'structure_update_requests.comment': 'structureUpdateRequests.comment',
    'structure_update_requests.refusal_reason': 'structureUpdateRequests.refusalReason',
  },
  impersonal: {
    structure_update_requests: 'state',
    structure_update_changes: 'field old_value new_value',
  },
};
