import { deName, formatSiret } from '../../platform/french/words.ts';
import { nameOf } from '../../platform/mail/recipient.ts';
import {
  ACCEPTED,
  type Asked,
  defineRequest,
  hasReferent,
  REFUSED,
  WITHDRAWN,
} from '../../requests/request.ts';
import { acceptAffiliation, refuseAffiliation } from './service.ts';

/** Requests for another structure: where there is no référent, and what référents leave too long (domain.md §2, §4). */
export const affiliationRequest = defineRequest({
  kind: 'affiliation_request',
  label: 'Demande d’affiliation',
  isAboutPerson: true,
  table: 'affiliation_requests',
  endedAt: 'ended_at',
  path: '/agence/affiliations',
  param: 'affiliationId',
  title: 'Demandes d’affiliation',
  waiting: ['demande d’affiliation à décider', 'demandes d’affiliation à décider'],
  source: `
    select r.id, r.state, r.created_at as since, r.ended_at, r.decided_by, r.refusal_reason, r.user_id,
           u.first_name, u.last_name, u.email, s.id as structure_id, s.name as structure_name, s.acronym, s.siret, s.city,
           ${hasReferent('s.id')} as has_referent,
           json_build_object('civility', u.civility, 'jobTitle', u.job_title, 'closedOn', s.closed_on) as details
      from affiliation_requests r join users u on u.id = r.user_id join structures s on s.id = r.structure_id`,
  events: `
    select r.created_at, 'affiliation_request.created', r.user_id, null from affiliation_requests r where r.id = q.id
    union all
    select r.ended_at, 'affiliation_request.' || r.state, coalesce(r.decided_by, r.user_id), null
      from affiliation_requests r where r.id = q.id`,
  outcomes: { accepted: ACCEPTED, refused: REFUSED, withdrawn: WITHDRAWN },
  sharedWithReferents: true,
  weighsEmail: true,
  heading: nameOf,
  subject: (row) => `la demande ${deName(nameOf(row))}`,
  columns: [
    { label: 'E-mail et fonction', lines: ({ email, details }) => [email, String(details.jobTitle ?? '')] },
    {
      label: 'Structure demandée',
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
    ['Structure demandée', [row.structureName, row.city].filter(Boolean).join(', ')],
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
        const { name } = await acceptAffiliation(deps, { requestId, decider: { userId } });
        return `${name} est rattaché à la structure. La personne en est informée par e-mail.`;
      },
    },
    refuse: {
      slug: 'refuser',
      verb: 'Refuser',
      done: 'Refusée',
      tone: 'danger',
      reasonHint: 'Il est envoyé tel quel à la personne.',
      async take(deps, { requestId, userId, reason }) {
        const { name } = await refuseAffiliation(deps, { requestId, decider: { userId }, reason });
        return `La demande ${deName(name)} est refusée. Le motif lui est envoyé par e-mail.`;
      },
    },
  },
});
