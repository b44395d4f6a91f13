import type { Request, Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { factorToChange } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { emptyForm, type FormState, readForm, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { presentPasswordLimit, WRONG_PASSWORD } from '../limits.ts';
import { deletionForm, SECRET_FIELDS } from './schemas.ts';
import { deletionOutlook, requestDeletion, withdrawDeletion } from './service.ts';

const PAGE = '/mon-compte/suppression';

/** « Supprimer mon compte » (domain.md §4): a request to the agency, which the person may take back. */
export function deletionSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const passwords = presentPasswordLimit(dependencies.pool);
  const perPerson = createLimit(dependencies.pool, 'account-deletion', 10, 60 * 60);

  const show = async (req: Request, res: Response, form: FormState, status = 200) => {
    const outlook = await deletionOutlook(dependencies, actorOf(req).userId);
    res.status(status).render('identity/account/deletion', {
      title: 'Supprimer mon compte',
      section: 'account',
      form,
      ...outlook,
    });
  };

  site.get(PAGE, signedIn, (req, res) => show(req, res, emptyForm()));

  site.post(PAGE, factorToChange(signedIn), async (req, res) => {
    const submitted = readForm(deletionForm, req.body, SECRET_FIELDS);
    if (!submitted.ok) return show(req, res, submitted.form, 422);
    const { userId } = actorOf(req);
    await passwords.consume(String(userId));
    await perPerson.consume(String(userId));
    if (!(await requestDeletion(dependencies, userId, submitted.data.present_password))) {
      return show(req, res, withError(submitted.form, 'present_password', WRONG_PASSWORD), 422);
    }
    await passwords.reset(String(userId));
    res.flash('Votre demande de suppression est transmise à l’agence.');
    res.redirect(303, PAGE);
  });

  site.post(`${PAGE}/retirer`, signedIn, async (req, res) => {
    const { userId } = actorOf(req);
    await perPerson.consume(String(userId));
    await withdrawDeletion(dependencies, userId);
    res.flash('Votre demande de suppression est retirée. Votre compte reste ouvert.');
    res.redirect(303, '/mon-compte');
  });

  return site;
}
