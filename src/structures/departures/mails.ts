import type { Config } from '#platform/config.ts';
import { deName, plural } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, nameOf, type Recipient } from '#platform/mail/recipient.ts';
import type { Leaver as Row } from './repository.ts';

/** Who left which structure. */
type Leaver = Pick<Row, 'email' | 'firstName' | 'lastName' | 'structureName'>;

/** To the person: they no longer belong to the structure. */
export function detachedMessage(leaver: Leaver, kept: number, config: Config): Message {
  return {
    kind: 'affiliation.detached',
    ...addressedTo(leaver),
    subject: `Vous ne faites plus partie ${deName(leaver.structureName)}`,
    paragraphs: [
      'Votre compte est détaché de cette structure, et vos droits pour elle prennent fin. Votre compte et vos autres structures ne changent pas.',
      ...(kept > 0
        ? [
            `${plural(kept, 'inscription')} au titre de cette structure ${kept > 1 ? 'restent' : 'reste'} en l’état\u00a0: Cap Métiers vous dira ce qu’il en est.`,
          ]
        : []),
      `Une erreur\u00a0? Écrivez à ${config.accountContactEmail}.`,
    ],
    details: [['Structure', leaver.structureName]],
  };
}

/** To the agency: somebody who left the structure still has places in its name (domain.md §7). */
export function keptPlacesMessage(manager: Recipient, leaver: Leaver, kept: number): Message {
  return {
    kind: 'affiliation.places-kept',
    ...addressedTo(manager),
    subject: `Départ d’une structure, ${plural(kept, 'inscription')} à examiner`,
    paragraphs: [
      'Une personne vient d’être détachée d’une structure au titre de laquelle elle a une place ou un rang en liste d’attente. Rien n’a été annulé\u00a0: c’est à l’agence de décider.',
    ],
    details: [
      ['Personne', nameOf(leaver)],
      ['Structure', leaver.structureName],
    ],
    link: { label: 'Voir les inscriptions', path: '/agence/departs' },
  };
}
