import { rightDefinitions } from '#access/rights.ts';
import { Conflict, Forbidden } from '#platform/errors.ts';
import { formatSiret, plural } from '#platform/french/words.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState } from '#platform/web/forms/forms.ts';
import {
  ACCEPT,
  ACCEPTED,
  defineRequest,
  REFUSE,
  REFUSED,
  requesterOf,
  section,
  WITHDRAWN,
} from '#requests/request.ts';
import { isOpenOn } from '../affiliations/rules.ts';
import { acceptUpdate, refuseUpdate, tellWithdrawn } from './decisions.ts';
import { CHANGES, FLAGS, findHeldRights, type HeldRight, mayAsk, VALUES } from './repository.ts';
import {
  fieldLabels,
  fingerprintOf,
  inWords,
  isUnchanged,
  suggestedFlags,
  type UpdateRequest,
} from './rules.ts';
import { acceptanceForm } from './schemas.ts';

/** As many corrections as a line of the list tells; the file has them all. */
const MOST_TOLD = 3;

function changesInWords({ details: { changes } }: UpdateRequest): string[] {
  const told = changes
    .slice(0, MOST_TOLD)
    .map(
      ({ field, from, to }) => `${fieldLabels[field]}\u00a0: ${inWords(field, from)} → ${inWords(field, to)}`,
    );
  const others = changes.length - told.length;
  return others > 0 ? [...told, `et ${plural(others, 'autre')}`] : told;
}

/** Requests to correct the data of a structure (domain.md §1, §4). */
export const structureUpdate = defineRequest<UpdateRequest>({
  kind: 'structure_update',
  label: 'Demande de mise à jour',
  isAboutPerson: false,
  table: 'structure_update_requests',
  path: '/agence/mises-a-jour',
  param: 'updateId',
  title: 'Demandes de mise à jour',
  waiting: ['demande de mise à jour de structure', 'demandes de mise à jour de structures'],
  source: `
    select r.id, r.state, r.requested_at as since, r.decided_at as ended_at, r.decided_by, r.refusal_reason,
           r.requested_by as user_id, coalesce(u.first_name, '') as first_name, coalesce(u.last_name, '') as last_name,
           coalesce(cast(u.email as text), '') as email, s.id as structure_id, s.name as structure_name,
           concat_ws(' ', s.acronym, s.brand) as acronym, s.siret, s.city, false as has_referent,
           json_build_object('comment', r.comment, 'changes', ${CHANGES}, 'today', ${VALUES}, 'flags', ${FLAGS},
                             'closedOn', s.closed_on, 'requesterIsReferent', exists (
                               select from affiliations a join affiliation_rights x on x.affiliation_id = a.id
                                where a.structure_id = s.id and a.user_id = u.id and x."right" = 'referent')) as details
      from structure_update_requests r
      join structures s on s.id = r.structure_id
      left join users u on u.id = r.requested_by`,
  outcomes: { accepted: ACCEPTED, refused: REFUSED, withdrawn: WITHDRAWN },
  weighsEmail: false,
  heading: ({ structureName }) => structureName,
  subject: ({ structureName }) => `la demande pour ${structureName}`,
  columns: [
    { label: 'À corriger', lines: changesInWords },
    {
      label: 'SIRET et personne',
      lines: (request) => [formatSiret(request.siret), requesterOf(request)],
    },
  ],
  facts: (request) => [
    ['Structure', request.structureName, `/mes-structures/${request.structureId}`],
    ['SIRET', formatSiret(request.siret)],
    ['Demandée par', requesterOf(request)],
    ['E-mail', request.email, `mailto:${request.email}`],
    ['Message de la personne', request.details.comment],
  ],
  // Asking, taking back and deciding then come one after the other.
  lock: ({ structureId }) => ({ structures: [structureId] }),
  decisions: {
    accept: {
      ...ACCEPT,
      choice: {
        form: acceptanceForm.extend({ seen: searchText(60) }),
        async proposal(_deps, { details }) {
          const flags = suggestedFlags(details.flags, details.changes);
          if (flags.isTrainingBody !== details.flags.isTrainingBody) {
            throw new Conflict(
              'Cette demande change ce qu’est la structure, et peut-être des droits\u00a0: ouvrez-la pour choisir.',
            );
          }
          return {
            is_training_body: flags.isTrainingBody,
            may_preregister: flags.mayPreregister,
            seen: fingerprintOf(details.today),
          };
        },
      },
      apply: acceptUpdate,
    },
    refuse: {
      ...REFUSE,
      reasonHint: 'Il est envoyé tel quel à la personne et aux référents de la structure.',
      apply: refuseUpdate,
    },
  },
  // Any référent of the structure may, so that a wrong one does not outlive who sent it.
  withdrawal: {
    async authorise(trx, { structureId }, userId) {
      if (!(await mayAsk(trx, structureId, userId))) {
        throw new Forbidden('Vous n’êtes plus référent de cette structure.');
      }
    },
    tell: tellWithdrawn,
  },
  extra: section(
    'structures/structure-updates/decide',
    async ({ db, clock }, request: UpdateRequest, _req, form) => {
      const held = request.state === 'pending' ? await findHeldRights(db, request.structureId) : [];
      return { ...extraOf(request, held, form), isClosed: !isOpenOn(request.details.closedOn, clock.now()) };
    },
  ),
});

function extraOf({ state, details }: UpdateRequest, heldRights: readonly HeldRight[], form?: FormState) {
  const { changes, today } = details;
  const flags = suggestedFlags(details.flags, changes);
  const isPending = state === 'pending';
  return {
    heldRights: heldRights.map((one) => ({ ...one, ...rightDefinitions[one.right] })),
    lines: changes.map(({ field, from, to }) => ({
      label: fieldLabels[field],
      from: inWords(field, from),
      to: inWords(field, to),
      // What somebody else has corrected in between.
      today: !isPending || isUnchanged(field, today[field], from) ? undefined : inWords(field, today[field]),
      isThere: isPending && isUnchanged(field, today[field], to),
    })),
    seen: fingerprintOf(today),
    form:
      form ??
      emptyForm({
        ...(flags.isTrainingBody ? { is_training_body: '1' } : {}),
        ...(flags.mayPreregister ? { may_preregister: '1' } : {}),
      }),
  };
}
