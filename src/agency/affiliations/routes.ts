import type { Request } from 'express';
import { actorOf } from '../../access/actor.ts';
import { recentlyConfirmed } from '../../access/assurance.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { agency } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { emptyForm, readForm } from '../../platform/web/forms.ts';
import { pageOf } from '../../platform/web/pages.ts';
import { idParam } from '../../platform/web/params.ts';
import { overdueBefore } from '../../portal/account-requests/rules.ts';
import { refusalForm } from '../../portal/account-requests/schemas.ts';
import { showAffiliationRefusal } from '../../portal/affiliations/routes.ts';
import {
  acceptAffiliation,
  getPendingAffiliation,
  refuseAffiliation,
} from '../../portal/affiliations/service.ts';
import { findAgencyAffiliations } from './repository.ts';

const PER_PAGE = 25;
const LIST = '/agence/affiliations';

/** Requests for another structure, for the agency: where there is no référent, and what référents leave too long. */
export function agencyAffiliationsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get(LIST, agency, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const all = req.query.vue === 'toutes';
    const filter = { all, overdueBefore: overdueBefore(dependencies.clock.now()) };
    const requests = await findAgencyAffiliations(dependencies.db, filter, page);
    res.render('agency/affiliations', {
      title: 'Demandes d’affiliation',
      section: 'agency',
      requests,
      all,
      pagination: page.of(requests.total),
    });
  });

  site.post(`${LIST}/:affiliationId/accepter`, recentlyConfirmed(agency), async (req, res) => {
    const accepted = await acceptAffiliation(dependencies, decisionOf(req));
    res.flash(`${accepted.name} est rattaché à la structure. Voici ses droits.`);
    res.redirect(303, `/mes-structures/${accepted.structureId}/personnes/${accepted.userId}`);
  });

  site.get(`${LIST}/:affiliationId/refuser`, agency, async (req, res) => {
    const request = await getPendingAffiliation(dependencies, decisionOf(req));
    showAffiliationRefusal(res, request, emptyForm(), LIST);
  });

  site.post(`${LIST}/:affiliationId/refuser`, recentlyConfirmed(agency), async (req, res) => {
    const decision = decisionOf(req);
    const submitted = readForm(refusalForm, req.body);
    if (!submitted.ok) {
      const request = await getPendingAffiliation(dependencies, decision);
      return showAffiliationRefusal(res, request, submitted.form, LIST, 422);
    }
    const { name } = await refuseAffiliation(dependencies, { ...decision, reason: submitted.data.reason });
    res.flash(`La demande de ${name} est refusée. Le motif lui est envoyé par e-mail.`);
    res.redirect(303, LIST);
  });

  return site;
}

function decisionOf(req: Request) {
  const { userId, email } = actorOf(req);
  return { requestId: idParam(req, 'affiliationId'), decider: { userId, email } };
}
