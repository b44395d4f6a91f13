import { type Right, rightDefinitions } from '#access/rights.ts';
import { ifNotYou } from '#identity/account/service.ts';
import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, nameOf, type Recipient } from '#platform/mail/recipient.ts';

/** A change of rights as its e-mail tells it. */
export interface RightChanged {
  right: Right;
  structureId: number;
  structureName: string;
  /** Who made it, by name. */
  by: string;
  at: Date;
}

const details = ({ right, structureName, by, at }: RightChanged): [string, string][] => [
  ['Structure', structureName],
  ['Droit', rightDefinitions[right].label],
  ['Par', by],
  ['Le', formatDateTime(at)],
];

/** To the person: they may decide for others of the structure from now on. */
export function rightGivenMessage(to: Recipient, change: RightChanged, config: Config): Message {
  const { label } = rightDefinitions[change.right];
  return {
    kind: 'right.given',
    ...addressedTo(to),
    subject: `Nouveau droit pour ${change.structureName}\u00a0: ${label}`,
    paragraphs: [
      change.right === 'referent'
        ? 'Vous pouvez maintenant accepter ou refuser les demandes de compte et d’affiliation de cette structure, et donner des droits à ses personnes.'
        : 'Vous recevez maintenant les demandes d’inscription des personnes de cette structure, pour les approuver ou les refuser.',
      `Une erreur\u00a0? Écrivez à ${config.accountContactEmail}.`,
    ],
    details: details(change),
    link:
      change.right === 'referent'
        ? { label: 'Voir les personnes de la structure', path: `/mes-structures/${change.structureId}` }
        : { label: 'Voir les demandes d’inscription', path: '/parcourspro/valideur' },
  };
}

/** To the person: somebody took the right away. */
export function rightTakenMessage(to: Recipient, change: RightChanged, config: Config): Message {
  const { label } = rightDefinitions[change.right];
  return {
    kind: 'right.taken',
    ...addressedTo(to),
    subject: `Droit retiré pour ${change.structureName}\u00a0: ${label}`,
    paragraphs: [
      `Vous n’avez plus le droit «\u00a0${label}\u00a0» pour cette structure. Vos autres droits et vos autres structures ne changent pas.`,
      `Une erreur\u00a0? Écrivez à ${config.accountContactEmail}.`,
    ],
    details: details(change),
    link: { label: 'Voir mes structures', path: '/mes-structures' },
  };
}

/** To whoever handed over the role of référent: it was done with their account. */
export function handedOverMessage(
  to: Recipient,
  heir: Recipient,
  { structureName, at }: Pick<RightChanged, 'structureName' | 'at'>,
  config: Config,
): Message {
  return {
    kind: 'right.handed-over',
    ...addressedTo(to),
    subject: `Rôle de référent transmis pour ${structureName}`,
    paragraphs: [
      'Votre rôle de référent est transmis\u00a0: vous n’acceptez plus de demandes et ne donnez plus de droits pour cette structure. Vos autres droits ne changent pas.',
      ifNotYou(config),
    ],
    details: [
      ['Structure', structureName],
      ['Transmis à', nameOf(heir)],
      ['Le', formatDateTime(at)],
    ],
    link: { label: 'Voir mes structures', path: '/mes-structures' },
  };
}
