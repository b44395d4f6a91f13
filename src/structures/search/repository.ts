import type { Knex } from 'knex';
import { query } from '#platform/database/query.ts';
import type { Slice } from '#platform/paged.ts';
import { departmentsByWord, type SearchTerms } from '#platform/search-terms.ts';

/** A structure as a search shows it (domain.md §3), and as JSON gives it. */
export interface FoundStructure {
  id: number;
  siret: string;
  name: string;
  acronym: string | null;
  postcode: string;
  city: string;
}

/** What narrows a search beyond its words. */
export interface SearchFilter {
  /** The code of a département. */
  department?: string;
  /** A code of `people/kinds.ts`. */
  kind?: string;
  /** Only those that have people on the portal. */
  withPeople?: boolean;
}

/**
 * The first structures that answer a search, in one statement: `search_structures`
 * (`migrations/05_structure_search.ts`) looks in stages, from the precise to the vague, and stops at the first that
 * gives enough, so that a million take no longer than a thousand: the SIRET; the sigle and the beginnings of name and enseigne; the words, in any order, of name and
 * place; words that contain or nearly are those typed, taken from the dictionary `structure_words`.
 * @param today the day on which a structure must be open, `YYYY-MM-DD`
 * @returns exact SIRET first, then open before closed, exact sigle, beginning of the name, likeness, head office
 */
export async function searchStructures(
  db: Knex,
  { typed, digits }: SearchTerms,
  { today, includeClosed, limit }: { today: string; includeClosed: boolean; limit: number },
): Promise<(FoundStructure & { is_closed: boolean })[]> {
  return query<(FoundStructure & { is_closed: boolean })[]>(
    db,
    'select * from search_structures(?, ?, ?, ?, ?, ?)',
    [typed, digits, departmentsByWord, today, includeClosed, limit],
  );
}

/**
 * A page of all that answer a search among the structures that a filter leaves, best first.
 * @param today as for {@link searchStructures}
 * @returns with each, how many there are in all
 */
export async function rankStructures(
  db: Knex,
  { typed, digits }: SearchTerms,
  filter: SearchFilter,
  today: string,
  { limit, offset }: Slice,
): Promise<{ id: number; total: number }[]> {
  const { sql, bindings } = filterOf(filter);
  return query<{ id: number; total: number }[]>(
    db,
    `with asked as materialized (
       select t.phrase, t.words, (select wide from structure_query(t.words, t.places, 1)) as wide
         from structure_terms(?, ?) t)
     select s.id, count(*) over () as total
       from structures s
      where (s.closed_on is null or s.closed_on > cast(? as date)) and ${sql}
        and (s.search_acronym = (select phrase from asked where words <> '{}') or (? <> '' and s.siret like ?)
             or s.search_words @@ (select wide from asked))
      order by s.siret = ? desc, coalesce(s.search_acronym = (select phrase from asked), false) desc,
               starts_with(s.search_text, (select phrase from asked)) desc,
               round(cast((select coalesce(sum(word_similarity(word, s.search_text)), 0)
                             from unnest((select words from asked)) word)
                          + similarity((select phrase from asked), s.search_text) / 10 as numeric), 2) desc,
               s.is_head_office desc, s.name, s.id
      limit ? offset ?`,
    [...[typed, departmentsByWord, today], ...bindings, ...[digits, `%${digits}%`, digits, limit, offset]],
  );
}

/** The condition of a filter on a structure `s`, true where nothing narrows; the directory's whole list takes it too. */
export function filterOf({ department, kind, withPeople }: SearchFilter): {
  sql: string;
  bindings: string[];
} {
  const parts = [
    ...(department ? ['s.department = ?'] : []),
    ...(kind ? ['s.kind = ?'] : []),
    ...(withPeople ? ['exists (select from affiliations p where p.structure_id = s.id)'] : []),
  ];
  return {
    sql: parts.join(' and ') || 'true',
    bindings: [department, kind].filter((one) => !!one) as string[],
  };
}
