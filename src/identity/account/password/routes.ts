import type { Response } from 'express';
import { actorOf } from '#access/actor.ts';
import { factorToChange } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { emptyForm, type FormState, readForm, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter } from '#platform/web/gate.ts';
import { limitedForm } from '#platform/web/limits.ts';
import { noteProofs } from '#platform/web/session.ts';
import { checkPasswordOf, passwordChoiceLimit } from '../../password-choice.ts';
import { presentPasswordLimit, WRONG_PASSWORD } from '../limits.ts';
import { passwordForm, SECRET_FIELDS } from './schemas.ts';
import { changePassword } from './service.ts';

const PAGE = '/mon-compte/mot-de-passe';

/** The change of password (domain.md §4): it ends the person's other sessions. */
export function passwordSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const changing = factorToChange(signedIn);
  const passwords = presentPasswordLimit(dependencies.pool);
  const choices = passwordChoiceLimit(dependencies.pool);

  const show = (res: Response, form: FormState, status = 200) =>
    res.status(status).render('identity/account/password', {
      title: 'Changer de mot de passe',
      section: 'account',
      form,
    });

  site.get(PAGE, changing, (_req, res) => show(res, emptyForm()));

  site.post(PAGE, changing, async (req, res) => {
    const submitted = readForm(passwordForm, req.body, SECRET_FIELDS);
    if (!submitted.ok) return show(res, submitted.form, 422);
    const actor = actorOf(req);
    const { present_password: present, password: chosen, password_confirmation } = submitted.data;
    const refuse = (field: string, message: string) =>
      show(res, withError(submitted.form, field, message), 422);
    if (chosen !== password_confirmation) {
      return refuse(
        'password_confirmation',
        'Les deux mots de passe sont différents\u00a0: saisissez-les de nouveau.',
      );
    }
    if (chosen === present) return refuse('password', 'Choisissez un mot de passe différent de l’actuel.');
    const { userId } = actor;
    try {
      await choices.consume(`person ${userId}`);
    } catch (refusal) {
      return show(res, limitedForm(res, submitted.form, refusal), 429);
    }
    const strength = await checkPasswordOf(dependencies.db, { ...actor, id: userId }, chosen);
    if (strength !== true) return refuse('password', strength);

    await passwords.consume(String(userId));
    if (!(await changePassword(dependencies, { userId, present, chosen, sid: req.sessionID }))) {
      return refuse('present_password', WRONG_PASSWORD);
    }
    await passwords.reset(String(userId));
    await noteProofs(req, dependencies.clock.now(), ['password']);
    res.flash('Votre mot de passe est changé. Vos autres sessions sont fermées.');
    res.redirect(303, '/mon-compte');
  });

  return site;
}
