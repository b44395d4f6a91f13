/** What the invented structures are called: kinds of bodies × invented territories. */

export type StructureKind =
  | 'training_body'
  | 'job_centre'
  | 'local_mission'
  | 'town_hall'
  | 'association'
  | 'company'
  | 'chamber'
  | 'other';

/** A sort of structure of which every département has one. */
export interface StructureModel {
  kind: StructureKind;
  /** @param place where: « du Val d’Orneau » for a territory, « de Montaubreuil » for a village */
  name: (place: string) => string;
  /** Whether the name wants a territory or a village. */
  where: 'territory' | 'village';
  ape: string;
  isTrainingBody?: boolean;
  mayPreregister?: boolean;
  /** Known by its initials. */
  hasAcronym?: boolean;
  brand?: (place: string) => string;
}

/** Invented territories, as they follow a noun. */
export const territories = [
  'du Val d’Orneau',
  'de la Haute-Brandelle',
  'des Coteaux de Verzille',
  'du Pays de Mirandoux',
  'des Rives de Sauvelande',
  'de la Vallée du Tresseval',
  'du Plateau de Castabrun',
  'des Deux Aubelles',
  'de la Basse-Corvaline',
  'du Pays d’Estrelle',
  'des Landes de Marsolan-Bas',
  'du Haut-Vaucendre',
  'de la Côte de Lumérac',
  'des Trois Gabarres',
  'du Bocage de Fontarel',
  'de la Boucle de l’Oriande',
  'du Pays de Roquebelle-Sud',
  'des Monts de Peyrefonds',
  'de l’Estuaire de Bellegarenne',
  'du Causse de Lanquebrune',
  'des Hauts d’Échalune',
  'de la Plaine de Chaumerande',
  'du Marais de Niolande',
  'des Collines d’Auzevigne',
  'de la Vallée de l’Yssandelle',
  'du Grand Brandois',
  'des Portes de Salvérac',
  'du Sud-Ormelais',
  'de la Presqu’île de Gralande',
];

/** Invented communes, as they follow a noun. */
export const villages = [
  'de Montaubreuil',
  'de Saint-Orvelin',
  'd’Estrelle-sur-Brande',
  'de Castelvérin',
  'de Pontfleury-les-Aulnes',
  'de Sainte-Verzille',
  'd’Aubelande',
  'de Roquemirande',
  'de Fontcorval',
  'd’Orneau-le-Vieux',
  'de Villebrandes',
  'de Lumérac-Plage',
  'de Peyrelune',
  'd’Échalune',
  'de La Gabarelle',
  'de Saint-Castabrun',
  'de Marvandre',
  'd’Yssandelle-Bourg',
  'de Chaumerande',
  'de Bois-Sauvelande',
  'de Niolande',
  'd’Auzevigne',
  'de Tresseval-le-Haut',
];

const bare = (place: string) => place.replace(/^(du |des |de la |de l’|de |d’)/, '');
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Eighteen structures per département. */
export const models: StructureModel[] = [
  {
    kind: 'local_mission',
    name: (place) => `Mission locale ${place}`,
    where: 'territory',
    ape: '7810Z',
    mayPreregister: true,
    hasAcronym: true,
  },
  {
    kind: 'job_centre',
    name: (place) => `Agence de l’emploi ${place}`,
    where: 'territory',
    ape: '7810Z',
    mayPreregister: true,
    hasAcronym: true,
  },
  {
    kind: 'job_centre',
    name: (place) => `Relais emploi des cadres ${place}`,
    where: 'territory',
    ape: '7810Z',
    mayPreregister: true,
  },
  { kind: 'town_hall', name: (place) => `Commune ${place}`, where: 'village', ape: '8411Z' },
  { kind: 'town_hall', name: (place) => `Mairie ${place}`, where: 'village', ape: '8411Z' },
  {
    kind: 'other',
    name: (place) => `Centre communal d’action sociale ${place}`,
    where: 'village',
    ape: '8899B',
    hasAcronym: true,
  },
  {
    kind: 'training_body',
    name: (place) => `Groupement d’établissements pour la formation des adultes ${place}`,
    where: 'territory',
    ape: '8559A',
    isTrainingBody: true,
    hasAcronym: true,
    brand: (place) => `Adultes & Compétences ${bare(place)}`,
  },
  {
    kind: 'training_body',
    name: (place) => `Centre de formation d’apprentis ${place}`,
    where: 'territory',
    ape: '8532Z',
    isTrainingBody: true,
    hasAcronym: true,
    brand: (place) => `Campus ${bare(place)}`,
  },
  {
    kind: 'training_body',
    name: (place) => `${capital(bare(place))} Formation Conseil`,
    where: 'village',
    ape: '8559A',
    isTrainingBody: true,
  },
  {
    kind: 'training_body',
    name: (place) => `École de la transition ${place}`,
    where: 'territory',
    ape: '8559B',
    isTrainingBody: true,
    brand: (place) => `Transition ${bare(place)}`,
  },
  {
    kind: 'association',
    name: (place) => `Association Tremplin ${place}`,
    where: 'territory',
    ape: '9499Z',
    hasAcronym: true,
  },
  {
    kind: 'association',
    name: (place) => `Les Jardins solidaires ${place}`,
    where: 'village',
    ape: '8899B',
    brand: (place) => `Paniers ${place}`,
  },
  {
    kind: 'association',
    name: (place) => `Comité de bassin d’emploi ${place}`,
    where: 'territory',
    ape: '9499Z',
    mayPreregister: true,
    hasAcronym: true,
  },
  {
    kind: 'association',
    name: (place) => `Foyer de jeunes travailleurs ${place}`,
    where: 'village',
    ape: '5590Z',
    hasAcronym: true,
  },
  {
    kind: 'chamber',
    name: (place) => `Chambre des artisans et des commerces ${place}`,
    where: 'territory',
    ape: '9411Z',
    hasAcronym: true,
  },
  { kind: 'company', name: (place) => `Menuiseries ${bare(place)} SARL`, where: 'village', ape: '4332A' },
  {
    kind: 'company',
    name: (place) => `Transports & Messageries ${place}`,
    where: 'territory',
    ape: '4941B',
    hasAcronym: true,
  },
  {
    kind: 'other',
    name: (place) => `Maison de l’orientation et des métiers ${place}`,
    where: 'territory',
    ape: '8413Z',
    mayPreregister: true,
    hasAcronym: true,
  },
];
