import type { Request, Response } from 'express';
import { actorOf } from '../../access/actor.ts';
import { recentlyConfirmed } from '../../access/assurance.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { agency } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { emptyForm, type FormState, readForm } from '../../platform/web/forms.ts';
import { createLimit } from '../../platform/web/limits.ts';
import { pageOf } from '../../platform/web/pages.ts';
import { idParam } from '../../platform/web/params.ts';
import { refusalForm } from '../../portal/account/deletion/schemas.ts';
import {
  carryOutDeletion,
  getPendingDeletion,
  listPendingDeletions,
  refuseDeletion,
} from '../../portal/account/deletion/service.ts';

const PER_PAGE = 25;
const LIST = '/agence/suppressions';

/** Requests to delete an account, for the agency: carried out, or refused with a reason. */
export function agencyDeletionsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const perManager = createLimit(dependencies.pool, 'agency-deletions', 120, 60 * 60);

  const showDecision = async (req: Request, res: Response, form: FormState, status = 200) => {
    const { request, blockers } = await getPendingDeletion(dependencies, idParam(req, 'deletionId'));
    res.status(status).render('agency/deletions/decide', {
      title: 'Demande de suppression de compte',
      section: 'agency',
      request,
      blockers,
      isOwn: request.userId === actorOf(req).userId,
      form,
    });
  };

  site.get(LIST, agency, async (req, res) => {
    const page = pageOf(req.query, PER_PAGE);
    const requests = await listPendingDeletions(dependencies, page);
    res.render('agency/deletions/list', {
      title: 'Suppressions de compte',
      section: 'agency',
      requests,
      pagination: page.of(requests.total),
    });
  });

  site.get(`${LIST}/:deletionId`, agency, (req, res) => showDecision(req, res, emptyForm()));

  site.post(`${LIST}/:deletionId/supprimer`, recentlyConfirmed(agency), async (req, res) => {
    const { userId } = actorOf(req);
    await perManager.consume(String(userId));
    await carryOutDeletion(dependencies, { id: idParam(req, 'deletionId'), byUserId: userId });
    res.flash('Le compte est supprimé. La personne en est informée par e-mail.');
    res.redirect(303, LIST);
  });

  site.post(`${LIST}/:deletionId/refuser`, recentlyConfirmed(agency), async (req, res) => {
    const submitted = readForm(refusalForm, req.body);
    if (!submitted.ok) return showDecision(req, res, submitted.form, 422);
    const { userId } = actorOf(req);
    await perManager.consume(String(userId));
    await refuseDeletion(dependencies, {
      id: idParam(req, 'deletionId'),
      byUserId: userId,
      reason: submitted.data.reason,
    });
    res.flash('La demande est refusée. Le motif est envoyé à la personne.');
    res.redirect(303, LIST);
  });

  return site;
}
