import type { StructureKind } from './structure-models.ts';

/** A structure that the demo speaks of by name. */
export interface NamedStructure {
  key: string;
  name: string;
  acronym?: string;
  brand?: string;
  kind: StructureKind;
  city: string;
  address: string;
  ape?: string;
  isTrainingBody?: boolean;
  mayPreregister?: boolean;
  /** The key of the head office, for a branch: both share one SIREN. */
  branchOf?: string;
  closedDaysAgo?: number;
}

/** The structures of the demo accounts and the bodies that run the actions. */
const main: NamedStructure[] = [
  {
    key: 'demo',
    name: 'Mission locale des Terres d’Orvelin',
    acronym: 'MLTO',
    kind: 'local_mission',
    city: 'Libourne',
    address: '14 allée des Tilleuls',
    ape: '7810Z',
    mayPreregister: true,
  },
  {
    key: 'brandelle',
    name: 'Institut Brandelle pour la professionnalisation',
    acronym: 'IBP',
    brand: 'Brandelle Pro',
    kind: 'training_body',
    city: 'Pessac',
    address: '7 rue des Écoles',
    ape: '8559A',
    isTrainingBody: true,
  },
  {
    key: 'sauvelande',
    name: 'Coopérative pédagogique Sauvelande',
    acronym: 'CPS',
    kind: 'training_body',
    city: 'Limoges',
    address: '32 avenue de la Gare',
    ape: '8559A',
    isTrainingBody: true,
  },
  {
    key: 'mirandoux',
    name: 'Centre Mirandoux de l’alternance et des parcours',
    acronym: 'CMAP',
    brand: 'Campus Mirandoux',
    kind: 'training_body',
    city: 'Poitiers',
    address: '5 boulevard de la Liberté',
    ape: '8532Z',
    isTrainingBody: true,
  },
  {
    key: 'verzille',
    name: 'Verzille, laboratoire des usages numériques',
    acronym: 'VLUN',
    brand: 'Le Labo Verzille',
    kind: 'training_body',
    city: 'La Rochelle',
    address: '21 quai des Gabarres',
    ape: '8559B',
    isTrainingBody: true,
  },
];

/** What a search, a table or an export must not stumble on. */
const hard: NamedStructure[] = [
  {
    key: 'very-long-name',
    name: 'Groupement territorial d’employeurs associatifs, coopératifs et publics pour l’insertion, la formation tout au long de la vie, l’orientation et le développement des compétences du Pays de Brande-Orvel',
    acronym: 'GTEACPIFTLVODCPBO',
    kind: 'association',
    city: 'Saint-Yrieix-la-Perche',
    address: '118 bis zone d’activités des Chênes, bâtiment C, deuxième étage, porte 24',
  },
  {
    key: 'quotes',
    name: 'L’Œuvre & l’Établi « Cœur d’Ève », atelier d\'insertion "Côté Jardin"',
    acronym: 'Œ&É',
    brand: 'Côté Jardin',
    kind: 'association',
    city: 'Saint-Jean-d’Angély',
    address: '3 impasse de l’Église',
  },
  {
    key: 'formula',
    name: '=Égalité+, coopérative d’activité & d’emploi',
    kind: 'company',
    city: 'Bayonne',
    address: '9 rue du Moulin',
  },
  {
    key: 'angle-brackets',
    name: '<Code> & compagnie',
    brand: '<Code>',
    kind: 'training_body',
    city: 'Talence',
    address: '40 rue des Écoles',
    isTrainingBody: true,
  },
  {
    key: 'capitals',
    name: 'SARL ÉTS. D’HAUTECOMBRE PÈRE ET FILLES',
    kind: 'company',
    city: 'Égletons',
    address: '2 zone d’activités des Chênes',
  },
  {
    key: 'same-name-bergerac',
    name: 'Association Le Pas de Côté',
    acronym: 'APC',
    kind: 'association',
    city: 'Bergerac',
    address: '17 place du Marché',
  },
  {
    key: 'same-name-bressuire',
    name: 'Association Le Pas de Côté',
    acronym: 'APC',
    kind: 'association',
    city: 'Bressuire',
    address: '6 rue de la République',
  },
  {
    key: 'network',
    name: 'Réseau Orvelin Emploi',
    acronym: 'ROE',
    kind: 'job_centre',
    city: 'Bordeaux',
    address: '88 boulevard de la Liberté',
    mayPreregister: true,
  },
  {
    key: 'network-dax',
    name: 'Réseau Orvelin Emploi',
    acronym: 'ROE',
    brand: 'Antenne des Landes',
    kind: 'job_centre',
    city: 'Dax',
    address: '12 rue du 8-Mai-1945',
    mayPreregister: true,
    branchOf: 'network',
  },
  {
    key: 'network-agen',
    name: 'Réseau Orvelin Emploi',
    acronym: 'ROE',
    brand: 'Antenne de Lot-et-Garonne',
    kind: 'job_centre',
    city: 'Agen',
    address: '30 avenue de la Gare',
    mayPreregister: true,
    branchOf: 'network',
  },
  {
    key: 'brandelle-gueret',
    name: 'Institut Brandelle pour la professionnalisation',
    acronym: 'IBP',
    brand: 'Brandelle Pro Creuse',
    kind: 'training_body',
    city: 'Guéret',
    address: '1 place du Marché',
    ape: '8559A',
    isTrainingBody: true,
    branchOf: 'brandelle',
  },
  {
    key: 'closed',
    name: 'Centre de formation Peyrelune',
    acronym: 'CFP',
    kind: 'training_body',
    city: 'Niort',
    address: '55 rue de la République',
    isTrainingBody: true,
    closedDaysAgo: 140,
  },
];

/** Every structure with a name of its own in the demo. */
export const namedStructures: readonly NamedStructure[] = [...main, ...hard];
