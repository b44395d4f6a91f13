/** Characters that show nothing or turn the direction of writing: a name made of them would look like another. */
export const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Lower case, without accents: the form in which texts are compared. */
export function plainText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('’', "'");
}

// « S.D.I.S. », « C C A S », « R & D »: what stands between two letters that are each apart; an elided article stays out.
const BETWEEN_LETTERS = /(?<=(?<![\p{L}\p{N}])\p{L})(?:\.\s?|\s|\s?&\s?)(?=\p{L}(?![\p{L}\p{N}']))/gu;

/**
 * The words of a text in that form, in order; letters apart are one word, as for `cut_words` in the database. Plurals
 * lose their mark so that « demandes » finds « demande ».
 */
export function wordsOf(text: string): string[] {
  return plainText(text)
    .replace(BETWEEN_LETTERS, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(stem);
}

const stem = (word: string): string => (word.length > 3 ? word.replace(/[sx]$/, '') : word);
