import type { Request } from 'express';
import { actorOf } from '#access/actor.ts';
import { factorToChange } from '#access/assurance.ts';
import { signedIn } from '#access/policies.ts';
import type { Dependencies } from '#platform/dependencies.ts';
import { FormRefused, formPage } from '#platform/web/forms/form-page.ts';
import { emptyForm, readForm } from '#platform/web/forms/forms.ts';
import { type GatedRouter, gatedRouter, linkHolder } from '#platform/web/gate.ts';
import { createLimit, placeOf } from '#platform/web/limits.ts';
import { noteProofs, renewSession } from '#platform/web/session.ts';
import { render } from '#platform/web/views/render.ts';
import { type LinkProblem, showLinkProblem } from '../../link-problem.ts';
import { presentPasswordLimit, WRONG_PASSWORD } from '../limits.ts';
import { emailChangeForm, SECRET_FIELDS } from './schemas.ts';
import {
  type ChangeLink,
  cancelEmailChange,
  confirmEmailChange,
  readChangeLink,
  requestEmailChange,
} from './service.ts';

const HOUR = 60 * 60;
const PAGE = '/mon-compte/adresse-email';

/** The change of e-mail (domain.md §4): confirmed by a link sent to the new address, notice to the old one. */
export function emailChangeSite(dependencies: Dependencies): GatedRouter {
  const site = gatedRouter();
  const passwords = presentPasswordLimit(dependencies.pool);
  const perPerson = createLimit(dependencies.pool, 'email-change', 10, HOUR);
  const perAddress = createLimit(dependencies.pool, 'email-change-confirm', 60, HOUR);

  formPage(site, PAGE, factorToChange(signedIn), {
    read: ({ body }) => readForm(emailChangeForm, body, SECRET_FIELDS),
    show: ({ res, form = emptyForm() }) =>
      render(res, 'identity/account/email', { title: 'Changer d’adresse e-mail', section: 'account', form }),
    async submit({ req, data: { new_email: newEmail, present_password: password } }) {
      const { userId, email } = actorOf(req);
      if (newEmail.toLowerCase() === email.toLowerCase()) {
        throw new FormRefused('new_email', 'C’est déjà l’adresse de votre compte.');
      }
      await passwords.consume(String(userId));
      await perPerson.consume(String(userId));
      if (!(await requestEmailChange(dependencies, { userId, newEmail, password }))) {
        throw new FormRefused('present_password', WRONG_PASSWORD);
      }
      await passwords.reset(String(userId));
      await noteProofs(req, dependencies.clock.now(), ['password']);
      return {
        to: '/mon-compte',
        flash: `Un lien vient d’être envoyé à ${newEmail}. Ouvrez-le dans les 24\u00a0heures pour confirmer.`,
      };
    },
  });

  site.post(`${PAGE}/annuler`, signedIn, async (req, res) => {
    const { userId } = actorOf(req);
    await perPerson.consume(String(userId));
    const cancelled = await cancelEmailChange(dependencies, userId);
    if (cancelled) res.flash('Le changement d’adresse e-mail est abandonné.');
    else res.flash('Aucun changement d’adresse e-mail n’était en attente.', 'warning');
    res.redirect(303, '/mon-compte');
  });

  site.get(`${PAGE}/confirmer/:token`, linkHolder, async (req, res) => {
    const link = await readChangeLink(dependencies, tokenOf(req));
    if (link.kind !== 'usable') return showLinkProblem(res, problems[link.kind]);
    render(res.set('Cache-Control', 'no-store'), 'identity/account/email-confirm', {
      title: 'Confirmer ma nouvelle adresse e-mail',
      section: '',
      change: link.change,
    });
  });

  site.post(`${PAGE}/confirmer/:token`, linkHolder, async (req, res) => {
    await perAddress.consume(placeOf(req));
    const userId = req.user?.userId;
    const link = await confirmEmailChange(dependencies, tokenOf(req), { userId, sid: req.sessionID });
    if (link.kind !== 'usable') return showLinkProblem(res, problems[link.kind]);
    const isHere = userId === link.change.userId;
    if (isHere) await renewSession(req);
    res.flash(
      `Votre adresse e-mail est maintenant ${link.change.newEmail}.${isHere ? '' : ' Connectez-vous avec elle.'}`,
    );
    res.redirect(303, isHere ? '/mon-compte' : '/connexion');
  });

  return site;
}

const tokenOf = (req: Request): string => String(req.params.token);

const again = { href: PAGE, label: 'Demander un nouveau lien' };
const account = { href: '/mon-compte', label: 'Voir mon compte' };

const problems: Readonly<Record<Exclude<ChangeLink['kind'], 'usable'>, LinkProblem>> = {
  unknown: {
    status: 404,
    title: 'Ce lien n’est pas valable',
    text: 'L’adresse est incomplète ou inexacte. Ouvrez le lien depuis l’e-mail, en entier, ou demandez-en un autre.',
    link: again,
  },
  confirmed: {
    status: 410,
    title: 'Cette adresse est déjà confirmée',
    text: 'Le lien a servi\u00a0: connectez-vous avec la nouvelle adresse.',
    link: account,
  },
  replaced: {
    status: 410,
    title: 'Ce lien a été remplacé',
    text: 'Un changement plus récent a été demandé. Ouvrez le dernier e-mail reçu.',
    link: account,
  },
  cancelled: {
    status: 410,
    title: 'Ce changement a été abandonné',
    text: 'L’adresse du compte n’a pas changé. Demandez un nouveau changement si vous le souhaitez.',
    link: again,
  },
  taken: {
    status: 409,
    title: 'Cette adresse n’est pas disponible',
    text: 'Un autre compte l’utilise. L’adresse de votre compte n’a pas changé.',
    link: again,
  },
  expired: {
    status: 410,
    title: 'Ce lien a expiré',
    text: 'Il était valable 24\u00a0heures. Demandez un nouveau changement d’adresse.',
    link: again,
  },
};
