import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { emptyForm, type FormState, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { TAB_STYLES, tabPage } from '../my-space-tabs.ts';
import { saveSchema } from './schemas.ts';
import { listSavedSearches, removeSearch, saveSearch, setAlert } from './service.ts';

const LIST = '/parcourspro/recherches';

/** « Résultat du moteur de recherche », a tab of « Mon espace personnel », and « Enregistrer cette recherche ». */
export function savedSearchesSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  const showList = async (req: Request, res: Response, form: FormState = emptyForm()) => {
    const { searches, counts } = await listSavedSearches(dependencies, actorOf(req).userId);
    res.render('catalogue/saved-searches/page', {
      ...tabPage('searches', counts, actorOf(req)),
      styles: TAB_STYLES,
      searches,
      form,
    });
  };

  site.get(LIST, signedIn, (req, res) => showList(req, res));

  site.post(LIST, signedIn, async (req, res) => {
    const read = readForm(saveSchema, req.body as Fields);
    if (!read.ok) {
      res.status(422);
      return showList(req, res, read.form);
    }
    const { nom, recherche, alerte } = read.data;
    await saveSearch(dependencies, actorOf(req).userId, { name: nom, query: recherche, hasAlert: alerte });
    res.flash(
      alerte
        ? `« ${nom} » est enregistrée. Un e-mail vous dira les nouvelles actions et les nouvelles dates, une fois par jour au plus.`
        : `« ${nom} » est enregistrée.`,
    );
    res.redirect(303, LIST);
  });

  site.post(`${LIST}/:searchId/alerte`, signedIn, async (req, res) => {
    const hasAlert = firstOf((req.body as Fields).alerte) === '1';
    await setAlert(dependencies, actorOf(req).userId, idParam(req, 'searchId'), hasAlert);
    res.flash(hasAlert ? 'L’alerte est activée.' : 'L’alerte est arrêtée.');
    res.redirect(303, LIST);
  });

  site.post(`${LIST}/:searchId/supprimer`, signedIn, async (req, res) => {
    await removeSearch(dependencies, actorOf(req).userId, idParam(req, 'searchId'));
    res.flash('La recherche est supprimée.');
    res.redirect(303, LIST);
  });

  return site;
}
