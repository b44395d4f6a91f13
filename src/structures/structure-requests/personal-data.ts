import { WAS_THEIRS } from '#identity/account/email-change/addresses.ts';
import { type PersonalData, writtenUnder } from '#platform/personal-data.ts';
import { forgetRequests, NOBODY, OWN_NOWHERE } from '#requests/forgetting.ts';

export const personalData: PersonalData = {
  exported: {
    structureRequests: {
      rows: `
        select q.siret, q.name as structure, q.acronym, q.brand, q.ape_code as "apeCode", q.kind, q.address, q.postcode,
               q.city, q.civility, q.last_name as "lastName", q.first_name as "firstName", q.email, q.phone, q.state,
               q.created_at as "createdAt", q.decided_at as "decidedAt", q.refusal_reason as "refusalReason"
          from structure_requests q where q.email = u.email or ${WAS_THEIRS} order by q.created_at, q.id`,
    },
  },
  people: { 'structure_requests.decided_by': 'kept' },
  async erase(trx, person) {
    const { civility, first_name, last_name, phone } = NOBODY;
    await forgetRequests(trx, 'structure_request', trx('structure_requests').where(writtenUnder(person)), {
      ...{ civility, first_name, last_name, phone },
      email: trx.raw(OWN_NOWHERE),
    });
  },
  erased: {
    'structure_requests.email': 'structureRequests.email',
    'structure_requests.civility': 'structureRequests.civility',
    'structure_requests.last_name': 'structureRequests.lastName',
    'structure_requests.first_name': 'structureRequests.firstName',
    'structure_requests.phone': 'structureRequests.phone',
    'structure_requests.refusal_reason': 'structureRequests.refusalReason',
  },
  impersonal: {
    structure_requests: 'siret name acronym brand ape_code kind address postcode city state',
    structure_request_history: 'event',
  },
};
