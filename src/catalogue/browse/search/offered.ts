import type { Knex } from 'knex';
import type { FilterLists } from '../repository.ts';
import { type Catalogue, currentCatalogue, type Town } from './catalogue.ts';

/** What the filters offer at a moment, and until the next session is over. */
interface Offered {
  lists: FilterLists;
  /** The towns where sessions are to come, as the database is told of them. */
  towns: string;
  since: number;
  until: number;
}

const offeredBy = new WeakMap<Catalogue, Offered>();

/** What the filters offer at this moment, by the catalogue in the database. */
export async function readFilterLists(db: Knex, now: Date): Promise<FilterLists> {
  return offeredIn(await currentCatalogue(db, now), now).lists;
}

/** What the filters offer at this moment: looked for once, until a session is over. */
export function offeredIn(catalogue: Catalogue, now: Date): Offered {
  const moment = now.getTime();
  const known = offeredBy.get(catalogue);
  if (known && known.since <= moment && moment < known.until) return known;
  const offered = lookForOffered(catalogue, moment);
  offeredBy.set(catalogue, offered);
  return offered;
}

/** Towns that the box « Localisation » proposes: those of most sessions to come. */
const SUGGESTED_CITIES = 60;

function lookForOffered({ actions, towns, themes, kinds }: Catalogue, moment: number): Offered {
  const used: (Town & { sessions: number })[] = towns.map((town) => ({ ...town, sessions: 0 }));
  let until = Number.POSITIVE_INFINITY;
  for (const { sessions } of actions) {
    for (const { town, endsAt } of sessions) {
      const one = used[town];
      if (!one || endsAt <= moment) continue;
      one.sessions += 1;
      until = Math.min(until, endsAt);
    }
  }
  const inUse = used.filter(({ sessions }) => sessions > 0);
  const byCity = new Map<string, number>();
  for (const { city, sessions } of inUse) if (city) byCity.set(city, (byCity.get(city) ?? 0) + sessions);
  // Sorting leaves those of as many sessions in the order of their names.
  const cities = [...byCity].sort(([, one], [, other]) => other - one).slice(0, SUGGESTED_CITIES);
  const lists = {
    themes,
    kinds,
    cities: cities.map(([city]) => city),
    departments: [...new Set(inUse.flatMap(({ department }) => department ?? []))],
  };
  const named = inUse.flatMap(({ key, department }) => (key === null ? [] : [{ key, department }]));
  return { lists, towns: JSON.stringify(named), since: moment, until };
}
