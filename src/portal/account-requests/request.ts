import { deName, formatPhone, formatSiret } from '../../platform/french/words.ts';
import { nameOf } from '../../platform/mail/recipient.ts';
import {
  ACCEPTED,
  type Asked,
  defineRequest,
  hasReferent,
  REFUSED,
  WITHDRAWN,
} from '../../requests/request.ts';
import { acceptAccountRequest, refuseAccountRequest } from './service.ts';

/** Account requests: the first person of a structure, and what référents leave too long (domain.md §3). */
export const accountRequest = defineRequest({
  kind: 'account_request',
  label: 'Demande de compte',
  isAboutPerson: true,
  table: 'account_requests',
  path: '/agence/demandes-de-compte',
  param: 'requestId',
  title: 'Demandes de compte',
  waiting: ['demande de compte à décider', 'demandes de compte à décider'],
  source: `
    select r.id, r.state, r.confirmed_at as since, r.decided_at as ended_at, r.decided_by, r.refusal_reason, r.user_id,
           r.first_name, r.last_name, r.email, s.id as structure_id, s.name as structure_name, s.acronym, s.siret, s.city,
           ${hasReferent('s.id')} as has_referent,
           json_build_object('civility', r.civility, 'jobTitle', r.job_title, 'phone', r.phone, 'mobile', r.mobile) as details
      from account_requests r join structures s on s.id = r.structure_id
     where r.confirmed_at is not null`,
  events: `
    select r.created_at, 'account_request.created', cast(null as int), null from account_requests r where r.id = q.id
    union all
    select r.confirmed_at, 'account_request.confirmed', null, null from account_requests r where r.id = q.id
    union all
    select m.sent_at, 'account_request.reminded', null, null from account_request_reminders m where m.request_id = q.id
    union all
    select r.decided_at, 'account_request.' || r.state, r.decided_by, null from account_requests r where r.id = q.id`,
  outcomes: { accepted: ACCEPTED, refused: REFUSED, withdrawn: WITHDRAWN },
  sharedWithReferents: true,
  weighsEmail: true,
  heading: nameOf,
  subject: (row) => `la demande ${deName(nameOf(row))}`,
  columns: [
    { label: 'E-mail et fonction', lines: ({ email, details }) => [email, String(details.jobTitle ?? '')] },
    {
      label: 'Structure',
      lines: ({ structureName, city, siret }) => [
        [structureName, city].filter(Boolean).join(', '),
        formatSiret(siret ?? ''),
      ],
    },
  ],
  facts: (row) => [
    ['Personne', [row.details.civility, nameOf(row)].join(' ')],
    ['E-mail', row.email, `mailto:${row.email}`],
    ['Fonction', row.details.jobTitle as string | null],
    ['Téléphone', formatPhone(row.details.phone as string | null)],
    ['Téléphone mobile', formatPhone(row.details.mobile as string | null)],
    ['Structure', [row.structureName, row.city].filter(Boolean).join(', ')],
    ['SIRET', formatSiret(row.siret ?? '')],
    ['Motif du refus', row.refusalReason],
  ],
  decisions: {
    accept: {
      slug: 'accepter',
      verb: 'Accepter',
      done: 'Acceptée',
      tone: 'primary',
      async take(deps, { requestId, userId }) {
        const { name } = await acceptAccountRequest(deps, { requestId, decider: { userId } });
        return `Le compte ${deName(name)} est ouvert. La personne en est informée par e-mail.`;
      },
    },
    refuse: {
      slug: 'refuser',
      verb: 'Refuser',
      done: 'Refusée',
      tone: 'danger',
      reasonHint: 'Il est envoyé tel quel à la personne.',
      async take(deps, { requestId, userId, reason }) {
        const { name } = await refuseAccountRequest(deps, { requestId, decider: { userId }, reason });
        return `La demande ${deName(name)} est refusée. Le motif lui est envoyé par e-mail.`;
      },
    },
  },
});
