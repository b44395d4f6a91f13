import { formatDay, parisYear } from '../../platform/french/time.ts';
import { deName, formatSiret } from '../../platform/french/words.ts';
import { ACCEPTED, defineRequest, REFUSED } from '../../requests/request.ts';
import { reasonSent, referentsTold } from '../structures/referents-told.ts';
import { acceptMembership, refuseMembership } from './service.ts';

/** Requests for a yearly membership (domain.md §5). */
export const membershipRequest = defineRequest({
  kind: 'membership_request',
  label: 'Demande d’adhésion',
  isAboutPerson: false,
  table: 'membership_requests',
  path: '/agence/adhesions',
  param: 'membershipId',
  title: 'Demandes d’adhésion',
  waiting: ['demande d’adhésion à traiter', 'demandes d’adhésion à traiter'],
  source: `
    select r.id, r.state, r.requested_at as since, r.decided_at as ended_at, r.decided_by, r.refusal_reason,
           r.requested_by as user_id, coalesce(u.first_name, '') as first_name, coalesce(u.last_name, '') as last_name,
           coalesce(cast(u.email as text), '') as email, s.id as structure_id, s.name as structure_name, s.acronym,
           s.siret, s.city, false as has_referent, r.year,
           json_build_object('year', r.year, 'charter', r.charter_version, 'memberYears', (
             select string_agg(cast(m.year as text), ', ' order by m.year desc)
               from memberships m where m.structure_id = s.id)) as details
      from membership_requests r
      join structures s on s.id = r.structure_id
      left join users u on u.id = r.requested_by`,
  events: `
    select r.requested_at, 'membership_request.created', r.requested_by, null
      from membership_requests r where r.id = q.id
    union all
    select r.decided_at, 'membership_request.' || r.state, r.decided_by, null
      from membership_requests r where r.id = q.id`,
  outcomes: {
    accepted: { ...ACCEPTED, slug: 'validees', label: 'Validée', many: 'Validées' },
    refused: REFUSED,
  },
  sharedWithReferents: false,
  weighsEmail: false,
  narrow: {
    field: 'annee',
    label: 'Année',
    everything: 'Toutes les années',
    options(now) {
      const year = parisYear(now);
      return [year + 1, year, year - 1, year - 2].map(String);
    },
    sql: 'q.year = cast(:narrow as int)',
  },
  link: { href: '/agence/adhesions/import', label: 'Importer des adhésions (CSV)' },
  heading: ({ structureName, details }) => `${structureName}, ${details.year}`,
  subject: ({ structureName, details }) => `l’adhésion ${deName(structureName ?? '')} pour ${details.year}`,
  columns: [
    { label: 'SIRET et ville', lines: ({ siret, city }) => [formatSiret(siret ?? ''), city ?? ''] },
    {
      label: 'Demandée par',
      lines: ({ firstName, lastName, email }) => [`${firstName} ${lastName}`.trim(), email],
    },
  ],
  facts: ({ structureName, city, siret, firstName, lastName, email, refusalReason, details }) => [
    ['Structure', [structureName, city].filter(Boolean).join(', ')],
    ['SIRET', formatSiret(siret ?? '')],
    ['Année', String(details.year)],
    ['Déjà adhérente en', (details.memberYears as string | null) ?? 'jamais'],
    ['Demandée par', `${firstName} ${lastName}`.trim()],
    ['E-mail', email, `mailto:${email}`],
    [
      'Charte acceptée',
      details.charter ? `Texte du ${formatDay(String(details.charter))}` : null,
      `/adhesion/charte/${details.charter}`,
    ],
    ['Motif du refus', refusalReason],
  ],
  decisions: {
    accept: {
      slug: 'valider',
      verb: 'Valider',
      done: 'Validée',
      tone: 'primary',
      async take(deps, { requestId, userId }) {
        const decision = { requestId, deciderId: userId };
        const { structureName, year, told } = await acceptMembership(deps, decision);
        return `L’adhésion ${deName(structureName)} pour ${year} est enregistrée. ${referentsTold(told)}`;
      },
    },
    refuse: {
      slug: 'refuser',
      verb: 'Refuser',
      done: 'Refusée',
      tone: 'danger',
      reasonHint: 'Il est envoyé tel quel aux référents de la structure.',
      async take(deps, { requestId, userId, reason }) {
        const decision = { requestId, deciderId: userId, reason };
        const { structureName, told } = await refuseMembership(deps, decision);
        return `La demande ${deName(structureName)} est refusée. ${reasonSent(told)}`;
      },
    },
  },
});
