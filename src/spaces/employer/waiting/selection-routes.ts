import type { Response } from 'express';
import { decisionForm, reasonForm } from '#enrolment/schemas.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { emptyForm, type FormState, readForm } from '#platform/web/forms/forms.ts';
import type { GatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { asValidator, profileOf } from '../profile.ts';
import type { SelectedRequest } from './repository.ts';
import { decideSelection, getSelection, readSelection } from './selection.ts';

/** « Approuver la sélection » and « Refuser la sélection ». */
export function selectionRoutes(deps: Dependencies, site: GatedRouter): void {
  const askReason = (res: Response, selection: SelectedRequest[], form: FormState, status = 200) =>
    render(res.status(status), 'spaces/employer/selection/refuse', {
      title: 'Refuser la sélection – Valideur RH',
      section: 'hr',
      selection,
      form,
    });

  site.post('/parcourspro/valideur/selection', asValidator, async (req, res) => {
    const profile = profileOf(req);
    const ids = readSelection(req.body.selection);
    const submitted = readForm(decisionForm, req.body);
    if (!submitted.ok || ids.length === 0) {
      return render(res.status(422), 'spaces/employer/selection/empty', {
        title: 'Aucune demande choisie – Valideur RH',
        section: 'hr',
      });
    }
    const selection = await getSelection(deps, profile, ids);
    const refuses = submitted.data.decision === 'refuser';
    let reason: string | null = null;
    if (refuses) {
      if (req.body.motif === undefined) return askReason(res, selection, emptyForm());
      const given = readForm(reasonForm, req.body);
      if (!given.ok) return askReason(res, selection, given.form, 422);
      reason = given.data.motif;
    }
    const outcomes = await decideSelection(deps, profile, selection, reason);
    render(res, 'spaces/employer/selection/result', {
      title: `${refuses ? 'Demandes refusées' : 'Demandes approuvées'} – Valideur RH`,
      section: 'hr',
      refuses,
      outcomes,
    });
  });
}
