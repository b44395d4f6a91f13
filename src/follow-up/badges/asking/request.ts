import { Conflict } from '#platform/errors.ts';
import { formatDay } from '#platform/french/time.ts';
import { nameOf } from '#platform/mail/recipient.ts';
import {
  ACCEPT,
  ACCEPTED,
  type Asked,
  type Deciding,
  type Done,
  defineRequest,
  REFUSE,
  REFUSED,
  requesterOf,
  section,
  WITHDRAWN,
} from '#requests/request.ts';
import { findCertificateCode } from '../../documents/issued/service.ts';
import { issuableAt } from '../issuing/addresses.ts';
import { findHolder, hasGoodBadge } from '../issuing/repository.ts';
import { issueBadge } from '../issuing/service.ts';
import { issuedMessage, refusedMessage } from '../mails.ts';
import { getVersion } from '../models/service.ts';
import { HAS_ATTENDED } from './repository.ts';

/** Somebody asks for a badge, of what they have attended. */
export interface BadgeRequest
  extends Asked<{
    modelId: number;
    version: number;
    name: string;
    actionTitle: string;
    sessionId: number;
    enrolmentId: number;
    structureId: number;
    endsAt: string;
    evidence: string;
    showsCertificate: boolean;
    hasAttended: boolean;
    code: string | null;
  }> {
  userId: number;
}

const NO_LONGER_ATTENDED =
  'La feuille de présence a été corrigée depuis la demande\u00a0: la personne n’y est plus notée présente, ou la feuille est rouverte.';

/** Requests for open badges: the agency gives the badge, or refuses with a reason. */
export const badgeRequest = defineRequest<BadgeRequest>({
  kind: 'badge_request',
  label: 'Demande d’open badge',
  isAboutPerson: true,
  table: 'badge_requests',
  source: `
    select q.id, q.state, q.asked_at as since, q.decided_at as ended_at, q.decided_by, q.refusal_reason, q.user_id,
           u.first_name, u.last_name, u.email, cast(null as int) as structure_id, s.name as structure_name,
           concat_ws(' ', s.acronym, v.name, a.title) as acronym, s.siret, s.city, false as has_referent,
           json_build_object('modelId', q.model_id, 'version', v.version, 'name', v.name, 'actionTitle', a.title,
             'sessionId', e.session_id, 'structureId', e.structure_id, 'enrolmentId', e.id, 'endsAt', se.ends_at, 'evidence', q.evidence,
             'showsCertificate', q.shows_certificate, 'hasAttended', ${HAS_ATTENDED},
             'code', (select b.code from badges b where b.request_id = q.id order by b.issued_at desc limit 1)) as details
      from badge_requests q
      join enrolments e on e.id = q.enrolment_id
      join sessions se on se.id = e.session_id
      join actions a on a.id = e.action_id
      join structures s on s.id = e.structure_id
      join users u on u.id = q.user_id
      join lateral (select * from badge_model_versions v where v.model_id = q.model_id
                     order by v.version desc limit 1) v on true`,
  outcomes: {
    accepted: { ...ACCEPTED, label: 'Délivré', many: 'Délivrés' },
    refused: REFUSED,
    withdrawn: WITHDRAWN,
  },
  path: '/agence/demandes-de-badge',
  param: 'badgeRequestId',
  title: 'Demandes d’open badge',
  waiting: ['open badge demandé', 'open badges demandés'],
  link: { href: '/agence/badges', label: 'Modèles et badges délivrés' },
  weighsEmail: false,
  heading: requesterOf,
  subject: (request) => `la demande d’open badge de ${requesterOf(request)}`,
  decidedSubject: () => 'cette demande d’open badge',
  columns: [
    { label: 'Badge et action', lines: ({ details }) => [details.name, details.actionTitle] },
    { label: 'Structure', lines: ({ structureName }) => [structureName ?? ''] },
  ],
  facts: (request) => [
    ['Personne', requesterOf(request)],
    ['E-mail', request.email, `mailto:${request.email}`],
    ['Structure', request.structureName, `/mes-structures/${request.details.structureId}`],
    ['Badge', request.details.name, `/agence/badges/modeles/${request.details.modelId}`],
    ['Action', request.details.actionTitle, `/agence/sessions/${request.details.sessionId}`],
    ['Fin de la session', formatDay(request.details.endsAt)],
    ['Présence', request.details.hasAttended ? 'Notée présente, feuille validée' : 'À revoir'],
    ['Lien vers son certificat', request.details.showsCertificate ? 'Oui, à sa demande' : 'Non'],
    ['Badge délivré', request.details.code, `/badges/${request.details.code}`],
    ['Demandé le', formatDay(request.since)],
  ],
  lock: ({ userId }, decision) => ({ people: [userId, decision.userId] }),
  decisions: {
    accept: { ...ACCEPT, verb: 'Délivrer le badge', done: 'Délivré', apply: giveBadge },
    refuse: {
      ...REFUSE,
      async apply({ deps, trx, request, reason }) {
        await deps.mail.enqueue(trx, refusedMessage(request, request.details, reason));
        return { said: 'La demande est refusée. Le motif est envoyé à la personne.' };
      },
    },
  },
  withdrawal: { tell: () => Promise.resolve() },
  extra: section('follow-up/badges/request', async ({ config }, request: BadgeRequest) => {
    const issuable = issuableAt(config);
    return {
      badge: request.details,
      refusals: [
        ...(issuable.kind === 'refused' ? [issuable.why] : []),
        ...(request.details.hasAttended ? [] : [NO_LONGER_ATTENDED]),
      ],
    };
  }),
});

/** @throws Conflict where presence was corrected since, the person holds this badge, or none can be issued */
async function giveBadge({ deps, trx, request, at, userId }: Deciding<BadgeRequest, void>): Promise<Done> {
  const { details } = request;
  if (!details.hasAttended) throw new Conflict(NO_LONGER_ATTENDED);
  if (await hasGoodBadge(trx, request.userId, details.modelId)) {
    throw new Conflict('Cette personne a déjà ce badge.');
  }
  const holder = await findHolder(trx, request.userId);
  if (!holder) throw new Conflict('Le compte de cette personne est fermé.');
  const model = await getVersion(trx, details.modelId);
  const document = details.showsCertificate ? await findCertificateCode(trx, details.enrolmentId) : undefined;
  const code = await issueBadge(deps, trx, {
    requestId: request.id,
    model,
    email: holder.email,
    certificate: document ? `${deps.config.publicUrl}/verifier/${document}` : null,
    awardedAt: at,
    by: userId,
  });
  await deps.mail.enqueue(trx, issuedMessage(holder, { code, name: model.name }, 'awarded'));
  return { said: `Le badge de ${nameOf(request)} est délivré\u00a0: un e-mail l’en informe.` };
}
