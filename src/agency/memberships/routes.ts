import type { Request, Response } from 'express';
import { actorOf } from '../../access/actor.ts';
import { recentlyConfirmed } from '../../access/assurance.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { agency } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { parisYear } from '../../platform/time.ts';
import type { Fields } from '../../platform/web/body.ts';
import { parseRowId, searchText } from '../../platform/web/fields.ts';
import { emptyForm, type FormState, firstOf, readForm } from '../../platform/web/forms.ts';
import { pageOf } from '../../platform/web/pages.ts';
import { idParam } from '../../platform/web/params.ts';
import { refusalForm } from '../../portal/account-requests/schemas.ts';
import {
  acceptMembership,
  getPendingMembership,
  refuseMembership,
} from '../../portal/memberships/service.ts';
import { membershipImportSite } from './import/routes.ts';
import { findMembershipRequests } from './repository.ts';

const PER_PAGE = 25;
const LIST = '/agence/adhesions';
const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;
const STATES = { pending: 'En attente', accepted: 'Validées', refused: 'Refusées', toutes: 'Toutes' };

// What waits is what the agency comes for; anything unknown in the address is that too.
const queryField = searchText(120);

/** Requests for membership, for the agency: validated, or refused with a reason (DOMAIN §5). */
export function agencyMembershipsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get(LIST, agency, async (req, res) => {
    const fields = req.query as Fields;
    const wanted = firstOf(fields.etat);
    const etat = Object.hasOwn(STATES, wanted) ? wanted : 'pending';
    const year = parseRowId(firstOf(fields.annee));
    const annee = year && year >= FIRST_YEAR && year <= LAST_YEAR ? year : null;
    const q = queryField.parse(fields.q);
    const page = pageOf(fields, PER_PAGE);
    const filter = { state: etat === 'toutes' ? '' : etat, year: annee, q };
    const requests = await findMembershipRequests(dependencies.db, filter, page);
    const thisYear = parisYear(dependencies.clock.now());
    res.render('agency/memberships/list', {
      title: 'Demandes d’adhésion',
      section: 'agency',
      requests,
      form: emptyForm({ q, etat, annee: annee ? String(annee) : '' }),
      stateOptions: Object.entries(STATES).map(([value, label]) => ({ value, label })),
      yearOptions: [thisYear + 1, thisYear, thisYear - 1, thisYear - 2].map((value) => ({
        value,
        label: String(value),
      })),
      pagination: page.of(requests.total),
    });
  });

  site.post(`${LIST}/:membershipId/valider`, recentlyConfirmed(agency), async (req, res) => {
    const { structureName, year } = await acceptMembership(dependencies, decisionOf(req));
    res.flash(`L’adhésion de ${structureName} pour ${year} est enregistrée. Ses référents sont prévenus.`);
    res.redirect(303, LIST);
  });

  const showRefusal = async (req: Request, res: Response, form: FormState, status = 200) => {
    const request = await getPendingMembership(dependencies, idParam(req, 'membershipId'));
    res.status(status).render('agency/memberships/refuse', {
      title: 'Refuser une adhésion',
      section: 'agency',
      request,
      form,
      back: LIST,
    });
  };

  site.get(`${LIST}/:membershipId/refuser`, agency, (req, res) => showRefusal(req, res, emptyForm()));

  site.post(`${LIST}/:membershipId/refuser`, recentlyConfirmed(agency), async (req, res) => {
    const submitted = readForm(refusalForm, req.body);
    if (!submitted.ok) return showRefusal(req, res, submitted.form, 422);
    const { structureName } = await refuseMembership(dependencies, {
      ...decisionOf(req),
      reason: submitted.data.reason,
    });
    res.flash(`La demande de ${structureName} est refusée. Le motif est envoyé à ses référents.`);
    res.redirect(303, LIST);
  });

  site.use(membershipImportSite(dependencies));

  return site;
}

const decisionOf = (req: Request) => ({
  requestId: idParam(req, 'membershipId'),
  deciderId: actorOf(req).userId,
});
