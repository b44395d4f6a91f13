import type { Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { type FormState, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import type { OpenStructure } from '../account-requests/service.ts';
import {
  openedForm,
  searchingForm,
  sentStructure,
  structureField,
} from '../account-requests/structure-field.ts';
import { affiliationRequestForm } from './schemas.ts';
import { requestAffiliation, withdrawAffiliationRequest } from './service.ts';

const UNAVAILABLE = 'Cette structure n’est pas disponible\u00a0: choisissez-en une autre.';
const ASK = '/mes-structures/affiliations/demande';

/** « Demande d'affiliation à une structure » and its withdrawal (domain.md §2, §4). */
export function affiliationsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(dependencies.config);

  const showForm = async (res: Response, form: FormState, status = 200, chosen?: OpenStructure) =>
    render(res.status(status), 'structures/affiliations/ask', {
      ...(await structureField(dependencies, { form, chosen })),
      title: 'Demande d’affiliation à une structure',
      section: 'structures',
    });

  site.get(ASK, signedIn, counted, async (req, res) => {
    const opened = await openedForm(dependencies, req.query as Fields, UNAVAILABLE);
    return showForm(res, opened.form, opened.status, opened.chosen);
  });

  site.post(ASK, signedIn, counted, async (req, res) => {
    const submitted = readForm(affiliationRequestForm, req.body);
    const searching = searchingForm(req.body, submitted.form);
    if (searching) return showForm(res, searching.form);
    const chosen = await sentStructure(dependencies, req.body);
    if (!submitted.ok || !chosen) {
      const { errors } = submitted.form;
      const message = errors.q ?? errors.structure_id ?? UNAVAILABLE;
      return showForm(res, { values: submitted.form.values, errors: { q: message } }, 422);
    }
    try {
      const { userId } = actorOf(req);
      await requestAffiliation(dependencies, { userId, structureId: chosen.id });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      // Another structure is what the person may choose now.
      return showForm(
        res,
        { values: { q: '' }, errors: { q: `${chosen.name}\u00a0: ${error.message}` } },
        422,
      );
    }
    res.flash(`Votre demande pour ${chosen.name} est transmise. Vous recevrez la décision par e-mail.`);
    res.redirect(303, '/mes-structures');
  });

  site.post('/mes-structures/affiliations/:affiliationId/annuler', signedIn, async (req, res) => {
    const { structureName } = await withdrawAffiliationRequest(dependencies, {
      requestId: idParam(req, 'affiliationId'),
      userId: actorOf(req).userId,
    });
    res.flash(`Votre demande pour ${structureName} est annulée.`);
    res.redirect(303, '/mes-structures#affiliations');
  });

  return site;
}
