import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { deciderOfStructure } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { decide, getPending } from './decide.ts';
import type { Asked, RequestKind } from './request.ts';
import { refusalForm } from './schemas.ts';

/** What référents do with the requests of a kind for their structure, from « Mes structures ». */
export const referentSite =
  <R extends Asked, Facts>(kind: RequestKind<R, Facts>) =>
  (deps: Dependencies): GatedRouter => {
    const { referents, param } = kind;
    const site = gatedRouter();
    if (!referents) return site;
    const base = `/mes-structures/:structureId/${referents.path}/:${param}`;
    const inputOf = (req: Request) => ({
      requestId: idParam(req, param),
      structureId: idParam(req, 'structureId'),
      userId: actorOf(req).userId,
    });

    site.post(`${base}/accepter`, deciderOfStructure, async (req, res) => {
      const { request, personId = request.userId } = await decide(deps, kind, 'accept', inputOf(req));
      res.flash(referents.accepted(request));
      res.redirect(303, `/mes-structures/${request.structureId}/personnes/${personId}`);
    });

    const showRefusal = async (req: Request, res: Response, form: FormState, status = 200) =>
      res.status(status).render('requests/refuse-request', {
        title: referents.refusal,
        section: 'structures',
        request: await getPending(deps.db, kind, inputOf(req)),
        form,
        back: '/mes-structures',
      });

    site.get(`${base}/refuser`, deciderOfStructure, (req, res) => showRefusal(req, res, emptyForm()));

    site.post(`${base}/refuser`, deciderOfStructure, async (req, res) => {
      const submitted = readForm(refusalForm, req.body);
      if (!submitted.ok) return showRefusal(req, res, submitted.form, 422);
      const { said } = await decide(deps, kind, 'refuse', { ...inputOf(req), ...submitted.data });
      res.flash(said);
      res.redirect(303, '/mes-structures#requests');
    });

    return site;
  };
