import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { deciderOfStructure } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
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

    formPage(site, `${base}/refuser`, deciderOfStructure, {
      load: (req) => getPending(deps.db, kind, inputOf(req)),
      read: ({ body }) => readForm(refusalForm, body),
      show: ({ res, loaded: request, form = emptyForm() }) =>
        render(res, 'requests/refuse-request', {
          title: referents.refusal,
          section: 'structures',
          request,
          form,
          back: '/mes-structures',
        }),
      async submit({ req, data }) {
        const { said } = await decide(deps, kind, 'refuse', { ...inputOf(req), ...data });
        return { to: '/mes-structures#requests', flash: said };
      },
    });

    return site;
  };
