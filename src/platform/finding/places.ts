import { departmentLabel, departments } from '../french/departments.ts';
import { plainText } from '../french/text.ts';

/** The word that the box « Localisation » proposes for what needs no travel. */
export const REMOTE = 'À distance';

/** The radii around a city that searches offer, in kilometres. */
export const RADII = Object.freeze(['10', '20', '30', '50', '100'] as const);

/** What somebody means by « Localisation ». */
export type Place =
  | { kind: 'remote' }
  | { kind: 'department'; code: string }
  /** `city` holds lower-case letters without accents, digits and spaces only. */
  | { kind: 'city'; city: string };

const REMOTE_WORDS = new Set([
  'a distance',
  'distance',
  'distanciel',
  'en distanciel',
  'en ligne',
  'visio',
  'webinaire',
]);

/**
 * Reads « Localisation »: a city, a département by name or code (« 33 », « Gironde », « Gironde (33) », a postcode
 * of it), or « à distance ».
 * @returns undefined where nothing can be searched for
 */
export function parsePlace(typed: string): Place | undefined {
  const words = plainWords(typed);
  if (words === '') return undefined;
  if (REMOTE_WORDS.has(words)) return { kind: 'remote' };
  const [name, code] = splitCode(words);
  if (code && code in departments) return { kind: 'department', code };
  const named = Object.entries(departments).find(([, label]) => plainWords(label) === name);
  if (named) return { kind: 'department', code: named[0] };
  return { kind: 'city', city: words.replace(/\bst(e?)\b/g, 'saint$1') };
}

// A postcode means its département: whoever types theirs looks for what is near, not for one town hall.
function splitCode(words: string): [name: string, code: string | undefined] {
  const found = /^(.*?) ?(\d{2})(?:\d{3})?$/.exec(words);
  return found ? [found[1] ?? '', found[2]] : [words, undefined];
}

function plainWords(text: string): string {
  return plainText(text)
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** A place in the words of a page: « Pau et 20 km autour », « À distance », « Gironde (33) ». */
export function placeLabel(typed: string, place: Place | undefined, radius: number | undefined): string {
  if (radius) return `${typed} et ${radius}\u00a0km autour`;
  if (place?.kind === 'remote') return REMOTE;
  return place?.kind === 'department' ? departmentLabel(place.code) : typed;
}
