import type { Request, Response } from 'express';
import { actorOf } from '../../access/actor.ts';
import { recentlyConfirmed } from '../../access/assurance.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { agency } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { searchText } from '../../platform/web/fields.ts';
import { emptyForm, type FormState, firstOf, readForm } from '../../platform/web/forms.ts';
import { pageOf } from '../../platform/web/pages.ts';
import { idParam } from '../../platform/web/params.ts';
import { acceptanceForm, linkForm, refusalForm } from '../../portal/structure-requests/schemas.ts';
import {
  acceptStructureRequest,
  getStructureRequest,
  linkStructureRequest,
  refuseStructureRequest,
} from '../../portal/structure-requests/service.ts';
import { findSelectableStructures } from '../../portal/structure-search/service.ts';
import { kindLabel, structureKinds } from '../../portal/structures/kinds.ts';
import { daysWaiting, filterOf, filters, stateLabels } from './presentation.ts';
import { findStructureRequests } from './repository.ts';

const PER_PAGE = 25;
const LIST = '/agence/structures';
const FILE = `${LIST}/:structureRequestId`;
const searchBox = searchText(100);

/** Requests to add a structure, for the agency (DOMAIN §3). */
export function agencyStructureRequestsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const { db, clock } = dependencies;

  site.get(LIST, agency, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const filter = filterOf(firstOf(req.query.etat as string));
    const q = searchBox.parse(req.query.q);
    const requests = await findStructureRequests(db, { state: filter.state, search: q }, page);
    res.render('agency/structure-requests/list', {
      title: 'Demandes de référencement',
      section: 'agency',
      requests,
      filters,
      filter,
      q,
      stateLabels,
      ageOf: (at: Date) => daysWaiting(at, clock.now()),
      pagination: page.of(requests.total),
    });
  });

  const showFile = async (req: Request, res: Response, form?: FormState, status = 200) => {
    const request = await getStructureRequest(dependencies, idParam(req, 'structureRequestId'));
    const isPending = request.state === 'pending';
    // Without a search, what looks like the request: it may be in the list under another number.
    const q = searchBox.parse(req.query.q);
    res.status(status).render('agency/structure-requests/file', {
      title: `Référencement\u00a0: ${request.name}`,
      section: 'agency',
      request,
      form: form ?? emptyForm({ kind: request.kind, ...trainingBody(request.kind) }),
      q,
      alike: isPending ? await findSelectableStructures(dependencies, q || request.name) : [],
      kinds: Object.entries(structureKinds).map(([value, label]) => ({ value, label })),
      kindLabel,
      stateLabels,
      list: LIST,
    });
  };

  site.get(FILE, agency, (req, res) => showFile(req, res));

  site.post(`${FILE}/accepter`, recentlyConfirmed(agency), async (req, res) => {
    const submitted = readForm(acceptanceForm, req.body);
    if (!submitted.ok) return showFile(req, res, submitted.form, 422);
    const { kind, is_training_body: isTrainingBody, may_preregister: mayPreregister } = submitted.data;
    const facts = { kind, isTrainingBody, mayPreregister };
    const { name } = await acceptStructureRequest(dependencies, decisionOf(req), facts);
    res.flash(`${name} est référencée. La personne est invitée par e-mail à continuer sa demande de compte.`);
    res.redirect(303, LIST);
  });

  site.post(`${FILE}/refuser`, recentlyConfirmed(agency), async (req, res) => {
    const submitted = readForm(refusalForm, req.body);
    if (!submitted.ok) return showFile(req, res, submitted.form, 422);
    const { name } = await refuseStructureRequest(dependencies, decisionOf(req), submitted.data.reason);
    res.flash(`La demande pour ${name} est refusée. Le motif est envoyé par e-mail.`);
    res.redirect(303, LIST);
  });

  site.post(`${FILE}/rattacher`, recentlyConfirmed(agency), async (req, res) => {
    const submitted = readForm(linkForm, req.body);
    if (!submitted.ok) return showFile(req, res, submitted.form, 422);
    const { name } = await linkStructureRequest(dependencies, decisionOf(req), submitted.data.structure_id);
    res.flash(`La demande est rattachée à ${name}. La personne est invitée par e-mail à la choisir.`);
    res.redirect(303, LIST);
  });

  return site;
}

const decisionOf = (req: Request) => ({
  requestId: idParam(req, 'structureRequestId'),
  byUserId: actorOf(req).userId,
});

// The box that the kind suggests; the agency may untick it.
const trainingBody = (kind: string): Record<string, string> =>
  kind === 'training_body' ? { is_training_body: '1' } : {};
