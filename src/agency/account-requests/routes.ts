import type { Request } from 'express';
import { actorOf } from '../../access/actor.ts';
import { recentlyConfirmed } from '../../access/assurance.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { agency } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { emptyForm, readForm } from '../../platform/web/forms.ts';
import { pageOf } from '../../platform/web/pages.ts';
import { idParam } from '../../platform/web/params.ts';
import { showRefusal } from '../../portal/account-requests/decision-routes.ts';
import { overdueBefore } from '../../portal/account-requests/rules.ts';
import { refusalForm } from '../../portal/account-requests/schemas.ts';
import {
  acceptAccountRequest,
  getPendingRequest,
  refuseAccountRequest,
} from '../../portal/account-requests/service.ts';
import { findAgencyRequests } from './repository.ts';

const deciding = recentlyConfirmed(agency);
const PER_PAGE = 25;
const LIST = '/agence/demandes-de-compte';

/** Account requests, for the agency: the first person of a structure, and what référents leave too long. */
export function agencyAccountRequestsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  site.get(LIST, agency, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const all = req.query.vue === 'toutes';
    const filter = { all, overdueBefore: overdueBefore(dependencies.clock.now()) };
    const requests = await findAgencyRequests(dependencies.db, filter, page);
    res.render('agency/account-requests', {
      title: 'Demandes de compte',
      section: 'agency',
      requests,
      all,
      pagination: page.of(requests.total),
    });
  });

  site.post(`${LIST}/:requestId/accepter`, deciding, async (req, res) => {
    const accepted = await acceptAccountRequest(dependencies, decisionOf(req));
    res.flash(`Le compte de ${accepted.name} est ouvert. Voici ses droits.`);
    res.redirect(303, `/mes-structures/${accepted.structureId}/personnes/${accepted.userId}`);
  });

  site.get(`${LIST}/:requestId/refuser`, deciding, async (req, res) => {
    showRefusal(res, await getPendingRequest(dependencies, decisionOf(req)), emptyForm(), LIST);
  });

  site.post(`${LIST}/:requestId/refuser`, deciding, async (req, res) => {
    const decision = decisionOf(req);
    const submitted = readForm(refusalForm, req.body);
    if (!submitted.ok) {
      return showRefusal(res, await getPendingRequest(dependencies, decision), submitted.form, LIST, 422);
    }
    const { name } = await refuseAccountRequest(dependencies, { ...decision, reason: submitted.data.reason });
    res.flash(`La demande de ${name} est refusée. Le motif lui est envoyé par e-mail.`);
    res.redirect(303, LIST);
  });

  return site;
}

function decisionOf(req: Request) {
  const { userId, email } = actorOf(req);
  return { requestId: idParam(req, 'requestId'), decider: { userId, email } };
}
