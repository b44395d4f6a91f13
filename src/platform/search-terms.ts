import { departments } from './french/departments.ts';
import { numberSearched } from './french/siret.ts';
import { plainText } from './french/text.ts';
import { searchText } from './web/forms/fields.ts';

/** A box in which to type a structure; longer than any name. */
export const structureQuery = searchText(120);

/** What somebody looks for. Its words are cut in SQL, by the function that cut those of the names (`plain_words`). */
export interface SearchTerms {
  typed: string;
  /** The beginning of a SIRET (3 digits or more), as {@link numberSearched} finds it; empty when there is none. */
  digits: string;
}

/**
 * Reads a search for a structure (domain.md §3): raison sociale, sigle, enseigne or SIRET, in any order of words.
 * @param anything what was typed, of any length and of any signs; {@link structureQuery} keeps what is searched
 * @returns undefined where there is nothing to look for
 */
export function parseSearch(anything: string): SearchTerms | undefined {
  const typed = structureQuery.parse(anything);
  return /[\p{L}\p{N}]/u.test(typed) ? { typed, digits: numberSearched(typed) } : undefined;
}

/**
 * The codes of the départements of the region that bear a word, separated by commas: « gironde » is a place as well as
 * a name.
 */
export const departmentsByWord: Readonly<Record<string, string>> = Object.entries(departments).reduce<
  Record<string, string>
>((byWord, [code, label]) => {
  for (const word of plainText(label).split('-'))
    byWord[word] = byWord[word] ? `${byWord[word]},${code}` : code;
  return byWord;
}, {});
