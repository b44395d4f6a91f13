import { departmentOf } from '#platform/french/departments.ts';
import { childrenOf, elementAt, type LheoElement, textsOf } from '../../lheo/tree.ts';
import { type OwnOfAction, ownOfAction } from './own.ts';
import { degreesAt, integerAt, priceAt, saysYes, wordsAt } from './values.ts';

/** What is looked for and listed of an action: where, for whom, paid by whom. */
export interface ActionColumns extends OwnOfAction {
  publics: string[];
  teachingMode: number | null;
  entryMode: number | null;
  conventioned: boolean;
  funders: number[];
  /** Of all who pay; null where none says. */
  fundedPlaces: number | null;
  hoursCentre: number | null;
  hoursCompany: number | null;
  hoursTotal: number | null;
  /** In euros, all taxes included. */
  priceTotal: number | null;
  placeName: string;
  placePostcode: string;
  placeCity: string;
  placeCommune: string | null;
  department: string | null;
  latitude: number | null;
  longitude: number | null;
  /** Wholly at a distance. */
  remote: boolean;
  trainerSiret: string | null;
  accessible: string;
  languages: string[];
}

/** The columns of an action; of several places, the first. @param action with or without its sessions */
export function projectAction(action: LheoElement): ActionColumns {
  const coordinates = elementAt(action, 'lieu-de-formation', 'coordonnees') ?? { name: 'coordonnees' };
  const address = elementAt(coordinates, 'adresse') ?? { name: 'adresse' };
  const postcode = wordsAt(address, 'codepostal');
  const city = wordsAt(address, 'ville');
  const communeCode = wordsAt(address, 'code-INSEE-commune') || null;
  const funders = childrenOf(action, 'organisme-financeur');
  const places = funders
    .map((one) => integerAt(one, 'nb-places-financees'))
    .filter((count) => count !== null);
  const latitude = degreesAt(address, 90, 'geolocalisation', 'latitude');
  const longitude = degreesAt(address, 180, 'geolocalisation', 'longitude');
  const isPlaced = latitude !== null && longitude !== null;
  return {
    ...ownOfAction(action),
    publics: [...new Set(textsOf(action, 'code-public-vise'))],
    teachingMode: integerAt(action, 'modalites-enseignement'),
    entryMode: integerAt(action, 'modalites-entrees-sorties'),
    conventioned: saysYes(action, 'conventionnement'),
    funders: [
      ...new Set(funders.map((one) => integerAt(one, 'code-financeur')).filter((code) => code !== null)),
    ],
    fundedPlaces: places.length > 0 ? places.reduce((sum, count) => sum + count, 0) : null,
    hoursCentre: integerAt(action, 'nombre-heures-centre'),
    hoursCompany: integerAt(action, 'nombre-heures-entreprise'),
    hoursTotal: integerAt(action, 'nombre-heures-total'),
    priceTotal: priceAt(action, 'prix-total-TTC'),
    placeName: wordsAt(address, 'denomination') || wordsAt(coordinates, 'nom'),
    placePostcode: postcode,
    placeCity: city,
    placeCommune: communeCode,
    department: departmentOf({ postcode, city, communeCode }) || null,
    latitude: isPlaced ? latitude : null,
    longitude: isPlaced ? longitude : null,
    remote: integerAt(action, 'modalites-enseignement') === 2,
    trainerSiret: wordsAt(action, 'organisme-formateur', 'SIRET-formateur', 'SIRET') || null,
    accessible: wordsAt(action, 'acces-handicapes'),
    languages: [...new Set(textsOf(action, 'langue-formation'))],
  };
}
