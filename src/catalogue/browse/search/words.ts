/** No action needs to resemble the words more than this, beside actions that hold them. */
const NEAR = 0.6;
/** The same where no action holds the very words: a slip of the keyboard in a short word changes much of it. */
const VAGUELY = 0.38;

/** More words than that are not each looked for under another spelling. */
const MOST_TERMS = 12;

/** The words of a search as its statement takes them. */
export interface Spellings {
  words: string;
  singular: string;
  plural: string;
  /** To be looked for one by one; empty for a search with operators. */
  terms: string;
}

/**
 * The words as typed, all in the singular, all in the plural (the dictionary takes « conseiller » and « conseillers »
 * for different words), and one by one, in case they are misspelt. A search with operators is taken to the letter:
 * what somebody excludes must not come back under another spelling.
 */
export function spellings(words: string): Spellings {
  if (/"|(^|\s)-\S/.test(words)) return { words, singular: '', plural: '', terms: '' };
  return {
    words,
    singular: words.replace(/(\p{L}{3,})[sx](?!\p{L})/gu, '$1'),
    plural: words.replace(/\p{L}{3,}(?<![sx])(?!\p{L})/gu, '$&s'),
    terms: words,
  };
}

/**
 * The actions that hold the words (`is_exact`), or of which a word of the title or labels resembles each of them: the
 * one that resembles least counts. As common table expressions named `q` and `hits`.
 */
export const HITS = `
  q as materialized (
    select websearch_to_tsquery('french_unaccent', query_words(:words))
             || websearch_to_tsquery('french_unaccent', query_words(:singular))
             || websearch_to_tsquery('french_unaccent', query_words(:plural)) as words,
           array(select term from unnest(string_to_array(plain_words(:terms), ' ')) with ordinality one (term, place)
                  where length(term) > 2 and to_tsvector('french_unaccent', term) <> ''
                  group by term order by min(place) limit ${MOST_TERMS}) as terms
  ), resembling as (
    select w.action_id, t.term, max(r.likeness) as likeness,
           max(case when w.in_title then 2 * r.likeness else r.likeness end) as closeness
      from q cross join unnest(q.terms) t(term) cross join resembling_words(t.term) r
      join action_words w on w.word = r.word
     group by w.action_id, t.term
  ), hits as materialized (
    select id, bool_or(is_exact) as is_exact, max(likeness) as likeness, max(closeness) as closeness
      from (select matching_actions(words) as id, true as is_exact, 0 as likeness, 0 as closeness from q
             union all
            select action_id, false, min(likeness), min(closeness) from resembling
             group by action_id having count(*) = (select cardinality(terms) from q)) one
     group by id
  ),`;

/** What resembles enough, among the rows of `base`. */
export const RESEMBLES_ENOUGH = `(is_exact or likeness >= case
  when exists (select from base where is_exact and missed = '{}') then ${NEAR} else ${VAGUELY} end)`;

/** How well the words answer, for the rows to sort: words of the title count most. */
export const RELEVANCE = `case when m.is_exact then
  (select ts_rank_cd('{0.1, 0.2, 0.5, 1}', a.search_document, q.words) from actions a where a.id = m.id) else 0 end`;
