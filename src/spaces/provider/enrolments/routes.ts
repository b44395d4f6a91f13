import type { Request, Response } from 'express';
import { z } from 'zod';
import { actingAs } from '#access/policies.ts';
import { reasonForm } from '#enrolment/schemas.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { choice } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { providerDoer, providerSessionOf, sessionPath, sessionTitle } from '../access.ts';
import { findNamedEnrolments, type OneProviderSession } from '../repository.ts';
import { decideSelection, readSelection, type Selected } from './selection.ts';

const decisionForm = z.object({
  decision: choice(['accepter', 'refuser'], 'Choisissez d’accepter ou de refuser.'),
});

/** « Accepter la sélection » and « Refuser la sélection » of a session's requests. */
export function selectionRoutes(deps: Dependencies, site: GatedRouter): void {
  const askReason = (
    res: Response,
    session: OneProviderSession,
    selection: readonly Selected[],
    form: FormState,
    status = 200,
  ) =>
    render(res.status(status), 'spaces/provider/refuse-selection', {
      title: `Refuser la sélection\u00a0: ${sessionTitle(session, deps.clock.now())}`,
      section: 'provider',
      session,
      selection,
      form,
    });

  const nothingChosen = (res: Response, session: OneProviderSession) =>
    render(res.status(422), 'spaces/provider/empty-selection', {
      title: 'Aucune demande choisie',
      section: 'provider',
      back: sessionPath(session.id),
    });

  site.post(
    '/parcourspro/prestataire/seances/:sessionId/selection',
    actingAs('provider'),
    async (req: Request, res) => {
      const session = await providerSessionOf(deps, req);
      const ids = readSelection(req.body.demande);
      const submitted = readForm(decisionForm, req.body);
      if (!submitted.ok || ids.length === 0) return nothingChosen(res, session);
      // A request of another session, or one whose employer has yet to approve, does not exist here.
      const selection = await findNamedEnrolments(deps.db, session.id, ids);
      if (selection.length < ids.length) throw new NotFound();
      const refuses = submitted.data.decision === 'refuser';
      let reason: string | null = null;
      if (refuses) {
        if (req.body.motif === undefined) return askReason(res, session, selection, emptyForm());
        const given = readForm(reasonForm, req.body);
        if (!given.ok) return askReason(res, session, selection, given.form, 422);
        reason = given.data.motif;
      }
      render(res, 'spaces/provider/selection-result', {
        title: refuses ? 'Demandes refusées' : 'Demandes acceptées',
        section: 'provider',
        session,
        refuses,
        outcomes: await decideSelection(deps, providerDoer(req), selection, reason),
      });
    },
  );
}
