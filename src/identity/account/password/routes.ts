import { actorOf } from '#access/actor.ts';
import { factorToChange } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { FormRefused, formPage, saidOnForm } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { noteProofs } from '#platform/web/session.ts';
import { render } from '#platform/web/views/render.ts';
import { checkPasswordOf, passwordChoiceLimit, TYPED_DIFFERENTLY } from '../../password-choice.ts';
import { presentPasswordLimit, WRONG_PASSWORD } from '../limits.ts';
import { passwordForm, SECRET_FIELDS } from './schemas.ts';
import { changePassword } from './service.ts';

/** The change of password (domain.md §4): it ends the person's other sessions. */
export function passwordSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const passwords = presentPasswordLimit(dependencies.pool);
  const choices = passwordChoiceLimit(dependencies.pool);

  formPage(site, '/mon-compte/mot-de-passe', factorToChange(signedIn), {
    read: ({ body }) => readForm(passwordForm, body, SECRET_FIELDS),
    show: ({ res, form = emptyForm() }) =>
      render(res, 'identity/account/password', {
        title: 'Changer de mot de passe',
        section: 'account',
        form,
      }),
    async submit({ req, data: { present_password: present, password: chosen, password_confirmation } }) {
      const actor = actorOf(req);
      const { userId } = actor;
      if (chosen !== password_confirmation) throw new FormRefused('password_confirmation', TYPED_DIFFERENTLY);
      if (chosen === present) {
        throw new FormRefused('password', 'Choisissez un mot de passe différent de l’actuel.');
      }
      await choices.consume(`person ${userId}`).catch(saidOnForm);
      const strength = await checkPasswordOf(dependencies.db, { ...actor, id: userId }, chosen);
      if (strength !== true) throw new FormRefused('password', strength);

      await passwords.consume(String(userId));
      if (!(await changePassword(dependencies, { userId, present, chosen, sid: req.sessionID }))) {
        throw new FormRefused('present_password', WRONG_PASSWORD);
      }
      await passwords.reset(String(userId));
      await noteProofs(req, dependencies.clock.now(), ['password']);
      return { to: '/mon-compte', flash: 'Votre mot de passe est changé. Vos autres sessions sont fermées.' };
    },
  });

  return site;
}
