import { RADII, REMOTE } from '#platform/finding/places.ts';
import { departmentLabel } from '#platform/french/departments.ts';
import { plural } from '#platform/french/words.ts';
import type { FilterLists } from '../repository.ts';
import { modalities, type SearchQuery } from '../schemas.ts';
import type { FoundPage } from './criteria.ts';

/** A value that a filter offers, with how many actions it would leave (unknown before a search). */
export interface Choice {
  value: string;
  /** « Formation (12) » */
  label: string;
}

/** What the search form shows: what was asked, and what can be. */
export interface SearchForm {
  query: SearchQuery;
  themes: Choice[];
  kinds: Choice[];
  modalities: Choice[];
  accesses: Choice[];
  radii: Choice[];
  providers: Choice[];
  /** What the box « Localisation » proposes: `label` adds how many actions, where known. */
  places: Choice[];
}

/**
 * The form of a search.
 * @param found the search with how many actions each value would leave; undefined where nothing was searched (the home page)
 */
export function searchForm(
  query: SearchQuery,
  lists: FilterLists,
  found?: Pick<FoundPage, 'facets' | 'providerName'>,
): SearchForm {
  const facets = found?.facets;
  const counted = (label: string, counts: Readonly<Record<string, number>> | undefined, key: string) =>
    counts ? `${label} (${(counts[key] ?? 0).toLocaleString('fr-FR')})` : label;
  const choices = (options: FilterLists['themes'], counts: Readonly<Record<string, number>> | undefined) =>
    options.map(({ id, code, label }) => ({ value: code, label: counted(label, counts, String(id)) }));
  return {
    query,
    themes: choices(lists.themes, facets?.themes),
    kinds: choices(lists.kinds, facets?.kinds),
    modalities: Object.entries(modalities).map(([value, { code, label }]) => ({
      value,
      label: counted(label, facets?.modalities, code),
    })),
    accesses: [
      { value: 'reserve', label: counted('Réservées aux adhérents', facets?.reserved, 'true') },
      { value: 'ouvert', label: counted('Ouvertes à tous', facets?.reserved, 'false') },
    ],
    radii: RADII.map((value) => ({ value, label: `${value}\u00a0km autour` })),
    providers: providerChoices(query, found),
    places: placeSuggestions(lists, facets),
  };
}

function providerChoices(
  { organisme }: SearchQuery,
  found: Pick<FoundPage, 'facets' | 'providerName'> | undefined,
): Choice[] {
  const offered = (found?.facets.providers ?? []).map(({ id, name, count }) => ({
    value: String(id),
    label: `${name} (${count.toLocaleString('fr-FR')})`,
  }));
  // A provider that the other filters leave without an action stays chosen: the person takes it out, not the page.
  const name = found?.providerName;
  const isMissing = name && offered.every(({ value }) => value !== organisme);
  return isMissing ? [{ value: organisme, label: `${name} (0)` }, ...offered] : offered;
}

/** « À distance », the départements, then the towns where sessions are to come. */
export function placeSuggestions(
  { cities, departments }: FilterLists,
  facets?: FoundPage['facets'],
): Choice[] {
  const byName = new Intl.Collator('fr').compare;
  const inDepartments = departments
    .map((code) => {
      const count = facets?.departments[code];
      return { value: departmentLabel(code), label: count ? plural(count, 'action') : '' };
    })
    .sort((one, other) => byName(one.value, other.value));
  const inCities = cities.toSorted(byName).map((value) => ({ value, label: '' }));
  return [{ value: REMOTE, label: '' }, ...inDepartments, ...inCities];
}
