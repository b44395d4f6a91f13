import { sample } from '#access/sample.ts';
import { formatPeriod } from '#platform/french/time.ts';
import type { DeclaredMails } from '#platform/mail/kinds.ts';
import type { Attachment, Message } from '#platform/mail/message.ts';
import { addressedTo } from '#platform/mail/recipient.ts';
import type { Convoked } from './repository.ts';

/** The document that is sent. */
interface Sent {
  number: string;
  /** The number of the one that it replaces. */
  replaces: string | null;
}

/** « Votre convocation », with the document and the calendar file. */
export function convocationMessage(
  person: Pick<
    Convoked,
    | 'email'
    | 'firstName'
    | 'lastName'
    | 'enrolmentId'
    | 'actionTitle'
    | 'providerName'
    | 'startsAt'
    | 'endsAt'
  >,
  { number, replaces }: Sent,
  attachments: Attachment[],
  now: Date,
): Message {
  return {
    kind: 'documents.convocation',
    ...addressedTo(person),
    subject: `${replaces ? 'Votre nouvelle convocation' : 'Votre convocation'}\u00a0: ${person.actionTitle}`,
    paragraphs: [
      replaces
        ? `Les dates, le lieu ou l’intervenant ont changé\u00a0: cette convocation remplace le n°\u00a0${replaces}, qui n’est plus valable.`
        : 'Votre convocation est jointe à cet e-mail, avec le fichier qui ajoute les dates à votre agenda. Vous la retrouvez dans votre espace personnel.',
    ],
    details: [
      ['Action', person.actionTitle],
      ['Organisme de formation', person.providerName],
      ['Dates', formatPeriod(person.startsAt, person.endsAt, now)],
      ['Convocation', `n°\u00a0${number}`],
    ],
    link: {
      label: 'Ouvrir ma demande',
      path: `/parcourspro/mon-espace/demandes/${person.enrolmentId}`,
    },
    footnote:
      'Si vous ne pouvez plus venir, annulez votre inscription depuis votre espace personnel\u00a0: une autre personne aura la place.',
    attachments,
  };
}

/** The e-mail of a convocation. */
export const convocationMails: DeclaredMails = {
  'documents.convocation': {
    to: 'person',
    when: 'La personne vient d’être inscrite, ou les dates, le lieu ou l’intervenant de sa session ont changé.',
    sample: () =>
      convocationMessage(
        { ...sample.person, enrolmentId: 1, ...sample.session },
        { number: '2026-CVOC-000002', replaces: null },
        [],
        sample.at,
      ),
  },
};
