import { z } from 'zod';
import { deName } from '../../../platform/french/words.ts';
import { text } from '../../../platform/web/forms/fields.ts';
import { type Asked, defineRequest, REFUSED, WITHDRAWN } from '../../../requests/request.ts';
import { carryOutDeletion, deletionOutlook, refuseDeletion } from './service.ts';

const nameOf = ({ firstName, lastName }: Asked) => `${firstName} ${lastName}`;

// What cannot be taken back is decided in front of what it does, never from a list.
const UNDERSTOOD = 'Cochez la case pour supprimer le compte.';
const deletionForm = z.object({
  understood: text(UNDERSTOOD, 10).refine((value) => value === '1', { message: UNDERSTOOD }),
});

/** Requests to delete an account: carried out, or refused with a reason. */
export const deletionRequest = defineRequest({
  kind: 'deletion_request',
  label: 'Demande de suppression',
  isAboutPerson: true,
  table: 'deletion_requests',
  endedAt: 'ended_at',
  path: '/agence/suppressions',
  param: 'deletionId',
  title: 'Suppressions de compte',
  waiting: ['suppression de compte demandée', 'suppressions de compte demandées'],
  source: `
    select r.id, r.state, r.requested_at as since, r.ended_at, r.decided_by, r.refusal_reason, r.user_id,
           u.first_name, u.last_name, u.email, cast(null as int) as structure_id,
           (select string_agg(s.name, ', ' order by s.name) from affiliations a join structures s on s.id = a.structure_id
             where a.user_id = u.id) as structure_name,
           null as acronym, null as siret, null as city, false as has_referent,
           json_build_object('jobTitle', u.job_title, 'accountSince', u.created_at) as details
      from deletion_requests r join users u on u.id = r.user_id`,
  events: `
    select r.requested_at, 'account.deletion_asked', r.user_id, null from deletion_requests r where r.id = q.id
    union all
    select r.ended_at, case r.state when 'carried_out' then 'account.deleted' else 'account.deletion_' || r.state end,
           coalesce(r.decided_by, r.user_id), null
      from deletion_requests r where r.id = q.id`,
  outcomes: {
    carried_out: {
      slug: 'supprimes',
      label: 'Compte supprimé',
      many: 'Comptes supprimés',
      tone: 'neutral',
      glyph: 'person-x-fill',
    },
    refused: REFUSED,
    withdrawn: WITHDRAWN,
  },
  sharedWithReferents: false,
  weighsEmail: false,
  heading: nameOf,
  subject: (row) => `la suppression du compte ${deName(nameOf(row))}`,
  columns: [
    { label: 'E-mail et fonction', lines: ({ email, details }) => [email, String(details.jobTitle ?? '')] },
    { label: 'Structures', lines: ({ structureName }) => [structureName ?? 'Aucune'] },
  ],
  facts: (row) => [
    ['Personne', nameOf(row)],
    ['E-mail', row.email, `mailto:${row.email}`],
    ['Fonction', row.details.jobTitle as string | null],
    ['Structures', row.structureName ?? 'Aucune'],
    ['Motif du refus', row.refusalReason],
  ],
  decisions: {
    accept: {
      slug: 'supprimer',
      verb: 'Supprimer le compte',
      done: 'Suppression décidée',
      tone: 'danger',
      choice: { form: deletionForm },
      async take(deps, { requestId, userId }) {
        await carryOutDeletion(deps, { id: requestId, byUserId: userId });
        return 'Le compte est supprimé. La personne en est informée par e-mail.';
      },
    },
    refuse: {
      slug: 'refuser',
      verb: 'Refuser',
      done: 'Refusée',
      tone: 'danger',
      reasonHint: 'Il est envoyé tel quel à la personne.',
      async take(deps, { requestId, userId, reason }) {
        await refuseDeletion(deps, { id: requestId, byUserId: userId, reason });
        return 'La demande est refusée. Le motif est envoyé à la personne.';
      },
    },
  },
  extra: {
    view: 'agency/deletions/consequences',
    async load(deps, row) {
      const isPending = row.state === 'pending' && row.userId !== null;
      return isPending ? await deletionOutlook(deps, row.userId as number) : { blockers: [] };
    },
  },
});
