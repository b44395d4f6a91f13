import { endDigestLink } from '#enrolment/notices/digest.ts';
import type { StoppableMails } from '#platform/mail/stop-links.ts';
import { endDigestOf } from './service.ts';

/** The daily digests of one person for one structure. */
export const digestMails: StoppableMails = {
  link: endDigestLink,
  ask: {
    title: 'Arrêter le récapitulatif quotidien',
    text: 'Vous ne recevrez plus le récapitulatif quotidien des demandes à valider. À la place, chaque demande vous est annoncée par un e-mail, comme avant\u00a0: sans cela, elle resterait sans réponse.',
    button: 'Arrêter le récapitulatif',
  },
  done: {
    title: 'Récapitulatif arrêté',
    text: 'Vous ne recevrez plus de récapitulatif\u00a0: chaque demande vous est de nouveau annoncée par un e-mail. Vous pouvez en changer dans les préférences de l’espace Valideur RH.',
    way: { href: '/parcourspro/valideur/preferences', label: 'Mes préférences' },
  },
  end: endDigestOf,
};
