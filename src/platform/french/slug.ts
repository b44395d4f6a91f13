const LONGEST = 80;

/**
 * A text as a part of an address: « Rôle de l’e-tuteur » becomes `role-de-l-e-tuteur`.
 * @returns lower-case letters without accents, digits and single hyphens, 80 characters at most; empty for a text
 * without a Latin letter or digit
 */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-|-$/g, '');
}

/**
 * A slug that is not taken: the wished one, else with the first free number after it.
 * @param wished as {@link slugOf} gives it
 * @param taken among those that begin with the wished one
 */
export function freeSlug(wished: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wished)) return wished;
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${wished}-${number}`)) return `${wished}-${number}`;
  }
}

/** An action's name in its address; anything else is not looked up. */
export const slugPattern = /^[a-z0-9]{1,100}(-[a-z0-9]{1,100}){0,40}$/;
