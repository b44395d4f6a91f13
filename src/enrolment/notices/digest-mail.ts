import { formatDateTime, formatPeriod } from '#platform/french/time.ts';
import { deName, plural } from '#platform/french/words.ts';
import type { Message } from '#platform/mail/message.ts';

/** Somebody who is told of requests once a day, for one structure. */
export interface Reader {
  id: number;
  email: string;
  name: string;
  structureName: string;
  /** Requests that they may decide, those to announce now left out. */
  waiting: number;
}

/** A request that the digest tells of. */
export interface Announced {
  id: number;
  personName: string;
  actionTitle: string;
  providerName: string;
  startsAt: Date;
  endsAt: Date;
  closesAt: Date;
  /** By which delegation they decide on it, where it is not by their right. */
  delegationId: number | null;
}

/** The requests of the day, each with the link to decide on it. @param paths of the links, in the order of the requests */
export function digestMessage(
  reader: Pick<Reader, 'email' | 'name' | 'structureName' | 'waiting'>,
  requests: readonly Omit<Announced, 'id' | 'delegationId'>[],
  paths: readonly string[],
  now: Date,
): Message {
  const { waiting, structureName } = reader;
  return {
    kind: 'enrolment.requested.digest',
    to: reader.email,
    recipientName: reader.name,
    subject: `${plural(requests.length, 'demande d’inscription', 'demandes d’inscription')} à valider\u00a0: ${structureName}`,
    paragraphs: [
      `${requests.length > 1 ? 'Ces demandes attendent' : 'Cette demande attend'} votre décision. Chaque lien ouvre la demande sans mot de passe\u00a0: vous pourrez l’approuver ou la refuser.`,
      ...(waiting > 0
        ? [
            `${plural(waiting, 'autre demande, déjà annoncée, attend', 'autres demandes, déjà annoncées, attendent')} toujours une décision.`,
          ]
        : []),
    ],
    entries: requests.map((one, index) => ({
      title: one.personName,
      lines: [
        one.actionTitle,
        `${formatPeriod(one.startsAt, one.endsAt, now)}, ${one.providerName}`,
        `À décider avant le ${formatDateTime(one.closesAt)}`,
      ],
      link: { label: `Voir la demande ${deName(one.personName)}`, path: paths[index] as string },
    })),
    link: { label: 'Ouvrir l’espace Valideur RH', path: '/parcourspro/valideur' },
    footnote:
      'Ces liens vous sont personnels\u00a0: ne les transférez pas. Chacun ne sert plus une fois la décision prise.\nVous recevez cet e-mail parce que vous avez choisi un récapitulatif quotidien\u00a0: changez-en dans les préférences de l’espace Valideur RH.',
  };
}
