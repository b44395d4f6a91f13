import type { Config } from '#platform/config.ts';
import { formatDateTime } from '#platform/french/time.ts';
import { formatSiret } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import { type Change, fieldLabels, inWords } from './rules.ts';

/** The request as its e-mails name it. */
export interface UpdateInWords {
  structureId: number;
  structureName: string;
  siret: string;
  changes: readonly Change[];
}

const structureOf = ({ structureName, siret }: UpdateInWords): [string, string] => [
  'Structure',
  `${structureName} (SIRET ${formatSiret(siret)})`,
];
const changesOf = ({ changes }: UpdateInWords): [string, string][] =>
  changes.map(({ field, from, to }) => [
    fieldLabels[field],
    `${inWords(field, to)} (avant\u00a0: ${inWords(field, from)})`,
  ]);
const pageOf = ({ structureId }: UpdateInWords) => `/mes-structures/${structureId}/mise-a-jour`;

/** To whoever asked: what happens next. */
export function acknowledgementMessage(
  to: Recipient,
  update: UpdateInWords,
  at: Date,
  config: Config,
): Message {
  return {
    kind: 'structure-update.acknowledged',
    ...addressedTo(to),
    subject: 'Votre demande de mise à jour est enregistrée',
    paragraphs: [
      'Vous avez demandé la mise à jour des renseignements d’une structure. Ils restent tels quels jusqu’à la décision, qui vous sera envoyée par e-mail.',
    ],
    details: [
      structureOf(update),
      ...changesOf(update),
      ['Demande reçue le', formatDateTime(at)],
      ['Décision prise par', 'un gestionnaire de Cap Métiers Nouvelle-Aquitaine'],
      ['Contact', config.accountContactEmail],
    ],
    link: { label: 'Voir ma demande', path: pageOf(update) },
  };
}

/** To each agency manager. */
export function toDecideMessage(
  to: Recipient,
  requestId: number,
  update: UpdateInWords,
  byName: string,
): Message {
  return {
    kind: 'structure-update.to-decide',
    ...addressedTo(to),
    subject: `Demande de mise à jour à traiter\u00a0: ${update.structureName}`,
    paragraphs: ['Une structure demande la mise à jour de ses renseignements.'],
    details: [structureOf(update), ...changesOf(update), ['Demandée par', byName]],
    link: { label: 'Voir la demande', path: `/agence/mises-a-jour/${requestId}` },
  };
}

/** To the référents and whoever asked: the values are in the list. */
export function acceptedMessage(
  to: Recipient,
  update: UpdateInWords,
  lostRights: readonly string[],
): Message {
  return {
    kind: 'structure-update.accepted',
    ...addressedTo(to),
    subject: 'Les renseignements de votre structure sont à jour',
    paragraphs: [
      'La demande de mise à jour est acceptée.',
      ...(lostRights.length > 0
        ? ['La structure ne permet plus certains droits\u00a0: ils sont retirés aux personnes ci-dessous.']
        : []),
    ],
    details: [
      structureOf(update),
      ...changesOf(update),
      ...lostRights.map((one): [string, string] => ['Droit retiré', one]),
    ],
    link: { label: 'Voir la structure', path: `/mes-structures/${update.structureId}` },
  };
}

/** To the référents and whoever asked, with the reason. */
export function refusedMessage(
  to: Recipient,
  update: UpdateInWords,
  reason: string,
  config: Config,
): Message {
  return {
    kind: 'structure-update.refused',
    ...addressedTo(to),
    subject: 'Votre demande de mise à jour n’est pas acceptée',
    paragraphs: [
      'La demande de mise à jour est refusée\u00a0: les renseignements de la structure restent tels quels. Vous pouvez en faire une nouvelle.',
    ],
    details: [structureOf(update), ...changesOf(update)],
    quote: { label: 'Motif', text: reason },
    footnote: `Pour toute question, écrivez à ${config.accountContactEmail}.`,
    link: { label: 'Faire une nouvelle demande', path: pageOf(update) },
  };
}

/** To whoever asked, when somebody else withdraws the request. */
export function withdrawnMessage(to: Recipient, update: UpdateInWords, byName: string): Message {
  return {
    kind: 'structure-update.withdrawn',
    ...addressedTo(to),
    subject: 'Votre demande de mise à jour est retirée',
    paragraphs: [`${byName} a retiré la demande de mise à jour que vous aviez envoyée. Rien n’a été changé.`],
    details: [structureOf(update), ...changesOf(update)],
    link: { label: 'Voir la structure', path: `/mes-structures/${update.structureId}` },
  };
}
