import { sample } from '#access/sample.ts';
import { formatPeriod } from '#platform/french/time.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import type { Attachment, Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';
import type { Party } from './rules.ts';

/** What an e-mail says of a convention. */
export interface ToldConvention {
  id: number;
  number: string;
  providerName: string;
  structureName: string;
  actionTitle: string;
  startsAt: Date;
  endsAt: Date;
}

/** Where each party finds its conventions. */
export const CONVENTIONS: Readonly<Record<Party, string>> = Object.freeze({
  body: '/parcourspro/prestataire/conventions',
  employer: '/parcourspro/valideur/conventions',
});

const details = (one: ToldConvention, now: Date): Message['details'] => [
  ['Convention', `n°\u00a0${one.number}`],
  ['Action', one.actionTitle],
  ['Dates', formatPeriod(one.startsAt, one.endsAt, now)],
  ['Organisme de formation', one.providerName],
  ['Structure', one.structureName],
];

const linkTo = (party: Party, { id }: ToldConvention, label: string): Message['link'] => ({
  label,
  path: `${CONVENTIONS[party]}/${id}`,
});

/** To those who decide for the structure: the body has signed, their turn has come. */
export const toSignMessage = (to: Recipient, one: ToldConvention, now: Date): Message => ({
  kind: 'conventions.to-sign',
  ...addressedTo(to),
  subject: `Convention à signer\u00a0: ${one.actionTitle}`,
  paragraphs: [
    `«\u00a0${one.providerName}\u00a0» a signé la convention de formation des personnes que vous avez inscrites. Il reste à la signer pour votre structure.`,
  ],
  details: details(one, now),
  link: linkTo('employer', one, 'Lire et signer la convention'),
  footnote:
    'Signe qui est habilité à engager la structure. Vous pouvez transférer cet e-mail à une personne qui a le droit de Valideur RH.',
});

/** To both parties: the signed copy, joined. */
export const signedMessage = (
  to: Recipient,
  party: Party,
  one: ToldConvention,
  attachments: Attachment[],
  now: Date,
): Message => ({
  kind: `conventions.signed.${party}`,
  ...addressedTo(to),
  subject: `Convention signée\u00a0: ${one.actionTitle}`,
  paragraphs: ['Les deux parties ont signé la convention. Votre exemplaire est joint à cet e-mail.'],
  details: details(one, now),
  link: linkTo(party, one, 'Ouvrir la convention'),
  attachments,
});

/** To the training body: people or dates have changed, another version waits for its signature. */
export const amendedMessage = (to: Recipient, one: ToldConvention, replaces: string, now: Date): Message => ({
  kind: 'conventions.amended',
  ...addressedTo(to),
  subject: `Convention à signer de nouveau\u00a0: ${one.actionTitle}`,
  paragraphs: [
    `Une nouvelle version remplace la convention n°\u00a0${replaces}, que vous aviez signée\u00a0: les personnes inscrites, les dates ou le lieu ont changé, ou l’ancienne était retirée. Signez-la, puis la structure la signera.`,
  ],
  details: details(one, now),
  link: linkTo('body', one, 'Lire et signer la convention'),
});

/** To whoever had signed: the convention has no object any more. */
export const withdrawnMessage = (
  to: Recipient,
  party: Party,
  one: ToldConvention & { withdrawnBecause: string | null },
  now: Date,
): Message => ({
  kind: `conventions.withdrawn.${party}`,
  ...addressedTo(to),
  subject: `Convention retirée\u00a0: ${one.actionTitle}`,
  paragraphs: ['Cette convention est retirée\u00a0: elle n’engage plus aucune des deux parties.'],
  quote: one.withdrawnBecause ? { label: 'Motif', text: one.withdrawnBecause } : undefined,
  details: details(one, now),
  link: linkTo(party, one, 'Ouvrir la convention'),
});

const told: ToldConvention = {
  id: 1,
  number: '2026-CONV-000003',
  structureName: sample.structure.structureName,
  ...sample.session,
};

/** The e-mails about conventions. */
export const conventionMails: DeclaredMails = {
  'conventions.to-sign': {
    to: 'hr_validator',
    when: 'L’organisme de formation a signé une convention\u00a0: c’est au tour de la structure.',
    sample: () => toSignMessage(sample.validator, told, sample.at),
  },
  'conventions.signed.body': {
    to: 'provider',
    when: 'La structure a signé à son tour une convention : l’exemplaire de l’organisme.',
    sample: () => signedMessage(sample.provider, 'body', told, [], sample.at),
  },
  'conventions.signed.employer': {
    to: 'hr_validator',
    when: 'Les deux parties ont signé une convention : l’exemplaire de la structure.',
    sample: () => signedMessage(sample.validator, 'employer', told, [], sample.at),
  },
  'conventions.amended': {
    to: 'provider',
    when: 'Les personnes inscrites ou les dates changent après la signature d’une convention.',
    sample: () => amendedMessage(sample.provider, told, '2026-CONV-000002', sample.at),
  },
  'conventions.withdrawn.body': {
    to: 'provider',
    when: 'Une convention signée n’a plus d’objet : à l’organisme.',
    sample: () =>
      withdrawnMessage(
        sample.provider,
        'body',
        { ...told, withdrawnBecause: 'La session est annulée.' },
        sample.at,
      ),
  },
  'conventions.withdrawn.employer': {
    to: 'hr_validator',
    when: 'Une convention signée n’a plus d’objet : à la structure.',
    sample: () =>
      withdrawnMessage(
        sample.validator,
        'employer',
        { ...told, withdrawnBecause: 'La session est annulée.' },
        sample.at,
      ),
  },
};
