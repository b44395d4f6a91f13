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

// What stands between letters that are each apart, as `join_letters` in the database takes it out; « à » is always a word,
// and an elided article stays outside.
const BEFORE = String.raw`(?<=(?<![\p{L}\p{N}])(?!à)\p{L}`;
const AFTER = String.raw`(?!à)\p{L}(?![\p{L}\p{N}'’]))`;
const BETWEEN_LETTERS = [
  // « R & D »
  String.raw`${BEFORE})\s?&\s?(?=${AFTER}`,
  // « S.D.I.S. », « S. D. I. S »
  String.raw`${BEFORE})\.(?=${AFTER}|${BEFORE})\.\s(?=(?!à)\p{L}\.)|${BEFORE}\.\s\p{L})\.\s(?=${AFTER}`,
  // « C G T », three or more
  String.raw`${BEFORE})\s(?=(?!à)\p{L}\s${AFTER}|${BEFORE}\s(?!à)\p{L})\s(?=${AFTER}`,
].map((gap) => new RegExp(gap, 'giu'));

const joinLetters = (text: string): string =>
  BETWEEN_LETTERS.reduce((joined, gap) => joined.replace(gap, ''), text.normalize('NFC'));

/**
 * The words of a text in that form, in order; letters apart are one word where `plain_words` in the database says so.
 * Plurals lose their mark so that « demandes » finds « demande ».
 */
export function wordsOf(text: string): string[] {
  return plainText(joinLetters(text))
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(stem);
}

const stem = (word: string): string => (word.length > 3 ? word.replace(/[sx]$/, '') : word);
