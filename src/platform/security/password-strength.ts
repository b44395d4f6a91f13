import { createRequire } from 'node:module';
import { DEMO_PASSWORD } from '../config.ts';
import { lazily } from '../lazily.ts';
import { GUESSABLE_WORDS } from './guessable-words.ts';

/** How much of a password is measured: what it costs grows faster than the length, and a strong beginning suffices. */
const MEASURED = 32;
/** How many guesses a password must withstand, as a power of ten: twelve random characters are worth 12. */
const LEAST_GUESSES = 11;
/** Letters and figures that must be left without what is easily guessed. */
const LEAST_OWN = 8;

const require = createRequire(import.meta.url);
const common = lazily(
  () => require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common'),
);
const zxcvbn = lazily(() => {
  const { ZxcvbnFactory } = require('@zxcvbn-ts/core') as typeof import('@zxcvbn-ts/core');
  const french = require('@zxcvbn-ts/language-fr') as typeof import('@zxcvbn-ts/language-fr');
  return new ZxcvbnFactory({
    dictionary: { ...common().dictionary, ...french.dictionary, house: [...GUESSABLE_WORDS] },
    graphs: common().adjacencyGraphs,
    useLevenshteinDistance: false,
    // Each further reading of « @ » or « 1 » doubles the work: a hundred of them took seconds.
    l33tMaxSubstitutions: 4,
  });
});

/** With the commonest of the passwords that were ever stolen, in the order of the list; short ones are in too many words. */
const known = lazily(() => {
  const commonest = (common().dictionary['passwords-common'] as string[])
    .slice(0, 1_000)
    .filter((word) => /^\D{5}/.test(word));
  return [...new Set([...GUESSABLE_WORDS, ...commonest])];
});

/**
 * Whether a new password is strong enough: the CNIL's recommendation of 2022 (12 characters of 4 classes, 14 of 3,
 * or a phrase of 7 words), not built on what can be known of the person or of the house, and not one that guessing
 * programs try first. It holds the thread for a tenth of a second, or two: count the try before.
 * @param personal words that the password must not be built on (name, e-mail, structure)
 * @returns true, or what to change; never a part of the password
 */
export function checkNewPassword(password: string, personal: readonly string[] = []): true | string {
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((one) => one.test(password)).length;
  const length = [...password].length;
  const words = new Set(
    folded(password)
      .split(/[^\p{L}\d]+/u)
      .filter((word) => /\p{L}{2}/u.test(word)),
  );
  const longEnough = (length >= 12 && classes === 4) || (length >= 14 && classes >= 3) || words.size >= 7;
  if (!longEnough) {
    return 'Choisissez au moins 12 caractères avec minuscule, majuscule, chiffre et signe, ou une phrase de 7 mots différents.';
  }
  const own = personal
    .flatMap((value) => folded(value).split(/[^\p{L}\d]+/u))
    .filter((word) => word.length > 2);
  if (ownCharacters(password, own) < LEAST_OWN && own.some((word) => hasWord(password, word))) {
    return 'Ce mot de passe tient à votre nom, à votre adresse e-mail ou à votre structure : choisissez autre chose.';
  }
  if (password === DEMO_PASSWORD || ownCharacters(password, [...own, ...known()]) < LEAST_OWN) {
    return 'Ce mot de passe est fait de mots que l’on essaie d’abord (l’agence, une ville, une année, une suite de touches ou un mot de passe courant), même écrits avec des chiffres et des signes : choisissez des mots sans rapport entre eux.';
  }
  if (zxcvbn().check(password.slice(0, MEASURED), [...own]).guessesLog10 < LEAST_GUESSES) {
    return 'Ce mot de passe est trop facile à deviner : évitez les mots courants, les répétitions et les suites.';
  }
  return true;
}

/** In lower case, without accents, one character for each. */
const folded = (text: string): string =>
  [...text.normalize('NFC').toLowerCase()].map((one) => one.normalize('NFD')[0] ?? one).join('');

/** The letter that a figure or a sign is written for; « 1 » and « ! » stand for two, tried in turn. */
const LETTERS: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '8': 'b',
  '(': 'c',
  '3': 'e',
  '€': 'e',
  '6': 'g',
  '9': 'g',
  '0': 'o',
  '5': 's',
  $: 's',
  '§': 's',
  '7': 't',
  '+': 't',
  '2': 'z',
};
const asLetters = (text: string, one: 'i' | 'l'): string =>
  text.replace(/[^a-z]/g, (sign) => ('1!|'.includes(sign) ? one : (LETTERS[sign] ?? sign)));

/** The same text as it stands and as its figures and signs may be read. */
const readings = (plain: string): string[] => [plain, asLetters(plain, 'i'), asLetters(plain, 'l')];

const hasWord = (password: string, word: string): boolean =>
  readings(folded(password)).some((reading) => reading.includes(word));

// Years, runs of figures, and the same sign again and again.
const GUESSED_RUNS = [/(?:19|20)\d\d/g, /\d{4,}/g, /(.)\1{2,}/g, /abcd?e?f?|0?123/g];

/** How many letters and figures of a password are left once the given words, years and runs are taken off. */
function ownCharacters(password: string, words: readonly string[]): number {
  const plain = folded(password);
  const known = new Uint8Array(plain.length);
  for (const run of GUESSED_RUNS) {
    for (const { index, 0: found } of plain.matchAll(run)) known.fill(1, index, index + found.length);
  }
  for (const reading of readings(plain)) {
    for (const word of words) {
      for (let at = reading.indexOf(word); at >= 0; at = reading.indexOf(word, at + 1)) {
        known.fill(1, at, at + word.length);
      }
    }
  }
  return [...plain].filter((one, index) => !known[index] && /[\p{L}\d]/u.test(one)).length;
}
