import { rightDefinitions } from '#access/rights.ts';
import { Conflict, Forbidden } from '#platform/errors.ts';
import { formatSiret, plural } from '#platform/french/words.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { emptyForm } from '#platform/web/forms/forms.ts';
import {
  ACCEPT,
  ACCEPTED,
  type Asked,
  defineRequest,
  REFUSE,
  REFUSED,
  WITHDRAWN,
} from '#requests/request.ts';
import { acceptUpdate, getUpdateFile, refuseUpdate, tellWithdrawn, type UpdateFile } from './decisions.ts';
import { mayAsk } from './repository.ts';
import {
  type Change,
  FIELDS,
  fieldLabels,
  fingerprintOf,
  inWords,
  isUnchanged,
  suggestedFlags,
} from './rules.ts';
import { acceptanceForm } from './schemas.ts';

/** A request to correct the data of a structure. */
interface UpdateRequest extends Asked<{ comment: string | null; changes: Change[] }> {
  structureId: number;
  structureName: string;
  siret: string;
}

/** As many corrections as a line of the list tells; the file has them all. */
const MOST_TOLD = 3;

function changesInWords({ details }: UpdateRequest): string[] {
  const changes = FIELDS.flatMap((field) => details.changes.filter((one) => one.field === field));
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
           json_build_object('comment', r.comment, 'changes', (
             select json_agg(json_build_object('field', c.field, 'from', c.old_value, 'to', c.new_value))
               from structure_update_changes c where c.request_id = r.id)) as details
      from structure_update_requests r
      join structures s on s.id = r.structure_id
      left join users u on u.id = r.requested_by`,
  events: `
    select r.requested_at, 'structure_update.created', r.requested_by, null
      from structure_update_requests r where r.id = q.id
    union all
    select r.decided_at, 'structure_update.' || r.state, r.decided_by, null
      from structure_update_requests r where r.id = q.id`,
  outcomes: { accepted: ACCEPTED, refused: REFUSED, withdrawn: WITHDRAWN },
  weighsEmail: false,
  heading: ({ structureName }) => structureName,
  subject: ({ structureName }) => `la demande pour ${structureName}`,
  columns: [
    { label: 'À corriger', lines: changesInWords },
    {
      label: 'SIRET et personne',
      lines: ({ siret, firstName, lastName }) => [
        formatSiret(siret),
        `${firstName} ${lastName}`.trim() || 'Compte supprimé',
      ],
    },
  ],
  facts: ({ structureId, structureName, siret, firstName, lastName, email, refusalReason, details }) => [
    ['Structure', structureName, `/mes-structures/${structureId}`],
    ['SIRET', formatSiret(siret)],
    ['Demandée par', `${firstName} ${lastName}`.trim() || 'Compte supprimé'],
    ['E-mail', email, `mailto:${email}`],
    ['Message de la personne', details.comment],
    ['Motif du refus', refusalReason],
  ],
  // Asking, taking back and deciding then come one after the other.
  lock: ({ structureId }) => ({ structures: [structureId] }),
  decisions: {
    accept: {
      ...ACCEPT,
      choice: {
        form: acceptanceForm.extend({ seen: searchText(60) }),
        async proposal(deps, { id }) {
          const { update } = await getUpdateFile(deps, id);
          const flags = suggestedFlags(update.flags, update.changes);
          if (flags.isTrainingBody !== update.flags.isTrainingBody) {
            throw new Conflict(
              'Cette demande change ce qu’est la structure, et peut-être des droits\u00a0: ouvrez-la pour choisir.',
            );
          }
          return {
            is_training_body: flags.isTrainingBody,
            may_preregister: flags.mayPreregister,
            seen: fingerprintOf(update.today),
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
  extra: {
    view: 'structures/structure-updates/decide',
    load: async (deps, { id }, _req, form) => extraOf(await getUpdateFile(deps, id), form),
  },
});

function extraOf({ update, heldRights }: UpdateFile, form: ReturnType<typeof emptyForm> | undefined) {
  const flags = suggestedFlags(update.flags, update.changes);
  const isPending = update.state === 'pending';
  return {
    update,
    heldRights: heldRights.map((one) => ({ ...one, ...rightDefinitions[one.right] })),
    lines: update.changes.map(({ field, from, to }) => ({
      label: fieldLabels[field],
      from: inWords(field, from),
      to: inWords(field, to),
      // What somebody else has corrected in between.
      today:
        !isPending || isUnchanged(field, update.today[field], from)
          ? undefined
          : inWords(field, update.today[field]),
      isThere: isPending && isUnchanged(field, update.today[field], to),
    })),
    seen: fingerprintOf(update.today),
    form:
      form ??
      emptyForm({
        ...(flags.isTrainingBody ? { is_training_body: '1' } : {}),
        ...(flags.mayPreregister ? { may_preregister: '1' } : {}),
      }),
  };
}
