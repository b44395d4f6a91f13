import type { Criteria } from '../criteria.ts';
import { type Stock, townName } from '../memory/stock.ts';

/** What only the database can say of a place. */
export interface PlaceAnswer {
  /** The towns that are meant by a city. */
  towns: { key: string; department: string }[];
  /** Where the city is, where it is one of the main towns. */
  centre: { latitude: number; longitude: number } | null;
}

/** Where actions answer a search, and how far they are from it. */
export interface PlaceTest {
  isThere(action: number): boolean;
  distance(action: number): number;
  /** False where a distance was asked for around a town whose place nobody knows: its name alone counts. */
  isCentreKnown: boolean;
}

const NOWHERE = () => Number.NaN;

/** What somebody means by a place, in this stock. */
export function placeTest(stock: Stock, { place, radius }: Criteria, answer: PlaceAnswer): PlaceTest {
  const { actions } = stock;
  if (!place) return { isThere: () => true, distance: NOWHERE, isCentreKnown: true };
  if (place.kind === 'remote') {
    return {
      isThere: (action) => actions.isRemote.values[action] === 1,
      distance: NOWHERE,
      isCentreKnown: true,
    };
  }
  if (place.kind === 'department') {
    const code = stock.departments.find(place.code);
    return {
      isThere: (action) => actions.department.values[action] === code,
      distance: NOWHERE,
      isCentreKnown: true,
    };
  }
  const names = new Set(answer.towns.map(townName));
  const isNamed = Uint8Array.from(stock.towns, (town) => Number(names.has(townName(town))));
  const centre = answer.centre ?? middleOf(stock, isNamed);
  const distance = centre ? distances(stock, centre) : NOWHERE;
  const isThere = (action: number) => isNamed[actions.town.values[action] as number] === 1;
  if (radius === undefined || !centre) {
    return { isThere, distance, isCentreKnown: radius === undefined || Boolean(centre) };
  }
  return {
    isThere: (action) => distance(action) <= radius || isThere(action),
    distance,
    isCentreKnown: true,
  };
}

/** In the middle of what takes place in these towns, where its addresses say where that is. */
function middleOf(stock: Stock, isNamed: Uint8Array): PlaceAnswer['centre'] {
  const { town, latitude, longitude } = stock.actions;
  let [north, east, count] = [0, 0, 0];
  for (let action = 0; action < town.length; action += 1) {
    const at = latitude.values[action] as number;
    if (isNamed[town.values[action] as number] !== 1 || Number.isNaN(at)) continue;
    north += at;
    east += longitude.values[action] as number;
    count += 1;
  }
  return count === 0 ? null : { latitude: north / count, longitude: east / count };
}

/** Kilometres in a degree of latitude (mean radius of the Earth, 6371.0088 km). */
const DEGREE = (6371.0088 * Math.PI) / 180;
const cosd = (degrees: number) => Math.cos((degrees * Math.PI) / 180);

/** As the crow flies; over the distances of a search the Earth is flat to some metres. */
function distances(stock: Stock, { latitude, longitude }: NonNullable<PlaceAnswer['centre']>) {
  const { actions } = stock;
  return (action: number): number => {
    const at = actions.latitude.values[action] as number;
    const north = (at - latitude) * DEGREE;
    const east =
      ((actions.longitude.values[action] as number) - longitude) * DEGREE * cosd((at + latitude) / 2);
    return Math.hypot(north, east);
  };
}
