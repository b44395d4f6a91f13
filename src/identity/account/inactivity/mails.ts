import { rightDefinitions } from '#access/rights.ts';
import type { Config } from '#platform/config.ts';
import { formatDateTime, formatDay, parisMoment } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import { alsoOpenedBy, ifNotYou } from '../mails.ts';
import type { LeftBehind } from './repository.ts';
import type { SuspendedRight } from './suspended-rights.ts';

const dayOf = (day: Temporal.PlainDate) => formatDay(parisMoment(day, '12:00'));

/** One month before: the account will be closed, unless the person signs in. */
export function warningMessage(
  recipient: Recipient,
  dates: { lastActiveAt: Date; closesOn: Temporal.PlainDate },
): Message {
  return {
    kind: 'account.inactivity-warning',
    ...addressedTo(recipient),
    subject: `Votre compte Cap Métiers sera fermé le ${dayOf(dates.closesOn)}`,
    paragraphs: [
      `Votre compte Cap Métiers n’a pas servi depuis le ${formatDay(dates.lastActiveAt)}. Sans connexion de votre part, il sera fermé à partir du ${dayOf(dates.closesOn)}.`,
      'Pour le garder, il suffit de vous connecter une fois.',
    ],
    link: { label: 'Me connecter', path: '/connexion' },
    footnote:
      'Mot de passe oublié\u00a0? La page de connexion permet d’en choisir un autre. Si vous ne voulez plus de ce compte, ne faites rien.',
  };
}

/** What the closing of an account changed besides. */
export interface Closing {
  at: Date;
  anonymisedOn: Temporal.PlainDate;
  wasManager: boolean;
  /** Places and ranks that stay, for the agency to look at. */
  kept: number;
}

/** The account is closed: since when, until when it can be reopened, and how. */
export function closedMessage(recipient: Recipient, closing: Closing, config: Config): Message {
  return {
    kind: 'account.closed-for-inactivity',
    ...addressedTo(recipient),
    subject: 'Votre compte Cap Métiers est fermé',
    paragraphs: [
      `Votre compte n’a pas servi depuis longtemps\u00a0: il est fermé depuis le ${formatDay(closing.at)}. Vous ne pouvez plus vous connecter, et vos droits sont suspendus.`,
      `Vous pouvez le rouvrir jusqu’au ${dayOf(closing.anonymisedOn.subtract({ days: 1 }))}, avec vos structures et les droits qu’elles permettent encore\u00a0: demandez un lien avec «\u00a0Mot de passe oublié\u00a0», à cette adresse e-mail. Ensuite, vos données personnelles seront effacées\u00a0; les formations suivies gardent leur propre durée de conservation.`,
      ...(closing.kept > 0
        ? [
            `${plural(closing.kept, 'inscription')} ${closing.kept > 1 ? 'restent' : 'reste'} en l’état\u00a0: Cap Métiers vous dira ce qu’il en est.`,
          ]
        : []),
      ...(closing.wasManager
        ? [
            'Votre rôle de gestionnaire de l’agence prend fin\u00a0: un autre gestionnaire peut vous le redonner.',
          ]
        : []),
    ],
    link: { label: 'Rouvrir mon compte', path: '/mot-de-passe-oublie' },
    footnote: `Une question\u00a0? Écrivez à ${config.accountContactEmail}.`,
  };
}

/** More names do not fit an e-mail that is read: the page has them all. */
const MOST_NAMED = 20;

/** To the agency: what the accounts that were closed leave behind, for it to see to. */
export function closingsToSeeToMessage(manager: Recipient, left: LeftBehind[]): Message {
  const others = left.length - MOST_NAMED;
  return {
    kind: 'account.closings-to-see-to',
    ...addressedTo(manager),
    subject: `Comptes fermés pour inactivité\u00a0: ${plural(left.length, 'à examiner', 'à examiner')}`,
    paragraphs: [
      'Des comptes qui n’ont pas servi depuis deux ans viennent d’être fermés. Ceux-ci demandent votre attention.',
      'Sans référent, une structure dépend de l’agence pour ses demandes\u00a0: donnez le droit «\u00a0Référent\u00a0» à une autre personne de la structure.',
      'Les inscriptions à venir restent en l’état\u00a0: rien n’a été annulé, c’est à l’agence de décider («\u00a0Inscriptions après un départ\u00a0»).',
    ],
    details: [
      ...left.slice(0, MOST_NAMED).map((one): [string, string] => [one.name, leftInWords(one)]),
      ...(others > 0 ? [['Et', plural(others, 'autre compte', 'autres comptes')] as [string, string]] : []),
    ],
    link: { label: 'Voir les comptes inactifs', path: '/agence/comptes-inactifs' },
  };
}

const leftInWords = ({ leaderless, kept }: LeftBehind): string =>
  [
    ...leaderless.map((name) => `${name} n’a plus de référent`),
    ...(kept > 0 ? [plural(kept, 'inscription à venir', 'inscriptions à venir')] : []),
  ].join('\u00a0; ');

/** The link that reopens a closed account, at the request of whoever knows its address. */
export function reopeningMessage(recipient: Recipient, token: string, expiresAt: Date): Message {
  return {
    kind: 'account.reopening',
    ...addressedTo(recipient),
    subject: 'Rouvrez votre compte Cap Métiers',
    paragraphs: [
      'Votre compte Cap Métiers est fermé, parce qu’il n’a pas servi pendant deux ans. Pour le rouvrir, choisissez un nouveau mot de passe.',
    ],
    link: { label: 'Rouvrir mon compte', path: `/mot-de-passe-oublie/${token}` },
    footnote: `Ce lien est valable jusqu’au ${formatDateTime(expiresAt)} et ne sert qu’une fois. Si vous n’êtes pas à l’origine de cette demande, ne faites rien\u00a0: le compte reste fermé.`,
  };
}

/** The security notice after a reopening, with the rights that did not come back. */
export function reopenedMessage(
  recipient: Recipient,
  {
    at,
    lost,
    opensByProConnect,
  }: {
    at: Date;
    lost: readonly Pick<SuspendedRight, 'right' | 'structureName'>[];
    opensByProConnect: boolean;
  },
  config: Config,
): Message {
  return {
    kind: 'account.reopened',
    ...addressedTo(recipient),
    subject: 'Votre compte Cap Métiers est rouvert',
    paragraphs: [
      `Votre compte a été rouvert le ${formatDateTime(at)}, avec un nouveau mot de passe. Vous retrouvez vos structures et ${lost.length > 0 ? 'vos droits, sauf ceux indiqués ci-dessous' : 'vos droits'}.`,
      ...(lost.length > 0
        ? [
            'Ces droits ne sont pas rendus\u00a0: la structure ne les permet plus, ou une autre personne est devenue son référent. Un référent de la structure peut vous les redonner, si elle les permet.',
          ]
        : []),
      ...alsoOpenedBy(opensByProConnect),
      ifNotYou(config),
    ],
    details: lost.map(({ right, structureName }): [string, string] => [
      rightDefinitions[right].label,
      structureName,
    ]),
    link: { label: 'Me connecter', path: '/connexion' },
  };
}
