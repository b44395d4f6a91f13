import type { Response } from 'express';
import { actorOf, holds } from '#access/actor.ts';
import { deciderOfSelection } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { NotFound } from '#platform/errors.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { commonReasonForm, selectionForm } from './schemas.ts';
import { decideSelection, readSelection, type Selected, selectionValue } from './selection.ts';

/** « Accepter la sélection » and « Refuser la sélection » of « Mes structures ». */
export function selectionSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  const askReason = (res: Response, selection: Selected[], form: FormState, status = 200) =>
    render(res.status(status), 'structures/affiliations/refuse-selection', {
      title: 'Refuser la sélection',
      section: 'structures',
      selection: selection.map(selectionValue),
      form,
    });

  site.post('/mes-structures/selection', deciderOfSelection, async (req, res) => {
    const actor = actorOf(req);
    const selection = readSelection(req.body.selection);
    if (
      selection.some(({ structureId }) => !actor.isAgencyManager && !holds(actor, 'referent', structureId))
    ) {
      throw new NotFound();
    }
    const submitted = readForm(selectionForm, req.body);
    if (!submitted.ok || selection.length === 0) {
      return render(res.status(422), 'structures/affiliations/empty-selection', {
        title: 'Aucune demande choisie',
        section: 'structures',
      });
    }
    const refuses = submitted.data.decision === 'refuser';
    let reason: string | null = null;
    if (refuses) {
      if (req.body.reason === undefined) return askReason(res, selection, emptyForm());
      const given = readForm(commonReasonForm, req.body);
      if (!given.ok) return askReason(res, selection, given.form, 422);
      reason = given.data.reason;
    }
    render(res, 'structures/affiliations/selection-result', {
      title: refuses ? 'Demandes refusées' : 'Demandes acceptées',
      section: 'structures',
      refuses,
      outcomes: await decideSelection(dependencies, actor, selection, reason),
    });
  });

  return site;
}
