import { actorOf } from '#access/actor.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import type { Fields } from '#platform/web/forms/body.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, firstOf, readForm } from '#platform/web/forms/forms.ts';
import { idParam } from '#platform/web/forms/params.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { render } from '#platform/web/views/render.ts';
import { TAB_STYLES, tabPage } from '../my-space-tabs.ts';
import { saveSchema } from './schemas.ts';
import { listSavedSearches, removeSearch, saveSearch, setAlert } from './service.ts';

const LIST = '/parcourspro/recherches';

/** « Résultat du moteur de recherche », a tab of « Mon espace personnel », and « Enregistrer cette recherche ». */
export function savedSearchesSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();

  formPage(site, LIST, signedIn, {
    read: ({ body }) => readForm(saveSchema, body),
    async show({ req, res, form = emptyForm() }) {
      const { searches, counts } = await listSavedSearches(dependencies, actorOf(req).userId);
      return render(res, 'catalogue/saved-searches/page', {
        ...tabPage('searches', counts, actorOf(req)),
        styles: TAB_STYLES,
        searches,
        form,
      });
    },
    async submit({ req, data: { nom: name, recherche: query, alerte: hasAlert } }) {
      await saveSearch(dependencies, actorOf(req).userId, { name, query, hasAlert });
      return {
        to: LIST,
        flash: hasAlert
          ? `« ${name} » est enregistrée. Un e-mail vous dira les nouvelles actions et les nouvelles dates, une fois par jour au plus.`
          : `« ${name} » est enregistrée.`,
      };
    },
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
