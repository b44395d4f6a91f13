import { DEMO_EMAIL_DOMAIN } from '#platform/config.ts';

/** Somebody of a role, and nobody in particular. */
const somebody = (id: number, firstName: string, lastName: string, login: string) =>
  Object.freeze({
    id,
    firstName,
    lastName,
    name: `${firstName} ${lastName}`,
    email: `${login}${DEMO_EMAIL_DOMAIN}`,
  });

/** What sample e-mails speak of: roles rather than people, one structure, one session, always the same moments. */
export const sample = Object.freeze({
  person: somebody(1, 'Camille', 'Bénéficiaire', 'beneficiaire'),
  referent: somebody(2, 'Dominique', 'Référent', 'referent'),
  validator: somebody(3, 'Claude', 'Valideur', 'valideur'),
  substitute: somebody(4, 'Alix', 'Remplaçant', 'remplacant'),
  provider: somebody(5, 'Sacha', 'Prestataire', 'prestataire'),
  manager: somebody(6, 'Maxime', 'Gestionnaire', 'gestionnaire'),
  structure: Object.freeze({
    structureId: 1,
    structureName: 'Structure d’exemple',
    siret: '00000000000000',
  }),
  session: Object.freeze({
    sessionId: 1,
    actionTitle: 'Accompagner un projet professionnel',
    slug: 'accompagner-un-projet-professionnel',
    providerName: 'Organisme d’exemple',
    startsAt: new Date('2026-11-03T08:00:00Z'),
    endsAt: new Date('2026-11-04T16:00:00Z'),
    closesAt: new Date('2026-10-20T10:00:00Z'),
    slots: [
      { startsAt: new Date('2026-11-03T08:00:00Z'), endsAt: new Date('2026-11-03T11:00:00Z') },
      { startsAt: new Date('2026-11-04T13:00:00Z'), endsAt: new Date('2026-11-04T16:00:00Z') },
    ],
    formerSlots: [{ startsAt: new Date('2026-10-27T08:00:00Z'), endsAt: new Date('2026-10-27T11:00:00Z') }],
  }),
  /** When the e-mails are written. */
  at: new Date('2026-09-14T07:30:00Z'),
  /** The secret part of a link: it opens nothing. */
  token: 'lien-secret',
  reason: 'Le motif, dans les mots de la personne qui décide.',
});
