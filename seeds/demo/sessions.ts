import type { VenueName } from './venues.ts';

/** What can have become of an enrolment; the way that leads there follows from the kind of the action. */
export type Outcome =
  | 'requested'
  | 'waitlisted'
  | 'preregistered'
  | 'enrolled'
  | 'promoted'
  | 'attended'
  | 'absent'
  | 'refused_by_hr'
  | 'approval_withdrawn'
  | 'refused_by_provider'
  | 'withdrawn'
  | 'withdrawn_late'
  | 'withdrawn_before_approval'
  | 'session_cancelled'
  | 'expired';

/** A session, dated from the day on which the demo is made. */
export interface SessionPlan {
  /** Days from that day to the first slot, moved away from it to a working day; or a day of the next year. */
  starts: number | { nextYear: string };
  venue?: VenueName;
  capacity: number;
  waiting: number;
  /** Days from that day; a month ago for what is to come, two months before the start for what is past. */
  opens?: number;
  /** Days from that day; five before the start unless told otherwise. */
  closes?: number;
  /** Days since it was cancelled. */
  cancelledDaysAgo?: number;
  /** Moved to its dates yesterday. */
  moved?: boolean;
  /** How many of each outcome there are in all, the stories of the demo accounts included. */
  fill?: Partial<Record<Outcome, number>>;
}

/**
 * The sessions of each action. Their first lines make every situation of « S'inscrire » (domain.md §7) visible to
 * `beneficiaire@demo.example`, whatever the day of the year.
 */
export const sessionPlans: Readonly<Record<string, SessionPlan[]>> = {
  // Places left (« 4 places restantes »); several sessions of one action; one falls next year.
  'accompagner-le-financement-des-parcours-individuels': [
    {
      starts: -150,
      venue: 'poitiers',
      capacity: 8,
      waiting: 4,
      fill: { attended: 4, absent: 1, withdrawn: 1 },
    },
    {
      starts: 26,
      venue: 'laRochelle',
      capacity: 10,
      waiting: 4,
      fill: { enrolled: 4, preregistered: 2, refused_by_provider: 1 },
    },
    { starts: { nextYear: '02-10' }, venue: 'bayonne', capacity: 12, waiting: 4 },
  ],
  // Full, with places on the waiting list.
  'concevoir-et-animer-une-action-de-formation-a-distance': [
    { starts: -200, capacity: 8, waiting: 4, fill: { attended: 3, refused_by_hr: 1 } },
    { starts: 33, capacity: 6, waiting: 4, fill: { enrolled: 4, preregistered: 2, waitlisted: 2 } },
  ],
  // Full, the waiting list too.
  'accompagner-une-demarche-de-vae-de-bout-en-bout': [
    {
      starts: 38,
      venue: 'poitiers',
      capacity: 6,
      waiting: 2,
      fill: { enrolled: 5, preregistered: 1, waitlisted: 2 },
    },
  ],
  // Registration not open yet.
  'mobiliser-les-entreprises-autour-de-l-alternance': [
    { starts: 75, venue: 'niort', capacity: 12, waiting: 4, opens: 12 },
  ],
  // Registration closed.
  'accueillir-une-personne-en-situation-de-handicap': [
    {
      starts: 9,
      venue: 'perigueux',
      capacity: 10,
      waiting: 4,
      opens: -50,
      closes: -2,
      fill: { enrolled: 4, expired: 1 },
    },
  ],
  // Cancelled, with another session to choose.
  'maitriser-les-exigences-du-referentiel-national-qualite': [
    {
      starts: 30,
      venue: 'agen',
      capacity: 10,
      waiting: 4,
      cancelledDaysAgo: 4,
      fill: { session_cancelled: 3 },
    },
    { starts: 65, venue: 'limoges', capacity: 10, waiting: 4 },
  ],
  // The structure already holds its two seats: seats are free, yet the next request joins the waiting list.
  'conduire-un-entretien-d-accueil-et-de-diagnostic': [
    {
      starts: 19,
      venue: 'pessac',
      capacity: 10,
      waiting: 4,
      fill: { enrolled: 4, preregistered: 2, waitlisted: 1 },
    },
  ],
  // Past only.
  'reperer-et-compenser-les-troubles-des-apprentissages': [
    { starts: -260, venue: 'limoges', capacity: 8, waiting: 4, fill: { attended: 4, withdrawn_late: 1 } },
  ],
  // Under way.
  'conduire-un-entretien-a-distance': [
    { starts: -3, capacity: 8, waiting: 2, opens: -60, closes: -9, fill: { enrolled: 4 } },
  ],
  'construire-une-reponse-efficace-a-un-appel-a-projets': [
    {
      starts: -110,
      capacity: 8,
      waiting: 4,
      fill: { attended: 4, absent: 1, withdrawn: 1, refused_by_hr: 1 },
    },
    { starts: 47, capacity: 8, waiting: 4, fill: { enrolled: 1, preregistered: 1 } },
  ],
  'intelligence-artificielle-pour-preparer-ses-formations': [
    {
      starts: -70,
      venue: 'laRochelle',
      capacity: 4,
      waiting: 4,
      fill: { attended: 3, promoted: 1, withdrawn: 1 },
    },
    {
      starts: 23,
      venue: 'pessac',
      capacity: 10,
      waiting: 4,
      moved: true,
      fill: { enrolled: 3, preregistered: 1 },
    },
    { starts: 58, venue: 'brive', capacity: 10, waiting: 4 },
  ],
  'batir-un-parcours-de-formation-multimodal': [
    {
      starts: 16,
      venue: 'angouleme',
      capacity: 12,
      waiting: 5,
      fill: { enrolled: 2, preregistered: 4, requested: 2, withdrawn: 1 },
    },
  ],
  'prevenir-les-ruptures-de-contrat-d-apprentissage': [
    {
      starts: -40,
      venue: 'montDeMarsan',
      capacity: 8,
      waiting: 4,
      fill: { attended: 4, absent: 1, refused_by_hr: 1, approval_withdrawn: 1 },
    },
    { starts: 54, venue: 'limoges', capacity: 10, waiting: 4, fill: { requested: 1 } },
  ],
  'conseiller-sur-les-metiers-qui-recrutent': [
    { starts: 44, venue: 'gueret', capacity: 10, waiting: 4, fill: { preregistered: 2, requested: 2 } },
    { starts: { nextYear: '03-10' }, venue: 'agen', capacity: 10, waiting: 4 },
  ],
  'securiser-ses-conventions-de-formation': [
    { starts: -300, venue: 'poitiers', capacity: 8, waiting: 0, fill: { attended: 3 } },
  ],

  'informer-sur-la-vae-a-son-rythme': [{ starts: 20, capacity: 20, waiting: 0, fill: { enrolled: 3 } }],
  'les-fondamentaux-de-l-ingenierie-pedagogique': [
    { starts: -180, capacity: 15, waiting: 5, fill: { attended: 3, absent: 1 } },
    { starts: 14, capacity: 15, waiting: 5, fill: { enrolled: 3, preregistered: 2 } },
  ],
  'rendre-ses-supports-accessibles': [{ starts: 50, capacity: 15, waiting: 5, fill: { preregistered: 1 } }],
  'codeveloppement-entre-referents-handicap': [
    {
      starts: 28,
      venue: 'limoges',
      capacity: 8,
      waiting: 2,
      fill: { enrolled: 2, preregistered: 1, withdrawn_before_approval: 1 },
    },
  ],
  'codeveloppement-entre-responsables-pedagogiques': [
    { starts: 36, venue: 'pessac', capacity: 8, waiting: 3, fill: { enrolled: 2, preregistered: 1 } },
  ],
  'codeveloppement-entre-conseillers-emploi': [
    { starts: -48, venue: 'bayonne', capacity: 8, waiting: 2, fill: { attended: 4, withdrawn: 1 } },
    { starts: 61, venue: 'pessac', capacity: 8, waiting: 2 },
  ],
  'lab-innov-la-ludopedagogie-en-pratique': [
    { starts: -90, venue: 'pessac', capacity: 12, waiting: 4, fill: { attended: 3 } },
    { starts: 22, venue: 'laRochelle', capacity: 12, waiting: 4, fill: { enrolled: 3, preregistered: 1 } },
  ],
  'lab-innov-decouvrir-les-metiers-en-realite-virtuelle': [
    { starts: 41, venue: 'niort', capacity: 6, waiting: 2, fill: { preregistered: 1 } },
  ],
  'decouvrir-le-lab-studio': [
    { starts: -35, venue: 'pessac', capacity: 4, waiting: 2, fill: { attended: 2, withdrawn_late: 1 } },
    { starts: 12, venue: 'pessac', capacity: 4, waiting: 2, fill: { enrolled: 2 } },
    { starts: 40, venue: 'pessac', capacity: 4, waiting: 2 },
  ],
  'lab-studio-enregistrer-vos-capsules-video-pedagogiques': [
    { starts: 31, venue: 'pessac', capacity: 4, waiting: 2, fill: { enrolled: 1, preregistered: 1 } },
  ],
  'lab-studio-creer-un-podcast': [
    { starts: -130, venue: 'poitiers', capacity: 6, waiting: 2, fill: { attended: 3 } },
    { starts: 52, venue: 'poitiers', capacity: 6, waiting: 2 },
  ],

  // Open to every account.
  'actualites-de-l-apprentissage': [
    { starts: -25, capacity: 100, waiting: 0, fill: { attended: 8, absent: 2, withdrawn: 1 } },
    { starts: 11, capacity: 100, waiting: 0, closes: 10, fill: { enrolled: 12 } },
  ],
  'panorama-des-aides-a-l-embauche': [
    { starts: -95, capacity: 60, waiting: 0, fill: { attended: 6, absent: 1 } },
    { starts: 18, capacity: 60, waiting: 0, closes: 17, fill: { enrolled: 6 } },
  ],
  // The first one has just ended: attendance is still to be noted.
  'handicap-les-obligations-des-organismes': [
    { starts: -4, capacity: 80, waiting: 0, opens: -60, closes: -6, fill: { enrolled: 7 } },
    { starts: 46, capacity: 80, waiting: 0 },
  ],
  'rechercher-une-formation-et-preinscrire-avec-rafaelpro': [
    { starts: -14, capacity: 15, waiting: 5, fill: { enrolled: 4 } },
    { starts: 13, capacity: 15, waiting: 5, fill: { enrolled: 3, preregistered: 2 } },
    { starts: 34, capacity: 15, waiting: 5 },
  ],
  'rediger-une-offre-de-formation-qui-donne-envie': [
    { starts: 27, capacity: 12, waiting: 4, fill: { enrolled: 2, preregistered: 2 } },
  ],
  'journee-de-l-orientation-tout-au-long-de-la-vie': [
    { starts: -165, venue: 'limoges', capacity: 120, waiting: 20, fill: { attended: 9, absent: 2 } },
    { starts: 57, venue: 'pessac', capacity: 120, waiting: 20, fill: { preregistered: 5, enrolled: 3 } },
  ],
  'journee-mixite-des-metiers': [{ starts: 70, venue: 'poitiers', capacity: 150, waiting: 30, opens: 20 }],
  'conference-intelligence-artificielle-et-metiers-de-demain': [
    { starts: 24, venue: 'laRochelle', capacity: 200, waiting: 0, closes: 23, fill: { enrolled: 10 } },
  ],
  'conference-apprendre-a-l-age-adulte': [
    { starts: -60, capacity: 150, waiting: 0, fill: { attended: 7 } },
    { starts: 66, capacity: 150, waiting: 0 },
  ],
  'decouvrir-l-offre-de-services-aux-adherents': [
    { starts: 7, capacity: 40, waiting: 0, closes: 6, fill: { enrolled: 4 } },
    { starts: 35, capacity: 40, waiting: 0 },
  ],
  'reunion-les-nouveaux-dispositifs-regionaux': [
    { starts: 15, venue: 'brive', capacity: 20, waiting: 0, fill: { enrolled: 3 } },
  ],
  'referencer-son-offre-de-formation': [{ starts: 10, capacity: 500, waiting: 0, closes: 9 }],
  'premiers-pas-en-facile-a-lire-et-a-comprendre': [
    { starts: 17, capacity: 500, waiting: 0, closes: 16, fill: { enrolled: 2 } },
  ],
};
