import { parisYear } from '#platform/french/time.ts';
import type { Session } from '../actions.ts';
import type { Person } from '../people.ts';
import type { Outcome } from '../sessions.ts';
import type { Booking, Ledger } from './ledger.ts';

interface Story {
  /** A login, or `<structure key>/<rank>` for one of the people made in series. */
  who: string;
  session: string;
  outcome: Outcome;
  motivation: string;
  when?: number;
}

/** What the demo accounts and their colleagues have asked for. */
export const stories: readonly Story[] = [
  // The bénéficiaire: a past and a future, and one request for the validator to decide.
  {
    who: 'beneficiaire',
    session: 'construire-une-reponse-efficace-a-un-appel-a-projets#0',
    outcome: 'attended',
    motivation: 'Je rédige cette année notre réponse à l’appel à projets « mobilité des jeunes ».',
  },
  {
    who: 'beneficiaire',
    session: 'codeveloppement-entre-conseillers-emploi#0',
    outcome: 'withdrawn',
    motivation: 'J’aimerais prendre du recul sur des accompagnements qui s’enlisent.',
  },
  {
    who: 'beneficiaire',
    session: 'prevenir-les-ruptures-de-contrat-d-apprentissage#0',
    outcome: 'refused_by_hr',
    motivation: 'Trois des jeunes que je suis ont rompu leur contrat cet automne.',
  },
  {
    who: 'beneficiaire',
    session: 'actualites-de-l-apprentissage#0',
    outcome: 'attended',
    motivation: 'Pour renseigner sans erreur les jeunes et les employeurs.',
  },
  {
    who: 'beneficiaire',
    session: 'intelligence-artificielle-pour-preparer-ses-formations#1',
    outcome: 'enrolled',
    motivation:
      'J’anime chaque mois des ateliers de recherche d’emploi et je voudrais renouveler mes supports.\nJe partagerai la charte d’usage avec l’équipe.',
  },
  {
    who: 'beneficiaire',
    session: 'codeveloppement-entre-responsables-pedagogiques#0',
    outcome: 'requested',
    motivation: 'Je coordonne depuis peu le programme d’ateliers et je cherche un groupe de pairs.',
    when: 0.9,
  },

  // What waits for the validator: five colleagues, one of them for far too long.
  {
    who: 'aude.javelle',
    session: 'batir-un-parcours-de-formation-multimodal#0',
    outcome: 'requested',
    motivation:
      'Nos ateliers se font en salle et à distance sans lien entre les deux : je veux y mettre de l’ordre.',
    when: 0.94,
  },
  {
    who: 'elie.boussole',
    session: 'conseiller-sur-les-metiers-qui-recrutent#0',
    outcome: 'requested',
    motivation:
      'Les employeurs du Libournais peinent à recruter dans le bâtiment et l’aide à domicile.\nJe souhaite mieux faire connaître ces métiers aux jeunes.',
    when: 0.78,
  },
  {
    who: 'zoe.l-etape',
    session: 'accompagner-le-financement-des-parcours-individuels#1',
    outcome: 'requested',
    motivation:
      'Je monte vingt dossiers de financement par mois ; un sur quatre revient pour une pièce manquante.',
    when: 0.97,
  },
  {
    who: 'ines.cordee-d-escale',
    session: 'codeveloppement-entre-conseillers-emploi#1',
    outcome: 'requested',
    motivation: 'Seule référente handicap de la structure, j’ai besoin d’échanger avec d’autres conseillers.',
    when: 0.25,
  },
  {
    who: 'tom.egerie',
    session: 'decouvrir-le-lab-studio#1',
    outcome: 'requested',
    motivation:
      'Nous voulons filmer une visite de la mission locale pour les jeunes qui n’osent pas pousser la porte.',
    when: 0.88,
  },
  // The validator's own request goes to the other validator.
  {
    who: 'valideur',
    session: 'construire-une-reponse-efficace-a-un-appel-a-projets#1',
    outcome: 'requested',
    motivation: 'Je relis toutes nos réponses : autant parler le même langage que les équipes.',
    when: 0.86,
  },
  // Nobody in that structure may approve: the agency does, and is late.
  {
    who: '40-12/1',
    session: 'prevenir-les-ruptures-de-contrat-d-apprentissage#1',
    outcome: 'requested',
    motivation: 'Le comité lance une cellule d’alerte sur les ruptures de contrat.',
    when: 0.3,
  },

  // Two seats of the structure in one formation: the third colleague waits although seats are free.
  {
    who: 'jean-gael.sextant',
    session: 'conduire-un-entretien-d-accueil-et-de-diagnostic#0',
    outcome: 'enrolled',
    motivation: 'J’assure l’accueil un jour par semaine et je n’y ai jamais été formé.',
  },
  {
    who: 'maud.eratrice',
    session: 'conduire-un-entretien-d-accueil-et-de-diagnostic#0',
    outcome: 'preregistered',
    motivation: 'Mes ateliers commencent par un entretien individuel que je voudrais mieux conduire.',
  },
  {
    who: 'basile.lefilrouge',
    session: 'conduire-un-entretien-d-accueil-et-de-diagnostic#0',
    outcome: 'waitlisted',
    motivation: 'Je recevrai bientôt les porteurs de projet en premier rendez-vous.',
  },

  // What the validators decided before.
  {
    who: 'maud.eratrice',
    session: 'concevoir-et-animer-une-action-de-formation-a-distance#0',
    outcome: 'refused_by_hr',
    motivation: 'Une partie de nos ateliers se tiendra à distance.',
  },
  {
    who: 'basile.lefilrouge',
    session: 'prevenir-les-ruptures-de-contrat-d-apprentissage#0',
    outcome: 'approval_withdrawn',
    motivation: 'Je suis le correspondant des centres de formation de notre territoire.',
  },
  {
    who: 'elie.boussole',
    session: 'accompagner-le-financement-des-parcours-individuels#0',
    outcome: 'absent',
    motivation: 'Les employeurs me demandent souvent qui peut financer une formation avant embauche.',
  },
  {
    who: 'aude.javelle',
    session: 'decouvrir-le-lab-studio#0',
    outcome: 'attended',
    motivation: 'Pour savoir si le studio convient à nos capsules d’information.',
  },
  {
    who: 'jean-gael.sextant',
    session: 'lab-innov-la-ludopedagogie-en-pratique#0',
    outcome: 'attended',
    motivation: 'Je voudrais un jeu pour aborder les démarches en ligne sans faire peur.',
  },

  // A provider is a bénéficiaire too, in the actions of others.
  {
    who: 'prestataire',
    session: 'lab-innov-la-ludopedagogie-en-pratique#1',
    outcome: 'enrolled',
    motivation: 'Pour varier les activités de nos propres formations.',
  },
];

/** Writes the stories in the ledger. */
export function tellStories(ledger: Ledger, people: readonly Person[], sessions: readonly Session[]): void {
  for (const { who, session: key, ...rest } of stories) {
    const session = sessions.find((one) => one.key === key);
    if (!session) throw new Error(`Unknown session: ${key}`);
    ledger.book({ ...inFirstStructure(personCalled(who, people)), session, ...rest });
  }
}

/** The person as one of the first structure they belong to. @throws Error for somebody of none */
export function inFirstStructure(person: Person): Pick<Booking, 'person' | 'structure'> {
  const [first] = person.affiliations;
  if (!first) throw new Error(`${person.login} belongs to no structure`);
  return { person, structure: first.structure };
}

function personCalled(who: string, people: readonly Person[]): Person {
  const [key, rank] = who.split('/');
  const found =
    rank === undefined
      ? people.find((one) => one.login === who)
      : people.filter((one) => one.affiliations[0]?.structure.key === key)[Number(rank)];
  if (!found) throw new Error(`Unknown person: ${who}`);
  return found;
}

/** Somebody who has used all rights of a year, so that this reason of « S'inscrire » can be seen too. */
export const EXHAUSTED = 'droits.epuises';

/**
 * Uses up the yearly rights of {@link EXHAUSTED}, three formations and two other reserved actions, in the year in
 * which most of the coming sessions fall: this one, or the next when it is near.
 */
export function exhaustRights(
  ledger: Ledger,
  people: readonly Person[],
  sessions: readonly Session[],
  now: Date,
): void {
  const who = inFirstStructure(personCalled(EXHAUSTED, people));
  const year = parisYear(new Date(now.getTime() + 30 * 86_400_000));
  const left = { formations: 3, others: 2 };
  const inOrder = sessions
    .filter((one) => one.year === year && one.kind.reserved && !one.dates.cancelledAt)
    .sort((a, b) => a.dates.startsAt.getTime() - b.dates.startsAt.getTime());
  for (const session of inOrder) {
    const family = session.kind.counts_as_formation ? 'formations' : 'others';
    const outcome = (['attended', 'enrolled'] as const).find(
      (one) => (session.plan.fill?.[one] ?? 0) > ledger.count(session, one),
    );
    if (left[family] === 0 || !outcome) continue;
    const motivation = 'Cette action entre dans mon plan de développement des compétences.';
    const booking: Booking = { ...who, session, outcome, motivation };
    if (ledger.objection(booking)) continue;
    ledger.book(booking);
    left[family] -= 1;
  }
}
