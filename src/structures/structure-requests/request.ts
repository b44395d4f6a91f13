import { Conflict } from '#platform/errors.ts';
import { departmentOf } from '#platform/french/departments.ts';
import { parisDay } from '#platform/french/time.ts';
import { formatPhone, formatSiret } from '#platform/french/words.ts';
import { nameOf } from '#platform/mail/recipient.ts';
import { searchText } from '#platform/web/forms/fields.ts';
import { emptyForm } from '#platform/web/forms/forms.ts';
import { ACCEPT, ACCEPTED, type Asked, defineRequest, REFUSE, REFUSED, section } from '#requests/request.ts';
import { kindLabel, structureKinds } from '../people/kinds.ts';
import { findSelectableStructures } from '../search/service.ts';
import { acceptedMessage, linkedMessage, refusedMessage } from './mails.ts';
import { createStructure, findStructure } from './repository.ts';
import { acceptanceForm, linkForm } from './schemas.ts';

const searchBox = searchText(100);
const TRAINING_BODY = 'training_body';

/** A request to add a structure to the list. */
interface StructureRequest
  extends Asked<{
    civility: string;
    acronym: string | null;
    brand: string | null;
    apeCode: string | null;
    kind: string;
    address: string;
    postcode: string;
    phone: string | null;
    listedAs: string | null;
    /** The structure that has the SIRET by now, whoever added it. */
    sameSiretId: number | null;
  }> {
  structureName: string;
  siret: string;
  city: string;
}

const inWords = ({ structureName: name, ...request }: StructureRequest) => ({ ...request, name });

/** What the kind that the requester indicated suggests; the file allows another. */
const proposalOf = ({ details }: StructureRequest) => ({
  kind: details.kind,
  is_training_body: details.kind === TRAINING_BODY,
  may_preregister: false,
});

/** Requests to add a structure to the list (domain.md §3): accepted, linked to one that exists, or refused. */
export const structureRequest = defineRequest<StructureRequest>({
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
    select h.at, 'structure_request.' || case h.event when 'received' then 'created' else h.event end, cast(null as int),
           null
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
  isFromStranger: true,
  heading: ({ structureName }) => structureName,
  subject: ({ structureName }) => `la demande pour ${structureName}`,
  columns: [
    {
      label: 'SIRET et ville',
      lines: ({ siret, details, city }) => [formatSiret(siret), `${details.postcode} ${city}`],
    },
    { label: 'Demandée par', lines: (request) => [nameOf(request), request.email] },
  ],
  facts: ({ details, ...request }) => [
    ['SIRET', formatSiret(request.siret)],
    ['Raison sociale', request.structureName],
    ['Sigle', details.acronym],
    ['Enseigne', details.brand],
    ['Code APE', details.apeCode],
    ['Type indiqué', kindLabel(details.kind)],
    ['Adresse', `${details.address}, ${details.postcode} ${request.city}`],
    ['Personne', `${details.civility} ${nameOf(request)}`],
    ['E-mail', request.email, `mailto:${request.email}`],
    ['Téléphone', formatPhone(details.phone)],
    ['Structure de la liste', details.listedAs, `/mes-structures/${request.structureId}`],
  ],
  // A structure that the request is linked to comes before it, as everywhere.
  lock: ({ id }, { parameters }) => ({
    structures: [Number(parameters?.structure_id) || null],
    structureRequests: [id],
  }),
  decisions: {
    accept: {
      ...ACCEPT,
      choice: { form: acceptanceForm, proposal: async (_deps, request) => proposalOf(request) },
      // The structure exists, and the requester is invited to resume the account request.
      async apply({ deps: { mail }, trx, request, at, parameters }) {
        const structureId = await createStructure(trx, request.id, {
          kind: String(parameters.kind),
          isTrainingBody: parameters.is_training_body === true,
          mayPreregister: parameters.may_preregister === true,
          department: departmentOf({ postcode: request.details.postcode, city: request.city }),
          at,
        });
        if (structureId === undefined) {
          throw new Conflict(
            'Une structure de la liste a maintenant ce SIRET\u00a0: rattachez-y la demande. Rien n’a été changé.',
          );
        }
        await mail.enqueue(trx, acceptedMessage(inWords(request), structureId));
        return {
          said: `${request.structureName} est référencée. La personne est invitée par e-mail à continuer sa demande de compte.`,
          structureId,
          columns: { structure_id: structureId },
        };
      },
    },
    link: {
      slug: 'rattacher',
      verb: 'Rattacher',
      done: 'Rattachée',
      tone: 'success',
      state: 'linked',
      choice: { form: linkForm },
      async apply({ deps: { mail }, trx, request, at, parameters }) {
        const structure = await findStructure(trx, Number(parameters.structure_id), parisDay(at).toString());
        if (!structure || structure.isClosed) {
          throw new Conflict('Cette structure n’est plus disponible\u00a0: choisissez-en une autre.');
        }
        await mail.enqueue(trx, linkedMessage(inWords(request), structure));
        return {
          said: `La demande est rattachée à ${structure.name}. La personne est invitée par e-mail à la choisir.`,
          structureId: structure.id,
          columns: { structure_id: structure.id },
        };
      },
    },
    refuse: {
      ...REFUSE,
      async apply({ deps: { mail, config }, trx, request, reason }) {
        await mail.enqueue(trx, refusedMessage(inWords(request), reason, config));
        return {
          said: `La demande pour ${request.structureName} est refusée. Le motif est envoyé par e-mail.`,
        };
      },
    },
  },
  extra: section('structures/structure-requests/decide', async (deps, row: StructureRequest, req, form) => {
    // Without a search, what looks like the request: it may be in the list under another number.
    const q = searchBox.parse(req.query.q);
    const { kind, is_training_body } = proposalOf(row);
    return {
      q,
      alike: row.state === 'pending' ? await findSelectableStructures(deps, q || row.structureName) : [],
      kinds: Object.entries(structureKinds).map(([value, label]) => ({ value, label })),
      form: form ?? emptyForm({ kind, ...(is_training_body ? { is_training_body: '1' } : {}) }),
    };
  }),
});
