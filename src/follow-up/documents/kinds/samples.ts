import type { CompletionFacts } from './completion.ts';
import type { SessionFacts } from './session-facts.ts';

/** A session that does not exist, for the previews of templates. */
export const sampleSession: SessionFacts = Object.freeze({
  body: {
    name: 'Organisme d’exemple',
    siret: '73282932000074',
    address: '12 rue de l’Exemple, 33000 Bordeaux',
    activityNumber: '75330000033',
    activityRegion: 'Nouvelle-Aquitaine',
    representative: 'Dominique Exemple',
    representativeQuality: 'Directrice',
    city: 'Bordeaux',
    phone: '+33556000000',
    email: 'contact@organisme.example',
    administrativeContact: 'Secrétariat de la formation, 05 56 00 00 01',
    disabilityContact: 'Référent handicap, handicap@organisme.example',
    qualiopiNumber: 'QUA-0000',
    stamp: null,
  },
  action: {
    title: 'Accompagner une démarche de VAE',
    kind: 'Formation',
    isTraining: true,
    objectives: 'Informer sur la VAE.\nRepérer les étapes du parcours.',
    modality: 'in_person',
    trainer: 'Intervenante d’exemple',
    durationDays: 2,
  },
  session: {
    id: 1024,
    startsAt: '2027-03-10T08:00:00Z',
    endsAt: '2027-03-11T16:00:00Z',
    halfDays: [
      ['2027-03-10T08:00:00Z', '2027-03-10T11:30:00Z'],
      ['2027-03-10T12:30:00Z', '2027-03-10T16:00:00Z'],
      ['2027-03-11T08:00:00Z', '2027-03-11T11:30:00Z'],
      ['2027-03-11T12:30:00Z', '2027-03-11T16:00:00Z'],
    ].map(([startsAt = '', endsAt = ''], index) => ({
      id: index + 1,
      startsAt,
      endsAt,
      modality: 'in_person',
      place: 'Salle Garonne, 12 rue de l’Exemple, 33000 Bordeaux',
    })),
  },
});

/** Somebody who followed that session but for one half-day. */
export const sampleCompletion: CompletionFacts = Object.freeze({
  ...sampleSession,
  person: 'Mme Camille Exemple',
  employer: 'Structure d’exemple',
  belonging: 'salarié(e) de l’entreprise Structure d’exemple',
  legal: {
    nature: 'training',
    programme: 'Le cadre de la VAE.\nL’accompagnement.',
    audience: 'Conseillers en évolution professionnelle.',
    prerequisites: 'Aucun.',
    means: 'Salle équipée, support remis à chaque participant.',
    followUp: 'Émargement par demi-journée.',
    evaluation: 'Questionnaire en fin de session.',
    sanction: 'Attestation de fin de formation.',
  },
  minutesAttended: 630,
  presences: ['Présent', 'Présent', 'Présent', 'Absence justifiée'],
});
