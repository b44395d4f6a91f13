import { sample } from '#access/sample.ts';
import { formatPeriod } from '#platform/french/time.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import type { Message } from '#platform/mail/message.ts';
import { addressedTo, type Recipient } from '#platform/mail/recipient.ts';

/** A document that is told of. */
interface ToldDocument {
  label: string;
  number: string;
  replaces: { number: string } | null;
}

/** Tells somebody which documents of theirs are there, and which of these replace others. */
export function documentsMessage(
  person: Recipient & { enrolmentId: number; actionTitle: string; startsAt: Date; endsAt: Date },
  documents: readonly ToldDocument[],
  now: Date,
): Message {
  const isCorrected = documents.some(({ replaces }) => replaces);
  return {
    kind: 'documents.person',
    ...addressedTo(person),
    subject: `${isCorrected ? 'Vos documents corrigés' : 'Vos documents'}\u00a0: ${person.actionTitle}`,
    paragraphs: [
      isCorrected
        ? 'Des documents de cette action ont été corrigés. Ils remplacent ceux que vous aviez, qui ne sont plus valables.'
        : 'Les documents de cette action sont dans votre espace personnel.',
    ],
    details: [
      ['Action', person.actionTitle],
      ['Dates', formatPeriod(person.startsAt, person.endsAt, now)],
      ...documents.map(({ label, number, replaces }): [string, string] => [
        label,
        replaces ? `n°\u00a0${number}, remplace le n°\u00a0${replaces.number}` : `n°\u00a0${number}`,
      ]),
    ],
    link: {
      label: 'Ouvrir mes documents',
      path: `/parcourspro/mon-espace/demandes/${person.enrolmentId}`,
    },
    footnote:
      'Chaque document porte un code\u00a0: quiconque l’a en main peut vérifier ce qu’il dit, sans compte.',
  };
}

/** Tells somebody that documents of theirs are valid no more. */
export function withdrawnMessage(
  person: Recipient & { enrolmentId: number; actionTitle: string; startsAt: Date; endsAt: Date },
  documents: readonly { label: string; number: string }[],
  reason: string,
  now: Date,
): Message {
  return {
    kind: 'documents.withdrawn.person',
    ...addressedTo(person),
    subject: `Documents retirés\u00a0: ${person.actionTitle}`,
    paragraphs: ['Ces documents ne sont plus valables\u00a0: qui les vérifie apprend qu’ils sont retirés.'],
    details: [
      ['Action', person.actionTitle],
      ['Dates', formatPeriod(person.startsAt, person.endsAt, now)],
      ...documents.map(({ label, number }): [string, string] => [label, `n°\u00a0${number}`]),
    ],
    quote: { label: 'Motif', text: reason },
    link: {
      label: 'Ouvrir ma demande',
      path: `/parcourspro/mon-espace/demandes/${person.enrolmentId}`,
    },
  };
}

/**
 * Tells a Valideur RH which documents of the employer's people are others now, or valid no more.
 * @param reason why they were withdrawn; undefined where they are replaced
 */
export function employerMessage(
  employer: Recipient & { actionTitle: string; startsAt: Date; endsAt: Date },
  people: readonly { name: string; documents: readonly ToldDocument[] }[],
  reason: string | undefined,
  now: Date,
): Message {
  const isWithdrawn = reason !== undefined;
  return {
    kind: 'documents.employer',
    ...addressedTo(employer),
    subject: `${isWithdrawn ? 'Documents retirés' : 'Documents corrigés'}\u00a0: ${employer.actionTitle}`,
    paragraphs: [
      isWithdrawn
        ? 'Ces documents de vos agents ne sont plus valables\u00a0: qui les vérifie apprend qu’ils sont retirés.'
        : 'Des documents de vos agents ont été corrigés. Ils remplacent ceux que vous aviez, qui ne sont plus valables.',
    ],
    details: [
      ['Action', employer.actionTitle],
      ['Dates', formatPeriod(employer.startsAt, employer.endsAt, now)],
      ...people.map(({ name, documents }): [string, string] => [
        name,
        documents
          .map(({ label, number, replaces }) =>
            replaces
              ? `${label} n°\u00a0${number}, remplace le n°\u00a0${replaces.number}`
              : `${label} n°\u00a0${number}`,
          )
          .join('\u00a0; '),
      ]),
    ],
    ...(isWithdrawn ? { quote: { label: 'Motif', text: reason } } : {}),
    link: { label: 'Ouvrir les documents', path: '/parcourspro/valideur/documents' },
  };
}

/** The e-mails that tell of documents. */
export const documentsMails: DeclaredMails = {
  'documents.person': {
    to: 'person',
    when: 'Des documents de la personne sont émis, ou remplacés après une correction.',
    sample: () =>
      documentsMessage(
        { ...sample.person, enrolmentId: 1, ...sample.session },
        [
          {
            label: 'Attestation de fin de formation',
            number: '2026-ATTE-000002',
            replaces: { number: '2026-ATTE-000001' },
          },
          {
            label: 'Certificat de réalisation',
            number: '2026-CERT-000002',
            replaces: { number: '2026-CERT-000001' },
          },
        ],
        sample.at,
      ),
  },
  'documents.withdrawn.person': {
    to: 'person',
    when: 'Des documents de la personne sont retirés.',
    sample: () =>
      withdrawnMessage(
        { ...sample.person, enrolmentId: 1, ...sample.session },
        [{ label: 'Certificat de réalisation', number: '2026-CERT-000001' }],
        sample.reason,
        sample.at,
      ),
  },
  'documents.employer': {
    to: 'hr_validator',
    when: 'Des documents de personnes de la structure sont remplacés après une correction, ou retirés.',
    sample: () =>
      employerMessage(
        { ...sample.validator, ...sample.session },
        [
          {
            name: sample.person.name,
            documents: [
              {
                label: 'Certificat de réalisation',
                number: '2026-CERT-000002',
                replaces: { number: '2026-CERT-000001' },
              },
            ],
          },
        ],
        undefined,
        sample.at,
      ),
  },
};
