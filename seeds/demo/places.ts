/** A commune of Nouvelle-Aquitaine. */
export interface Place {
  city: string;
  postcode: string;
  /** The number of the département: « 33 ». */
  department: string;
}

const communes: Record<string, [city: string, postcode: string][]> = {
  '16': [
    ['Angoulême', '16000'],
    ['Cognac', '16100'],
    ['Barbezieux-Saint-Hilaire', '16300'],
    ['Confolens', '16500'],
    ['Ruffec', '16700'],
  ],
  '17': [
    ['La Rochelle', '17000'],
    ['Saintes', '17100'],
    ['Royan', '17200'],
    ['Rochefort', '17300'],
    ['Saint-Jean-d’Angély', '17400'],
    ['Jonzac', '17500'],
  ],
  '19': [
    ['Tulle', '19000'],
    ['Brive-la-Gaillarde', '19100'],
    ['Ussel', '19200'],
    ['Égletons', '19300'],
  ],
  '23': [
    ['Guéret', '23000'],
    ['Aubusson', '23200'],
    ['La Souterraine', '23300'],
    ['Bourganeuf', '23400'],
  ],
  '24': [
    ['Périgueux', '24000'],
    ['Bergerac', '24100'],
    ['Sarlat-la-Canéda', '24200'],
    ['Nontron', '24300'],
    ['Ribérac', '24600'],
  ],
  '33': [
    ['Bordeaux', '33000'],
    ['Arcachon', '33120'],
    ['Langon', '33210'],
    ['Lormont', '33310'],
    ['Lesparre-Médoc', '33340'],
    ['Talence', '33400'],
    ['Libourne', '33500'],
    ['Pessac', '33600'],
    ['Mérignac', '33700'],
  ],
  '40': [
    ['Mont-de-Marsan', '40000'],
    ['Dax', '40100'],
    ['Mimizan', '40200'],
    ['Hagetmau', '40700'],
    ['Aire-sur-l’Adour', '40800'],
  ],
  '47': [
    ['Agen', '47000'],
    ['Marmande', '47200'],
    ['Villeneuve-sur-Lot', '47300'],
    ['Tonneins', '47400'],
    ['Nérac', '47600'],
  ],
  '64': [
    ['Pau', '64000'],
    ['Bayonne', '64100'],
    ['Biarritz', '64200'],
    ['Orthez', '64300'],
    ['Oloron-Sainte-Marie', '64400'],
    ['Anglet', '64600'],
  ],
  '79': [
    ['Niort', '79000'],
    ['Thouars', '79100'],
    ['Parthenay', '79200'],
    ['Bressuire', '79300'],
    ['Melle', '79500'],
  ],
  '86': [
    ['Poitiers', '86000'],
    ['Châtellerault', '86100'],
    ['Loudun', '86200'],
    ['Chauvigny', '86300'],
    ['Montmorillon', '86500'],
  ],
  '87': [
    ['Limoges', '87000'],
    ['Saint-Junien', '87200'],
    ['Bellac', '87300'],
    ['Saint-Yrieix-la-Perche', '87500'],
    ['Rochechouart', '87600'],
  ],
};

/** The communes of the demo, by département. */
export const placesByDepartment: ReadonlyMap<string, Place[]> = new Map(
  Object.entries(communes).map(([department, list]) => [
    department,
    list.map(([city, postcode]) => ({ city, postcode, department })),
  ]),
);

/** The commune of this name. @throws Error when the demo does not know it */
export function placeNamed(city: string): Place {
  const found = [...placesByDepartment.values()].flat().find((place) => place.city === city);
  if (!found) throw new Error(`Unknown commune: ${city}`);
  return found;
}

/** Street names that every town has. */
export const STREETS = [
  'rue de la République',
  'avenue de la Gare',
  'place du Marché',
  'rue des Écoles',
  'boulevard de la Liberté',
  'chemin des Vignes',
  'rue du Moulin',
  'allée des Tilleuls',
  'quai des Gabarres',
  'impasse de l’Église',
  'rue du 8-Mai-1945',
  'zone d’activités des Chênes',
];
