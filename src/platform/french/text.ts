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

/** The words of a text in that form, in order; plurals lose their mark so that « demandes » finds « demande ». */
export function wordsOf(text: string): string[] {
  return plainText(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(stem);
}

const stem = (word: string): string => (word.length > 3 ? word.replace(/[sx]$/, '') : word);
