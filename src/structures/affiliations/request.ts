import { deciders } from '#access/recipients.ts';
import { rightsOnAcceptance } from '#access/rights.ts';
import { Conflict } from '#platform/errors.ts';
import { deName, formatSiret } from '#platform/french/words.ts';
import { nameOf } from '#platform/mail/recipient.ts';
import {
  ACCEPT,
  ACCEPTED,
  defineRequest,
  hasReferent,
  REFUSE,
  REFUSED,
  WITHDRAWN,
} from '#requests/request.ts';
import type { DecisionFacts } from '../account-requests/rules.ts';
import { attachPerson, requireDecider } from '../account-requests/service.ts';
import { acceptedMessage, refusedMessage, withdrawnMessage } from './mails.ts';
import { type AffiliationRequest, isOpenOn } from './rules.ts';

/** Requests for another structure: where there is no référent, and what référents leave too long (domain.md §2, §4). */
export const affiliationRequest = defineRequest<AffiliationRequest, DecisionFacts>({
  kind: 'affiliation_request',
  label: 'Demande d’affiliation',
  isAboutPerson: true,
  table: 'affiliation_requests',
  endedAt: 'ended_at',
  source: `
    select r.id, r.state, r.created_at as since, r.ended_at, r.decided_by, r.refusal_reason, r.user_id,
           u.first_name, u.last_name, u.email, s.id as structure_id, s.name as structure_name, s.acronym, s.siret, s.city,
           ${hasReferent('s.id')} as has_referent,
           json_build_object('civility', u.civility, 'jobTitle', u.job_title, 'closedOn', s.closed_on) as details
      from affiliation_requests r join users u on u.id = r.user_id join structures s on s.id = r.structure_id`,
  outcomes: { accepted: ACCEPTED, refused: REFUSED, withdrawn: { ...WITHDRAWN, past: 'annulée' } },
  // Neither ever changes, and whatever ends the request holds them: these two are enough.
  lock: ({ userId, structureId }) => ({ people: [userId], structures: [structureId] }),
  authorise: requireDecider,
  decisions: {
    accept: {
      ...ACCEPT,
      async apply({ deps: { mail }, trx, request, facts, at, userId: grantedBy }) {
        const { userId, structureId, details } = request;
        if (!isOpenOn(details.closedOn, at)) {
          throw new Conflict('Cette structure est fermée\u00a0: la demande ne peut qu’être refusée.');
        }
        const isFirst = facts.peopleCount === 0;
        await attachPerson(trx, { userId, structureId, rights: rightsOnAcceptance(isFirst), at, grantedBy });
        await mail.enqueue(trx, acceptedMessage(request, isFirst));
        return {
          said: `${nameOf(request)} est rattaché à la structure. La personne en est informée par e-mail.`,
        };
      },
    },
    refuse: {
      ...REFUSE,
      async apply({ deps: { mail, config }, trx, request, reason }) {
        await mail.enqueue(trx, refusedMessage(request, reason, config));
        return {
          said: `La demande ${deName(nameOf(request))} est refusée. Le motif lui est envoyé par e-mail.`,
        };
      },
    },
  },
  withdrawal: {
    async tell({ deps: { mail }, trx, request }) {
      for (const decider of await deciders(trx, request.structureId)) {
        if (decider.email !== request.email) await mail.enqueue(trx, withdrawnMessage(decider, request));
      }
    },
  },
  path: '/agence/affiliations',
  param: 'affiliationId',
  title: 'Demandes d’affiliation',
  waiting: ['demande d’affiliation à décider', 'demandes d’affiliation à décider'],
  referents: {
    path: 'affiliations',
    refusal: 'Refuser une demande d’affiliation',
    accepted: (request) =>
      `${nameOf(request)} fait maintenant partie de la structure. Vous pouvez maintenant lui donner des droits.`,
  },
  weighsEmail: true,
  heading: nameOf,
  subject: (request) => `la demande ${deName(nameOf(request))}`,
  columns: [
    { label: 'E-mail et fonction', lines: ({ email, details }) => [email, details.jobTitle ?? ''] },
    {
      label: 'Structure demandée',
      lines: ({ structureName, city, siret }) => [
        [structureName, city].filter(Boolean).join(', '),
        formatSiret(siret),
      ],
    },
  ],
  facts: ({ details, ...request }) => [
    ['Personne', `${details.civility} ${request.firstName} ${request.lastName}`],
    ['E-mail', request.email, `mailto:${request.email}`],
    ['Fonction', details.jobTitle],
    ['Structure demandée', [request.structureName, request.city].filter(Boolean).join(', ')],
    ['SIRET', formatSiret(request.siret)],
  ],
});
