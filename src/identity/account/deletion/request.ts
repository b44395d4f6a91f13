import { z } from 'zod';
import { Conflict } from '#platform/errors.ts';
import { emit } from '#platform/events.ts';
import { deName } from '#platform/french/words.ts';
import { nameOf } from '#platform/mail/recipient.ts';
import { unknownPasswordHash } from '#platform/security/passwords.ts';
import { text } from '#platform/web/forms/fields.ts';
import { ACCEPT, type Asked, defineRequest, REFUSE, REFUSED, section, WITHDRAWN } from '#requests/request.ts';
import { anonymise } from './anonymise.ts';
import { deletionDoneMessage, deletionRefusedMessage, deletionWithdrawnMessage } from './mails.ts';
import { lockSurroundings, readFacts } from './repository.ts';
import { deletionBlockers } from './rules.ts';

/** A request of a person to delete their account. */
interface DeletionRequest extends Asked<{ jobTitle: string | null }> {
  userId: number;
}

// What cannot be taken back is decided in front of what it does, never from a list.
const UNDERSTOOD = 'Cochez la case pour supprimer le compte.';
const deletionForm = z.object({
  understood: text(UNDERSTOOD, 10).refine((value) => value === '1', { message: UNDERSTOOD }),
});

/** Requests to delete an account: carried out, or refused with a reason. */
export const deletionRequest = defineRequest<DeletionRequest>({
  kind: 'deletion_request',
  label: 'Demande de suppression',
  isAboutPerson: true,
  table: 'deletion_requests',
  endedAt: 'ended_at',
  source: `
    select r.id, r.state, r.requested_at as since, r.ended_at, r.decided_by, r.refusal_reason, r.user_id,
           u.first_name, u.last_name, u.email, cast(null as int) as structure_id,
           (select string_agg(s.name, ', ' order by s.name) from affiliations a join structures s on s.id = a.structure_id
             where a.user_id = u.id) as structure_name,
           null as acronym, null as siret, null as city, false as has_referent,
           json_build_object('jobTitle', u.job_title) as details
      from deletion_requests r join users u on u.id = r.user_id`,
  events: `
    select r.requested_at, 'account.deletion_asked', r.user_id, null from deletion_requests r where r.id = q.id`,
  outcomes: {
    carried_out: {
      slug: 'supprimes',
      label: 'Compte supprimé',
      many: 'Comptes supprimés',
      tone: 'neutral',
      glyph: 'person-x-fill',
      past: 'exécutée',
    },
    refused: REFUSED,
    withdrawn: WITHDRAWN,
  },
  lock: (request, decision) => ({ people: [request.userId, decision.userId] }),
  audited: () => ({
    carried_out: { action: 'account.deleted' },
    refused: { action: 'account.deletion_refused' },
    withdrawn: { action: 'account.deletion_withdrawn' },
  }),
  decisions: {
    accept: {
      ...ACCEPT,
      slug: 'supprimer',
      verb: 'Supprimer le compte',
      done: 'Suppression décidée',
      tone: 'danger',
      state: 'carried_out',
      choice: { form: deletionForm },
      prepare: unknownPasswordHash,
      // What the person waits for ends with its notices, then everything that tells who they are goes; enrolments and
      // their history stay.
      async apply({ deps, trx, request, at, userId: byUserId }) {
        const { userId, email } = request;
        await lockSurroundings(trx, userId);
        if (deletionBlockers(await readFacts(trx, userId, at)).length > 0) {
          throw new Conflict(
            'Depuis sa demande, la personne est devenue seule référente d’une structure ou a obtenu une place. Rouvrez la demande pour voir le détail.',
          );
        }
        await emit(deps, trx, 'account.erasing', { userId, byUserId });
        await deps.mail.enqueue(trx, deletionDoneMessage(request, at, deps.config));
        await anonymise(deps.features, trx, { id: userId, email }, at);
        return { said: 'Le compte est supprimé. La personne en est informée par e-mail.' };
      },
    },
    refuse: {
      ...REFUSE,
      async apply({ deps, trx, request, reason }) {
        await deps.mail.enqueue(trx, deletionRefusedMessage(request, reason, deps.config));
        return { said: 'La demande est refusée. Le motif est envoyé à la personne.' };
      },
    },
  },
  withdrawal: {
    tell: ({ deps, trx, request, at }) => deps.mail.enqueue(trx, deletionWithdrawnMessage(request, at)),
  },
  path: '/agence/suppressions',
  param: 'deletionId',
  title: 'Suppressions de compte',
  waiting: ['suppression de compte demandée', 'suppressions de compte demandées'],
  weighsEmail: false,
  heading: nameOf,
  subject: (request) => `la suppression du compte ${deName(nameOf(request))}`,
  decidedSubject: () => 'Cette demande de suppression',
  columns: [
    { label: 'E-mail et fonction', lines: ({ email, details }) => [email, details.jobTitle ?? ''] },
    { label: 'Structures', lines: ({ structureName }) => [structureName ?? 'Aucune'] },
  ],
  facts: (request) => [
    ['Personne', nameOf(request)],
    ['E-mail', request.email, `mailto:${request.email}`],
    ['Fonction', request.details.jobTitle],
    ['Structures', request.structureName ?? 'Aucune'],
  ],
  extra: section(
    'identity/account/deletion/consequences',
    async ({ db, clock }, { state, userId }: DeletionRequest) => ({
      blockers: state === 'pending' ? deletionBlockers(await readFacts(db, userId, clock.now())) : [],
    }),
  ),
});
