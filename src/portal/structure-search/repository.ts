import type { Knex } from 'knex';
import type { Slice } from '../paged.ts';
import type { SearchTerms } from './terms.ts';

/** A structure as a search shows it (DOMAIN §3), and as JSON gives it. */
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
  /** A code of `structures/kinds.ts`. */
  kind?: string;
  /** Only those that have people on the portal. */
  withPeople?: boolean;
}

/**
 * The first structures that answer a search, in one statement: `search_structures` (migration 20261121_01) looks in
 * stages, from the precise to the vague, and stops at the first that gives enough, so that a million take no longer
 * than a thousand: the SIRET; the sigle and the beginnings of name and enseigne; the words, in any order, of name and
 * place; words that contain or nearly are those typed, taken from the dictionary `structure_words`.
 * @param today the day on which a structure must be open, `YYYY-MM-DD`
 * @returns exact SIRET first, then open before closed, exact sigle, beginning of the name, likeness, head office
 */
export async function searchStructures(
  db: Knex,
  { digits, phrase, words }: SearchTerms,
  { today, includeClosed, limit }: { today: string; includeClosed: boolean; limit: number },
): Promise<(FoundStructure & { is_closed: boolean })[]> {
  const { rows } = await db.raw<{ rows: (FoundStructure & { is_closed: boolean })[] }>(
    'select * from search_structures(?, ?, ?, ?, ?, ?, ?)',
    [phrase, digits, ...columnsOf(words), today, includeClosed, limit] as Knex.RawBinding[],
  );
  return rows;
}

/**
 * A page of all that answer a search among the structures that a filter leaves, best first.
 * @param today as for {@link searchStructures}
 * @returns with each, how many there are in all
 */
export async function rankStructures(
  db: Knex,
  { digits, phrase, words }: SearchTerms,
  filter: SearchFilter,
  today: string,
  { limit, offset }: Slice,
): Promise<{ id: number; total: number }[]> {
  const { sql, bindings } = filterOf(filter);
  const texts = words.map(({ text }) => text);
  const { rows } = await db.raw<{ rows: { id: number; total: number }[] }>(
    `select s.id, count(*) over () as total
       from structures s
      where (s.closed_on is null or s.closed_on > cast(? as date)) and ${sql}
        and (s.search_acronym = ? or (? <> '' and s.siret like ?)
             or s.search_words @@ (select wide from structure_query(?, ?, 1)))
      order by s.siret = ? desc, coalesce(s.search_acronym = ?, false) desc, starts_with(s.search_text, ?) desc,
               round(cast((select coalesce(sum(word_similarity(word, s.search_text)), 0)
                             from unnest(cast(? as text[])) word)
                          + similarity(?, s.search_text) / 10 as numeric), 2) desc,
               s.is_head_office desc, s.name, s.id
      limit ? offset ?`,
    [
      today,
      ...bindings,
      ...[phrase, digits, `%${digits}%`, ...columnsOf(words)],
      ...[digits, phrase, phrase, texts, phrase, limit, offset],
    ] as Knex.RawBinding[],
  );
  return rows;
}

const columnsOf = (words: SearchTerms['words']) => [
  words.map(({ text }) => text),
  words.map(({ departments }) => departments.join(',')),
];

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
