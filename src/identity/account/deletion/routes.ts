import { actorOf } from '#access/actor.ts';
import { factorToChange } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { FormRefused, formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { createLimit } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { presentPasswordLimit, WRONG_PASSWORD } from '../limits.ts';
import { deletionForm, SECRET_FIELDS } from './schemas.ts';
import { deletionOutlook, requestDeletion, withdrawDeletion } from './service.ts';

const PAGE = '/mon-compte/suppression';

/** « Supprimer mon compte » (domain.md §4): a request to the agency, which the person may take back. */
export function deletionSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const passwords = presentPasswordLimit(dependencies.pool);
  const perPerson = createLimit(dependencies.pool, 'account-deletion', 10, 60 * 60);

  formPage(site, PAGE, [signedIn, factorToChange(signedIn)], {
    read: ({ body }) => readForm(deletionForm, body, SECRET_FIELDS),
    async show({ req, res, form = emptyForm() }) {
      const outlook = await deletionOutlook(dependencies, actorOf(req).userId);
      render(res, 'identity/account/deletion', {
        title: 'Supprimer mon compte',
        section: 'account',
        form,
        ...outlook,
      });
    },
    async submit({ req, data }) {
      const { userId } = actorOf(req);
      await passwords.consume(String(userId));
      await perPerson.consume(String(userId));
      if (!(await requestDeletion(dependencies, userId, data.present_password))) {
        throw new FormRefused('present_password', WRONG_PASSWORD);
      }
      await passwords.reset(String(userId));
      return { to: PAGE, flash: 'Votre demande de suppression est transmise à l’agence.' };
    },
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
