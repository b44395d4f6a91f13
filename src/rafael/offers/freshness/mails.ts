import { formatDay } from '#platform/french/time.ts';
import { plural } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import type { Due, NamedOffer, PastSession } from './repository.ts';
import { ANSWER_DAYS, REMIND_AFTER_DAYS, UNPUBLISH_AFTER_DAYS } from './rules.ts';

/** As many lines as an e-mail names of one sort. */
const MOST_NAMED = 20;
const CATALOGUE = '/rafaelpro/catalogue';

/** To whoever keeps the catalogue of a body: what is to be looked at in it, once for each. */
export function toConfirmMessage(
  to: Recipient,
  { structureName, toConfirm, past }: Pick<Due, 'structureName' | 'toConfirm' | 'past'>,
  willLeave: boolean,
): Message {
  const paragraphs: string[] = [];
  if (toConfirm.length > 0) {
    paragraphs.push(
      `Votre catalogue compte ${plural(toConfirm.length, 'formation')} à confirmer, sans nouvelle de vous depuis ${REMIND_AFTER_DAYS}\u00a0jours. Confirmez en une fois ce qui est toujours exact, et corrigez le reste.`,
      ...(willLeave
        ? [
            `Une formation sans nouvelle depuis ${UNPUBLISH_AFTER_DAYS}\u00a0jours redevient un brouillon, ${ANSWER_DAYS}\u00a0jours au plus tôt après ce message.`,
          ]
        : []),
    );
  }
  if (past.length > 0) {
    paragraphs.push(
      `Le recrutement de ${plural(past.length, 'session terminée', 'sessions terminées')} paraît encore ouvert.`,
    );
  }
  return {
    kind: 'offers.to-confirm',
    ...addressedTo(to),
    subject:
      toConfirm.length > 0
        ? 'Votre catalogue RafaelPro\u00a0: des formations à confirmer'
        : 'Votre catalogue RafaelPro\u00a0: des sessions terminées encore ouvertes',
    paragraphs: [...paragraphs, 'Ce rappel n’est envoyé qu’une fois.'],
    details: [
      ['Organisme', structureName],
      ...named('À confirmer', toConfirm, nameOf),
      ...named('Session terminée', past, sessionOf),
    ],
    link: {
      label: 'Ouvrir le catalogue',
      path: toConfirm.length > 0 ? `${CATALOGUE}?a_faire=confirmation` : CATALOGUE,
    },
  };
}

/** To the same: nobody answered, and the formations are published no longer. */
export function unpublishedMessage(
  to: Recipient,
  { structureName, leaving }: Pick<Due, 'structureName' | 'leaving'>,
): Message {
  return {
    kind: 'offers.unpublished',
    ...addressedTo(to),
    subject: 'Votre catalogue RafaelPro\u00a0: des formations ne sont plus publiées',
    paragraphs: [
      `Faute de réponse à notre rappel, ${plural(leaving.length, 'formation redevient un brouillon', 'formations redeviennent des brouillons')} après ${UNPUBLISH_AFTER_DAYS}\u00a0jours\u00a0: les prescripteurs n’y ont plus accès.`,
      'Rien n’est perdu\u00a0: il reste à vérifier, puis à publier de nouveau.',
    ],
    details: [['Organisme', structureName], ...named('Plus publiée', leaving, nameOf)],
    link: { label: 'Ouvrir le catalogue', path: `${CATALOGUE}?etat=draft` },
  };
}

const nameOf = ({ title, number }: NamedOffer): string => title || number;
const sessionOf = ({ title, endsOn }: PastSession): string =>
  `${title}, finie le ${formatDay(`${endsOn}T12:00:00Z`)}`;

function named<T>(label: string, list: readonly T[], inWords: (one: T) => string): [string, string][] {
  const more = list.length - MOST_NAMED;
  return [
    ...list.slice(0, MOST_NAMED).map((one): [string, string] => [label, inWords(one)]),
    ...(more > 0 ? [[label, `et ${plural(more, 'autre')}`] as [string, string]] : []),
  ];
}
