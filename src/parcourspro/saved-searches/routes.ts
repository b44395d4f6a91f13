import type { Request, Response } from 'express';
import { actorOf } from '../../access/actor.ts';
import { type GatedRouter, gatedRouter } from '../../access/gate.ts';
import { linkHolder, signedIn } from '../../access/policies.ts';
import type { Dependencies } from '../../platform/dependencies.ts';
import { NotFound } from '../../platform/errors.ts';
import type { Secrets } from '../../platform/security/secrets.ts';
import type { Fields } from '../../platform/web/forms/body.ts';
import { emptyForm, type FormState, firstOf, readForm } from '../../platform/web/forms/forms.ts';
import { idParam } from '../../platform/web/forms/params.ts';
import { TAB_STYLES, tabPage } from '../my-space/service.ts';
import { oneClick } from '../one-click.ts';
import { saveSchema } from './schemas.ts';
import {
  listSavedSearches,
  personOfLink,
  removeSearch,
  saveSearch,
  setAlert,
  stopAlerts,
} from './service.ts';

const LIST = '/parcourspro/recherches';
const STOP = '/parcourspro/alertes/arreter';

/** « Résultat du moteur de recherche », a tab of « Mon espace personnel », « Enregistrer cette recherche », and the link that ends the alerts. */
export function savedSearchesSite(dependencies: Dependencies): GatedRouter {
  const { config } = dependencies;
  const site = gatedRouter();

  const showList = async (req: Request, res: Response, form: FormState = emptyForm()) => {
    const { searches, counts } = await listSavedSearches(dependencies, actorOf(req).userId);
    res.render('parcourspro/saved-searches/page', {
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

  const personOf = (req: Request) => personOfAlerts(config.secrets, req);

  site.get(`${STOP}/:token`, linkHolder, (req, res) => {
    personOf(req);
    res.set('Cache-Control', 'no-store');
    res.render('parcourspro/saved-searches/stop', {
      title: 'Arrêter les alertes',
      section: '',
      isDone: false,
    });
  });

  site.post(`${STOP}/:token`, linkHolder, async (req, res) => {
    await stopAlerts(dependencies, personOf(req));
    res.set('Cache-Control', 'no-store');
    res.render('parcourspro/saved-searches/stop', { title: 'Alertes arrêtées', section: '', isDone: true });
  });

  return site;
}

/** The same link, posted to by a mailbox in one click (RFC 8058): without cookies nor the token of a form. */
export function endAlertsByMailbox(dependencies: Dependencies, site: GatedRouter): void {
  oneClick(site, `${STOP}/:token`, (req) =>
    stopAlerts(dependencies, personOfAlerts(dependencies.config.secrets, req)),
  );
}

function personOfAlerts(secrets: Secrets, req: Request): number {
  const userId = personOfLink(secrets, String(req.params.token));
  if (userId === undefined) throw new NotFound();
  return userId;
}
