import type { Knex } from 'knex';
import { holders } from '#access/recipients.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formatDay, parisYear } from '#platform/french/time.ts';
import { deName, formatSiret } from '#platform/french/words.ts';
import { ACCEPT, ACCEPTED, type Asked, defineRequest, REFUSE, REFUSED } from '#requests/request.ts';
import { reasonSent, referentsTold } from '../people/referents-told.ts';
import { acceptedMessage, type MembershipInWords, refusedMessage } from './mails.ts';
import { recordMemberships } from './repository.ts';

/** A request of a structure for its membership of one year. */
export interface MembershipRequest
  extends Asked<{
    year: number;
    /** The text of the charter that was accepted; null before it had versions. */
    charter: string | null;
    memberYears: string | null;
  }> {
  structureId: number;
  structureName: string;
  siret: string;
}

/** Whose membership, for which year. */
export const membershipOf = ({
  structureId,
  structureName,
  siret,
  details: { year },
}: MembershipRequest) => ({
  structureId,
  structureName,
  siret,
  year,
});

/** Writes to the référents of a structure about its membership. @returns how many there are */
export async function tellReferents(
  { mail }: Pick<Dependencies, 'mail'>,
  trx: Knex.Transaction,
  membership: MembershipInWords & { structureId: number },
  message: typeof acceptedMessage,
): Promise<number> {
  const referents = await holders(trx, 'referent', membership.structureId);
  for (const referent of referents) await mail.enqueue(trx, message(referent, membership));
  return referents.length;
}

/** Requests for a yearly membership (domain.md §5). */
export const membershipRequest = defineRequest<MembershipRequest>({
  kind: 'membership_request',
  label: 'Demande d’adhésion',
  isAboutPerson: false,
  table: 'membership_requests',
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
  outcomes: {
    accepted: { ...ACCEPTED, slug: 'validees', label: 'Validée', many: 'Validées' },
    refused: REFUSED,
  },
  // Asking, deciding and reminding then come one after the other.
  lock: ({ structureId }) => ({ structures: [structureId] }),
  audited: ({ details: { year } }) => ({
    accepted: { action: 'membership_request.accepted', details: { year } },
    refused: { action: 'membership_request.refused', details: { year } },
  }),
  decisions: {
    accept: {
      ...{ ...ACCEPT, slug: 'valider', verb: 'Valider', done: 'Validée' },
      async apply({ deps, trx, request, at, userId }) {
        const membership = membershipOf(request);
        await recordMemberships(trx, [membership], at, userId);
        const told = await tellReferents(deps, trx, membership, acceptedMessage);
        const { structureName, year } = membership;
        return {
          said: `L’adhésion ${deName(structureName)} pour ${year} est enregistrée. ${referentsTold(told)}`,
        };
      },
    },
    refuse: {
      ...{ ...REFUSE, reasonHint: 'Il est envoyé tel quel aux référents de la structure.' },
      async apply({ deps, trx, request, reason }) {
        const told = await tellReferents(deps, trx, membershipOf(request), (referent, one) =>
          refusedMessage(referent, one, reason),
        );
        return { said: `La demande ${deName(request.structureName)} est refusée. ${reasonSent(told)}` };
      },
    },
  },
  path: '/agence/adhesions',
  param: 'membershipId',
  title: 'Demandes d’adhésion',
  waiting: ['demande d’adhésion à traiter', 'demandes d’adhésion à traiter'],
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
  subject: ({ structureName, details }) => `l’adhésion ${deName(structureName)} pour ${details.year}`,
  decidedSubject: ({ structureName }) => `la demande ${deName(structureName)}`,
  columns: [
    { label: 'SIRET et ville', lines: ({ siret, city }) => [formatSiret(siret), city ?? ''] },
    {
      label: 'Demandée par',
      lines: ({ firstName, lastName, email }) => [`${firstName} ${lastName}`.trim(), email],
    },
  ],
  facts: ({ structureName, city, siret, firstName, lastName, email, details }) => [
    ['Structure', [structureName, city].filter(Boolean).join(', ')],
    ['SIRET', formatSiret(siret)],
    ['Année', String(details.year)],
    ['Déjà adhérente en', details.memberYears ?? 'jamais'],
    ['Demandée par', `${firstName} ${lastName}`.trim()],
    ['E-mail', email, `mailto:${email}`],
    [
      'Charte acceptée',
      details.charter && `Texte du ${formatDay(details.charter)}`,
      `/adhesion/charte/${details.charter}`,
    ],
  ],
});
