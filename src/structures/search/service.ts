import type { Dependencies } from '#platform/dependencies.ts';
import { parisDay } from '#platform/french/time.ts';
import type { Slice } from '#platform/paged.ts';
import { parseSearch } from '#platform/search-terms.ts';
import type { FoundStructure, SearchFilter } from './repository.ts';
import * as repository from './repository.ts';

export type { FoundStructure, SearchFilter } from './repository.ts';
export { filterOf } from './repository.ts';

/** As many as a list that completes while typing can show. */
export const MOST_RESULTS = 10;

/**
 * The open structures that a person may choose (domain.md §3), best first.
 * @param typed raison sociale, sigle, enseigne or SIRET; too little to search with gives nothing
 */
export async function findSelectableStructures(
  deps: Pick<Dependencies, 'db' | 'clock'>,
  typed: string,
): Promise<FoundStructure[]> {
  return (await findFirstStructures(deps, typed)).structures;
}

/** The same, for the list to choose from without a script. @returns also whether there are more than those shown */
export async function findFirstStructures(
  deps: Pick<Dependencies, 'db' | 'clock'>,
  typed: string,
): Promise<{ structures: FoundStructure[]; areMore: boolean }> {
  const found = await find(deps, typed, false, MOST_RESULTS + 1);
  const structures = found.slice(0, MOST_RESULTS).map(({ id, siret, name, acronym, postcode, city }) => ({
    id,
    siret,
    name,
    acronym,
    postcode,
    city,
  }));
  return { structures, areMore: found.length > MOST_RESULTS };
}

/** The same search for the page: closed structures are shown too, last, for those who wonder where theirs went. */
export function findStructures(
  deps: Pick<Dependencies, 'db' | 'clock'>,
  typed: string,
): Promise<(FoundStructure & { is_closed: boolean })[]> {
  return find(deps, typed, true, 2 * MOST_RESULTS);
}

/**
 * One page of the open structures that a search and a filter leave, best first.
 * @returns their ids in order and how many there are; undefined when too little was typed to search with
 */
export async function rankStructures(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  typed: string,
  filter: SearchFilter,
  page: Slice,
): Promise<{ ids: number[]; total: number } | undefined> {
  const terms = parseSearch(typed);
  if (!terms) return undefined;
  const today = parisDay(clock.now()).toString();
  const rows = await repository.rankStructures(db, terms, filter, today, page);
  return { ids: rows.map(({ id }) => id), total: rows[0]?.total ?? 0 };
}

async function find(
  { db, clock }: Pick<Dependencies, 'db' | 'clock'>,
  typed: string,
  includeClosed: boolean,
  limit: number,
) {
  const terms = parseSearch(typed);
  if (!terms) return [];
  const today = parisDay(clock.now()).toString();
  return repository.searchStructures(db, terms, { today, includeClosed, limit });
}
