import type { Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { Conflict } from '#platform/errors.ts';
import { parseRowId } from '#platform/web/forms/fields.ts';
import { emptyForm, type FormState, firstOf, readForm, withError } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { costlyPages } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { findChosenStructure, type OpenStructure } from '../account-requests/service.ts';
import { structureQuery } from '../search/routes.ts';
import { findFirstStructures } from '../search/service.ts';
import { affiliationRequestForm } from './schemas.ts';
import { requestAffiliation, withdrawAffiliationRequest } from './service.ts';

const UNAVAILABLE = 'Cette structure n’est pas disponible\u00a0: choisissez-en une autre.';
const ASK = '/mes-structures/affiliations/demande';

/** « Demande d'affiliation à une structure » and its withdrawal (domain.md §2, §4). */
export function affiliationsSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const counted = costlyPages(dependencies.config);

  const showForm = async (res: Response, form: FormState, status = 200, chosen?: OpenStructure) => {
    const q = form.values.q ?? '';
    const found = chosen || q === '' ? undefined : await findFirstStructures(dependencies, q);
    render(res.status(status), 'structures/affiliations/ask', {
      title: 'Demande d’affiliation à une structure',
      section: 'structures',
      styles: ['vendor/accessible-autocomplete.css'],
      scripts: ['vendor/accessible-autocomplete.js', 'js/structure-search.js'],
      form,
      chosen,
      q,
      results: found?.structures,
      areMore: found?.areMore ?? false,
    });
  };

  site.get(ASK, signedIn, counted, async (req, res) => {
    const id = parseRowId(firstOf(req.query.structure as string));
    const chosen = id === undefined ? undefined : await findChosenStructure(dependencies, id);
    const form = emptyForm({ q: chosen ? '' : structureQuery.parse(req.query.q) });
    if (id !== undefined && !chosen) return showForm(res, withError(form, 'q', UNAVAILABLE), 404);
    return showForm(res, form, 200, chosen);
  });

  site.post(ASK, signedIn, counted, async (req, res) => {
    const submitted = readForm(affiliationRequestForm, req.body);
    const id = parseRowId(firstOf(req.body.structure_id));
    const chosen = id === undefined ? undefined : await findChosenStructure(dependencies, id);
    // Without scripts, the structure is looked for with the same form.
    const step = firstOf(req.body.step);
    if (step === 'search' || step === 'change') {
      const values = { ...submitted.form.values, ...(step === 'change' ? { q: '' } : {}) };
      return showForm(res, emptyForm(values));
    }
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
