import type { Request, Response } from 'express';
import { actorOf } from '../../access/actor.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { deciderOfStructure } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { deName } from '../../platform/french/words.ts';
import { emptyForm, type FormState, readForm } from '../../platform/web/forms/forms.ts';
import { idParam } from '../../platform/web/forms/params.ts';
import { refusalForm } from './schemas.ts';
import {
  acceptAccountRequest,
  getPendingRequest,
  refuseAccountRequest,
  type StoredRequest,
} from './service.ts';

/** What référents do with the requests for their structure, from « Mes structures ». */
export function accountDecisionsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const base = '/mes-structures/:structureId/demandes/:requestId';

  site.post(`${base}/accepter`, deciderOfStructure, async (req, res) => {
    const accepted = await acceptAccountRequest(dependencies, decisionOf(req));
    res.flash(`Le compte ${deName(accepted.name)} est ouvert. Vous pouvez maintenant lui donner des droits.`);
    res.redirect(303, `/mes-structures/${accepted.structureId}/personnes/${accepted.userId}`);
  });

  site.get(`${base}/refuser`, deciderOfStructure, async (req, res) => {
    showRefusal(res, await getPendingRequest(dependencies, decisionOf(req)), emptyForm());
  });

  site.post(`${base}/refuser`, deciderOfStructure, async (req, res) => {
    const decision = decisionOf(req);
    const submitted = readForm(refusalForm, req.body);
    if (!submitted.ok) {
      const request = await getPendingRequest(dependencies, decision);
      return showRefusal(res, request, submitted.form, 422);
    }
    const { name } = await refuseAccountRequest(dependencies, { ...decision, reason: submitted.data.reason });
    res.flash(`La demande ${deName(name)} est refusée. Le motif lui est envoyé par e-mail.`);
    res.redirect(303, '/mes-structures#requests');
  });

  return site;
}

function showRefusal(res: Response, request: StoredRequest, form: FormState, status = 200): void {
  res.status(status).render('portal/account-requests/refuse', {
    title: 'Refuser une demande de compte',
    section: 'structures',
    request,
    form,
    back: '/mes-structures',
  });
}

function decisionOf(req: Request) {
  const { userId } = actorOf(req);
  return {
    requestId: idParam(req, 'requestId'),
    structureId: idParam(req, 'structureId'),
    decider: { userId },
  };
}
