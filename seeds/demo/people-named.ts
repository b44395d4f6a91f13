import type { Right } from '#access/rights.ts';

/** A person that the demo speaks of by name. */
export interface NamedPerson {
  /** What stands before `@demo.example`; made of the name when left out. */
  login?: string;
  civility: 'Mme' | 'M.';
  firstName: string;
  lastName: string;
  job: string;
  /** Structure key → rights beyond bénéficiaire. */
  at: Record<string, Right[]>;
  isAgencyManager?: boolean;
  /** Days since the account was made; long ago when left out. */
  since?: number;
  /** Never signed in yet. */
  neverCame?: boolean;
}

/** The accounts of domain.md §11. */
const accounts: NamedPerson[] = [
  {
    login: 'gestionnaire',
    civility: 'Mme',
    firstName: 'Andréa',
    lastName: 'Gestionnaire',
    job: 'Gestionnaire professionnalisation',
    at: {},
    isAgencyManager: true,
  },
  {
    login: 'referent',
    civility: 'Mme',
    firstName: 'Camille',
    lastName: 'Référent',
    job: 'Responsable administrative',
    at: { demo: ['referent'] },
  },
  {
    login: 'valideur',
    civility: 'M.',
    firstName: 'Dominique',
    lastName: 'Valideur',
    job: 'Directeur des ressources humaines',
    at: { demo: ['hr_validator'] },
  },
  {
    login: 'beneficiaire',
    civility: 'M.',
    firstName: 'Alain',
    lastName: 'Proviste',
    job: 'Conseiller en insertion professionnelle',
    at: { demo: [] },
  },
  {
    login: 'prestataire',
    civility: 'Mme',
    firstName: 'Claude',
    lastName: 'Prestataire',
    job: 'Coordinatrice pédagogique',
    at: { brandelle: ['provider'] },
  },
];

/** Those who work with them. */
const colleagues: NamedPerson[] = [
  {
    login: 'valideur2',
    civility: 'Mme',
    firstName: 'Frédérique',
    lastName: 'Valideur-Adjoint',
    job: 'Directrice adjointe',
    at: { demo: ['hr_validator', 'prescriber_3'] },
  },
  {
    login: 'referent2',
    civility: 'M.',
    firstName: 'Noa',
    lastName: 'Référent-Suppléant',
    job: 'Assistant de direction',
    at: { demo: ['referent', 'prescriber_2'] },
  },
  {
    login: 'droits.epuises',
    civility: 'M.',
    firstName: 'Maxime',
    lastName: 'Quota',
    job: 'Conseiller emploi',
    at: { demo: ['prescriber_1'] },
  },
  {
    login: 'plusieurs.structures',
    civility: 'Mme',
    firstName: 'Sacha',
    lastName: 'Multiple',
    job: 'Chargée de mission partagée',
    at: { demo: [], network: ['prescriber_2'], quotes: ['referent', 'hr_validator'] },
  },
  {
    login: 'non.adherente',
    civility: 'Mme',
    firstName: 'Perrine',
    lastName: 'Sans-Adhésion',
    job: 'Secrétaire générale',
    at: { '33-4': ['referent', 'hr_validator'] },
  },
  {
    login: 'nouvelle.arrivee',
    civility: 'Mme',
    firstName: 'Lou',
    lastName: 'Nouvelle',
    job: 'Conseillère en insertion',
    at: { demo: [] },
    since: 9,
    neverCame: true,
  },
  {
    civility: 'Mme',
    firstName: 'Aude',
    lastName: 'Javelle',
    job: 'Conseillère en insertion',
    at: { demo: ['prescriber_1'] },
  },
  {
    civility: 'M.',
    firstName: 'Élie',
    lastName: 'Boussole',
    job: 'Chargé de relations entreprises',
    at: { demo: ['prescriber_2'] },
  },
  { civility: 'Mme', firstName: 'Zoé', lastName: 'L’Étape', job: 'Conseillère formation', at: { demo: [] } },
  {
    civility: 'Mme',
    firstName: 'Inès',
    lastName: 'Cordée-D’Escale',
    job: 'Référente handicap',
    at: { demo: [] },
  },
  {
    civility: 'M.',
    firstName: 'Tom',
    lastName: 'Égérie',
    job: 'Chargé d’accueil',
    at: { demo: [] },
  },
  {
    civility: 'M.',
    firstName: 'Jean-Gaël',
    lastName: 'Sextant',
    job: 'Conseiller numérique',
    at: { demo: ['prescriber_1'] },
  },
  {
    civility: 'Mme',
    firstName: 'Maud',
    lastName: 'Ératrice',
    job: 'Animatrice d’ateliers',
    at: { demo: [] },
  },
  {
    civility: 'M.',
    firstName: 'Basile',
    lastName: 'Lefilrouge',
    job: 'Chargé de projet',
    at: { demo: [] },
  },
  {
    login: 'referent.brandelle',
    civility: 'Mme',
    firstName: 'Gaëlle',
    lastName: 'Catalogue',
    job: 'Directrice',
    at: { brandelle: ['referent', 'hr_validator', 'of_general'], 'brandelle-gueret': ['referent'] },
  },
  {
    civility: 'M.',
    firstName: 'Rémi',
    lastName: 'Convention',
    job: 'Gestionnaire de formation',
    at: { brandelle: ['of_preregistration'] },
  },
  { civility: 'M.', firstName: 'Ulysse', lastName: 'Émargement', job: 'Formateur', at: { brandelle: [] } },
  {
    login: 'prestataire.sauvelande',
    civility: 'M.',
    firstName: 'Yanis',
    lastName: 'Pédagogue',
    job: 'Gérant',
    at: { sauvelande: ['referent', 'hr_validator', 'provider'] },
  },
  {
    civility: 'Mme',
    firstName: 'Solène',
    lastName: 'Séquence',
    job: 'Formatrice',
    at: { sauvelande: ['of_catalogue'] },
  },
  { civility: 'Mme', firstName: 'Paloma', lastName: 'Méthode', job: 'Formatrice', at: { sauvelande: [] } },
  {
    login: 'prestataire.mirandoux',
    civility: 'Mme',
    firstName: 'Héloïse',
    lastName: 'Alternance',
    job: 'Directrice du développement',
    at: { mirandoux: ['referent', 'hr_validator', 'provider', 'of_general'] },
  },
  {
    civility: 'M.',
    firstName: 'Octave',
    lastName: 'Tutorat',
    job: 'Responsable des relations entreprises',
    at: { mirandoux: ['hr_validator'] },
  },
  { civility: 'M.', firstName: 'Isaac', lastName: 'Parcours', job: 'Formateur', at: { mirandoux: [] } },
  {
    login: 'prestataire.verzille',
    civility: 'M.',
    firstName: 'Loïc',
    lastName: 'Octet',
    job: 'Responsable du laboratoire',
    at: { verzille: ['referent', 'hr_validator', 'provider'] },
  },
  {
    civility: 'Mme',
    firstName: 'Nour',
    lastName: 'Capsule',
    job: 'Conceptrice multimédia',
    at: { verzille: ['provider', 'of_catalogue'] },
  },
  { civility: 'Mme', firstName: 'Ambre', lastName: 'Pixel', job: 'Formatrice', at: { verzille: [] } },
];

/** Everybody with a name of their own in the demo. */
export const namedPeople: readonly NamedPerson[] = [...accounts, ...colleagues];

/** Structures whose people are made in series, and how many. */
export const crews: Record<string, number> = {
  '17-0': 3,
  '64-0': 3,
  '87-1': 3,
  '86-17': 3,
  '24-6': 3,
  '19-10': 3,
  '79-3': 3,
  '40-12': 3,
  '47-14': 3,
  '16-0': 2,
  '23-10': 1,
  '33-7': 2,
  '64-13': 1,
  '87-5': 2,
  '17-2': 1,
  '24-11': 1,
  '86-15': 1,
  '47-0': 2,
  network: 2,
};

/** Members this year and the year before. */
export const memberKeys: readonly string[] = [
  'demo',
  'brandelle',
  'sauvelande',
  'mirandoux',
  'verzille',
  '17-0',
  '64-0',
  '87-1',
  '86-17',
  '24-6',
  '19-10',
  '79-3',
  '40-12',
  '47-14',
];

/** Members last year, who have not renewed. */
export const lapsedKeys: readonly string[] = ['47-0', '87-5'];

/** First and last names of the people made in series: roles and tools, so that nobody is meant. */
export const firstNames: readonly [string, 'Mme' | 'M.'][] = [
  ['Adèle', 'Mme'],
  ['Bastien', 'M.'],
  ['Clémence', 'Mme'],
  ['Damien', 'M.'],
  ['Élodie', 'Mme'],
  ['Farid', 'M.'],
  ['Garance', 'Mme'],
  ['Hugo', 'M.'],
  ['Irène', 'Mme'],
  ['Joris', 'M.'],
  ['Khadija', 'Mme'],
  ['Léandre', 'M.'],
  ['Maëlys', 'Mme'],
  ['Nathan', 'M.'],
  ['Ophélie', 'Mme'],
  ['Pierrick', 'M.'],
  ['Roxane', 'Mme'],
  ['Samuel', 'M.'],
  ['Thaïs', 'Mme'],
  ['Virgile', 'M.'],
  ['Wendy', 'Mme'],
];

export const lastNames: readonly string[] = [
  'Accueil',
  'Balise',
  'Cadence',
  'Diagonale',
  'Esquisse',
  'Fanal',
  'Gouvernail',
  'Horizon',
  'Itinéraire',
  'Jalon',
  'Kilomètre',
  'Levier',
  'Marelle',
  'Nacelle',
  'Ouvrage',
  'Passerelle',
  'Quai',
  'Repère',
  'Sentier',
  'Tandem',
  'Unisson',
  'Vigie',
];
