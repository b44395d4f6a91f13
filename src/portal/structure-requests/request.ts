import { formatPhone, formatSiret } from '../../platform/french/words.ts';
import { searchText } from '../../platform/web/forms/fields.ts';
import { emptyForm } from '../../platform/web/forms/forms.ts';
import { ACCEPTED, type Asked, defineRequest, REFUSED } from '../../requests/request.ts';
import { findSelectableStructures } from '../structure-search/service.ts';
import { kindLabel, structureKinds } from '../structures/kinds.ts';
import { acceptanceForm, linkForm } from './schemas.ts';
import { acceptStructureRequest, linkStructureRequest, refuseStructureRequest } from './service.ts';

const searchBox = searchText(100);
const TRAINING_BODY = 'training_body';

/** What the kind that the requester indicated suggests; the file allows another. */
const proposalOf = ({ details }: Asked) => ({
  kind: String(details.kind),
  is_training_body: details.kind === TRAINING_BODY,
  may_preregister: false,
});

/** Requests to add a structure to the list (domain.md §3): accepted, linked to one that exists, or refused. */
export const structureRequest = defineRequest({
  kind: 'structure_request',
  label: 'Demande de référencement',
  isAboutPerson: false,
  table: 'structure_requests',
  path: '/agence/structures',
  param: 'structureRequestId',
  title: 'Demandes de référencement',
  waiting: ['demande de référencement de structure', 'demandes de référencement de structures'],
  source: `
    select r.id, r.state, r.created_at as since, r.decided_at as ended_at, r.decided_by, r.refusal_reason,
           cast(null as int) as user_id, r.first_name, r.last_name, r.email, r.structure_id, r.name as structure_name,
           concat_ws(' ', r.acronym, r.brand) as acronym, r.siret, r.city, false as has_referent,
           json_build_object('civility', r.civility, 'acronym', r.acronym, 'brand', r.brand, 'apeCode', r.ape_code,
                             'kind', r.kind, 'address', r.address, 'postcode', r.postcode, 'phone', r.phone,
                             'listedAs', (select s.name from structures s where s.id = r.structure_id),
                             'sameSiretId', (select x.id from structures x where x.siret = r.siret)) as details
      from structure_requests r`,
  events: `
    select h.at, 'structure_request.' || case h.event when 'received' then 'created' else h.event end, h.by_user_id, null
      from structure_request_history h where h.request_id = q.id`,
  outcomes: {
    accepted: ACCEPTED,
    linked: {
      slug: 'rattachees',
      label: 'Rattachée',
      many: 'Rattachées',
      tone: 'success',
      glyph: 'link-45deg',
    },
    refused: REFUSED,
  },
  weighsEmail: true,
  heading: ({ structureName }) => structureName ?? '',
  subject: ({ structureName }) => `la demande pour ${structureName}`,
  columns: [
    {
      label: 'SIRET et ville',
      lines: ({ siret, details, city }) => [formatSiret(siret ?? ''), `${details.postcode} ${city}`],
    },
    {
      label: 'Demandée par',
      lines: ({ firstName, lastName, email }) => [`${firstName} ${lastName}`, email],
    },
  ],
  facts: ({
    siret,
    structureId,
    structureName,
    city,
    firstName,
    lastName,
    email,
    refusalReason,
    details,
  }) => [
    ['SIRET', formatSiret(siret ?? '')],
    ['Raison sociale', structureName],
    ['Sigle', details.acronym as string | null],
    ['Enseigne', details.brand as string | null],
    ['Code APE', details.apeCode as string | null],
    ['Type indiqué', kindLabel(String(details.kind))],
    ['Adresse', `${details.address}, ${details.postcode} ${city}`],
    ['Personne', `${details.civility} ${firstName} ${lastName}`],
    ['E-mail', email, `mailto:${email}`],
    ['Téléphone', formatPhone(details.phone as string | null)],
    ['Structure de la liste', details.listedAs as string | null, `/mes-structures/${structureId}`],
    ['Motif du refus', refusalReason],
  ],
  decisions: {
    accept: {
      slug: 'accepter',
      verb: 'Accepter',
      done: 'Acceptée',
      tone: 'primary',
      choice: { form: acceptanceForm, proposal: async (_deps, row) => proposalOf(row) },
      async take(deps, { requestId, userId, parameters }) {
        const { kind, is_training_body: isTrainingBody, may_preregister: mayPreregister } = parameters;
        const { name } = await acceptStructureRequest(
          deps,
          { requestId, byUserId: userId },
          {
            kind: String(kind),
            isTrainingBody: isTrainingBody === true,
            mayPreregister: mayPreregister === true,
          },
        );
        return `${name} est référencée. La personne est invitée par e-mail à continuer sa demande de compte.`;
      },
    },
    link: {
      slug: 'rattacher',
      verb: 'Rattacher',
      done: 'Rattachée',
      tone: 'primary',
      choice: { form: linkForm },
      async take(deps, { requestId, userId, parameters }) {
        const decision = { requestId, byUserId: userId };
        const { name } = await linkStructureRequest(deps, decision, Number(parameters.structure_id));
        return `La demande est rattachée à ${name}. La personne est invitée par e-mail à la choisir.`;
      },
    },
    refuse: {
      slug: 'refuser',
      verb: 'Refuser',
      done: 'Refusée',
      tone: 'danger',
      reasonHint: 'Il est envoyé tel quel à la personne.',
      async take(deps, { requestId, userId, reason }) {
        const decision = { requestId, byUserId: userId };
        const { name } = await refuseStructureRequest(deps, decision, reason);
        return `La demande pour ${name} est refusée. Le motif est envoyé par e-mail.`;
      },
    },
  },
  extra: {
    view: 'agency/structure-requests/decide',
    async load(deps, row, req, form) {
      // Without a search, what looks like the request: it may be in the list under another number.
      const q = searchBox.parse(req.query.q);
      const { kind, is_training_body } = proposalOf(row);
      return {
        q,
        alike:
          row.state === 'pending' ? await findSelectableStructures(deps, q || (row.structureName ?? '')) : [],
        kinds: Object.entries(structureKinds).map(([value, label]) => ({ value, label })),
        form: form ?? emptyForm({ kind, ...(is_training_body ? { is_training_body: '1' } : {}) }),
      };
    },
  },
});
