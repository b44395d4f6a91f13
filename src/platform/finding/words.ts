/** No action needs to resemble the words more than this, beside actions that hold them. */
export const NEAR = 0.6;
/** The same where no action holds the very words: a slip of the keyboard in a short word changes much of it. */
export const VAGUELY = 0.38;

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

/** The words as the index of words is asked for them, and one by one; a common table expression. */
export const WORDS = `
  q as materialized (
    select websearch_to_tsquery('french_unaccent', query_words(:words))
             || websearch_to_tsquery('french_unaccent', query_words(:singular))
             || websearch_to_tsquery('french_unaccent', query_words(:plural)) as words,
           array(select term from unnest(string_to_array(plain_words(:terms), ' ')) with ordinality one (term, place)
                  where length(term) > 2 and to_tsvector('french_unaccent', term) <> ''
                  group by term order by min(place) limit ${MOST_TERMS}) as terms
  )`;

/** The words without the « - » that repeat: PostgreSQL takes each before a word for a « not », and fails beyond some thirty. */
export const withOneMinus = (words: string): string => words.replace(/-[^\p{L}\p{N}]*(?=-)/gu, '');
