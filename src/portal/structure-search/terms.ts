import { departments } from '../../platform/french/departments.ts';
import { numberSearched } from '../../platform/french/siret.ts';
import { searchText } from '../../platform/web/forms/fields.ts';

/** A box in which to type a structure; longer than any name. */
export const structureQuery = searchText(120);

/** A word of the search, with the départements of the region that bear it: « gironde » is a place as well as a name. */
interface Word {
  text: string;
  departments: string[];
}

/** What somebody looks for, in the form in which the index holds it: lower case, without accents. */
export interface SearchTerms {
  /** The beginning of a SIRET (3 digits or more), as {@link numberSearched} finds it; empty when there is none. */
  digits: string;
  /** All that was typed, for « begins with » and « is the sigle ». */
  phrase: string;
  words: Word[];
}

/** Beyond that, more words do not make an establishment easier to find. */
const MOST_WORDS = 8;
// Words that are in nearly every name: alone they may be looked for, beside others they only make noise.
const EMPTY_WORDS = new Set(['de', 'du', 'des', 'la', 'le', 'les', 'et', 'en', 'au', 'aux', 'sur', 'pour']);

/**
 * Reads a search for a structure (DOMAIN §3): raison sociale, sigle, enseigne or SIRET, in any order of words.
 * @param anything what was typed, of any length and of any signs; {@link structureQuery} keeps what is searched
 * @returns terms without digits nor words where nothing can be searched for
 */
export function parseSearch(anything: string): SearchTerms {
  const typed = structureQuery.parse(anything);
  const phrase = plain(typed).replace(/\s+/g, ' ').trim();
  const all = [...new Set(phrase.split(/[^a-z0-9]+/).filter((word) => word.length > 1))];
  const telling = all.filter((word) => !EMPTY_WORDS.has(word));
  return {
    digits: numberSearched(typed),
    phrase,
    words: (telling.length > 0 ? telling : all)
      .slice(0, MOST_WORDS)
      .map((text) => ({ text, departments: departmentsBearing(text) })),
  };
}

/** A text for LIKE in which nothing is a wildcard. */
export const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

const departmentWords = Object.entries(departments).map(
  ([code, label]) => [code, plain(label).split('-')] as const,
);

const departmentsBearing = (word: string): string[] =>
  departmentWords.filter(([, words]) => words.includes(word)).map(([code]) => code);

// The same folding as `immutable_unaccent` for what French names are made of.
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('’', "'");
}
