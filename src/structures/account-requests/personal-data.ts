import { WAS_THEIRS } from '#identity/account/email-change/addresses.ts';
import { type PersonalData, writtenUnder } from '#platform/personal-data.ts';
import { forgetRequests, NOBODY } from '#requests/forgetting.ts';

/** What another one says of whoever asks; gone with the person. */
export const VOUCHED = [
  'vouched_by',
  'vouched_issuer',
  'vouched_subject',
  'vouched_name',
  'vouched_siret',
] as const;

export const personalData: PersonalData = {
  exported: {
    accountRequests: {
      // Anybody can type an address; it is the person's own request once the address was confirmed.
      rows: `
        select s.name as structure, s.siret, q.email, q.civility, q.last_name as "lastName", q.first_name as "firstName",
               q.job_title as "jobTitle", q.phone, q.mobile, q.state, q.created_at as "createdAt",
               q.confirmed_at as "confirmedAt", q.vouched_by as "vouchedBy", q.vouched_name as "vouchedName",
               q.vouched_siret as "vouchedSiret", q.decided_at as "decidedAt", q.refusal_reason as "refusalReason"
          from account_requests q join structures s on s.id = q.structure_id
         where q.user_id = u.id
            or (q.user_id is null and q.confirmed_at is not null and (q.email = u.email or ${WAS_THEIRS}))
         order by q.created_at, q.id`,
    },
  },
  people: { 'account_requests.user_id': 'kept', 'account_requests.decided_by': 'kept' },
  async erase(trx, person) {
    const theirs = () =>
      trx('account_requests').where((one) => one.where({ user_id: person.id }).orWhere(writtenUnder(person)));
    await trx('account_requests')
      .where(writtenUnder(person))
      .whereIn('state', ['email_unconfirmed', 'pending'])
      .update({ state: 'withdrawn', password_hash: null, decided_at: person.at });
    await forgetRequests(trx, 'account_request', theirs(), {
      ...NOBODY,
      ...Object.fromEntries(VOUCHED.map((column) => [column, null])),
      email: person.nowhere,
    });
  },
  erased: {
    'account_requests.email': 'accountRequests.email',
    'account_requests.civility': 'accountRequests.civility',
    'account_requests.last_name': 'accountRequests.lastName',
    'account_requests.first_name': 'accountRequests.firstName',
    'account_requests.job_title': 'accountRequests.jobTitle',
    'account_requests.phone': 'accountRequests.phone',
    'account_requests.mobile': 'accountRequests.mobile',
    'account_requests.refusal_reason': 'accountRequests.refusalReason',
    'account_requests.password_hash': '(a secret)',
    'account_requests.vouched_by': 'accountRequests.vouchedBy',
    'account_requests.vouched_name': 'accountRequests.vouchedName',
    'account_requests.vouched_siret': 'accountRequests.vouchedSiret',
    'account_requests.vouched_issuer': '(of the federation)',
    'account_requests.vouched_subject': '(the name of the person there, which identities give)',
  },
  impersonal: { account_requests: 'state token_hash' },
};
