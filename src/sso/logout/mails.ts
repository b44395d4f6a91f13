import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import type { Silent } from './repository.ts';

/** To the agency: nobody is signed out of these services any more. */
export function silenceMessage(manager: Recipient, silent: readonly Omit<Silent, 'serviceId'>[]): Message {
  return {
    kind: 'service.logouts-failing',
    ...addressedTo(manager),
    subject:
      silent.length === 1
        ? `Les déconnexions n’arrivent plus à ${silent[0]?.name}`
        : `Les déconnexions n’arrivent plus à ${silent.length} services`,
    paragraphs: [
      'Quand une personne se déconnecte du portail, ses services en sont prévenus pour fermer leur session. Depuis plus d’un jour, ceux-ci ne répondent pas, ou pas comme attendu\u00a0: qui les a ouverts y reste peut-être connecté.',
      'Vérifiez l’adresse de déconnexion du service, avec le bouton «\u00a0Essayer\u00a0», puis prévenez son contact technique.',
    ],
    details: silent.map(({ name, since }) => [
      name,
      `rien ne lui est arrivé depuis le ${formatDateTime(since)}`,
    ]),
    link: { label: 'Voir les services', path: '/agence/services' },
    footnote: 'Ce message revient chaque jour tant que rien ne leur arrive.',
  };
}
