import type { Response } from 'express';
import { type LinkProblem, showLinkProblem } from '#identity/link-problem.ts';
import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import { emptyForm, type FormState } from '#platform/web/forms/forms.ts';
import { render } from '#platform/web/views/render.ts';
import { decidedBy } from './mails.ts';
import type { ConfirmationLink, StoredRequest } from './service.ts';

/** The page of a confirmation link: the button that confirms, or why there is none (domain.md §3). */
export function showConfirmationLink(
  res: Response,
  link: ConfirmationLink,
  config: Config,
  form: FormState = emptyForm(),
): void {
  if (link.kind !== 'usable') {
    showLinkProblem(res, problemOf(link, config));
    return;
  }
  res.status(Object.keys(form.errors).length > 0 ? 422 : 200).set('Cache-Control', 'no-store');
  render(res, 'structures/account-requests/confirm', {
    title: 'Confirmer ma demande',
    section: '',
    request: link.request,
    form,
  });
}

const askAgain = { href: '/account-requests/add', label: 'Faire une nouvelle demande' };
const signIn = { href: '/connexion', label: 'Se connecter' };
const on = (at: Date | null): string => (at ? ` le ${formatDateTime(at)}` : '');

function problemOf(link: ConfirmationLink, { accountContactEmail }: Config): LinkProblem {
  switch (link.kind) {
    case 'unknown':
      return {
        status: 404,
        title: 'Ce lien n’est pas valable',
        text: 'L’adresse est incomplète ou inexacte. Ouvrez le lien depuis l’e-mail, en entier, ou faites une nouvelle demande.',
        link: askAgain,
      };
    case 'expired':
      return {
        status: 410,
        title: 'Ce lien a expiré',
        text: 'Il était valable 24\u00a0heures. Faites une nouvelle demande\u00a0: vous recevrez un nouveau lien.',
        link: askAgain,
      };
    case 'replaced':
      return {
        status: 410,
        title: 'Ce lien a été remplacé',
        text: 'Une demande plus récente a été faite avec la même adresse e-mail. Ouvrez le lien du dernier e-mail reçu.',
        link: askAgain,
      };
    case 'confirmed':
      return {
        status: 410,
        title: 'Votre demande est déjà confirmée',
        text: `Vous l’avez confirmée${on(link.request.confirmedAt)}. Elle attend la décision d’${decidedBy(link.request.structureHasReferent)}\u00a0: vous la recevrez par e-mail. Une question\u00a0? Écrivez à ${accountContactEmail}.`,
        link: { href: '/connexion', label: 'Aller à la page de connexion' },
      };
    case 'hasAccount':
      return {
        status: 410,
        title: 'Vous avez déjà un compte',
        text: 'Un compte existe avec cette adresse e-mail\u00a0: connectez-vous. Si vous avez oublié le mot de passe, choisissez-en un nouveau depuis la page de connexion.',
        link: signIn,
      };
    default:
      return decided((link as { request: StoredRequest }).request);
  }
}

function decided(request: StoredRequest): LinkProblem {
  return request.state === 'accepted'
    ? {
        status: 410,
        title: 'Votre demande est acceptée',
        text: `Elle a été acceptée${on(request.decidedAt)}. Votre compte est ouvert\u00a0: connectez-vous.`,
        link: signIn,
      }
    : {
        status: 410,
        title: 'Votre demande a été refusée',
        text: `Elle a été refusée${on(request.decidedAt)}\u00a0; le motif est dans l’e-mail que vous avez reçu. Vous pouvez faire une nouvelle demande.`,
        link: askAgain,
      };
}
