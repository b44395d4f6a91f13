import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import type { Cause } from './issuing/repository.ts';
import { causeLabels } from './presentation.ts';

/** A badge, as e-mails name it. */
interface Named {
  code: string;
  name: string;
}

const MINE = '/parcourspro/mon-espace/badges';

/** To the person: a badge is theirs, or bears their present address. */
export const issuedMessage = (to: Recipient, badge: Named, why: 'awarded' | 'reissued'): Message => ({
  kind: why === 'awarded' ? 'badge.issued' : 'badge.reissued',
  ...addressedTo(to),
  subject:
    why === 'awarded'
      ? `Votre open badge\u00a0: ${badge.name}`
      : `Open badge mis à jour\u00a0: ${badge.name}`,
  paragraphs:
    why === 'awarded'
      ? [
          'Cap Métiers vous délivre l’open badge que vous avez demandé.',
          'Montrez-le où vous voulez\u00a0: partagez l’adresse de sa page, ou téléchargez l’image, que les sites de badges savent lire. Chacun peut vérifier qu’il est authentique.',
        ]
      : [
          'Votre badge porte maintenant votre nouvelle adresse e-mail. L’ancien est révoqué\u00a0: remplacez-le là où vous l’avez montré.',
        ],
  details: [['Badge', badge.name]],
  link: { label: 'Voir le badge', path: `/badges/${badge.code}` },
  footnote: 'Vos badges sont dans «\u00a0Mon espace personnel\u00a0», sous «\u00a0Mes open badges\u00a0».',
});

/** To the person, with the reason. */
export const refusedMessage = (to: Recipient, badge: Pick<Named, 'name'>, reason: string): Message => ({
  kind: 'badge.refused',
  ...addressedTo(to),
  subject: `Demande d’open badge non retenue\u00a0: ${badge.name}`,
  paragraphs: [
    'Cap Métiers n’a pas retenu votre demande d’open badge. Vous pouvez la refaire en la complétant.',
  ],
  details: [['Badge', badge.name]],
  quote: { label: 'Motif', text: reason },
  link: { label: 'Voir mes open badges', path: MINE },
});

/** To the person, with the cause and what the agency says of it. */
export const revokedMessage = (to: Recipient, badge: Named, cause: Cause, words: string): Message => ({
  kind: 'badge.revoked',
  ...addressedTo(to),
  subject: `Open badge révoqué\u00a0: ${badge.name}`,
  paragraphs: [
    'Cap Métiers a révoqué votre open badge\u00a0: il n’est plus reconnu comme valide, et sa page le dit. Retirez-le là où vous l’avez montré.',
  ],
  details: [
    ['Badge', badge.name],
    ['Cause', causeLabels[cause]],
  ],
  quote: { label: 'Explication', text: words },
  link: { label: 'Voir mes open badges', path: MINE },
});
