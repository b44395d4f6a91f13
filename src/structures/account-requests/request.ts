import { rightsOnAcceptance } from '#access/rights.ts';
import { Conflict } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { deName, formatPhone, formatSiret } from '#platform/french/words.ts';
import { nameOf } from '#platform/mail/recipient.ts';
import { findRequests } from '#requests/decide.ts';
import {
  ACCEPT,
  ACCEPTED,
  type Asked,
  defineRequest,
  hasReferent,
  REFUSE,
  REFUSED,
  WITHDRAWN,
} from '#requests/request.ts';
import { requireDecider } from './deciders.ts';
import { acceptedMessage, refusedMessage, toDecideMessage } from './mails.ts';
import { affiliate, createUser } from './repository.ts';
import type { DecisionFacts } from './rules.ts';
import { type VouchedInWords, vouchedInWords } from './vouched.ts';

declare module '#platform/events.ts' {
  interface DomainEvents {
    /** An account is opened for somebody whom another one vouches for (`Vouched`). */
    'account.vouched': { userId: number; issuer: string; subject: string };
  }
}

/** A request for an account, once its e-mail is confirmed. */
interface AccountRequest
  extends Asked<{
    civility: string;
    jobTitle: string | null;
    phone: string | null;
    mobile: string | null;
    vouchedBy: string | null;
    vouchedIssuer: string | null;
    vouchedSubject: string | null;
    vouchedName: string | null;
    vouchedSiret: string | null;
  }> {
  structureId: number;
  structureName: string;
  siret: string;
}

const inWords = (request: AccountRequest) => ({ ...request, jobTitle: request.details.jobTitle });

/** Account requests: the first person of a structure, and what référents leave too long (domain.md §3). */
export const accountRequest = defineRequest<AccountRequest, DecisionFacts>({
  kind: 'account_request',
  label: 'Demande de compte',
  isAboutPerson: true,
  table: 'account_requests',
  source: `
    select r.id, r.state, r.confirmed_at as since, r.decided_at as ended_at, r.decided_by, r.refusal_reason, r.user_id,
           r.first_name, r.last_name, r.email, s.id as structure_id, s.name as structure_name, s.acronym, s.siret, s.city,
           ${hasReferent('s.id')} as has_referent,
           json_build_object('civility', r.civility, 'jobTitle', r.job_title, 'phone', r.phone, 'mobile', r.mobile,
                             'vouchedBy', r.vouched_by, 'vouchedIssuer', r.vouched_issuer, 'vouchedSubject', r.vouched_subject,
                             'vouchedName', r.vouched_name, 'vouchedSiret', r.vouched_siret) as details
      from account_requests r join structures s on s.id = r.structure_id
     where r.confirmed_at is not null`,
  events: `
    select r.created_at, 'account_request.created', cast(null as int), null from account_requests r where r.id = q.id
    union all
    select r.confirmed_at, 'account_request.confirmed', null, null from account_requests r where r.id = q.id
    union all
    select m.sent_at, 'account_request.reminded', null, null from account_request_reminders m where m.request_id = q.id`,
  outcomes: { accepted: ACCEPTED, refused: REFUSED, withdrawn: { ...WITHDRAWN, past: '' } },
  // Two first persons accepted at the same moment would both run the structure, and a référent who loses the right at
  // the same moment would still decide.
  lock: ({ id, structureId }) => ({ structures: [structureId], accountRequests: [id] }),
  authorise: requireDecider,
  decisions: {
    accept: {
      ...ACCEPT,
      // The account with the chosen password, the affiliation, the rights: the first person of a structure runs it
      // (domain.md §2–3). They are also told of the other requests that wait there, now theirs to decide.
      async apply({ deps, trx, request, facts, at, userId: grantedBy }) {
        const { mail } = deps;
        const { id, structureId } = request;
        const personId = await createUser(trx, id, at);
        if (personId === undefined) {
          throw new Conflict(
            'Un compte existe maintenant avec cette adresse e-mail. Refusez cette demande\u00a0: la personne garde son compte et demande à rejoindre votre structure.',
          );
        }
        const { vouchedIssuer: issuer, vouchedSubject: subject } = request.details;
        if (issuer && subject)
          await emit(deps, trx, 'account.vouched', { userId: personId, issuer, subject });
        const isFirst = facts.peopleCount === 0;
        const rights = rightsOnAcceptance(isFirst);
        await affiliate(trx, { userId: personId, structureId, rights, at, grantedBy });
        await mail.enqueue(trx, acceptedMessage(inWords(request), isFirst));
        const others = isFirst
          ? await findRequests<AccountRequest>(trx, accountRequest, OTHERS, { id, structureId })
          : [];
        for (const other of others) {
          await mail.enqueue(
            trx,
            toDecideMessage({ ...request, isReferent: true }, inWords(other), other.since),
          );
        }
        return {
          said: `Le compte ${deName(nameOf(request))} est ouvert. La personne en est informée par e-mail.`,
          personId,
          columns: { user_id: personId, password_hash: null },
        };
      },
    },
    refuse: {
      ...REFUSE,
      async apply({ deps: { mail, config }, trx, request, reason }) {
        await mail.enqueue(trx, refusedMessage(inWords(request), reason, config));
        return {
          said: `La demande ${deName(nameOf(request))} est refusée. Le motif lui est envoyé par e-mail.`,
          columns: { password_hash: null },
        };
      },
    },
  },
  path: '/agence/demandes-de-compte',
  param: 'requestId',
  title: 'Demandes de compte',
  waiting: ['demande de compte à décider', 'demandes de compte à décider'],
  referents: {
    path: 'demandes',
    refusal: 'Refuser une demande de compte',
    accepted: (request) =>
      `Le compte ${deName(nameOf(request))} est ouvert. Vous pouvez maintenant lui donner des droits.`,
  },
  weighsEmail: true,
  isFromStranger: true,
  heading: nameOf,
  subject: (request) => `la demande ${deName(nameOf(request))}`,
  columns: [
    { label: 'E-mail et fonction', lines: ({ email, details }) => [email, details.jobTitle ?? ''] },
    {
      label: 'Structure',
      lines: ({ structureName, city, siret }) => [
        [structureName, city].filter(Boolean).join(', '),
        formatSiret(siret),
      ],
    },
  ],
  facts: ({ details, ...request }) => [
    ['Personne', `${details.civility} ${request.firstName} ${request.lastName}`],
    ...vouchedFacts(vouchedInWords(details, request)),
    ['E-mail', request.email, `mailto:${request.email}`],
    ['Fonction', details.jobTitle],
    ['Téléphone', formatPhone(details.phone)],
    ['Téléphone mobile', formatPhone(details.mobile)],
    ['Structure', [request.structureName, request.city].filter(Boolean).join(', ')],
    ['SIRET', formatSiret(request.siret)],
  ],
});

const vouchedFacts = (told: VouchedInWords | undefined): [string, string][] =>
  told
    ? [['Identité', told.told], ...told.differences.map((one): [string, string] => ['À vérifier', one])]
    : [];

const OTHERS = `q.structure_id = :structureId and q.state = 'pending' and q.id <> :id`;
