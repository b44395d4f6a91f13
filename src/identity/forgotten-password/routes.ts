import type { Request, Response } from 'express';
import { anyone } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, type FormState, readForm, withError } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter, linkHolder } from '#platform/web/gate.ts';
import { createLimit, limitedForm, placeOf } from '#platform/web/limits.ts';
import { render } from '#platform/web/views/render.ts';
import { type LinkProblem, showLinkProblem } from '../link-problem.ts';
import { checkPasswordOf, passwordChoiceLimit, TYPED_DIFFERENTLY } from '../password-choice.ts';
import { signInLimits } from '../sign-in/limits.ts';
import { forgottenPasswordForm, newPasswordForm, SECRET_FIELDS } from './schemas.ts';
import {
  type Person,
  type ResetLink,
  readResetLink,
  requestPasswordReset,
  resetPassword,
} from './service.ts';

const HOUR = 60 * 60;

/** « Mot de passe oublié ? » (domain.md §4): a single-use link of one hour. */
export function forgottenPasswordSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const perAddress = createLimit(dependencies.pool, 'reset-address', 30, HOUR);
  const perEmail = createLimit(dependencies.pool, 'reset-email', 5, HOUR);
  const choices = passwordChoiceLimit(dependencies.pool);
  const signIn = signInLimits(dependencies);

  formPage(site, '/mot-de-passe-oublie', anyone, {
    read: ({ body }) => readForm(forgottenPasswordForm, body),
    show: ({ res, form = emptyForm() }) =>
      render(res, 'identity/forgotten-password/request', { title: 'Mot de passe oublié', section: '', form }),
    async submit({ req, data: { email } }) {
      await perAddress.consume(placeOf(req));
      await perEmail.consume(email);
      await requestPasswordReset(dependencies, email);
      return { to: '/mot-de-passe-oublie/envoye' };
    },
  });

  site.get('/mot-de-passe-oublie/envoye', anyone, (_req, res) => {
    render(res, 'identity/forgotten-password/sent', { title: 'Consultez votre boîte mail', section: '' });
  });

  const showNewPassword = (res: Response, person: Person, form: FormState, status = 200) => {
    const isClosed = person.closedAt !== null;
    render(res.status(status).set('Cache-Control', 'no-store'), 'identity/forgotten-password/new-password', {
      title: isClosed ? 'Rouvrir mon compte' : 'Nouveau mot de passe',
      section: '',
      form,
      isClosed,
    });
  };

  site.get('/mot-de-passe-oublie/:token', linkHolder, async (req, res) => {
    const link = await readResetLink(dependencies, tokenOf(req));
    if (link.kind === 'usable') return showNewPassword(res, link.person, emptyForm());
    showLinkProblem(res, problems[link.kind]);
  });

  site.post('/mot-de-passe-oublie/:token', linkHolder, async (req, res) => {
    const link = await readResetLink(dependencies, tokenOf(req));
    if (link.kind !== 'usable') return showLinkProblem(res, problems[link.kind]);
    const submitted = readForm(newPasswordForm, req.body, SECRET_FIELDS);
    if (!submitted.ok) return showNewPassword(res, link.person, submitted.form, 422);
    const { password, password_confirmation } = submitted.data;
    if (password !== password_confirmation) {
      const form = withError(submitted.form, 'password_confirmation', TYPED_DIFFERENTLY);
      return showNewPassword(res, link.person, form, 422);
    }
    try {
      await choices.consume(tokenOf(req));
    } catch (refusal) {
      return showNewPassword(res, link.person, limitedForm(res, submitted.form, refusal), 429);
    }
    const strength = await checkPasswordOf(dependencies.db, link.person, password);
    if (strength !== true) {
      return showNewPassword(res, link.person, withError(submitted.form, 'password', strength), 422);
    }

    const outcome = await resetPassword(dependencies, tokenOf(req), password);
    if (outcome.kind !== 'usable') return showLinkProblem(res, problems[outcome.kind]);
    // Whoever forgot has often tried too many times: from where they are, the new password must work at once.
    await signIn.forgive({ account: outcome.person.email, place: placeOf(req) });
    const what = outcome.person.closedAt ? 'compte est rouvert' : 'mot de passe est changé';
    res.flash(`Votre ${what}. Connectez-vous avec le nouveau mot de passe.`);
    res.redirect(303, '/connexion');
  });

  return site;
}

const tokenOf = (req: Request): string => String(req.params.token);

const again = { href: '/mot-de-passe-oublie', label: 'Demander un nouveau lien' };

const problems: Readonly<Record<Exclude<ResetLink['kind'], 'usable'>, LinkProblem>> = {
  unknown: {
    status: 404,
    title: 'Ce lien n’est pas valable',
    text: 'L’adresse est incomplète ou inexacte. Ouvrez le lien depuis l’e-mail, en entier, ou demandez-en un autre.',
    link: again,
  },
  used: {
    status: 410,
    title: 'Ce lien a déjà servi',
    text: 'Le mot de passe a déjà été choisi avec ce lien, ou un autre l’a remplacé. Si vous l’avez encore oublié, demandez un nouveau lien.',
    link: again,
  },
  expired: {
    status: 410,
    title: 'Ce lien a expiré',
    text: 'Il n’est valable qu’un temps limité. Demandez un nouveau lien.',
    link: again,
  },
};
