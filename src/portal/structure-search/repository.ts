import type { Knex } from 'knex';
import { literal, type SearchTerms } from './terms.ts';

/** A structure as a search shows it (DOMAIN §3), and as JSON gives it. */
export interface FoundStructure {
  id: number;
  siret: string;
  name: string;
  acronym: string | null;
  postcode: string;
  city: string;
}

interface FoundRow extends FoundStructure {
  is_closed: boolean;
  /** How many were found in all, before `limit` and `offset`. */
  total: number;
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

interface SearchOptions extends SearchFilter {
  /** The day on which a structure must be open, `YYYY-MM-DD`. */
  today: string;
  includeClosed: boolean;
  limit: number;
  offset?: number;
}

/**
 * Words may hold a letter too many, too few or exchanged: PostgreSQL's own threshold (0.6) is made for whole
 * phrases, and would miss « misson » for « mission ».
 */
const SIMILARITY_THRESHOLD = '0.45';

/**
 * Looks structures up on the trigram, sigle and SIRET indexes.
 * @returns exact SIRET first, then open before closed, exact sigle, beginning of the name, likeness, head office
 */
export async function searchStructures(
  db: Knex,
  terms: SearchTerms,
  options: SearchOptions,
): Promise<FoundRow[]> {
  const { sql, bindings } = searchQuery(terms, options);
  return db.transaction(async (trx) => {
    // For this transaction only: the connection goes back to the pool as it was.
    await trx.raw(`set local pg_trgm.word_similarity_threshold = ${SIMILARITY_THRESHOLD}`);
    return (await trx.raw<{ rows: FoundRow[] }>(sql, bindings as Knex.RawBinding[])).rows;
  });
}

/** The statement of {@link searchStructures}, apart so that a test can look at its plan. */
export function searchQuery(
  { digits, phrase, words }: SearchTerms,
  { today, includeClosed, limit, offset = 0, ...narrowing }: SearchOptions,
): { sql: string; bindings: unknown[] } {
  const texts = words.map((word) => word.text);
  const sources: string[] = ['select id from structures where search_acronym = ?'];
  const bindings: unknown[] = [phrase];
  if (digits) {
    sources.push('select id from structures where siret like ?');
    bindings.push(`${digits}%`);
  }
  if (texts.length > 0) {
    // One word must be in the name, which the index finds; the others may also say where it is.
    const inName = texts.map(() => '? <% search_text').join(' or ');
    const everyWord = texts
      .map(
        () => `(? <% search_text or ? <% lower(immutable_unaccent(city))
                or department = any(cast(? as text[])) or postcode = ?)`,
      )
      .join(' and ');
    sources.push(`select id from structures where (${inName}) and ${everyWord}`);
    bindings.push(...texts, ...words.flatMap(({ text, departments }) => [text, text, departments, text]));
  }
  const likeness = ['0', ...texts.map(() => 'word_similarity(?, s.search_text)')].join(' + ');
  const filter = filterOf(narrowing);
  const sql = `
    with found as (${sources.join(' union ')})
    select s.id, s.siret, s.name, s.acronym, s.postcode, s.city,
           coalesce(s.closed_on <= cast(? as date), false) as is_closed, count(*) over () as total
      from structures s join found on found.id = s.id
     where (? or s.closed_on is null or s.closed_on > cast(? as date))
       and ${filter.sql}
     order by s.siret = ? desc,
              coalesce(s.closed_on <= cast(? as date), false),
              coalesce(s.search_acronym = ?, false) desc,
              s.search_text like ? desc,
              round(cast(${likeness} + similarity(?, s.search_text) / 10 as numeric), 2) desc,
              s.is_head_office desc, s.name, s.id
     limit ? offset ?`;
  bindings.push(
    today,
    includeClosed,
    today,
    ...filter.bindings,
    digits,
    today,
    phrase,
    `${literal(phrase)}%`,
    ...texts,
    phrase,
    limit,
    offset,
  );
  return { sql, bindings };
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
